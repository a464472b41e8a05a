"""Pledge files are read whole or refused whole, with every fault named.

They are written back the same.
"""

from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from pledges.exchange.exporting import export_pledge, pledge_file_of
from pledges.exchange.faults import PledgeFileError
from pledges.exchange.importing import Outcome, import_pledge
from pledges.exchange.pledge_file import MAX_BYTES, PledgeFile, read, write
from pledges.models import Commitment, Municipality, Pledge, PoliceArea
from pledges.municipality_list import load_municipalities

ALVSBYN = settings.BASE_DIR / "demo" / "alvsbyn-2023-2025.toml"
# Follow-ups, closings, dialogues, the draft and the days have files of another kind.
EXAMPLES = sorted(
    file
    for file in (settings.BASE_DIR / "demo").glob("*.toml")
    if not file.stem.endswith(
        ("-uppfoljningar", "-redovisat", "-dialoger", "-nasta-lofte", "loften")
    )
)
SMALL = """
format = "medborgarlofte"
version = 1
[pledge]
title = "Löfte"
period = "2026"
valid_from = 2026-01-01
valid_to = 2026-12-31
municipalities = ["2560"]
[police_area]
name = "Piteå älvdal"
covers = ["2560"]
[[focus_area]]
name = "Skolan"
[[focus_area.commitment]]
number = 1
kind = "other"
responsible = "police"
text = "Vi lovar."
[focus_area.commitment.target]
shape = "count"
amount = 2
period = "year"
[[signatory]]
name = "Anna"
title = "Kommunalråd"
party = "municipality"
municipality = "2560"
"""


def faults_of(text: str | bytes) -> list[str]:
    with pytest.raises(PledgeFileError) as refusal:
        read(text if isinstance(text, bytes) else text.encode())
    return [str(fault) for fault in refusal.value.faults]


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.name)
def test_the_examples_are_read_and_written_back_the_same(file: Path) -> None:
    pledge_file = read(file.read_bytes())
    assert read(write(pledge_file)) == pledge_file
    assert write(read(write(pledge_file))) == write(pledge_file)


def test_the_example_of_alvsbyn_says_what_is_known_and_marks_what_is_made_up() -> None:
    pledge_file = read(ALVSBYN.read_bytes())
    assert pledge_file.pledge.valid_to == date(2025, 12, 31)
    assert pledge_file.pledge.until_replaced
    assert [s.name for s in pledge_file.signatory] == ["Johan Dahlqvist", "Andreas Nyberg"]
    search = next(c for c in pledge_file.commitments if c.kind == Commitment.Kind.DRUG_DOG_SEARCH)
    assert (search.target.amount, search.target.period) == (2, "year")
    assert "target" not in search.invented
    survey = next(c for c in pledge_file.commitments if c.kind == Commitment.Kind.DRUG_HABIT_SURVEY)
    assert "target" in survey.invented
    assert all("cause" in area.invented for area in pledge_file.focus_area)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (('title = "Löfte"', ""), "pledge.title: Nyckeln saknas."),
        (('title = "Löfte"', 'titel = "Löfte"'), "pledge.titel: Nyckeln är okänd."),
        (('title = "Löfte"', "title = 3"), "pledge.title: Värdet ska vara text"),
        (('title = "Löfte"', 'title = "  "'), "pledge.title: Texten är tom."),
        (('title = "Löfte"', f'title = "{"x" * 201}"'), "pledge.title: Texten får ha högst 200"),
        (('title = "Löfte"', r'title = "a\u0000b"'), "pledge.title: Värdet har fel form"),
        (('title = "Löfte"', r'title = "a\u202eb"'), "pledge.title: Värdet har fel form"),
        (('period = "2026"', 'period = "i år"'), "pledge.period: Värdet har fel form"),
        (("2026-12-31", "2025-12-31"), "pledge.valid_to: Löftet slutar innan det börjar."),
        (("2026-12-31", '"2026-12-31"'), "pledge.valid_to: Värdet ska vara ett datum"),
        (("2026-12-31", "9999-12-31"), "pledge.valid_to: Dagen ska vara före 1 januari 2200."),
        (
            ("2026-01-01", "1926-01-01"),
            "pledge.valid_from: Dagen ska vara tidigast 1 januari 1990.",
        ),
        (("version = 1", "version = 2"), "version: Värdet ska vara 1."),
        (('format = "medborgarlofte"', ""), "format: Nyckeln saknas."),
        (('municipalities = ["2560"]', "municipalities = []"), "pledge.municipalities: Listan"),
        (('municipalities = ["2560"]', 'municipalities = ["256"]'), "pledge.municipalities[1]"),
        (
            ('municipalities = ["2560"]', 'municipalities = ["2560", "2560"]'),
            "pledge.municipalities: 2560 står flera gånger.",
        ),
        (('covers = ["2560"]', 'covers = ["2581"]'), "police_area.covers: Kommunen 2560"),
        (
            ('text = "Vi lovar."', f'text = "{"x" * 10_000} "'),
            "focus_area[1].commitment[1].text: Texten får ha högst 600 tecken. Den har 10000.",
        ),
        (
            ('text = "Vi lovar."', f'name = "{"x" * 61}"\ntext = "Vi lovar."'),
            "focus_area[1].commitment[1].name: Texten får ha högst 60 tecken. Den har 61.",
        ),
        (
            ('text = "Vi lovar."', r'name = "a\nb"' + '\ntext = "Vi lovar."'),
            "focus_area[1].commitment[1].name: Värdet har fel form",
        ),
        (("number = 1", "number = 0"), "focus_area[1].commitment[1].number: Talet ska vara minst"),
        (("number = 1", "number = true"), "focus_area[1].commitment[1].number: Värdet ska vara"),
        (('kind = "other"', 'kind = "othr"'), "focus_area[1].commitment[1].kind: Värdet ska vara"),
        (("amount = 2", ""), "focus_area[1].commitment[1].target.amount: Målet saknar antal."),
        (("amount = 2", "amount = -2"), "target.amount: Talet ska vara större än 0."),
        (("amount = 2", "amount = 2.5"), "target.amount: Antalet måste vara ett heltal."),
        (("amount = 2", "amount = nan"), "target.amount: Talet ska vara"),
        (("amount = 2", "amount = 2.123"), "target.amount: Ange högst två decimaler."),
        (('period = "year"', ""), "target.period: Målet saknar period."),
        (('period = "year"', 'period = "år"'), "target.period: Värdet ska vara 'day'"),
        (('shape = "count"', 'shape = "done"'), "target.amount: Ett mål av det här slaget"),
        (('shape = "count"', 'shape = "coverage"'), "target.unit: Ange vad som ska nås"),
        (('municipality = "2560"', 'municipality = "2581"'), "signatory[1].municipality: Kommunen"),
        (('municipality = "2560"', ""), "signatory[1].municipality: Ange kommunens kod."),
        (('party = "municipality"', 'party = "police"'), "signatory[1].municipality: Den som"),
        (("[[signatory]]", "[signatory]"), "signatory: Värdet ska vara en lista."),
    ],
)
def test_each_fault_is_named_by_its_key(change: tuple[str, str], fault: str) -> None:
    old, new = change
    assert old in SMALL
    assert any(fault in sentence for sentence in faults_of(SMALL.replace(old, new, 1)))


def test_all_faults_are_named_at_once() -> None:
    broken = SMALL.replace('title = "Löfte"', "").replace('kind = "other"', 'kind = "x"')
    broken = broken.replace('covers = ["2560"]', "")
    assert len(faults_of(broken)) == 3


def test_a_number_used_twice_is_named_with_its_other_place() -> None:
    twice = SMALL.replace(
        "[[signatory]]",
        '[[focus_area]]\nname = "B"\n[[focus_area.commitment]]\nnumber = 1\nkind = "other"\n'
        'responsible = "both"\ntext = "Igen."\n[[signatory]]',
    )
    assert faults_of(twice) == [
        "focus_area[2].commitment[1].number: Numret 1 används redan av focus_area[1].commitment[1]."
    ]


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b'format = "medborgarlofte"\nversion = \n', "rad 2: Värdet går inte att läsa."),
        (b'format = "x\n', "rad 1: Citattecknet som avslutar texten saknas."),
        (b"a = 1\na = 2\n", "rad 2: Nyckeln eller tabellen står redan tidigare"),
        (b'a = 1\nb = "\xe5"\n', "rad 2: Texten är inte UTF-8"),
        (b"\x00", "rad 1"),
        (b"%PDF-1.7\n", "rad 1: Raden ska vara en nyckel"),
        (b"amount = 1,5\n", "rad 1: Det står något efter värdet. Decimaler skrivs med punkt"),
        (b"municipalities = [\n'2560'\n", "rad 3: Hakparentesen som avslutar listan saknas."),
        (b'text = "\x01"\n', "rad 1: På raden står ett tecken som inte går att visa."),
        (b"a = " + b"[" * 100_000, ""),
        (b"#" * (MAX_BYTES + 1), "större än 2 MB"),
        (b"", "format: Nyckeln saknas."),
    ],
)
def test_a_file_that_is_no_toml_is_refused_by_line(content: bytes, where: str) -> None:
    assert any(where in fault for fault in faults_of(content))


@pytest.fixture
def municipalities(db: None) -> None:
    load_municipalities()


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.name)
def test_import_export_import_gives_the_same_pledge(municipalities: None, file: Path) -> None:
    pledge_file = read(file.read_bytes())
    pledge, outcome = import_pledge(pledge_file)
    assert outcome == Outcome.NEW
    exported = read(export_pledge(pledge))
    assert exported == pledge_file_of(pledge)
    assert import_pledge(exported) == (pledge, Outcome.UNCHANGED)
    pledge.delete()
    again, _ = import_pledge(exported)
    assert export_pledge(again) == write(exported)


def test_a_municipality_that_does_not_exist_is_a_fault(db: None) -> None:
    with pytest.raises(PledgeFileError, match="ingen kommun med koden 2560"):
        import_pledge(read(SMALL.encode()))
    assert not PoliceArea.objects.exists()


def run_import(folder: Path, text: str, *options: str) -> str:
    file = folder / "file.toml"
    file.write_text(text)
    output = StringIO()
    call_command("import_pledge", str(file), *options, stdout=output)
    return output.getvalue()


def test_the_command_imports_replaces_drafts_when_told_and_never_adopted_pledges(
    municipalities: None, tmp_path: Path
) -> None:
    assert "Inläst som utkast" in run_import(tmp_path, SMALL)
    assert "inget att ändra" in run_import(tmp_path, SMALL)
    changed = SMALL.replace("Vi lovar.", "Vi lovar mer.")
    with pytest.raises(CommandError, match="--replace"):
        run_import(tmp_path, changed)
    assert Commitment.objects.get().text_sv == "Vi lovar."
    assert "ersatt" in run_import(tmp_path, changed, "--replace")
    assert Commitment.objects.get().text_sv == "Vi lovar mer."
    from django.utils import timezone

    Pledge.objects.update(adopted_at=timezone.now())
    with pytest.raises(CommandError, match="redan antaget"):
        run_import(tmp_path, SMALL, "--replace")


def test_a_faulty_file_writes_nothing_and_lists_its_faults(
    municipalities: None, tmp_path: Path
) -> None:
    with pytest.raises(CommandError) as refusal:
        run_import(
            tmp_path, SMALL.replace("amount = 2", "amount = 0").replace("2026-12", "2025-12")
        )
    assert "Inget är ändrat" in str(refusal.value)
    assert "target.amount" in str(refusal.value)
    assert not Pledge.objects.exists()
    assert not PoliceArea.objects.exists()


def test_a_file_that_is_not_there_is_said_so(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="går inte att läsa"):
        call_command("import_pledge", str(tmp_path / "missing.toml"))
    with pytest.raises(CommandError, match="går inte att läsa"):
        call_command("import_pledge", str(tmp_path))


def test_the_export_command_writes_what_the_import_reads(
    municipalities: None, tmp_path: Path
) -> None:
    run_import(tmp_path, SMALL)
    call_command(
        "export_pledge", "alvsbyn", "2026", "--output", str(tmp_path / "out"), stdout=StringIO()
    )
    assert read((tmp_path / "out").read_bytes()) == pledge_file_of(Pledge.objects.get())
    with pytest.raises(CommandError, match="inget löfte"):
        call_command("export_pledge", "alvsbyn", "1999")


_text = st.text(
    st.characters(
        codec="utf-8", exclude_categories=["Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"]
    ),
    min_size=1,
    max_size=30,
)


@st.composite
def _targets(draw: st.DrawFn) -> dict[str, object]:
    shape = draw(st.sampled_from(["count", "average", "coverage", "done", "on_demand", "none"]))
    target: dict[str, object] = {"shape": shape, "at_least": draw(st.booleans())}
    if shape in {"count", "average"}:
        target["period"] = draw(st.sampled_from(["day", "term", "year", "whole"]))
    if shape == "count":
        target["amount"] = draw(st.integers(1, 999_999))
    if shape == "average":
        target["amount"] = draw(st.integers(1, 9_999_999)) / 100
    if shape == "coverage":
        target["unit"] = draw(_text)
        if draw(st.booleans()):
            target["amount"] = draw(st.integers(1, 50))
            target["of"] = draw(st.integers(50, 99))
    return target


@st.composite
def pledge_files(draw: st.DrawFn) -> PledgeFile:
    start = draw(st.dates(date(1995, 1, 1), date(2150, 1, 1)))
    numbers = draw(st.lists(st.integers(1, 999), min_size=1, max_size=6, unique=True))
    commitments = [
        {
            "number": number,
            "kind": draw(st.sampled_from(Commitment.Kind.values)),
            "responsible": (party := draw(st.sampled_from(Commitment.Party.values))),
            "municipalities": ["2560"] * (party == "both" and draw(st.booleans())),
            "third_parties": draw(
                st.lists(_text, min_size=party == "third_party", max_size=3, unique=True)
            ),
            "text": draw(_text),
            "text_en": draw(st.none() | _text),
            "target": draw(_targets()),
            "invented": draw(st.lists(st.sampled_from(["text", "target"]), max_size=2)),
        }
        for number in numbers
    ]
    return PledgeFile.model_validate(
        {
            "format": "medborgarlofte",
            "version": 1,
            "pledge": {
                "uid": draw(st.uuids()),
                "title": draw(_text),
                "period": str(start.year),
                "valid_from": start,
                "valid_to": start + timedelta(days=draw(st.integers(0, 2000))),
                "until_replaced": draw(st.booleans()),
                "municipalities": ["2560"],
                "summary": draw(st.none() | _text),
            },
            "police_area": {"name": "Piteå älvdal", "covers": ["2560", "2581"]},
            "section": [{"heading": draw(_text), "text": f"{draw(_text)}\n\n- {draw(_text)}"}],
            "focus_area": [
                {"name": draw(_text), "problem": draw(st.none() | _text), "commitment": [one]}
                for one in commitments
            ],
            "signatory": [{"name": draw(_text), "title": draw(_text), "party": "police"}],
        }
    )


@pytest.mark.django_db
@hypothesis_settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(pledge_file=pledge_files())
def test_any_pledge_survives_file_database_and_file(pledge_file: PledgeFile) -> None:
    Municipality.objects.get_or_create(
        code="2560", defaults={"name": "Älvsbyn", "official_name": "Ä", "slug": "alvsbyn"}
    )
    Municipality.objects.get_or_create(
        code="2581", defaults={"name": "Piteå", "official_name": "P", "slug": "pitea"}
    )
    assert read(write(pledge_file)) == pledge_file
    pledge, _ = import_pledge(pledge_file)
    assert read(export_pledge(pledge)) == pledge_file
    pledge.delete()

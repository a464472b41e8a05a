"""Staff find themes in answers, count, search, import and export them."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from dialogues.analysis import counting
from dialogues.models import CodedTheme, Dialogue, District, Submission
from pledge_portal.accounts.models import Role, User
from tests.builders import a_dialogue, a_municipality, a_person, a_pledge, a_submission, a_theme
from tests.dialogues.conftest import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def dialogue() -> Dialogue:
    return a_dialogue()


@pytest.fixture
def editor(client: Client, dialogue: Dialogue) -> User:
    person = a_person(role=Role.EDITOR, place=dialogue.municipality)
    client.force_login(person)
    return person


def page_of(dialogue: Dialogue, name: str) -> str:
    return f"/arbetsyta/dialoger/{dialogue.pk}/{name}/"


# Coding


def test_one_click_codes_an_answer_and_it_leaves_the_list(
    client: Client, editor: User, dialogue: Dialogue
) -> None:
    theme = a_theme("Belysning")
    row = a_submission(dialogue, "Mörkt vid skolan")
    address = page_of(dialogue, "koda")
    assert "1 svar är okodat." in words(client.get(address))
    response = client.post(address, {"ett": f"{row.pk}:{theme.pk}"}, follow=True)
    assert "Belysning är kodat. Antal svar: 1." in words(response)
    assert "Mörkt vid skolan" not in words(response)
    assert "Alla svar är kodade." in words(response)
    assert "Kodat: Belysning." in words(client.get(f"{address}?visa=alla"))
    assert CodedTheme.objects.get().coded_by == editor


def test_several_are_coded_at_once_and_it_can_be_undone(
    client: Client, editor: User, dialogue: Dialogue
) -> None:
    theme = a_theme("Belysning")
    keys = [a_submission(dialogue, f"Mörkt {n}").pk for n in range(4)]
    address = page_of(dialogue, "koda")
    chosen = {"svar": keys[:3], "tema": theme.pk}
    response = client.post(address, chosen, follow=True)
    assert "Antal svar: 3." in words(response)
    assert "Antal svar: 0." in words(client.post(address, chosen, follow=True))
    assert "1 svar är okodat." in words(client.get(address))
    response = client.post(address, {**chosen, "ta-bort": "1"}, follow=True)
    assert "Belysning är borttaget. Antal svar: 3." in words(response)
    assert not CodedTheme.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [{}, {"svar": "1"}, {"tema": "x", "svar": "x"}, {"ett": "x:y"}, {"ett": "9" * 40 + ":1"}],
)
def test_a_click_on_nothing_is_told_of(
    client: Client, editor: User, dialogue: Dialogue, fields: dict[str, str]
) -> None:
    a_theme()
    a_submission(dialogue, "Mörkt")
    response = client.post(page_of(dialogue, "koda"), fields, follow=True)
    assert "Kryssa för minst ett svar och välj ett tema." in words(response)


def test_another_municipalitys_themes_and_answers_are_out_of_reach(
    client: Client, editor: User, dialogue: Dialogue
) -> None:
    elsewhere = a_dialogue(a_municipality("Arvika"))
    theirs = a_theme("Vägar", elsewhere.municipality)
    row, other = a_submission(dialogue, "Mörkt"), a_submission(elsewhere, "Grus")
    address = page_of(dialogue, "koda")
    client.post(address, {"ett": f"{row.pk}:{theirs.pk}"})
    client.post(address, {"ett": f"{other.pk}:{a_theme().pk}"})
    assert not CodedTheme.objects.exists()
    assert client.get(page_of(elsewhere, "koda")).status_code == 404


def test_suggestions_come_from_words_coded_before(
    client: Client, editor: User, dialogue: Dialogue
) -> None:
    lights, roads = a_theme("Belysning"), a_theme("Vägar")
    address = page_of(dialogue, "koda")
    for n in range(6):
        dark = a_submission(dialogue, f"Det är mörkt på gångvägen, fler lampor {n}")
        hole = a_submission(dialogue, f"Bilarna kör för fort på genomfarten {n}")
        client.post(address, {"ett": f"{dark.pk}:{lights.pk}"})
        client.post(address, {"ett": f"{hole.pk}:{roads.pk}"})
    row = a_submission(dialogue, "Lamporna vid skolan lyser inte")
    page = client.get(address).content.decode()
    assert f'value="{row.pk}:{lights.pk}"' in page
    assert f'value="{row.pk}:{roads.pk}"' not in page


def test_coding_asks_a_fixed_number_of_questions(
    client: Client,
    editor: User,
    dialogue: Dialogue,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    ranked = (a_theme("Belysning").pk,)
    for n in range(5):
        a_submission(dialogue, f"Mörkt {n}", ranked=ranked)
    address = page_of(dialogue, "koda")
    client.get(address)
    with django_assert_num_queries(15):
        client.get(address)
    for n in range(20):
        a_submission(dialogue, f"Ljust {n}", ranked=ranked)
    with django_assert_num_queries(15):
        client.get(address)


def test_what_staff_found_counts_in_the_summary_and_for_the_writer(
    client: Client, editor: User, dialogue: Dialogue
) -> None:
    theme = a_theme("Belysning")
    for n in range(5):
        row = a_submission(dialogue, f"Mörkt {n}")
        client.post(page_of(dialogue, "koda"), {"ett": f"{row.pk}:{theme.pk}"})
    client.post(page_of(dialogue, "hort"), {"text_sv": "Lampor.", "publicera": "1"})
    address = f"/alvsbyn/dialoger/{dialogue.number}/"
    assert "Belysning: 5 svar" in words(client.get(address))


# Counting


@given(st.lists(st.integers(0, 12), min_size=1, max_size=6))
def test_no_number_kept_back_can_be_worked_out_from_the_sum(numbers: list[int]) -> None:
    parts = counting.disclosed_parts(numbers)
    pairs = list(zip(parts, numbers, strict=True))
    assert all(part == number for part, number in pairs if part is not None)
    assert not any(part is not None and 0 < part < counting.MIN_DISCLOSED for part in parts)
    hidden = [number for part, number in pairs if part is None]
    if hidden and any(parts):
        assert len(hidden) > 1
        assert sum(hidden) >= counting.MIN_DISCLOSED


def test_answers_are_counted_by_theme_group_and_place(
    client: Client, editor: User, dialogue: Dialogue
) -> None:
    lights, roads = a_theme("Belysning"), a_theme("Vägar")
    village = District.objects.create(municipality=dialogue.municipality, name="Vidsel", position=0)
    for n in range(12):
        a_submission(dialogue, f"Pupil {n}", group="pupil", ranked=(lights.pk,))
    for n in range(6):
        a_submission(dialogue, f"Resident {n}", group="resident", ranked=(lights.pk, roads.pk))
    for n in range(2):
        fields = {"group": "business", "ranked": (lights.pk,), "district": village.pk}
        a_submission(dialogue, f"Business {n}", **fields)
    counts = counting.counts(dialogue)
    assert counts.answers == 20
    by_name = {row.theme.name: row for row in counts.by_group}
    assert by_name["Belysning"].total == 20
    # Two businesses are kept back, and so are the residents: 20 - 12 - 6 would tell of the two.
    assert dict(zip(counts.groups, by_name["Belysning"].parts, strict=True)) == {
        "invånare": None, "elev": 12, "företagare": None, "annat": 0, "": 0,
    }  # fmt: skip
    assert by_name["Vägar"].total == 6
    text = words(client.get(page_of(dialogue, "analys")))
    assert "Belysning 20 · visas inte 12 · visas inte 0 0" in text
    assert "20 svar. Ett svar kan handla om flera teman." in text


def test_dialogues_are_set_beside_one_another(
    client: Client, editor: User, dialogue: Dialogue
) -> None:
    theme = a_theme("Belysning")
    earlier = a_dialogue(title="Förra", opens_on=date(2024, 1, 1), closes_on=date(2024, 2, 1))
    for n in range(10):
        a_submission(dialogue, f"Nu {n}", ranked=(theme.pk,) if n < 5 else ())
        a_submission(earlier, f"Då {n}", ranked=(theme.pk,) if n < 3 else ())
    address = f"/arbetsyta/dialoger/jamfor/{dialogue.municipality_id}/"
    text = words(client.get(address))
    assert text.index("Förra") < text.index("Vad är viktigt?")
    assert "Belysning · visas inte 50 % (5)" in text
    assert (
        client.get(f"/arbetsyta/dialoger/jamfor/{a_municipality('Arvika').pk}/").status_code == 404
    )


# Searching


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("lampa", "Fler lampor vid skolan"),
        ("lamporna", "Fler lampor vid skolan"),
        ("skolor lampor", "Fler lampor vid skolan"),
        ("belysing", "Bättre belysning tack"),
        ("gångvägarna", "Mörkt på gångvägen"),
    ],
)
def test_words_are_found_in_any_form_and_misspelt(
    client: Client, editor: User, dialogue: Dialogue, query: str, text: str
) -> None:
    a_theme()
    a_submission(dialogue, text)
    a_submission(dialogue, "Hundsök på fritidsgården")
    page = words(client.get("/arbetsyta/dialoger/sok/", {"q": query}))
    assert text in page
    assert "Hundsök" not in page
    assert text in words(client.get(page_of(dialogue, "koda"), {"q": query}))


@pytest.mark.parametrize(
    "query", ["", "\x00", "' OR 1=1 --", "a & | !", "%", "\\", "x" * 500, "(("]
)
def test_odd_searches_find_nothing_and_break_nothing(
    client: Client, editor: User, dialogue: Dialogue, query: str
) -> None:
    a_submission(dialogue, "Fler lampor")
    response = client.get("/arbetsyta/dialoger/sok/", {"q": query})
    assert response.status_code == 200
    assert "Fler lampor" not in words(response)


def test_a_search_finds_only_the_own_municipalitys_and_nothing_taken_back(
    client: Client, editor: User, dialogue: Dialogue
) -> None:
    a_submission(a_dialogue(a_municipality("Arvika")), "Fler lampor i Arvika")
    row = a_submission(dialogue, "Fler lampor återtagna")
    Submission.objects.filter(pk=row.pk).update(withdrawn_at=row.submitted_at)
    text = words(client.get("/arbetsyta/dialoger/sok/?q=lampor"))
    assert "Fler lampor i" not in text
    assert "Fler lampor åter" not in text


# Files out


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")']


def test_no_cell_of_an_export_is_a_formula(
    client: Client, editor: User, dialogue: Dialogue
) -> None:
    for formula in FORMULAS:
        a_submission(dialogue, formula)
    address = f"/arbetsyta/dialoger/{dialogue.pk}/svar/fil/"
    text = client.get(f"{address}?format=csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert len(rows) == len(FORMULAS) + 1
    assert not [cell for row in rows for cell in row if cell[:1] in "=+-@\t" and cell]
    book = openpyxl.load_workbook(io.BytesIO(client.get(address).content))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert "=1+1" in [cell.value for cell in cells]


def test_an_export_tells_what_was_said_and_nobodys_contact_details(
    client: Client, editor: User, dialogue: Dialogue
) -> None:
    theme = a_theme("Belysning")
    a_submission(dialogue, "Fler lampor", ranked=(theme.pk,), name="Nils", email="n@example.se")
    text = client.get(f"/arbetsyta/dialoger/{dialogue.pk}/svar/fil/?format=csv").content.decode()
    assert "Belysning" in text
    assert "Fler lampor" in text
    assert "n@example.se" not in text
    assert "Nils" not in text


# Files in


def send(client: Client, dialogue: Dialogue, content: str, name: str = "svar.csv") -> Any:
    address = f"/arbetsyta/dialoger/{dialogue.pk}/svar/import/"
    return client.post(address, {"file": SimpleUploadedFile(name, content.encode())})


def rows_of(response: Any) -> str:
    page = response.content.decode()
    return str(page.split('name="rows" value="')[1].split('"')[0])


A_FILE = """Text;Viktigast;Andra teman;Kommundel;Svarar som;Får citeras;Kom på
Mörkt vid skolan;belysning;Vägar;Vidsel;Elev;ja;
;Vägar;;;;;muntligt
"""


@pytest.fixture
def lists(dialogue: Dialogue) -> None:
    a_theme("Belysning")
    a_theme("Vägar")
    District.objects.create(municipality=dialogue.municipality, name="Vidsel", position=0)


def test_papers_are_looked_over_and_then_taken_in_once(
    client: Client, editor: User, dialogue: Dialogue, lists: None
) -> None:
    response = send(client, dialogue, A_FILE)
    text = words(response)
    assert "2 svar. Inget är sparat än." in text
    assert "Mörkt vid skolan" in text
    assert not Submission.objects.exists()
    address = f"/arbetsyta/dialoger/{dialogue.pk}/svar/import/"
    done = words(client.post(address, {"rows": rows_of(response)}, follow=True))
    assert "2 svar är sparade." in done
    first, second = Submission.objects.order_by("pk")
    assert (first.group, first.may_quote, first.source) == ("pupil", True, "paper")
    assert first.district is not None
    assert [(row.theme.name, row.rank) for row in first.ranked.all()] == [
        ("Belysning", 1),
        ("Vägar", None),
    ]
    assert (second.text, second.source, second.entered_by) == ("", "spoken", editor)
    again = send(client, dialogue, A_FILE)
    done = words(client.post(address, {"rows": rows_of(again)}, follow=True))
    assert "2 svar fanns redan." in done
    assert Submission.objects.count() == 2


def test_columns_that_are_not_read_are_named_before_anything_is_saved(
    client: Client, editor: User, dialogue: Dialogue, lists: None
) -> None:
    misspelt = "Text;Viktigast;Nast viktigast;Citeras\nMörkt;Belysning;Vägar;ja\n"
    text = words(send(client, dialogue, misspelt))
    assert "De här kolumnerna läses inte: Nast viktigast, Citeras." in text


def test_every_fault_is_named_and_nothing_is_saved(
    client: Client, editor: User, dialogue: Dialogue, lists: None
) -> None:
    faulty = "Text;Viktigast;Näst viktigast;Får citeras\n;;;\nA;Hästar;;\nB;Vägar;Vägar;kanske\n"
    faulty += "Det var 811228-9874;;;\n;;;ja\n"
    response = send(client, dialogue, faulty)
    assert response.status_code == 422
    text = words(response)
    assert "Rad 3, Viktigast: ”Hästar” finns inte att välja." in text
    assert "Rad 4, Näst viktigast: Du har valt samma tema två gånger." in text
    assert "Rad 4, Får citeras: ”kanske” finns inte att välja." in text
    assert "Rad 5, Text: Ta bort personnumret: ”811228-9874”." in text
    assert "Rad 6, Text: Kryssa för minst ett tema eller skriv något med egna ord." in text
    assert not Submission.objects.exists()


def test_what_may_be_personal_data_is_asked_about(
    client: Client, editor: User, dialogue: Dialogue, lists: None
) -> None:
    response = send(client, dialogue, "Text\nRing mig på 070-123 45 67\n")
    assert "Rad 2: Det här ser ut som personuppgifter: ”070-123 45 67”." in words(response)
    address = f"/arbetsyta/dialoger/{dialogue.pk}/svar/import/"
    rows = rows_of(response)
    refused = client.post(address, {"rows": rows})
    assert refused.status_code == 422
    assert "Läs anmärkningarna och kryssa i rutan." in words(refused)
    assert not Submission.objects.exists()
    client.post(address, {"rows": rows, "is_sure": "on"})
    assert Submission.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "Filen är tom."),
        ("Häst;Ko\n1;2\n", "Ingen av rubrikerna känns igen."),
        ("Text\n" + "Rad\n" * 1001, "Filen har fler än 1000 rader."),
        ("PK\x03\x04 trasig", "Filen går inte att läsa"),
    ],
)
def test_files_that_cannot_be_read_are_told_of(
    client: Client, editor: User, dialogue: Dialogue, content: str, sentence: str
) -> None:
    response = send(client, dialogue, content)
    assert response.status_code == 422
    assert sentence in words(response)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "..\\..\\x.csv", "a\x00.csv", "CON", "x" * 250]
)
def test_a_files_name_leads_nowhere(
    client: Client, editor: User, dialogue: Dialogue, lists: None, name: str
) -> None:
    assert send(client, dialogue, A_FILE, name).status_code in {200, 400, 422}
    assert not Submission.objects.exists()


def test_rows_that_were_altered_or_meant_for_another_dialogue_are_not_taken_in(
    client: Client, editor: User, dialogue: Dialogue, lists: None
) -> None:
    rows = rows_of(send(client, dialogue, A_FILE))
    other = a_dialogue()
    for target, sent in ((dialogue, rows[:-3] + "abc"), (dialogue, "x"), (other, rows)):
        address = f"/arbetsyta/dialoger/{target.pk}/svar/import/"
        response = client.post(address, {"rows": sent}, follow=True)
        assert "Välj filen igen." in words(response)
    assert not Submission.objects.exists()


def test_the_template_can_be_filled_in_and_sent(
    client: Client, editor: User, dialogue: Dialogue, lists: None
) -> None:
    address = f"/arbetsyta/dialoger/{dialogue.pk}/svar/import/"
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{address}mall/").content))
    book.worksheets[0].append(["Mörkt", "Belysning", "", "", "", "Vidsel", "elev", "nej", "papper"])
    stream = io.BytesIO()
    book.save(stream)
    file = SimpleUploadedFile("mall.xlsx", stream.getvalue())
    assert "1 svar. Inget är sparat än." in words(client.post(address, {"file": file}))
    assert client.get(f"{address}mall/?format=csv").content.decode("utf-8-sig").startswith("Text;")
    lists_of = [cell.value for row in book.worksheets[1].iter_rows() for cell in row]
    assert {"Belysning", "Vidsel", "elev"} <= set(lists_of)


def test_the_writer_sees_what_became_of_themes_that_staff_found(dialogue: Dialogue) -> None:
    from dialogues.thread.presentation import outcome_of

    theme = a_theme("Belysning")
    early = a_dialogue(opens_on=date(2021, 1, 1), closes_on=date(2021, 2, 1))
    row = a_submission(early, "Mörkt")
    a_pledge(dialogue.municipality)
    CodedTheme.objects.create(submission=row, theme=theme, coded_at=row.submitted_at)
    outcome = outcome_of(Submission.objects.with_details().get(pk=row.pk))
    assert outcome is not None
    assert [theme.name.text for theme in outcome.themes] == ["Belysning"]

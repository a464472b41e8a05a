"""A plan can be annexed to a pledge; effects are expected, never done."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.utils import timezone

from pledge_portal.accounts.models import Role, User
from pledge_portal.database.acting import as_public
from pledge_portal.pages.refusals import Refused
from pledges import lifecycle
from pledges.annexes import rules
from pledges.documents.pledge_html import html_of
from pledges.exchange.exporting import export_pledge, pledge_file_of
from pledges.exchange.faults import PledgeFileError
from pledges.exchange.importing import Annexed, Outcome, import_pledge
from pledges.exchange.pledge_file import read
from pledges.models import ConsultationAnnex, FocusArea, Pledge, PledgeAnnex
from pledges.writing import adoption
from pledges.writing.editing import latest_version
from tests.builders import A_PDF, SIGNED_AT, a_consultation, a_person, a_pledge, sign
from tests.pages.conftest import Reader
from tests.pledges.actions.test_recording_pages import words
from tests.pledges.signing.conftest import logged_in
from tests.pledges.writing.conftest import *  # noqa: F403  (a draft and those who write it)
from tests.pledges.writing.test_pages import page_of, typed

pytestmark = pytest.mark.django_db


def a_plan(**catalogue: object) -> bytes:
    """Make a PDF of a page of text, with these entries in its catalogue."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    for name, value in catalogue.items():
        pdf.Root[f"/{name}"] = value
    output = io.BytesIO()
    pdf.save(output, deterministic_id=True)
    return output.getvalue()


def with_a_plan(**fields: object) -> Pledge:
    """Make a pledge whose content lies in an annexed plan alone."""
    pledge = a_pledge(signed=False, commitments=0, **fields)  # type: ignore[arg-type]
    PledgeAnnex.store(pledge, a_plan(), title="Åtgärdsplan", pages=1, by=None, at=timezone.now())
    return pledge


def test_a_pledge_whose_content_lies_in_a_plan_is_adopted_signed_and_read(reader: Reader) -> None:
    pledge = with_a_plan()
    lifecycle.adopt(pledge, SIGNED_AT, A_PDF + b"0")
    annex = pledge.annexes.get()
    assert reader.get("/alvsbyn/2023-2025/bilaga-1.pdf").status_code == 404
    sign(pledge, 2)
    text = reader.text("/alvsbyn/2023-2025/")
    assert "Det som är lovat här står i löftets bilaga." in text
    assert "Bilagor Åtgärdsplan (PDF" in text
    assert annex.sha256 in text
    file = reader.get("/alvsbyn/2023-2025/bilaga-1.pdf")
    assert hashlib.sha256(file.content).hexdigest() == annex.sha256
    assert reader.get("/alvsbyn/2023-2025/bilaga-2.pdf").status_code == 404
    assert reader.get("/alvsbyn/").status_code == 200
    assert reader.get("/alvsbyn/loften/").status_code == 200
    assert "Annexes" in reader.text("/en/alvsbyn/2023-2025/")


def test_without_a_plan_an_area_needs_a_commitment() -> None:
    pledge = a_pledge(signed=False, commitments=1)
    FocusArea.objects.create(pledge=pledge, position=2, name="Tom")
    with pytest.raises(Refused, match="Inriktningen Tom saknar åtaganden"):
        lifecycle.adopt(pledge, SIGNED_AT, A_PDF)
    bare = with_a_plan(period="2026")
    bare.focus_areas.all().delete()
    with pytest.raises(Refused, match="Löftet saknar inriktningar"):
        lifecycle.adopt(bare, SIGNED_AT, A_PDF)


def test_an_annex_never_changes_once_the_pledge_is_adopted() -> None:
    pledge = with_a_plan()
    with pytest.raises(DatabaseError), transaction.atomic():
        pledge.annexes.update(content=b"annat")
    lifecycle.adopt(pledge, SIGNED_AT, A_PDF + b"0")
    annex = pledge.annexes.get()
    for change in (annex.delete, lambda: pledge.annexes.update(title="Annan")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_document_names_the_annex_with_its_fingerprint() -> None:
    pledge = with_a_plan()
    html = html_of(pledge, timezone.now())
    assert f"Åtgärdsplan (1 sida), SHA-256 {pledge.annexes.get().sha256}" in html
    assert '<a href="#bilagor">' in html


def test_a_plan_is_annexed_and_taken_away_by_clicking(editor: User, draft: Pledge) -> None:
    client = logged_in(editor)
    address = page_of(draft, "bilagor/")
    adoption.approve(
        draft,
        draft.municipalities.get(),
        version=latest_version(draft, timezone.now()).number,
        by=editor,
        at=timezone.now(),
    )
    assert "Bilagor" in words(client.get(page_of(draft)))
    file = SimpleUploadedFile("plan.pdf", a_plan(), "application/pdf")
    shown = words(client.post(address, {"title": "Plan 2026", "file": file}, follow=True))
    assert "Bilagan är tillagd: Plan 2026" in shown
    annex = draft.annexes.get()
    assert client.get(page_of(draft, f"bilagor/{annex.pk}.pdf")).content == a_plan()
    # Whoever approved the text without it approves anew, and the versions tell what was done.
    number = latest_version(draft, timezone.now()).number
    assert all(party.approval is None for party in adoption.approvals_of(draft, number))
    assert "Eva Ek lade till en bilaga" in words(client.get(page_of(draft, "versioner/")))
    again = SimpleUploadedFile("plan.pdf", a_plan(), "application/pdf")
    twice = client.post(address, {"title": "Plan", "file": again})
    assert "Filen är redan bilaga till löftet." in words(twice)
    assert twice.status_code == 422
    client.post(page_of(draft, f"bilagor/{annex.pk}/ta-bort/"))
    assert not draft.annexes.exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Filen är tom."),
        (b"hej", "Filen är ingen PDF."),
        (
            a_plan(OpenAction=pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("x"))),
            "skript, formulär, ljud eller film",
        ),
        (
            a_plan(
                OpenAction=pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("x"))
            ),
            "skript, formulär, ljud eller film",
        ),
        (
            a_plan(Names=pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary())),
            "har en bifogad fil",
        ),
    ],
)
def test_a_file_that_is_no_plan_is_refused(
    editor: User, draft: Pledge, content: bytes, sentence: str
) -> None:
    file = SimpleUploadedFile("plan.pdf", content, "application/pdf")
    response = logged_in(editor).post(page_of(draft, "bilagor/"), {"title": "P", "file": file})
    assert sentence in words(response)
    assert not draft.annexes.exists()


def test_a_plan_with_a_link_is_taken(editor: User, draft: Pledge) -> None:
    link = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("https://example.se"))
    annex = rules.annex(draft, a_plan(OpenAction=link), title="Plan", by=editor, at=timezone.now())
    assert annex.pages == 1


def test_the_file_names_annexes_and_takes_them_when_they_come_with_it(tmp_path: Path) -> None:
    pledge = with_a_plan()
    pledge_file = read(export_pledge(pledge))
    assert import_pledge(pledge_file) == (pledge, Outcome.UNCHANGED)
    # A draft that is replaced keeps those that its file names still.
    renamed = pledge_file.model_copy(
        update={"pledge": pledge_file.pledge.model_copy(update={"title": "Nytt"})}
    )
    replaced, outcome = import_pledge(renamed, replace=True)
    assert outcome == Outcome.REPLACED
    assert bytes(replaced.annexes.get().content) == a_plan()
    replaced.delete()
    with pytest.raises(PledgeFileError, match=r"annex\[1\].sha256"):
        import_pledge(pledge_file)
    taken, _outcome = import_pledge(pledge_file, annexes=[Annexed(a_plan(), 1)])
    assert pledge_file_of(taken) == pledge_file
    taken.delete()
    (tmp_path / "lofte.toml").write_bytes(export_pledge(with_a_plan(uid=taken.uid)))
    Pledge.objects.all().delete()
    (tmp_path / "plan.pdf").write_bytes(a_plan())
    with pytest.raises(CommandError, match="Filen är ingen PDF"):
        call_command("import_pledge", tmp_path / "lofte.toml", annex=[tmp_path / "lofte.toml"])
    call_command("import_pledge", tmp_path / "lofte.toml", annex=[tmp_path / "plan.pdf"])
    assert Pledge.objects.get().annexes.get().title == "Åtgärdsplan"


def test_a_drafts_annexes_are_read_where_residents_are_asked_about_it_and_nowhere_else(
    reader: Reader,
) -> None:
    draft = with_a_plan()
    address = "/alvsbyn/samrad/2023-2025/1/bilaga-1.pdf"
    assert reader.get(address).status_code == 404
    editor = a_person("karin@example.se", Role.COORDINATOR, draft.municipalities.get())
    preview = words(logged_in(editor).get(f"/arbetsyta/samrad/utkast/{draft.uid}/"))
    assert "Åtgärdsplan" in preview.partition("Det här får invånarna se")[2]
    asked = a_consultation(draft)
    for page in ("/alvsbyn/samrad/2023-2025/", "/alvsbyn/samrad/2023-2025/1/"):
        assert f'href="{address}"' in reader.get(page).content.decode()
    # As it was: the draft's own may be taken away, and another come, which nobody reads yet.
    rules.remove(draft, draft.annexes.get(), by=editor, at=timezone.now())
    other = a_plan(Lang="sv")
    rules.annex(draft, other, title="Ny plan", by=editor, at=timezone.now())
    assert reader.get(address).content == a_plan()
    assert "Ny plan" not in reader.text("/alvsbyn/samrad/2023-2025/")
    with as_public():
        assert [bytes(row.content) for row in ConsultationAnnex.objects.all()] == [a_plan()]
        assert not PledgeAnnex.objects.exists()
    assert reader.get("/alvsbyn/2023-2025/bilaga-1.pdf").status_code == 404
    assert reader.get("/alvsbyn/samrad/2023-2025/1/bilaga-2.pdf").status_code == 404
    for change in (asked.annexes.all().delete, lambda: asked.annexes.update(title="Annan")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


# Expected effects


def test_expected_effects_stand_with_the_problem_and_the_figures_never_as_done(
    reader: Reader,
) -> None:
    pledge = a_pledge(signed=False, commitments=1)
    pledge.focus_areas.update(
        expected_effects="Färre unga provar.",
        expected_effects_sv="Färre unga provar.",
        expected_effects_en="Fewer try.",
    )
    assert "<strong>Det här ska vi åstadkomma:</strong> Färre unga provar." in html_of(
        pledge, timezone.now()
    )
    assert read(export_pledge(pledge)).focus_area[0].expected_effects == "Färre unga provar."
    lifecycle.adopt(pledge, SIGNED_AT, A_PDF + b"0")
    sign(pledge, 2)
    assert "Det här ska vi åstadkomma Färre unga provar." in reader.text("/alvsbyn/2023-2025/")
    assert "What this is to achieve Fewer try." in reader.text("/en/alvsbyn/2023-2025/")
    commitment = reader.get("/alvsbyn/2023-2025/ataganden/1/").content.decode()
    assert "Färre unga provar." in commitment.split('id="framsteg"')[1].split('id="varfor"')[0]
    for done in commitment.split('<li class="done">')[1:]:
        assert "Färre unga provar." not in done.split("</li>")[0]


def test_expected_effects_are_written_by_clicking(editor: User, draft: Pledge) -> None:
    client = logged_in(editor)
    area = draft.focus_areas.get()
    address = page_of(draft, f"del/inriktning-{area.pk}/")
    posted = typed(client.get(address)) | {"expected_effects_sv": "Färre unga provar."}
    assert "Färre unga provar." in words(client.post(address, posted, follow=True))
    area.refresh_from_db()
    assert area.expected_effects_sv == "Färre unga provar."

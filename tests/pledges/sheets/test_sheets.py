"""A pledge's poster and leaflet: what they say, and who makes them when."""

from __future__ import annotations

import io
import subprocess

import pikepdf
import pytest
from django.test import override_settings
from django.utils import timezone, translation

from pledges.demonstration.marks import load_marks
from pledges.models import FocusArea, Pledge, PledgeSheet
from pledges.sheets import stored
from pledges.sheets.content import sheet_context, sheet_html, sheet_pdf
from pledges.sheets.stored import renew_all_pledge_sheets
from tests.builders import a_commitment, a_follow_up, a_pledge
from tests.jobs import run_jobs
from tests.pages.conftest import Reader
from tests.verapdf import assert_conforms

pytestmark = pytest.mark.django_db
POSTER, LEAFLET = "/alvsbyn/2023-2025/affisch-a4.pdf", "/alvsbyn/2023-2025/flygblad.pdf"
A4, A3 = (595, 842), (842, 1191)


def text_of(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def sheet(pledge: Pledge, kind: str) -> bytes:
    public = Pledge.objects.public().with_standing().get(pk=pledge.pk)
    with translation.override("sv"):
        return sheet_pdf(sheet_context(public, timezone.localdate()), kind, timezone.now())


@pytest.mark.parametrize(
    ("kind", "pages", "paper"),
    [("poster-a4", 1, A4), ("poster-a3", 1, A3), ("leaflet", 2, A4)],
)
def test_a_sheet_is_accessible_and_fits(kind: str, pages: int, paper: tuple[int, int]) -> None:
    pledge = a_pledge(commitments=3)
    load_marks([pledge])
    content = sheet(pledge, kind)
    assert_conforms(content, "ua1")
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.pages) == pages
        assert tuple(round(float(side)) for side in pdf.pages[0].MediaBox[2:]) == paper
        assert "/AcroForm" not in pdf.Root
    words = text_of(content)
    assert "/alvsbyn/2023-2025/" in words
    assert "Så var det den" in words
    assert "Redovisat:" in words


def test_a_poster_of_many_promises_is_still_one_page() -> None:
    pledge = a_pledge(signed=False, commitments=0)
    area = FocusArea.objects.get(pledge=pledge)
    for number in range(1, 25):
        a_commitment(pledge, number, area, text=f"Ett löfte med långt namn nummer {number} här")
    from pledges import lifecycle
    from tests.builders import A_PDF, SIGNED_AT, sign

    lifecycle.adopt(pledge, SIGNED_AT, A_PDF + b"0")
    sign(pledge, 2)
    with pikepdf.open(io.BytesIO(sheet(pledge, "poster-a4"))) as pdf:
        assert len(pdf.pages) == 1


def test_a_sheet_is_made_by_the_queue_and_never_for_a_reader(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def as_html(context: dict, kind: str, at: object) -> bytes:
        made.append(kind)
        return sheet_html(context, kind, timezone.now()).encode()

    monkeypatch.setattr(stored, "sheet_pdf", as_html)
    pledge = a_pledge(commitments=1)
    answer = reader.get(POSTER)
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert made == []
    run_jobs(with_sheets=True)
    assert sorted(made) == sorted(2 * list(PledgeSheet.Kind.values))
    answer = reader.get(POSTER)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert "Så var det den" in answer.content.decode()
    assert b'lang="en"' in reader.get(f"/en{POSTER}").content
    # Nothing has changed: nothing is made.
    renew_all_pledge_sheets()
    run_jobs(with_sheets=True)
    assert len(made) == 6
    a_follow_up(pledge, verdict="not_kept", reason="Sjukdom")
    assert reader.get(POSTER).status_code == 503
    run_jobs(with_sheets=True)
    assert "1 inte uppfyllt" in reader.get(POSTER).content.decode()
    page = reader.get("/alvsbyn/2023-2025/").content.decode()
    for address in (POSTER, LEAFLET, "/alvsbyn/2023-2025/affisch-a3.pdf"):
        assert f'href="{address}"' in page


def test_a_draft_and_a_pledge_that_is_over_have_none(reader: Reader) -> None:
    draft = a_pledge(signed=False)
    stored.ask_for_sheets(draft.pk)
    run_jobs(with_sheets=True)
    assert not PledgeSheet.objects.exists()
    assert reader.get(POSTER).status_code == 404


@pytest.mark.parametrize("is_demonstration", [True, False])
def test_a_demonstration_says_so_plainly(is_demonstration: bool) -> None:
    pledge = a_pledge(commitments=1)
    public = Pledge.objects.public().with_standing().get(pk=pledge.pk)
    with override_settings(DEMONSTRATION=is_demonstration), translation.override("sv"):
        html = sheet_html(sheet_context(public, timezone.localdate()), "poster-a4")
    assert ("Demonstration. Allt som är redovisat" in html) is is_demonstration

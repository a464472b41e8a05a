"""The page of a pledge: what is promised, by whom, and how to check it."""

import re
from datetime import date
from decimal import Decimal

import pytest
import time_machine

from pledges import lifecycle
from pledges.models import Municipality, PledgeDocument, Section
from tests.builders import (
    a_commitment,
    a_follow_up,
    a_municipality,
    a_pledge,
    an_action,
    sign,
)
from tests.pages.conftest import Reader

pytestmark = pytest.mark.django_db

ADDRESS = "/alvsbyn/2023-2025/"


def test_it_answers_first_whether_the_pledge_is_in_force(reader: Reader) -> None:
    a_pledge()
    text = reader.text(ADDRESS)
    assert (
        "Gäller löftet? Ja, tills vidare Slutdatumet 31 december 2025 har passerat. "
        "Löftet gäller tills ett nytt ges. Ett nytt löfte väntas."
    ) in text
    assert text.index("Gäller löftet?") < text.index("Därför är det lovat")


def test_it_shows_what_is_promised_by_whom_and_why(reader: Reader) -> None:
    a_pledge(commitments=2)
    text = reader.text(ADDRESS)
    assert "Givet av Älvsbyns kommun och Polisen" in text
    assert "Narkotika i skolan" in text
    assert "Narkotika förekommer bland unga." in text
    assert "Det är lätt att få tag på." in text
    assert "Polisen söker efter narkotika med hund i skolan (2)" in text
    assert "Minst 2 hundsök per år" in text


def test_it_shows_the_document_and_its_signatures(reader: Reader) -> None:
    pledge = a_pledge()
    document = PledgeDocument.objects.public().get(pledge=pledge)
    text = reader.text(ADDRESS)
    assert document.sha256 in text
    assert "Johan Dahlqvist kommunalråd för Älvsbyns kommun Undertecknat 12 december 2022" in text
    assert "Andreas Nyberg lokalpolisområdeschef för Polisen" in text
    assert "DEMO Medborgarlöften CA" in text
    links = reader.get(ADDRESS).content.decode()
    assert 'href="/alvsbyn/2023-2025/medborgarlofte.pdf"' in links
    assert 'href="/verifiera/"' in links


def test_every_kind_of_section_is_shown_and_its_markdown_read(reader: Reader) -> None:
    a_pledge()
    html = reader.get(ADDRESS).content.decode()
    for number in range(1, len(Section.Kind.values) + 1):
        assert f"Avsnitt {number}" in html
    assert "<strong>tryck</strong>" in html


def test_html_in_a_text_is_shown_and_never_run(reader: Reader) -> None:
    a_pledge(
        summary="<script>alert(1)</script>",
        title='Löfte "2023" <b>fett</b>',
        commitment={"text": "<img src=x onerror=alert(1)>", "explanation": "<script>x</script>"},
    )
    for address in (ADDRESS, f"{ADDRESS}ataganden/1/", "/alvsbyn/", f"/en{ADDRESS}"):
        html = reader.get(address).content.decode()
        assert "<script>" not in html.replace("<script src=", "")
        assert "<img" not in html
        assert "<b>" not in html


def test_made_up_parts_are_marked_and_the_page_says_that_it_is_a_demonstration(
    reader: Reader,
) -> None:
    a_pledge(
        is_demonstration=True,
        invented=["summary"],
        commitments=1,
        commitment={"invented": ["target"]},
    )
    text = reader.text(ADDRESS)
    assert "Löftet visas som demonstration." in text
    assert "mindre brottslighet. Demonstrationsuppgift" in text
    assert "Minst 2 hundsök per år Demonstrationsuppgift" in text


def test_a_real_pledge_bears_no_demonstration_mark(reader: Reader) -> None:
    a_pledge()
    assert "Löftet visas som demonstration" not in reader.text(ADDRESS)


def test_an_annulled_pledge_stays_readable_with_its_reason(reader: Reader) -> None:
    pledge = a_pledge()
    lifecycle.annul(pledge, date(2026, 2, 1), "Parterna är inte överens.", on=date(2026, 2, 1))
    text = reader.text(ADDRESS)
    assert "Nej, det är upphävt" in text
    assert "Skäl: Parterna är inte överens." in text


def test_an_earlier_pledge_stays_readable_and_leads_to_the_new_one(reader: Reader) -> None:
    a_pledge()
    a_pledge(period="2026-2028", valid_from=date(2026, 6, 1), valid_to=date(2028, 12, 31))
    assert "Nej, det är ersatt" in reader.text(ADDRESS)
    assert 'href="/alvsbyn/2026-2028/"' in reader.get(ADDRESS).content.decode()
    assert 'href="/alvsbyn/2023-2025/"' in reader.get("/alvsbyn/2026-2028/").content.decode()


def test_a_municipality_that_changes_its_name_is_shown_by_its_new_one(reader: Reader) -> None:
    a_pledge()
    assert "för Älvsbyns kommun" in reader.text(ADDRESS)
    Municipality.objects.update(official_name="Älvsby stad")
    text = reader.text(ADDRESS)
    assert "Älvsbyns kommun" not in text
    assert "för Älvsby stad" in text


def test_what_depends_on_the_day_is_told_anew_each_day(reader: Reader) -> None:
    a_pledge()
    assert "Ja, tills vidare" in reader.text(ADDRESS)
    with time_machine.travel(date(2025, 12, 31)):
        assert "Slutdatumet är i dag" in reader.text(ADDRESS)
        assert "tills vidare" not in reader.text(ADDRESS)


def test_a_pledge_of_three_municipalities_is_read_at_each(reader: Reader) -> None:
    places = [a_municipality(name) for name in ("Stenungsund", "Orust", "Tjörn")]
    a_pledge(places)
    for slug in ("stenungsund", "orust", "tjorn"):
        text = reader.text(f"/{slug}/2023-2025/")
        assert "Givet av Stenungsunds kommun, Orusts kommun, Tjörns kommun och Polisen" in text


@pytest.mark.parametrize(
    "how_far", [{"signed": False}, {"signed": False, "adopted": True}, {"signed": 1}]
)
def test_what_is_not_signed_by_all_is_seen_nowhere(reader: Reader, how_far: dict) -> None:
    a_pledge(title="Hemligt utkast", **how_far)
    for address in (
        ADDRESS,
        f"{ADDRESS}ataganden/1/",
        f"{ADDRESS}medborgarlofte.pdf",
        f"/en{ADDRESS}",
        f"/en{ADDRESS}ataganden/1/",
    ):
        assert reader.get(address).status_code == 404
    for address in ("/", "/?q=alvsbyn", "/alvsbyn/", "/sitemap.xml"):
        body = reader.get(address).content.decode()
        assert "Hemligt" not in body
        assert "2023-2025" not in body
        assert "har medborgarlöfte här" not in body
        assert "has-pledge" not in body


def test_english_pages_show_english_texts_and_mark_the_swedish_ones(reader: Reader) -> None:
    a_pledge(title_en="Citizen pledge 2023-2025", commitments=1)
    html = reader.get(f"/en{ADDRESS}").content.decode()
    assert '<html lang="en">' in html
    assert "<h1>Citizen pledge 2023-2025</h1>" in html
    assert '<span lang="sv">Polisen söker efter narkotika med hund i skolan (1)</span>' in html
    assert 'At least 2 <span lang="sv">hundsök</span> a year' in html
    assert "Texts that have no up-to-date English version are shown in Swedish." in html
    assert "are shown in Swedish." in html
    assert "The police" in html


def test_a_wholly_translated_pledge_needs_no_note_on_language(reader: Reader) -> None:
    pledge = a_pledge(signed=False, commitments=0, title_en="Pledge", summary_en="Summary")
    area = pledge.focus_areas.get()
    a_commitment(pledge, 1, area, text_en="Search", target_unit_en="searches")
    for row in [area, *pledge.sections.all(), *pledge.signatories.all()]:
        for field in ("name", "problem", "cause", "heading", "text", "title"):
            if hasattr(row, f"{field}_en"):
                setattr(row, f"{field}_en", "English")
        row.save()
    lifecycle.adopt(pledge, pledge.created_at, b"%PDF")
    sign(pledge, 2)
    pages = [ADDRESS, f"{ADDRESS}ataganden/1/", f"{ADDRESS}insatser/", "/alvsbyn/"]
    pages.append(f"{ADDRESS}fran-ord-till-handling/")
    for page in pages:
        assert "are shown in Swedish" not in reader.text(f"/en{page}")
    # One Swedish word of what was done, and every page with it says so.
    an_action(pledge.commitments.get(), done_on=date(2024, 3, 1), unit="sök med två hundar")
    for page in pages[1:-1]:
        note = r"are (shown|written) in Swedish\."
        assert re.search(note, reader.text(f"/en{page}")), page


def test_the_language_switch_keeps_the_page(reader: Reader) -> None:
    a_pledge()
    swedish = reader.get(f"{ADDRESS}ataganden/2/").content.decode()
    english = reader.get(f"/en{ADDRESS}ataganden/2/").content.decode()
    assert 'href="/en/alvsbyn/2023-2025/ataganden/2/" lang="en" hreflang="en"' in swedish
    assert 'href="/alvsbyn/2023-2025/ataganden/2/" lang="sv" hreflang="sv"' in english
    for page in (swedish, english):
        assert (
            'hreflang="en" href="http://127.0.0.1:8000/en/alvsbyn/2023-2025/ataganden/2/"' in page
        )


def test_a_coverage_target_is_put_in_words(reader: Reader) -> None:
    a_pledge(
        commitments=1,
        commitment={
            "target_shape": "coverage",
            "target_unit": "klasser i årskurs 7",
            "target_amount": Decimal(4),
            "target_of": 5,
        },
    )
    assert "4 av 5 klasser i årskurs 7" in reader.text(ADDRESS)


def test_the_municipality_page_shows_the_pledge_of_today_and_the_others(reader: Reader) -> None:
    a_pledge(period="2022", valid_from=date(2022, 1, 1), valid_to=date(2022, 12, 31))
    a_pledge()
    a_pledge(period="2027-2029", valid_from=date(2027, 1, 1), valid_to=date(2029, 12, 31))
    text = reader.text("/alvsbyn/")
    assert "Gäller tills vidare" in text
    assert "Löftet gäller till och med den 31 december 2026." in text
    assert text.index("Kommande löfte") < text.index("Medborgarlöfte 2027-2029")
    assert text.index("Tidigare löften") < text.index("Medborgarlöfte 2022")
    assert "Norrbottens län" in text
    assert "Piteå älvdal" in text


def test_a_municipality_without_a_pledge_says_so_honestly(reader: Reader) -> None:
    a_municipality()
    text = reader.text("/alvsbyn/")
    assert "I den här portalen finns inget medborgarlöfte för Älvsbyns kommun." in text
    assert "Det kan finnas ett ändå" in text


def test_a_municipality_whose_pledge_has_ended_says_so(reader: Reader) -> None:
    a_pledge(until_replaced=False)
    text = reader.text("/alvsbyn/")
    assert "Nej, inte i dag" in text
    assert "Har upphört" in text


def test_every_municipality_has_a_seal_of_its_own_code(reader: Reader) -> None:
    for name, code in (("Älvsbyn", "2560"), ("Piteå", "2581")):
        a_municipality(name, code)
    pages = [reader.get(f"/{place.slug}/").content.decode() for place in Municipality.objects.all()]
    seals = {page.partition('<svg class="seal"')[2].partition("</svg>")[0] for page in pages}
    assert all(seals)
    assert len(seals) == 2


@pytest.mark.parametrize("period", ["year", "week", "whole"])
def test_a_pledge_that_never_held_says_so_of_each_commitment(reader: Reader, period: str) -> None:
    pledge = a_pledge(commitments=1, commitment={"kind": "other", "target_period": period})
    an_action(pledge.commitments.select_related("pledge").get(), done_on=date(2024, 3, 4))
    lifecycle.annul(pledge, pledge.valid_from, "Givet av misstag.", on=date(2025, 1, 1))
    text = reader.text(ADDRESS)
    assert "Hölls löftet? Löftet gällde aldrig." in text
    assert "Avbröts, bedöms inte Löftet gällde aldrig." in text
    assert "Skulle ha gällt från 1 januari 2023" in text
    assert "Gällde" not in text
    assert "Har inte börjat" not in text


@pytest.mark.parametrize("is_annulled", [False, True])
@pytest.mark.parametrize("is_followed_up", [False, True])
def test_a_pledge_that_is_over_is_told_in_the_past(
    reader: Reader, is_annulled: bool, is_followed_up: bool
) -> None:
    end = date(2025, 12, 31) if is_annulled else date(2024, 12, 31)
    openly = {"kind": "other", "target_period": "month"}
    pledge = a_pledge(until_replaced=False, valid_to=end, commitments=2, commitment=openly)
    if is_followed_up:
        a_follow_up(pledge, verdict="under_way", reason="Det tog tid.")
    if is_annulled:
        lifecycle.annul(pledge, date(2025, 1, 1), "Givet av misstag.", on=date(2025, 1, 1))
    pages = [
        "",
        "ataganden/1/",
        "insatser/",
        "uppfoljningar/",
        "fran-ord-till-handling/",
        "kommentarer/",
    ]
    for page in [*pages, *(["uppfoljningar/2025-02-12/"] if is_followed_up else [])]:
        text = reader.text(f"{ADDRESS}{page}")
        said_then = ("pågår", "Pågår") if page == "uppfoljningar/2025-02-12/" else ()
        for word in (
            *("Gäller från", "Ges av", "Gäller i ", "Nästa uppföljning", "försenad", " än."),
            *("Skriv en kommentar", "Håller du inte med", "följs upp", "räknas varje månad"),
            *("pågår", "Pågår", "på gång"),
        ):
            assert word in said_then or word not in text, (page, word)
    assert "Gällde från 1 januari 2023" in reader.text(ADDRESS)
    assert "Har inte börjat" not in reader.text(ADDRESS)
    assert ("2 pågick då" in reader.text(ADDRESS)) == is_followed_up
    follow_ups = reader.text(f"{ADDRESS}uppfoljningar/")
    assert ("Ingen uppföljning av tiden från" in follow_ups) != is_followed_up
    assert ("Inte bedömt." in reader.text(ADDRESS)) != is_followed_up

"""The archive holds every pledge that a municipality has had.

Two of them are compared.
"""

from __future__ import annotations

import re
from datetime import date

import pytest

from pledges import lifecycle
from pledges.models import Municipality, Pledge
from tests.builders import (
    SIGNED_AT,
    a_commitment,
    a_follow_up,
    a_municipality,
    a_pledge,
    an_action,
    sign,
)
from tests.pages.conftest import Reader
from tests.pages.test_public_answers import queries

pytestmark = pytest.mark.django_db

ARCHIVE = "/alvsbyn/loften/"
COMPARE = "/alvsbyn/loften/jamfor/"


def a_year(year: int, **fields: object) -> Pledge:
    return a_pledge(
        period=str(year), valid_from=date(year, 1, 1), valid_to=date(year, 12, 31), **fields
    )


def a_pledge_of(texts: list[str], year: int) -> Pledge:
    """Make a signed pledge of a year whose commitments have the texts."""
    pledge = a_year(year, signed=False, commitments=0)
    area = pledge.focus_areas.get()
    for number, text in enumerate(texts, start=1):
        a_commitment(pledge, number, area, text=text)
    lifecycle.adopt(pledge, SIGNED_AT, b"%PDF 0")
    sign(pledge, 2)
    return pledge


def entries(reader: Reader, address: str = ARCHIVE) -> list[str]:
    """Return the words of each pledge in the archive, in order."""
    html = reader.get(address).content.decode()
    entries_html = re.findall(
        r'<li>\s*<h2.*?(?=<li>\s*<h2|<p class="soft small"|$)', html, re.DOTALL
    )
    return [" ".join(re.sub(r"<[^>]+>", " ", entry).split()) for entry in entries_html]


def test_every_pledge_is_told_of_the_latest_first(reader: Reader) -> None:
    a_year(2022)
    current = a_pledge()
    a_follow_up(current)
    a_pledge(period="2027", valid_from=date(2027, 1, 1), valid_to=date(2027, 12, 31))
    coming, now, earlier = entries(reader)
    assert "Medborgarlöfte 2027 Undertecknat, gäller inte ännu" in coming
    assert "Hölls det? Löftet har inte börjat gälla." in coming
    assert "Gäller tills vidare" in now
    assert "1 januari 2023 – 31 december 2026" in now
    assert "Ersätts av Medborgarlöfte 2027 , 1 januari 2027" in now
    assert "Hålls det? Rådet den 12 februari 2025: 3 av 3 åtaganden uppfyllda." in now
    assert "Inget är redovisat än. Redovisningen har saknats sedan den 1 januari 2024." in now
    assert "1 uppföljning" in now
    assert "Medborgarlöfte 2023-2025 1 januari 2023 – 31 december 2026" in reader.text(
        "/alvsbyn/2022/"
    )
    assert "1 januari 2022 – 31 december 2022" in earlier
    assert "Ersatt av Medborgarlöfte 2023-2025 , 1 januari 2023" in earlier


def test_what_was_done_tells_how_it_was_kept(reader: Reader) -> None:
    pledge = a_year(2024, commitments=1, until_replaced=False)
    silence = "Inget är redovisat. Redovisningen har saknats sedan den 1 januari 2025."
    assert silence in entries(reader)[0]
    commitment = pledge.commitments.get()
    for month in (3, 10):
        an_action(commitment, done_on=date(2024, month, 3))
    assert "1 åtagande: 1 har nått målet." in entries(reader)[0]
    # Others may have been given that are not here.
    assert "Alla medborgarlöften som finns i portalen" in reader.text(ARCHIVE)


def test_an_annulled_pledge_stays_readable_with_its_reason(reader: Reader) -> None:
    lifecycle.annul(a_year(2024), date(2024, 7, 1), "Kommunen <b>gick</b> ur.", on=date(2024, 7, 1))
    lifecycle.annul(a_year(2025), date(2025, 1, 1), "Givet av misstag.", on=date(2025, 1, 1))
    never, cut = entries(reader)
    assert "Skäl: Givet av misstag." in never
    assert "Gällde Inte en enda dag" in never
    assert "Hölls det? Löftet gällde aldrig." in never
    assert "Upphävt" in cut
    assert "1 januari 2024 – 30 juni 2024" in cut
    assert "<b>gick</b>" not in reader.get(ARCHIVE).content.decode()


def test_a_pledge_that_ended_by_itself_was_followed_and_not_replaced(reader: Reader) -> None:
    a_year(2023, until_replaced=False)
    a_year(2024)
    a_year(2021, until_replaced=False)
    texts = entries(reader)
    assert "Följt av Medborgarlöfte 2024" in texts[1]
    assert "Följt av" not in texts[2]
    assert "Ersatt av" not in texts[2]


def test_nothing_that_is_not_signed_by_all_is_there(reader: Reader) -> None:
    a_year(2024)
    a_year(2025, signed=1)
    a_year(2026, signed=False)
    assert len(entries(reader)) == 1
    # But for the day since when the report of 2024 is missing.
    assert "2025" not in " ".join(entries(reader)).replace("sedan den 1 januari 2025", "")


def test_a_long_archive_has_pages(reader: Reader) -> None:
    for year in range(2000, 2023):
        a_year(year, commitments=1)
    assert len(entries(reader)) == 20
    assert "Medborgarlöfte 2002" in entries(reader, f"{ARCHIVE}?sida=2")[0]
    assert "Sida 2 av 2" in reader.text(f"{ARCHIVE}?sida=2")
    assert len(entries(reader, f"{ARCHIVE}?sida=x")) == 20


def test_more_pledges_ask_no_more_questions(reader: Reader) -> None:
    a_year(2000)
    with_one = queries(reader, ARCHIVE)[1]
    for year in range(2001, 2015):
        a_year(year)
    assert queries(reader, ARCHIVE)[1] == with_one == 15


def test_a_municipality_without_pledges_says_so(reader: Reader) -> None:
    a_municipality()
    assert "Inget medborgarlöfte har lagts in här." in reader.text(ARCHIVE)
    assert "Det behövs två löften" in reader.text(COMPARE)
    assert "Det finns ingen kommun" in reader.text("/finnsinte/loften/", status=404)


def test_one_gets_there_from_the_municipality_and_the_pledge(reader: Reader) -> None:
    a_year(2022)
    a_pledge()
    assert f'href="{ARCHIVE}"' in reader.get("/alvsbyn/").content.decode()
    page = reader.get("/alvsbyn/2023-2025/").content.decode()
    assert f'href="{ARCHIVE}"' in page
    assert f'href="{COMPARE}?fran=2022&amp;till=2023-2025"' in page
    assert "Vad är nytt" not in reader.text("/alvsbyn/2022/")
    assert (
        f"<loc>http://127.0.0.1:8000{ARCHIVE}</loc>" in reader.get("/sitemap.xml").content.decode()
    )


OLD = ["Polisen söker med hund två gånger om året.", "Kommunen tänder fler lampor i parken."]
NEW = ["Polisen söker med hund tre gånger om året.", "Polisen besöker alla klasser i årskurs sju."]


def test_two_pledges_are_compared_word_by_word(reader: Reader) -> None:
    a_pledge_of([*OLD, "Det här blir kvar."], 2023)
    a_pledge_of([*NEW, "Det här blir kvar."], 2024)
    text = reader.text(f"{COMPARE}?fran=2023&till=2024")
    assert "1 nytt åtagande, 1 ändrat, 1 borttaget, 1 oförändrat." in text
    html = reader.get(f"{COMPARE}?fran=2023&till=2024").content.decode()
    changed = html[html.index('id="andrat"') : html.index('id="borttaget"')]
    assert re.search(r"<del>.*två.*</del><ins>.*tre.*</ins> gånger om året\.", changed)
    assert "[borttaget: " in changed
    assert "[tillagt: " in changed
    assert NEW[1] in html[html.index('id="nytt"') : html.index('id="andrat"')]
    assert OLD[1] in html[html.index('id="borttaget"') : html.index('id="kvar"')]
    assert "Det här blir kvar." in html[html.index('id="kvar"') :]


def test_without_a_choice_the_two_latest_are_compared(reader: Reader) -> None:
    for year in (2022, 2023, 2024):
        a_year(year)
    assert "Från 2023 till 2024" in reader.text(COMPARE)


def test_backwards_is_said_and_turned_about(reader: Reader) -> None:
    a_pledge_of(OLD, 2023)
    a_pledge_of(NEW, 2024)
    text = reader.text(f"{COMPARE}?fran=2024&till=2023")
    assert "Du jämför bakåt" in text
    assert f"Nytt Fanns inte i löftet 2024. 2 Åtagande 2: {OLD[1]}" in text


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("fran=2019&till=2024", "”2019” är inget löfte som finns här. Välj ett i listan."),
        ("fran=2025&till=2024", "”2025” är inget löfte som finns här."),
        ("fran=2024&till=2024", "Välj två olika löften."),
        ("fran=2023", "Välj ett löfte."),
        ("till=", "Välj ett löfte."),
        ("fran=%00%3Cscript%3E&till=2024", "”<script>” är inget löfte"),
    ],
)
def test_a_choice_that_makes_no_sense_gets_a_sentence_and_keeps_the_other(
    reader: Reader, query: str, sentence: str
) -> None:
    a_year(2023)
    a_year(2024)
    a_year(2025, signed=1)
    text = reader.text(f"{COMPARE}?{query}", status=400)
    assert sentence in text
    assert "Fel:" in text
    if "till=2024" in query:
        html = reader.get(f"{COMPARE}?{query}").content.decode()
        assert re.search(r'<option value="2024" selected>', html[html.index('name="till"') :])


def test_a_comparison_asks_as_many_questions_for_forty_commitments_as_for_one(
    reader: Reader,
) -> None:
    a_year(2023, commitments=1)
    a_year(2024, commitments=1)
    with_one = queries(reader, COMPARE)
    other = a_municipality("Boden")
    for year in (2023, 2024):
        a_year(year, municipality=other, commitments=40)
    assert queries(reader, "/boden/loften/jamfor/") == with_one
    assert with_one[1] == 9


def test_english_texts_are_compared_when_both_pledges_have_them(reader: Reader) -> None:
    for year, word in ((2023, "two"), (2024, "three")):
        a_year(
            year,
            commitments=1,
            commitment={
                "text": f"Polisen söker med hund {year - 2021} gånger.",
                "text_en": f"The police search {word} times.",
            },
        )
    html = reader.get(f"/en{COMPARE}").content.decode()
    assert re.search(r"The police search <del>.*two.*</del><ins>.*three.*</ins> times\.", html)
    assert "1 changed" in html


def test_swedish_texts_are_marked_as_such_on_the_english_page(reader: Reader) -> None:
    a_pledge_of(OLD, 2023)
    a_pledge_of(NEW, 2024)
    html = reader.get(f"/en{COMPARE}").content.decode()
    assert re.search(r'<del><span class="hidden-visually">\[removed: </span><span lang="sv">', html)
    assert "Texts that have no up-to-date English version" in html


def test_each_municipality_of_a_joint_pledge_has_its_own_archive(reader: Reader) -> None:
    places = [a_municipality(), a_municipality("Boden")]
    a_pledge(places)
    a_pledge(
        Municipality.objects.get(name="Boden"),
        period="2026",
        valid_from=date(2026, 1, 1),
        valid_to=date(2026, 12, 31),
    )
    assert "Gäller tills vidare" in entries(reader)[0]
    assert "Ersatt av Medborgarlöfte 2026" in entries(reader, "/boden/loften/")[1]


@pytest.mark.parametrize(
    ("ends", "in_force"),
    [
        (date(2025, 12, 31), "Från 1 januari 2024 och tills vidare"),
        (date(2050, 12, 31), "1 januari 2024 – 31 december 2050, eller tills ett nytt ges"),
    ],
)
def test_only_what_is_held_over_is_in_force_until_further_notice(
    reader: Reader, ends: date, in_force: str
) -> None:
    place = a_municipality()
    a_pledge(place, period="2024", valid_from=date(2024, 1, 1), valid_to=ends)
    a_pledge(place, period="2022", valid_from=date(2022, 1, 1), valid_to=date(2022, 12, 31))
    assert f"Gäller {in_force}" in entries(reader)[0]
    assert f"Medborgarlöfte 2024 {in_force}" in reader.text("/alvsbyn/2022/")
    thread = reader.text("/alvsbyn/2022/fran-ord-till-handling/")
    assert "Nästa löfte: Medborgarlöfte 2024" in thread

"""The start page: find your municipality, by name or in the list."""

import pytest

from tests.builders import a_municipality, a_pledge
from tests.pages.conftest import Reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def places() -> None:
    """Make a few municipalities, one with a pledge."""
    for name in ("Arjeplog", "Örebro", "Åre", "Ängelholm", "Ystad", "Upplands Väsby"):
        a_municipality(name)
    a_pledge()


@pytest.mark.parametrize(
    "words", ["Älvsbyn", "alvsbyn", "ÄLVS", "älvsbyns kommun", "alvsbin", "Elvsbyn", "  älvs  "]
)
def test_a_name_is_found_without_dots_and_with_small_faults(
    reader: Reader, places: None, words: str
) -> None:
    response = reader.get("/", data={"q": words})
    hits = response.content.decode().partition('id="traffar"')[2].partition("</ul>")[0]
    assert 'href="/alvsbyn/"' in hits
    assert "har medborgarlöfte här" in hits
    assert "Norrbottens län" in hits


def test_the_query_stays_in_the_field_and_the_hits_are_counted(
    reader: Reader, places: None
) -> None:
    response = reader.get("/", data={"q": "upplands"})
    assert 'value="upplands"' in response.content.decode()
    assert "1 träff på ”upplands”" in reader.text("/?q=upplands")


def test_no_hit_says_so_and_helps_on(reader: Reader, places: None) -> None:
    text = reader.text("/?q=qqqq")
    assert "Ingen kommun heter något som liknar ”qqqq”. Prova med början av namnet." in text


@pytest.mark.parametrize(
    "words",
    [
        "\x00",
        "alvs\x00byn",
        "x" * 10_000,
        "👮‍♀️🐕",
        "'; DROP TABLE pledges_municipality; --",
        "%_\\",
        "<script>alert(1)</script>",
        "ä" * 200,
        "\u202e\ud7ff",
        " ",
    ],
)
def test_odd_words_are_harmless(reader: Reader, places: None, words: str) -> None:
    response = reader.get("/", data={"q": words})
    assert response.status_code == 200
    assert b"<script>alert" not in response.content
    assert "Älvsbyn" in response.content.decode()


def test_what_is_sent_while_one_writes_is_the_hits_alone(reader: Reader, places: None) -> None:
    response = reader.get("/", data={"q": "are"}, headers={"HX-Request": "true"})
    html = response.content.decode()
    assert html.lstrip().startswith('<div id="traffar">')
    assert 'role="status"' in html
    assert 'href="/are/"' in html
    assert len(html) < 1000
    assert "HX-Request" in response.headers["Vary"]
    assert "HX-Request" in reader.get("/").headers["Vary"]


def test_all_municipalities_stand_in_swedish_order_by_letter(reader: Reader, places: None) -> None:
    html = reader.get("/").content.decode().partition('class="letters"')[2]
    order = [html.index(f'id="bokstav-{letter}"') for letter in "AUYÅÄÖ"]
    assert order == sorted(order)
    assert html.index(">Åre<") < html.index(">Älvsbyn<") < html.index(">Ängelholm<")


def test_municipalities_with_a_pledge_are_listed_by_themselves(
    reader: Reader, places: None
) -> None:
    part = reader.get("/").content.decode().partition('id="har-lofte"')[2].partition("</section")[0]
    assert "Älvsbyns kommun" in part
    assert "Åre" not in part


def test_an_empty_portal_says_that_it_is_empty(reader: Reader) -> None:
    text = reader.text("/")
    assert "Inget medborgarlöfte är publicerat här ännu." in text
    assert "Inga kommuner är inlagda ännu." in text


def test_the_start_page_in_english_searches_in_english(reader: Reader, places: None) -> None:
    html = reader.get("/en/?q=alvsbyn").content.decode()
    assert 'action="/en/"' in html
    assert 'href="/en/alvsbyn/" lang="sv"' in html
    assert 'href="/?q=alvsbyn" lang="sv" hreflang="sv"' in html

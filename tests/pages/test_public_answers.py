"""What holds for every public answer: no cookie, its own, a fixed cost."""

import re
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from zeal import zeal_context

from tests.builders import a_municipality, a_pledge
from tests.pages.conftest import Reader

pytestmark = pytest.mark.django_db

ADDRESSES = [
    "/",
    "/?q=alvsbyn",
    "/alvsbyn/",
    "/pitea/",
    "/alvsbyn/loften/",
    "/alvsbyn/loften/jamfor/",
    "/alvsbyn/2023-2025/",
    "/alvsbyn/2023-2025/ataganden/1/",
    "/alvsbyn/2023-2025/insatser/",
    "/alvsbyn/2023-2025/medborgarlofte.pdf",
    "/om/",
    "/tillganglighet/",
    "/personuppgifter/",
    "/verifiera/",
    "/sitemap.xml",
    "/robots.txt",
    "/finns/inte/alls/",
]
PAGES = [a for a in ADDRESSES if not re.search(r"\.(pdf|xml|txt)$", a) and "finns" not in a]
IN_BOTH_LANGUAGES = [*PAGES, *[f"/en{address}" for address in PAGES]]


@pytest.fixture
def portal() -> None:
    """Build a portal with a municipality that has a pledge and one without."""
    a_municipality("Piteå", "2581")
    a_pledge(is_demonstration=True, source_note="Kommunens nyhet.")
    a_pledge(period="2022", valid_from=date(2022, 1, 1), valid_to=date(2022, 12, 31))


@pytest.mark.parametrize("address", [*ADDRESSES, *IN_BOTH_LANGUAGES])
def test_no_cookie_is_set_and_none_is_asked_for(reader: Reader, portal: None, address: str) -> None:
    response = reader.get(address)
    assert not response.cookies
    assert "cookie" not in response.headers.get("Vary", "").lower()
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("address", IN_BOTH_LANGUAGES)
def test_nothing_is_fetched_from_elsewhere_or_run_from_within(
    reader: Reader, portal: None, address: str
) -> None:
    html = reader.get(address).content.decode()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html)
    assert not re.search(r"<script(?![^>]* src=)", html)
    fetched = re.findall(r'<(?:script|img|iframe|source)\b[^>]*\ssrc="([^"]+)"', html)
    fetched += re.findall(r'<link rel="(?:stylesheet|icon|preload)"[^>]*href="([^"]+)"', html)
    assert fetched
    assert all(address.startswith("/static/") for address in fetched)
    outward = set(re.findall(r'<a [^>]*href="(https?://[^"]+)"', html))
    assert outward <= {"https://www.digg.se/tdosanmalan"}


@pytest.mark.parametrize("address", IN_BOTH_LANGUAGES)
def test_every_page_has_one_title_one_main_heading_and_the_frame(
    reader: Reader, portal: None, address: str
) -> None:
    html = reader.get(address).content.decode()
    assert html.count("<h1") == 1
    title = re.search(r"<title>(.+?)</title>", html, re.DOTALL)
    assert title
    assert title[1].strip() not in {"–", ""}
    for part in ('class="skip-link" href="#innehall"', '<main id="innehall"', "<header", "<footer"):
        assert part in html
    levels = [int(level) for level in re.findall(r"<h([1-6])[\s>]", html)]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'aria-labelledby="([^"]+)"', html)) <= set(ids)


def test_no_user_session_or_token_is_looked_at(
    reader: Reader, portal: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a public page looked at who reads it")

    monkeypatch.setattr("django.contrib.auth.middleware.get_user", refuse)
    monkeypatch.setattr("django.middleware.csrf.get_token", refuse)
    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", refuse)
    client = Client()
    client.cookies["sessionid"] = "x" * 32
    for address in IN_BOTH_LANGUAGES:
        assert client.get(address).status_code == 200


def queries(reader: Reader, address: str) -> tuple[int, int]:
    """Return how many queries a page makes at first and later on.

    Fails on any that is made in a loop.
    """
    reader.get("/om/")
    asked = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as questions, zeal_context():
            assert reader.get(address).status_code == 200
        asked.append(len(questions))
    return asked[0], asked[1]


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("/alvsbyn/", 21),
        ("/alvsbyn/2023-2025/", 22),
        ("/alvsbyn/2023-2025/ataganden/1/", 19),
        ("/alvsbyn/2023-2025/insatser/", 13),
        ("/en/alvsbyn/2023-2025/", 22),
        # One of them asks whether the file is withheld.
        ("/alvsbyn/2023-2025/medborgarlofte.pdf", 3),
        ("/sitemap.xml", 3),
    ],
)
def test_a_page_asks_as_many_questions_for_one_commitment_as_for_forty(
    reader: Reader, address: str, asked: int
) -> None:
    a_pledge(commitments=1)
    with_one = queries(reader, address)
    several = [a_municipality(f"Kommun {number}") for number in range(3)]
    a_pledge(several, commitments=40)
    with_forty = queries(reader, address.replace("alvsbyn", "kommun-0"))
    assert with_one == with_forty == (asked, asked)


@pytest.mark.parametrize("address", ["/", "/?q=kommun", "/en/"])
def test_the_start_page_asks_as_many_questions_for_one_municipality_as_for_290(
    reader: Reader, address: str
) -> None:
    a_pledge()
    with_one = queries(reader, address)
    for number in range(289):
        a_municipality(f"Kommun {number}")
    assert queries(reader, address) == with_one
    assert 1 <= with_one[0] <= 2


def test_more_pledges_ask_no_more_questions(reader: Reader) -> None:
    a_pledge()
    with_one = queries(reader, "/alvsbyn/")
    for year in range(2010, 2023):
        a_pledge(period=str(year), valid_from=date(year, 1, 1), valid_to=date(year, 12, 31))
    assert queries(reader, "/alvsbyn/")[1] == with_one[1]


@pytest.mark.parametrize("address", ["/", "/alvsbyn/2023-2025/", "/om/", "/sitemap.xml"])
def test_pages_are_only_for_reading(portal: None, address: str) -> None:
    for method in ("post", "put", "delete", "patch"):
        assert getattr(Client(), method)(address).status_code == 405


class SwedishText(HTMLParser):
    """Gathers the texts of a page that look Swedish but aren't said to be."""

    def __init__(self) -> None:
        super().__init__()
        self.languages: list[tuple[str, str]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"meta", "link", "input", "br", "hr", "img"}:
            language = dict(attrs).get("lang") or (self.languages[-1][1] if self.languages else "")
            self.languages.append((tag, language))

    def handle_endtag(self, tag: str) -> None:
        while self.languages and self.languages.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        inside = [tag for tag, _ in self.languages]
        looks_swedish = re.search("[åäöÅÄÖ]", data.replace("BRÅ", "").replace("Brå", ""))
        if looks_swedish and self.languages[-1][1] == "en" and "title" not in inside:
            self.found.append(data.strip())


@pytest.mark.parametrize("address", [a for a in IN_BOTH_LANGUAGES if a.startswith("/en")])
def test_swedish_words_on_english_pages_are_marked_as_swedish(
    reader: Reader, portal: None, address: str
) -> None:
    parser = SwedishText()
    parser.feed(reader.get(address).content.decode())
    assert parser.found == []

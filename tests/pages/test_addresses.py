"""Addresses: one for each page, mistakes put right, no collisions."""

import csv
from urllib.parse import quote, unquote

import pytest
from django.test import RequestFactory
from django.urls import get_resolver

from pledge_portal.operations.front import PROBES
from pledge_portal.pages.addresses import RESERVED, corrected_address, in_english, in_swedish
from pledges.municipality_list import LIST
from tests.builders import a_municipality, a_pledge
from tests.pages.conftest import Reader

pytestmark = pytest.mark.django_db


def slugs() -> list[str]:
    """Return the slugs of all 290 municipalities."""
    with LIST.open(encoding="utf-8", newline="") as stream:
        return [row["slug"] for row in csv.DictReader(stream)]


def test_no_municipality_collides_with_a_fixed_address() -> None:
    assert len(slugs()) == 290
    assert not RESERVED & set(slugs())


def routes(patterns: list, before: str = "") -> list[str]:
    """Return every route below `patterns`, whole."""
    written = []
    for pattern in patterns:
        whole = before + str(pattern.pattern)
        written += (
            routes(pattern.url_patterns, whole) if hasattr(pattern, "url_patterns") else [whole]
        )
    return written


def test_every_fixed_address_is_reserved() -> None:
    probes = [address.lstrip("/") for address in PROBES]
    everything = [*routes(get_resolver().url_patterns), *probes]
    firsts = {route.partition("/")[0] for route in everything}
    fixed = {segment for segment in firsts if segment and "<" not in segment}
    assert {"om", "verifiera", "healthz", "sitemap.xml", "arbetsyta"} <= fixed
    assert fixed <= RESERVED


@pytest.mark.parametrize(
    ("mistyped", "meant"),
    [
        ("/alvsbyn", "/alvsbyn/"),
        ("/Alvsbyn/", "/alvsbyn/"),
        ("/ALVSBYN", "/alvsbyn/"),
        ("/älvsbyn/", "/alvsbyn/"),
        ("/alvsbyn/2023-2025", "/alvsbyn/2023-2025/"),
        ("/alvsbyn/2023-2025/Ataganden/1/", "/alvsbyn/2023-2025/ataganden/1/"),
        ("/alvsbyn/2023-2025/åtaganden/1", "/alvsbyn/2023-2025/ataganden/1/"),
        ("/OM/", "/om/"),
        ("/en", "/en/"),
        ("/EN/Alvsbyn/", "/en/alvsbyn/"),
        ("/alvsbyn/2023-2025/Medborgarlofte.PDF", "/alvsbyn/2023-2025/medborgarlofte.pdf"),
    ],
)
def test_a_mistyped_address_leads_to_the_one_meant(
    reader: Reader, mistyped: str, meant: str
) -> None:
    a_pledge()
    response = reader.get(mistyped)
    assert (response.status_code, response.headers["Location"]) == (301, meant)
    assert reader.get(meant).status_code == 200


def test_the_query_is_kept_when_an_address_is_put_right(reader: Reader) -> None:
    assert reader.get("/EN/?q=x").headers["Location"] == "/en/?q=x"


@pytest.mark.parametrize(
    "path", ["//Evil.example/", "//Evil", "/\\EVIL.example", "///X", "/\r\nSet-X/", "//En/Om"]
)
def test_nothing_leads_to_another_site(path: str) -> None:
    request = RequestFactory().get("/")
    request.path_info = path
    corrected = corrected_address(request)
    assert not (corrected.address if corrected else "/").startswith(("//", "/\\"))


SECRET = "AbC-dEfÅ_9"


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize(
    "path",
    [
        f"/svar/{SECRET}/",
        f"/svar/{SECRET}/andra/",
        f"/kommentar/{SECRET}/ta-tillbaka/",
        f"/kommentar/{SECRET}/omprova/",
        f"/kommentar/brev/{SECRET}/",
        f"/kommentar/brev/{SECRET}/av/",
    ],
)
def test_a_private_link_keeps_its_letters_whatever_else_is_put_right(
    reader: Reader, path: str, language: str
) -> None:
    whole = f"{language}{path}"
    for mistyped in (whole.rstrip("/"), whole.replace("/svar", "/Svar").replace("/kom", "/KOM")):
        if mistyped == whole:
            continue
        response = reader.get(quote(mistyped))
        assert (response.status_code, unquote(response.headers["Location"])) == (302, whole)
        assert response.headers["Cache-Control"] == "no-store"


def test_an_invitation_keeps_its_letters(reader: Reader) -> None:
    response = reader.get("/logga-in/inbjudan/AbC9")
    assert (response.status_code, response.headers["Location"]) == (302, "/logga-in/inbjudan/AbC9/")


def test_languages_of_an_address() -> None:
    assert in_english("/alvsbyn/") == "/en/alvsbyn/"
    assert in_swedish("/en/alvsbyn/") == "/alvsbyn/"
    assert in_swedish("/enkoping/") == "/enkoping/"
    assert in_english("/en/") == "/en/"
    assert in_swedish("/en") == "/"


def test_a_municipality_whose_name_begins_with_a_language_code_is_read_in_swedish(
    reader: Reader,
) -> None:
    a_municipality("Enköping")
    assert '<html lang="sv">' in reader.get("/enkoping/").content.decode()


def test_search_engines_are_told_of_every_public_page(reader: Reader) -> None:
    a_pledge(commitments=2)
    sitemap = reader.get("/sitemap.xml")
    assert sitemap.headers["Content-Type"] == "application/xml"
    body = sitemap.content.decode()
    for path in (
        "/",
        "/alvsbyn/",
        "/alvsbyn/dialoger/",
        "/alvsbyn/loften/",
        "/alvsbyn/2023-2025/",
        "/alvsbyn/2023-2025/ataganden/2/",
        "/alvsbyn/2023-2025/fran-ord-till-handling/",
        "/alvsbyn/2023-2025/insatser/",
        "/alvsbyn/2023-2025/uppfoljningar/",
    ):
        assert f"<loc>http://127.0.0.1:8000{path}</loc>" in body
        assert f'href="http://127.0.0.1:8000/en{path}"' in body
    robots = reader.get("/robots.txt").content.decode()
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in robots


def test_the_icon_is_found_at_its_old_address(reader: Reader) -> None:
    response = reader.get("/favicon.ico")
    assert (response.status_code, response.headers["Location"][-4:]) == (302, ".svg")

"""Addresses: one for each page, mistakes put right, nothing in a municipality's way."""

import csv

import pytest
from django.urls import get_resolver

from pledge_portal.pages.addresses import RESERVED, in_english, in_swedish
from pledges.municipality_list import LIST
from tests.builders import a_pledge
from tests.pages.conftest import Reader

pytestmark = pytest.mark.django_db


def slugs() -> list[str]:
    """Return the slugs of all 290 municipalities."""
    with LIST.open(encoding="utf-8", newline="") as stream:
        return [row["slug"] for row in csv.DictReader(stream)]


def test_no_municipality_collides_with_a_fixed_address() -> None:
    assert len(slugs()) == 290
    assert not RESERVED & set(slugs())


def test_every_fixed_address_is_reserved() -> None:
    fixed = set()
    for pattern in get_resolver().url_patterns:
        inner = getattr(pattern, "url_patterns", [pattern])
        for each in [p for group in inner for p in getattr(group, "url_patterns", [group])]:
            fixed.add(str(each.pattern).lstrip("^").partition("/")[0])
    named = {segment for segment in fixed if segment and "<" not in segment and "\\" not in segment}
    assert {"om", "verifiera", "healthz"} <= named
    assert named - {"admin"} <= RESERVED | {"login", "logout"} | _admin_segments()


def _admin_segments() -> set[str]:
    """Return the first segments that lie under /arbetsyta/admin/."""
    from django.contrib import admin

    return {str(pattern.pattern).lstrip("^").partition("/")[0] for pattern in admin.site.urls[0]}


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


@pytest.mark.parametrize("path", ["//Evil.example/", "/\\EVIL.example", "///X", "/%0d%0aSet-X/"])
def test_nothing_leads_to_another_site(reader: Reader, path: str) -> None:
    response = reader.get(path)
    assert response.status_code in {301, 404}
    location = response.headers.get("Location", "/")
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))


def test_languages_of_an_address() -> None:
    assert in_english("/alvsbyn/") == "/en/alvsbyn/"
    assert in_swedish("/en/alvsbyn/") == "/alvsbyn/"
    assert in_swedish("/enkoping/") == "/enkoping/"
    assert in_english("/en/") == "/en/"
    assert in_swedish("/en") == "/"


def test_a_municipality_whose_name_begins_with_a_language_code_is_read_in_swedish(
    reader: Reader,
) -> None:
    from tests.builders import a_municipality

    a_municipality("Enköping")
    assert '<html lang="sv">' in reader.get("/enkoping/").content.decode()


def test_search_engines_are_told_of_every_public_page(reader: Reader) -> None:
    a_pledge(commitments=2)
    sitemap = reader.get("/sitemap.xml")
    assert sitemap.headers["Content-Type"] == "application/xml"
    body = sitemap.content.decode()
    for path in ("/", "/alvsbyn/", "/alvsbyn/2023-2025/", "/alvsbyn/2023-2025/ataganden/2/"):
        assert f"<loc>http://127.0.0.1:8000{path}</loc>" in body
        assert f'href="http://127.0.0.1:8000/en{path}"' in body
    assert (
        "Sitemap: http://127.0.0.1:8000/sitemap.xml" in reader.get("/robots.txt").content.decode()
    )


def test_the_icon_is_found_at_its_old_address(reader: Reader) -> None:
    assert reader.get("/favicon.ico").headers["Location"].endswith(".svg")

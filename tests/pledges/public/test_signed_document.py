"""The signed PDF is served as it is stored, and asked for only once."""

from email.utils import parsedate_to_datetime

import pytest

from pledges.models import PledgeDocument
from tests.builders import a_municipality, a_pledge
from tests.pages.conftest import Reader

pytestmark = pytest.mark.django_db

ADDRESS = "/alvsbyn/2023-2025/medborgarlofte.pdf"
SIGNED = b"%PDF-1.7 signed by both\n" + bytes(range(256)) * 40


def test_the_bytes_are_those_that_were_stored(reader: Reader) -> None:
    a_pledge(document=SIGNED)
    response = reader.get(ADDRESS)
    assert response.content == SIGNED
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Length"] == str(len(SIGNED))
    assert response.headers["Content-Disposition"] == (
        'inline; filename="medborgarlofte-alvsbyn-2023-2025.pdf"'
    )
    assert not response.cookies


def test_the_etag_is_the_fingerprint_shown_on_the_page(reader: Reader) -> None:
    pledge = a_pledge(document=SIGNED)
    document = PledgeDocument.objects.public().get(pledge=pledge)
    assert reader.get(ADDRESS).headers["ETag"] == f'"{document.sha256}"'


def test_a_browser_that_has_it_gets_no_bytes(reader: Reader) -> None:
    a_pledge(document=SIGNED)
    first = reader.get(ADDRESS)
    for condition in (
        {"If-None-Match": first.headers["ETag"]},
        {"If-Modified-Since": first.headers["Last-Modified"]},
    ):
        again = reader.get(ADDRESS, headers=condition)
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["ETag"] == first.headers["ETag"]
    assert parsedate_to_datetime(first.headers["Last-Modified"]).year == 2026
    assert reader.get(ADDRESS, headers={"If-None-Match": '"other"'}).status_code == 200


def test_head_gives_the_size_and_no_bytes(reader: Reader) -> None:
    a_pledge(document=SIGNED)
    response = reader.head(ADDRESS)
    assert response.status_code == 200
    assert response.content == b""
    assert response.headers["Content-Length"] == str(len(SIGNED))


def test_the_document_has_one_address_whatever_the_language(reader: Reader) -> None:
    a_pledge(document=SIGNED)
    assert f'href="{ADDRESS}"' in reader.get("/en/alvsbyn/2023-2025/").content.decode()
    assert reader.get(f"/en{ADDRESS}").status_code == 404


def test_each_municipality_of_a_pledge_has_the_same_document(reader: Reader) -> None:
    a_pledge([a_municipality(), a_municipality("Piteå", "2581")], document=SIGNED)
    assert reader.get("/pitea/2023-2025/medborgarlofte.pdf").content == SIGNED
    assert reader.get(ADDRESS).content == SIGNED


def test_a_document_that_is_not_there_leads_to_the_municipality(reader: Reader) -> None:
    a_municipality()
    assert "Visa medborgarlöften i Älvsbyns kommun" in reader.text(ADDRESS, status=404)

"""Signed documents stand for ever at an address made of their content.

Nothing else does.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string

from pledge_portal.database.acting import as_public
from pledges import lifecycle
from pledges.documents import authenticity
from pledges.documents.permanent import (
    document_by_content,
    document_by_short_name,
    short_address,
    short_name,
)
from pledges.documents.report import Coverage, Kind, Problem, Report, Signature, TimeSource
from pledges.documents.sandbox import SandboxFailed
from pledges.follow_ups import rules as follow_up_rules
from pledges.follow_ups.document import follow_up_pdf
from pledges.models import FollowUpDocument, Pledge, PledgeDocument
from pledges.models.follow_up import approving_parties
from tests.builders import A_PDF, SIGNED_AT, a_follow_up, a_municipality, a_pledge
from tests.pages.conftest import Reader
from tests.pages.test_public_answers import queries

pytestmark = pytest.mark.django_db

SIGNED = b"%PDF-1.7 signed by both\n" + bytes(range(256)) * 40
SHA256 = hashlib.sha256(SIGNED).hexdigest()
PAGE, FILE = f"/dokument/{SHA256}/", f"/dokument/{SHA256}.pdf"


def code_of(pledge: Pledge) -> str:
    return f"/d/{short_name(pledge.uid)}/"


def test_the_page_says_what_the_document_is_and_whether_it_holds_today(reader: Reader) -> None:
    a_pledge(document=SIGNED)
    text = reader.text(PAGE)
    assert "Undertecknat dokument Medborgarlöfte 2023-2025" in text
    assert "Gäller tills vidare" in text
    assert "Älvsbyns kommun och Polisen" in text
    assert SHA256 in text
    assert "Johan Dahlqvist" in text
    assert "12 december 2022" in text
    for way in ("Get-FileHash", "sha256sum", "Adobe Acrobat Reader", "pdfsig", "EU:s DSS"):
        assert way in text


def test_a_file_whose_signatures_can_not_be_read_is_not_called_good(reader: Reader) -> None:
    a_pledge(document=SIGNED)
    assert "Underskrifterna går inte att läsa ur filen." in reader.text(PAGE)
    assert "alla underskrifter håller" not in reader.text(PAGE)


def test_an_examination_that_fails_is_told_as_the_portals_fault(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise SandboxFailed("as after an upgrade that doesn't fit")

    monkeypatch.setattr(authenticity, "examine_in_sandbox", fail)
    a_pledge(document=SIGNED)
    text = reader.text(PAGE)
    assert "Portalen kunde inte pröva filen. Felet är portalens" in text
    assert "Underskrifterna går inte att läsa ur filen." not in text
    assert "Johan Dahlqvist" in text
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_while_many_files_are_examined_the_page_asks_to_come_back(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_pledge(document=SIGNED)
    busy = Report(SHA256, len(SIGNED), problem=Problem.BUSY)
    with monkeypatch.context() as patch:
        patch.setattr(authenticity, "examine_in_sandbox", lambda *_args, **_options: busy)
        answer = reader.get(PAGE)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert "Undertecknat dokument" in reader.text(PAGE)


def test_an_annulled_pledge_keeps_its_documents_page(reader: Reader) -> None:
    lifecycle.annul(
        a_pledge(document=SIGNED), date(2026, 1, 1), "Avtalet sades upp.", on=date(2026, 1, 1)
    )
    text = reader.text(PAGE)
    assert "Upphävt" in text
    assert "Skäl: Avtalet sades upp." in text


def test_a_joint_pledge_is_told_of_for_each_of_its_municipalities(reader: Reader) -> None:
    places = [a_municipality(), a_municipality("Boden")]
    a_pledge(places, document=SIGNED)
    a_pledge(places[1], period="2026", valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 31))
    text = reader.text(PAGE)
    assert "Gäller tills vidare Älvsbyns kommun" in text
    assert "Ersatt Bodens kommun" in text
    assert "1 januari 2026" not in text


def test_the_bytes_are_those_that_were_stored_and_asked_for_only_once(reader: Reader) -> None:
    a_pledge(document=SIGNED)
    response = reader.get(FILE)
    assert response.content == SIGNED
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Length"] == str(len(SIGNED))
    assert response.headers["ETag"] == f'"{SHA256}"'
    assert not response.cookies
    head = reader.head(FILE)
    assert (head.content, head.headers["Content-Length"]) == (b"", str(len(SIGNED)))
    for condition in (
        {"If-None-Match": response.headers["ETag"]},
        {"If-Modified-Since": response.headers["Last-Modified"]},
    ):
        again = reader.get(FILE, headers=condition)
        assert (again.status_code, again.content) == (304, b"")


def test_the_code_leads_to_the_page_of_the_signed_document(reader: Reader) -> None:
    pledge = a_pledge(document=SIGNED)
    answer = reader.get(code_of(pledge))
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)
    assert not answer.cookies
    assert short_address(pledge) == f"http://127.0.0.1:8000{code_of(pledge)}"
    assert reader.get(code_of(pledge).upper()).headers["Location"] == code_of(pledge)


def test_names_are_short_and_each_pledges_own() -> None:
    one = UUID("00112233-4455-4677-8899-aabbccddeeff")
    assert short_name(one) == "aaisem2ekvdhpcez"
    assert short_name(UUID("00112233-4455-4677-8898-aabbccddeeff")) != short_name(one)
    assert document_by_short_name("1" * 16) is None


@pytest.mark.parametrize("signed", [0, 1])
def test_what_is_not_signed_by_all_answers_as_if_it_were_not_there(
    reader: Reader, signed: int
) -> None:
    draft = a_pledge(signed=signed, adopted=True)
    nobodys = reader.get("/d/aaaaaaaaaaaaaaaa/")
    secret = reader.get(code_of(draft))
    assert secret.status_code == nobodys.status_code == 404
    # The address itself stands in the page as a guess at a municipality.
    assert secret.content.replace(code_of(draft)[1:-1].encode(), b"") == nobodys.content.replace(
        b"d/aaaaaaaaaaaaaaaa", b""
    )
    for document in PledgeDocument.objects.all():
        for address in (f"/dokument/{document.sha256}/", f"/dokument/{document.sha256}.pdf"):
            missing = reader.get(address.replace(document.sha256, "0" * 64))
            response = reader.get(address)
            assert (response.status_code, response.content) == (404, missing.content)


def test_the_database_itself_keeps_drafts_back_from_the_public(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    draft = a_pledge(signed=1)
    sha256 = PledgeDocument.objects.filter(pledge=draft).latest("step").sha256
    monkeypatch.setattr(
        "pledges.models.signatory.PledgeDocumentQuerySet.finished", lambda self: self.all()
    )
    monkeypatch.setattr(
        "pledges.models.signatory.PledgeDocumentQuerySet.public", lambda self: self.all()
    )
    assert document_by_content(sha256) is not None
    with as_public():
        assert document_by_content(sha256) is None
        assert document_by_short_name(short_name(draft.uid)) is None


def test_a_follow_ups_document_has_a_page_too(reader: Reader) -> None:
    a_follow_up(a_pledge())
    sha256 = FollowUpDocument.objects.get().sha256
    text = reader.text(f"/dokument/{sha256}/")
    heading = "Medborgarlöfte 2023-2025, Älvsbyns kommun, möte den 12 februari 2025"
    assert f"Uppföljningens dokument {heading}" in text
    assert "inte undertecknat elektroniskt" in text
    assert "Godkänd av Älvsbyns kommun" in text
    assert "pdfsig" not in text
    assert reader.get(f"/dokument/{sha256}.pdf").content == A_PDF
    meeting = reader.get("/alvsbyn/2023-2025/uppfoljningar/2025-02-12/").content.decode()
    assert f'href="/dokument/{sha256}/"' in meeting


def test_a_follow_up_is_known_on_the_verify_page(reader: Reader) -> None:
    follow_up = a_follow_up(a_pledge(), published=False)
    content = follow_up_pdf(follow_up, SIGNED_AT)
    sent = SimpleUploadedFile("uppfoljning.pdf", content)
    before = reader.client.post("/verifiera/", {"file": sent}).content.decode()
    assert "Filen är inget löfte som har publicerats här" in before
    # When the time of dog searches that it is about is over.
    at = datetime(2025, 10, 1, 12, tzinfo=UTC)
    follow_up_rules.submit(follow_up, at)
    for party in approving_parties(follow_up.pledge):
        digest = follow_up_rules.content_digest(follow_up)
        follow_up_rules.approve(follow_up, party, digest=digest, by=None, at=at)
    follow_up_rules.publish(follow_up, at)
    FollowUpDocument.store(follow_up, content)
    sent.seek(0)
    after = reader.client.post("/verifiera/", {"file": sent}).content.decode()
    assert "Äkta: filen är en uppföljning som har publicerats här" in after
    assert f'href="/dokument/{hashlib.sha256(content).hexdigest()}/"' in after


def test_one_gets_there_from_the_pledges_page(reader: Reader) -> None:
    a_pledge(document=SIGNED)
    assert f'href="{PAGE}"' in reader.get("/alvsbyn/2023-2025/").content.decode()
    assert f'href="/en{PAGE}"' in reader.get("/en/alvsbyn/2023-2025/").content.decode()
    assert f'href="{FILE}"' in reader.get(f"/en{PAGE}").content.decode()


@pytest.mark.parametrize("address", [PAGE, f"/en{PAGE}", FILE])
def test_no_cookie_and_nothing_from_elsewhere(reader: Reader, address: str) -> None:
    a_pledge(document=SIGNED)
    response = reader.get(address)
    assert not response.cookies
    assert "cookie" not in response.headers.get("Vary", "").lower()
    if address != FILE:
        html = response.content.decode()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", html)
        assert set(re.findall(r'href="(https?://[^"]+)" rel="external', html)) == {
            "https://ec.europa.eu/digital-building-blocks/DSS/webapp-demo/validation"
        }
        ids = re.findall(r'\sid="([^"]+)"', html)
        assert len(ids) == len(set(ids))


def test_the_page_asks_as_many_questions_for_many_municipalities_as_for_one(
    reader: Reader,
) -> None:
    a_pledge(document=SIGNED, commitments=1)
    with_one = queries(reader, PAGE)
    a_pledge([a_municipality(f"Kommun {n}") for n in range(5)], document=SIGNED + b"2")
    many = queries(reader, f"/dokument/{hashlib.sha256(SIGNED + b'2').hexdigest()}/")
    assert many == with_one
    # One of them asks whether the file is withheld.
    assert with_one == (11, 10)


@pytest.mark.parametrize(
    ("signature", "words"),
    [
        ({"time_source": TimeSource.TIMESTAMP}, "En fristående tjänst har stämplat"),
        ({"time_source": TimeSource.SIGNERS_CLOCK}, "Ingen utomstående har intygat den."),
        ({"certifies": True}, "Den intygar (certifierar) dokumentet"),
        ({"kind": Kind.DOCUMENT_TIMESTAMP}, "ingen persons underskrift utan en tidsstämpel"),
        ({"coverage": Coverage.PARTIAL}, "täcker bara en del av filen"),
        ({"coverage": Coverage.ENTIRE_FILE}, "Den täcker hela dokumentet"),
        ({"signed_at": None}, "Tiden är okänd."),
    ],
)
def test_each_sort_of_signature_is_explained(signature: dict[str, object], words: str) -> None:
    parts = {
        "field": "f",
        "intact": True,
        "signed_at": datetime(2026, 1, 1, tzinfo=UTC),
        **signature,
    }
    html = render_to_string("pledges/verify/_signature.html", {"signature": Signature(**parts)})  # type: ignore[arg-type]
    assert words in html


def test_a_broken_signature_is_not_said_to_vouch_for_anything() -> None:
    broken = Signature("f", signed_at=datetime(2026, 1, 1, tzinfo=UTC), certifies=True)
    html = render_to_string("pledges/verify/_signature.html", {"signature": broken})
    assert "Innehållet är ändrat efter underskriften." in html
    assert "intygar (certifierar)" not in html

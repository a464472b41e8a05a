"""A signed pledge's document is made to last and renewed in time.

It is changed by nothing else.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from pledge_portal.pages.refusals import Refused
from pledges.documents.authenticity import Answer, verify
from pledges.documents.judgement import Refusal
from pledges.documents.renewal import to_renew
from pledges.documents.report import Level
from pledges.documents.store import sign_document
from pledges.documents.trusted_authorities import trust_roots
from pledges.models import Pledge, PledgeDocument, Signature, Way
from pledges.signing import outside
from tests.pledges.actions.test_recording_pages import words
from tests.pledges.documents.authorities import Services, services
from tests.pledges.documents.outside_service import sign_outside
from tests.pledges.signing.conftest import Adopted
from tests.verapdf import assert_conforms

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def trust_services(settings: Settings, tmp_path: Path) -> Iterator[Services]:
    """Give an authority that is trusted, and asked for timestamps."""
    with services() as running:
        root = running.root.certificate.public_bytes(Encoding.PEM)
        (tmp_path / "root.pem").write_bytes(root)
        settings.TRUSTED_CERTIFICATES = str(tmp_path)
        settings.TIMESTAMP_URL = running.tsa
        yield running


@pytest.fixture
def sign_both(
    adopted: Adopted, trust_services: Services, django_capture_on_commit_callbacks: Any
) -> Callable[[], Pledge]:
    """Let both sign with keys of the authority; what follows a commit follows."""

    def signing() -> Pledge:
        for one in (adopted.mayor, adopted.chief):
            with django_capture_on_commit_callbacks(execute=True):
                sign_document(one, trust_services.backend(one.name), timezone.now())
        return adopted.pledge

    return signing


def steps(pledge: Pledge) -> list[PledgeDocument]:
    return list(PledgeDocument.objects.filter(pledge=pledge).order_by("step"))


def renewed() -> str:
    output = StringIO()
    call_command("renew_documents", stdout=output, stderr=output)
    return output.getvalue()


def levels(document: PledgeDocument) -> list[Level | None]:
    verification = verify(bytes(document.content), trust_roots())
    assert verification.answer is Answer.GENUINE
    return [signature.level for signature in verification.report.signatures][:2]


def test_the_last_signature_makes_the_document_last_and_every_address_holds(
    sign_both: Callable[[], Pledge],
) -> None:
    pledge = sign_both()
    *_rest, signed, lasting = steps(pledge)
    assert lasting.step == 3
    assert bytes(lasting.content).startswith(bytes(signed.content))
    assert levels(signed) == [Level.T, Level.T]
    assert levels(lasting) == [Level.LTA, Level.LTA]
    reader = Client()
    served = reader.get("/alvsbyn/2023-2025/medborgarlofte.pdf").content
    assert served == bytes(lasting.content)
    assert lasting.sha256 in reader.get("/alvsbyn/2023-2025/").content.decode()
    page = words(reader.get(f"/dokument/{lasting.sha256}/"))
    assert "Underskriften kan prövas även när certifikatet har gått ut, till den" in page
    assert "Nej. Utfärdarens besked om det finns i filen." in page
    assert "Den nyare filen" not in page
    assert "Den nyare filen" in words(reader.get(f"/dokument/{signed.sha256}/"))
    earlier = reader.get(f"/dokument/{signed.sha256}.pdf")
    assert earlier.content == bytes(signed.content)
    # A step on the way is nobody's but theirs who sign.
    assert reader.get(f"/dokument/{steps(pledge)[1].sha256}/").status_code == 404


def test_other_programs_hold_it_valid_accessible_and_archivable(
    sign_both: Callable[[], Pledge], tmp_path: Path
) -> None:
    lasting = steps(sign_both())[-1]
    file = tmp_path / "lofte.pdf"
    file.write_bytes(bytes(lasting.content))
    output = subprocess.run(
        ["pdfsig", "-nocert", str(file)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert output.count("Signature Type: ETSI.CAdES.detached") == 2
    assert output.count("Signature is Valid.") == 2
    # The last is the timestamp over all of it, which pdfsig doesn't examine.
    *_both, stamp = output.split("Signature #")
    assert "- Total document signed" in stamp
    assert "has not yet been verified" in stamp
    assert "Sist står en tidsstämpel" in words(Client().get(f"/dokument/{lasting.sha256}/"))
    assert_conforms(bytes(lasting.content), "ua1")
    assert_conforms(bytes(lasting.content), "3a")


def test_who_is_away_hinders_nobody_and_is_asked_again(
    sign_both: Callable[[], Pledge], trust_services: Services
) -> None:
    trust_services.away = {"tsa", "ocsp"}
    pledge = sign_both()
    assert Pledge.objects.public().filter(pk=pledge.pk).exists()
    assert levels(steps(pledge)[-1]) == [Level.B, Level.B]
    with pytest.raises(CommandError, match="1 av 1 dokument gick inte att förnya"):
        renewed()
    trust_services.away = {"ocsp"}
    output = StringIO()
    with pytest.raises(CommandError):
        call_command("renew_documents", stderr=output)
    assert str(pledge.uid) in output.getvalue()
    assert "En utfärdare svarar inte om sina certifikat" in output.getvalue()
    assert len(steps(pledge)) == 3
    trust_services.away = set()
    assert "klart" in renewed()
    assert levels(steps(pledge)[-1]) == [Level.LTA, Level.LTA]
    asked = len(trust_services.asked)
    assert "Inget dokument behöver förnyas." in renewed()
    assert len(trust_services.asked) == asked
    assert len(steps(pledge)) == 4


def test_a_timestamp_near_its_end_or_grown_old_is_renewed(
    sign_both: Callable[[], Pledge], trust_services: Services, settings: Settings
) -> None:
    trust_services.new_stamper(valid_to=timezone.now() + 30 * DAY)
    pledge = sign_both()
    assert [document.pledge for document in to_renew(timezone.now())] == [pledge]
    trust_services.new_stamper()
    assert "klart" in renewed()
    last, before = steps(pledge)[-1], steps(pledge)[-2]
    assert bytes(last.content).startswith(bytes(before.content))
    assert last.timestamp_valid_to > before.timestamp_valid_to + 300 * DAY
    assert levels(last) == [Level.LTA, Level.LTA]
    assert not to_renew(timezone.now()).exists()
    assert to_renew(timezone.now() + 290 * DAY).exists()
    settings.RENEW_TIMESTAMPS_AFTER_DAYS = 20
    assert to_renew(timezone.now() + 21 * DAY).exists()


def test_a_revoked_key_signs_nothing(adopted: Adopted, trust_services: Services) -> None:
    certificate, key = trust_services.issued("Johan Dahlqvist")
    trust_services.revoked[certificate.serial_number] = timezone.now() - DAY
    with pytest.raises(Refused, match="Certifikatet är spärrat"):
        sign_document(
            adopted.mayor, trust_services.root.backend_of(certificate, key), timezone.now()
        )
    assert not Signature.objects.exists()


def test_a_file_signed_outside_with_a_revoked_certificate_is_not_taken(
    adopted: Adopted, trust_services: Services
) -> None:
    adopted.set_way(adopted.mayor, Way.OUTSIDE, adopted.signer)
    certificate, key = trust_services.issued("Johan Dahlqvist")
    pdf = sign_outside(adopted.document(), trust_services.root.backend_of(certificate, key))
    trust_services.revoked[certificate.serial_number] = timezone.now() - DAY
    with pytest.raises(outside.NotTaken) as refused:
        outside.give_back(adopted.mayor, pdf, by=adopted.signer, at=timezone.now())
    assert refused.value.refusal is Refusal.REVOKED
    trust_services.revoked.clear()
    assert outside.give_back(adopted.mayor, pdf, by=adopted.signer, at=timezone.now())


def added(document: PledgeDocument, content: bytes, **fields: Any) -> None:
    """Try to add a step behind a document, past everything but the database."""
    now: datetime = timezone.now()
    PledgeDocument.store(
        document.pledge,
        fields.pop("step", document.step + 1),
        content,
        **{"timestamped_at": now, "timestamp_valid_to": now + DAY, **fields},
    )


def test_the_database_takes_nothing_behind_a_signed_document_but_a_timestamp(
    sign_both: Callable[[], Pledge],
) -> None:
    last = steps(sign_both())[-1]
    content = bytes(last.content)
    stamp = b"1 0 obj <</Type /DocTimeStamp /SubFilter /ETSI.RFC3161>>"
    for bad, fields in (
        (stamp, {}),
        (content, {}),
        (content + b"<< /Type /Page >>", {}),
        (b"%" + content + stamp, {}),
        (content[:-1] + b"x" + stamp, {}),
        (content + stamp + b"/SubFilter /ETSI.CAdES.detached", {}),
        (content + stamp + b"/SubFilter /adbe.pkcs7.detached", {}),
        (content + stamp, {"step": last.step + 2}),
        (content + stamp, {"timestamped_at": timezone.now() - DAY}),
        (content + stamp, {"timestamped_at": None, "timestamp_valid_to": None}),
        (content + stamp, {"timestamp_valid_to": timezone.now() - DAY}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            added(last, bad, **fields)
    for statement in (
        "DELETE FROM pledges_pledgedocument WHERE timestamped_at IS NOT NULL",
        "UPDATE pledges_pledgedocument SET timestamp_valid_to = now() + interval '9 years'",
        "UPDATE pledges_signature SET document_id ="
        " (SELECT id FROM pledges_pledgedocument WHERE timestamped_at IS NOT NULL)",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    added(last, content + stamp)


def test_no_timestamped_step_comes_before_all_have_signed(
    adopted: Adopted, trust_services: Services
) -> None:
    sign_document(adopted.mayor, trust_services.backend("Johan Dahlqvist"), timezone.now())
    half = steps(adopted.pledge)[-1]
    with pytest.raises(IntegrityError, match="alla har undertecknat"), transaction.atomic():
        added(half, bytes(half.content) + b"/DocTimeStamp")

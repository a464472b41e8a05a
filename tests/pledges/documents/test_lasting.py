"""Signatures made to last, with validation material and timestamps.

The services that give these serve and lie.
"""

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import DocumentSecurityStore

from pledges.documents.errors import TimestampUnavailable
from pledges.documents.lasting import LastingUpdate, make_lasting
from pledges.documents.report import (
    CertificateState,
    Change,
    Kind,
    Level,
    Report,
    Revocation,
    TimeSource,
)
from pledges.documents.revocation import Material, NoAnswer, Revoked, Untrusted, gather
from pledges.documents.sandbox import examine_in_sandbox
from pledges.documents.trust import Trust
from pledges.documents.verify import examine
from tests.pledges.documents.authorities import Services, services
from tests.pledges.documents.certificates import YEAR, authority
from tests.pledges.documents.samples import NAMES, signed
from tests.verapdf import assert_conforms

DAY = timedelta(days=1)


@pytest.fixture
def trust_services() -> Iterator[Services]:
    with services() as running:
        yield running


def made_to_last(pdf: bytes, trust_services: Services) -> LastingUpdate:
    return make_lasting(
        pdf, trust=Trust([trust_services.root.trust_root]), timestamp_url=trust_services.tsa
    )


def examined_with(pdf: bytes, trust_services: Services) -> Report:
    return examine(pdf, trust_roots=[trust_services.root.trust_root], expected_fields=NAMES)


def signed_by_two(prepared: bytes, trust_services: Services, *, stamped: bool = True) -> bytes:
    url = trust_services.tsa if stamped else None
    pdf = signed(prepared, 1, trust_services.backend("Anna"), timestamp_url=url)
    return signed(pdf, 2, trust_services.backend("Bo", by_list=True), timestamp_url=url)


def test_a_document_made_to_last_begins_as_before_and_is_of_the_highest_level(
    prepared: bytes, trust_services: Services
) -> None:
    pdf = signed_by_two(prepared, trust_services)
    before = examined_with(pdf, trust_services)
    assert [signature.level for signature in before.signatures] == [Level.T, Level.T]
    update = made_to_last(pdf, trust_services)
    assert update.content.startswith(pdf)
    assert len(update.content) > len(pdf)
    report = examined_with(update.content, trust_services)
    assert report.is_genuine
    anna, bo, stamp = report.signatures
    for person in (anna, bo):
        assert (person.level, person.revocation) == (Level.LTA, Revocation.GOOD)
        assert person.lasts_until == update.timestamp_valid_to
    assert stamp.kind is Kind.DOCUMENT_TIMESTAMP
    assert stamp.signed_at == update.timestamped_at
    assert bo.changed_since is Change.LONG_TERM
    # The sandbox, which has no network, says the same.
    boxed = examine_in_sandbox(
        update.content, trust_roots=[trust_services.root.trust_root], expected_fields=NAMES
    )
    assert boxed == report
    assert_conforms(update.content, "ua1")
    assert_conforms(update.content, "3a")


def test_it_is_still_provable_when_every_certificate_of_the_signatures_is_over(
    prepared: bytes, trust_services: Services
) -> None:
    pdf = made_to_last(signed_by_two(prepared, trust_services), trust_services).content
    # Two years on, the last timestamp is renewed in time by a certificate of then.
    with time_machine.travel(datetime.now(UTC) + YEAR - 2 * DAY):
        now = datetime.now(UTC)
        trust_services.new_stamper(valid_from=now - DAY, valid_to=now + 5 * YEAR)
        renewed = made_to_last(pdf, trust_services)
        assert renewed.content.startswith(pdf)
    with time_machine.travel(datetime.now(UTC) + 3 * YEAR):
        not_renewed = examined_with(pdf, trust_services)
        report = examined_with(renewed.content, trust_services)
    assert report.is_genuine
    for signature in report.signatures[:2]:
        assert signature.time_source is TimeSource.TIMESTAMP
        assert signature.certificate is CertificateState.EXPIRED_SINCE
        assert signature.level is Level.LTA
    assert [signature.level for signature in not_renewed.signatures[:2]] == [Level.B, Level.B]
    assert not_renewed.signatures[0].time_source is TimeSource.SIGNERS_CLOCK


def test_without_a_timestamp_of_its_own_a_signature_is_made_to_last_all_the_same(
    prepared: bytes, trust_services: Services
) -> None:
    pdf = signed_by_two(prepared, trust_services, stamped=False)
    assert [signature.level for signature in examined_with(pdf, trust_services).signatures] == [
        Level.B,
        Level.B,
    ]
    report = examined_with(made_to_last(pdf, trust_services).content, trust_services)
    assert report.is_genuine
    assert [signature.level for signature in report.signatures[:2]] == [Level.LTA, Level.LTA]


@pytest.mark.parametrize("by_list", [False, True], ids=["ocsp", "crl"])
def test_revoked_after_signing_is_told_and_changes_nothing(
    prepared: bytes, trust_services: Services, by_list: bool
) -> None:
    certificate, key = trust_services.issued("Anna", by_list=by_list)
    trust_services.clock = datetime.now(UTC).replace(microsecond=0) - DAY
    pdf = signed(
        prepared,
        1,
        trust_services.root.backend_of(certificate, key),
        timestamp_url=trust_services.tsa,
        signed_at=trust_services.clock,
    )
    trust_services.clock = None
    trust_services.revoked[certificate.serial_number] = datetime.now(UTC) - timedelta(hours=2)
    anna = examined_with(made_to_last(pdf, trust_services).content, trust_services).signatures[0]
    assert anna.revocation is Revocation.REVOKED_LATER
    assert anna.certificate is CertificateState.VALID
    assert anna.is_genuine


@pytest.mark.parametrize("by_list", [False, True], ids=["ocsp", "crl"])
def test_revoked_before_signing_is_no_signature_to_keep(
    prepared: bytes, trust_services: Services, by_list: bool
) -> None:
    certificate, key = trust_services.issued("Anna", by_list=by_list)
    pdf = signed(
        prepared,
        1,
        trust_services.root.backend_of(certificate, key),
        timestamp_url=trust_services.tsa,
    )
    # Made to last while the authority did not know, and once more when it did.
    lasting = made_to_last(pdf, trust_services).content
    trust_services.revoked[certificate.serial_number] = datetime.now(UTC) - DAY
    with pytest.raises(Revoked):
        made_to_last(pdf, trust_services)
    assert examined_with(lasting, trust_services).signatures[0].revocation is Revocation.GOOD
    # Put in by somebody else, the answer counts against the signature.
    material = Material()
    reader = PdfFileReader(io.BytesIO(pdf))
    signer = reader.embedded_signatures[0].signer_cert
    now, trust = datetime.now(UTC), Trust([trust_services.root.trust_root])
    with pytest.raises(Revoked):
        gather(signer, [], trust, moment=now, into=material)
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    answers, lists = list(material.answers.values()), list(material.lists.values())
    DocumentSecurityStore.supply_dss_in_writer(writer, None, ocsps=answers, crls=lists)
    output = io.BytesIO()
    writer.write(output)
    anna = examined_with(output.getvalue(), trust_services).signatures[0]
    assert (anna.revocation, anna.certificate) == (Revocation.REVOKED, CertificateState.REVOKED)
    assert not anna.is_genuine


def other_issuer(trust_services: Services, _certificate: object) -> None:
    trust_services.answers_by = authority("Främling").issue("Svarar", answering=True)


def same_name(trust_services: Services, _certificate: object) -> None:
    stranger = authority("Provets utfärdare")
    trust_services.answers_by = (stranger.certificate, stranger.key)


def unauthorised(trust_services: Services, _certificate: object) -> None:
    trust_services.answers_by = trust_services.root.issue("Inte till för att svara")


def old(trust_services: Services, _certificate: object) -> None:
    trust_services.age = timedelta(hours=3)


def from_the_future(trust_services: Services, _certificate: object) -> None:
    trust_services.age = -timedelta(days=2)


def about_another(trust_services: Services, _certificate: object) -> None:
    trust_services.answers_for = trust_services.issued("En annan")[0]


def away(trust_services: Services, _certificate: object) -> None:
    trust_services.away.add("ocsp")


@pytest.mark.parametrize(
    "lie", [other_issuer, same_name, unauthorised, old, from_the_future, about_another, away]
)
def test_an_answer_that_cannot_be_believed_is_none(
    prepared: bytes, trust_services: Services, lie: Callable[[Services, object], None]
) -> None:
    certificate, key = trust_services.issued("Anna")
    pdf = signed(
        prepared,
        1,
        trust_services.root.backend_of(certificate, key),
        timestamp_url=trust_services.tsa,
    )
    lie(trust_services, certificate)
    with pytest.raises(NoAnswer):
        made_to_last(pdf, trust_services)


def test_a_responder_named_by_the_authority_may_answer(
    prepared: bytes, trust_services: Services
) -> None:
    trust_services.answers_by = trust_services.root.issue("Svarar", answering=True)
    pdf = signed(prepared, 1, trust_services.backend("Anna"), timestamp_url=trust_services.tsa)
    report = examined_with(made_to_last(pdf, trust_services).content, trust_services)
    assert report.signatures[0].level is Level.LTA


def test_who_is_away_or_a_stranger_is_named(prepared: bytes, trust_services: Services) -> None:
    pdf = signed(prepared, 1, trust_services.backend("Anna"), timestamp_url=trust_services.tsa)
    trust_services.away.add("tsa")
    with pytest.raises(TimestampUnavailable):
        made_to_last(pdf, trust_services)
    trust_services.away = {"crl"}
    with pytest.raises(NoAnswer):
        made_to_last(pdf, trust_services)
    trust_services.away.clear()
    with services() as strangers, pytest.raises(Untrusted):
        make_lasting(
            pdf, trust=Trust([trust_services.root.trust_root]), timestamp_url=strangers.tsa
        )
    with pytest.raises(Untrusted):
        make_lasting(pdf, trust=Trust([authority().trust_root]), timestamp_url=trust_services.tsa)

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
def there() -> Iterator[Services]:
    with services() as running:
        yield running


def made_to_last(pdf: bytes, there: Services) -> LastingUpdate:
    return make_lasting(pdf, trust=Trust([there.root.trust_root]), timestamp_url=there.tsa)


def found_in(pdf: bytes, there: Services) -> Report:
    return examine(pdf, trust_roots=[there.root.trust_root], expected_fields=NAMES)


def signed_by_two(prepared: bytes, there: Services, *, stamped: bool = True) -> bytes:
    url = there.tsa if stamped else None
    pdf = signed(prepared, 1, there.backend("Anna"), timestamp_url=url)
    return signed(pdf, 2, there.backend("Bo", by_list=True), timestamp_url=url)


def test_a_document_made_to_last_begins_as_before_and_is_of_the_highest_level(
    prepared: bytes, there: Services
) -> None:
    pdf = signed_by_two(prepared, there)
    before = found_in(pdf, there)
    assert [each.level for each in before.signatures] == [Level.T, Level.T]
    update = made_to_last(pdf, there)
    assert update.content.startswith(pdf)
    assert len(update.content) > len(pdf)
    report = found_in(update.content, there)
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
        update.content, trust_roots=[there.root.trust_root], expected_fields=NAMES
    )
    assert boxed == report
    assert_conforms(update.content, "ua1")
    assert_conforms(update.content, "3a")


def test_it_is_still_provable_when_every_certificate_of_the_signatures_is_over(
    prepared: bytes, there: Services
) -> None:
    pdf = made_to_last(signed_by_two(prepared, there), there).content
    # Two years on, the last timestamp is renewed in time by a certificate of then.
    with time_machine.travel(datetime.now(UTC) + YEAR - 2 * DAY):
        now = datetime.now(UTC)
        there.new_stamper(valid_from=now - DAY, valid_to=now + 5 * YEAR)
        renewed = made_to_last(pdf, there)
        assert renewed.content.startswith(pdf)
    with time_machine.travel(datetime.now(UTC) + 3 * YEAR):
        not_renewed = found_in(pdf, there)
        report = found_in(renewed.content, there)
    assert report.is_genuine
    for signature in report.signatures[:2]:
        assert signature.time_source is TimeSource.TIMESTAMP
        assert signature.certificate is CertificateState.EXPIRED_SINCE
        assert signature.level is Level.LTA
    assert [each.level for each in not_renewed.signatures[:2]] == [Level.B, Level.B]
    assert not_renewed.signatures[0].time_source is TimeSource.SIGNERS_CLOCK


def test_without_a_timestamp_of_its_own_a_signature_is_made_to_last_all_the_same(
    prepared: bytes, there: Services
) -> None:
    pdf = signed_by_two(prepared, there, stamped=False)
    assert [each.level for each in found_in(pdf, there).signatures] == [Level.B, Level.B]
    report = found_in(made_to_last(pdf, there).content, there)
    assert report.is_genuine
    assert [each.level for each in report.signatures[:2]] == [Level.LTA, Level.LTA]


@pytest.mark.parametrize("by_list", [False, True], ids=["ocsp", "crl"])
def test_revoked_after_signing_is_told_and_changes_nothing(
    prepared: bytes, there: Services, by_list: bool
) -> None:
    certificate, key = there.issued("Anna", by_list=by_list)
    there.clock = datetime.now(UTC).replace(microsecond=0) - DAY
    pdf = signed(
        prepared,
        1,
        there.root.backend_of(certificate, key),
        timestamp_url=there.tsa,
        signed_at=there.clock,
    )
    there.clock = None
    there.revoked[certificate.serial_number] = datetime.now(UTC) - timedelta(hours=2)
    anna = found_in(made_to_last(pdf, there).content, there).signatures[0]
    assert anna.revocation is Revocation.REVOKED_LATER
    assert anna.certificate is CertificateState.VALID
    assert anna.is_genuine


@pytest.mark.parametrize("by_list", [False, True], ids=["ocsp", "crl"])
def test_revoked_before_signing_is_no_signature_to_keep(
    prepared: bytes, there: Services, by_list: bool
) -> None:
    certificate, key = there.issued("Anna", by_list=by_list)
    pdf = signed(prepared, 1, there.root.backend_of(certificate, key), timestamp_url=there.tsa)
    # Made to last while the authority did not know, and once more when it did.
    kept = made_to_last(pdf, there).content
    there.revoked[certificate.serial_number] = datetime.now(UTC) - DAY
    with pytest.raises(Revoked):
        made_to_last(pdf, there)
    assert found_in(kept, there).signatures[0].revocation is Revocation.GOOD
    # Put in by somebody else, the answer counts against the signature.
    material = Material()
    reader = PdfFileReader(io.BytesIO(pdf))
    signer = reader.embedded_signatures[0].signer_cert
    now, trust = datetime.now(UTC), Trust([there.root.trust_root])
    with pytest.raises(Revoked):
        gather(signer, [], trust, moment=now, into=material)
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    answers, lists = list(material.answers.values()), list(material.lists.values())
    DocumentSecurityStore.supply_dss_in_writer(writer, None, ocsps=answers, crls=lists)
    output = io.BytesIO()
    writer.write(output)
    anna = found_in(output.getvalue(), there).signatures[0]
    assert (anna.revocation, anna.certificate) == (Revocation.REVOKED, CertificateState.REVOKED)
    assert not anna.is_genuine


def other_issuer(there: Services, _certificate: object) -> None:
    there.answers_by = authority("Främling").issue("Svarar", answering=True)


def same_name(there: Services, _certificate: object) -> None:
    stranger = authority("Provets utfärdare")
    there.answers_by = (stranger.certificate, stranger.key)


def unauthorised(there: Services, _certificate: object) -> None:
    there.answers_by = there.root.issue("Inte till för att svara")


def old(there: Services, _certificate: object) -> None:
    there.age = timedelta(hours=3)


def from_the_future(there: Services, _certificate: object) -> None:
    there.age = -timedelta(days=2)


def about_another(there: Services, _certificate: object) -> None:
    there.answers_for = there.issued("En annan")[0]


def away(there: Services, _certificate: object) -> None:
    there.away.add("ocsp")


@pytest.mark.parametrize(
    "lie", [other_issuer, same_name, unauthorised, old, from_the_future, about_another, away]
)
def test_an_answer_that_cannot_be_believed_is_none(
    prepared: bytes, there: Services, lie: Callable[[Services, object], None]
) -> None:
    certificate, key = there.issued("Anna")
    pdf = signed(prepared, 1, there.root.backend_of(certificate, key), timestamp_url=there.tsa)
    lie(there, certificate)
    with pytest.raises(NoAnswer):
        made_to_last(pdf, there)


def test_a_responder_named_by_the_authority_may_answer(prepared: bytes, there: Services) -> None:
    there.answers_by = there.root.issue("Svarar", answering=True)
    pdf = signed(prepared, 1, there.backend("Anna"), timestamp_url=there.tsa)
    report = found_in(made_to_last(pdf, there).content, there)
    assert report.signatures[0].level is Level.LTA


def test_who_is_away_or_a_stranger_is_named(prepared: bytes, there: Services) -> None:
    pdf = signed(prepared, 1, there.backend("Anna"), timestamp_url=there.tsa)
    there.away.add("tsa")
    with pytest.raises(TimestampUnavailable):
        made_to_last(pdf, there)
    there.away = {"crl"}
    with pytest.raises(NoAnswer):
        made_to_last(pdf, there)
    there.away.clear()
    with services() as strangers, pytest.raises(Untrusted):
        make_lasting(pdf, trust=Trust([there.root.trust_root]), timestamp_url=strangers.tsa)
    with pytest.raises(Untrusted):
        make_lasting(pdf, trust=Trust([authority().trust_root]), timestamp_url=there.tsa)

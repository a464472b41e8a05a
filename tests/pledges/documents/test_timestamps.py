"""Timestamps by authorities good, wrong and away.

One answers, one answers wrongly and one is away.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import tsp
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from pledges.documents import errors
from pledges.documents.demo_authority import DemoAuthority
from pledges.documents.report import CertificateState, TimeSource, TrustRoot
from pledges.documents.verify import examine
from tests.answering import Answer, answering
from tests.pledges.documents.certificates import Authority, authority, for_pyhanko
from tests.pledges.documents.samples import NAMES, backend, report, signed
from tests.verapdf import assert_conforms


def served(
    answer: Callable[[bytes], tuple[int, str, bytes]],
) -> AbstractContextManager[str]:
    """Give the address of a server that answers every body by `answer`."""
    return answering(lambda _path, body, _headers: Answer(*answer(body)))


def stamping(
    root: Authority, at: datetime | None = None
) -> Callable[[bytes], tuple[int, str, bytes]]:
    """Return a timestamp authority below `root` whose clock shows `at`."""
    certificate, key = for_pyhanko(*root.issue("Tidsstämplare", timestamping=True))
    certificates = SimpleCertificateStore()
    certificates.register(for_pyhanko(root.certificate, root.key)[0])
    dummy = DummyTimeStamper(certificate, key, certs_to_embed=certificates, fixed_dt=at)

    def answer(request: bytes) -> tuple[int, str, bytes]:
        response = asyncio.run(dummy.async_request_tsa_response(tsp.TimeStampReq.load(request)))
        return 200, "application/timestamp-reply", response.dump()

    return answer


def test_a_trusted_timestamp_says_when(
    prepared: bytes, demo: DemoAuthority, roots: list[TrustRoot]
) -> None:
    root = authority("Tidsutfärdare")
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
    requests = []
    stamped = stamping(root, at)

    def counted(request: bytes) -> tuple[int, str, bytes]:
        requests.append(request)
        return stamped(request)

    with served(counted) as address:
        pdf = signed(prepared, 1, backend(demo, "Anna", "Kommun"), timestamp_url=address)
        pdf = signed(pdf, 2, backend(demo, "Bo", "Polis"), timestamp_url=address)
    assert len(requests) == 2
    for signature in report(pdf, [*roots, root.trust_root]).signatures:
        assert signature.time_source is TimeSource.TIMESTAMP
        assert signature.signed_at == at
        assert signature.is_genuine
    assert_conforms(pdf, "ua1")
    assert_conforms(pdf, "3a")


def test_a_timestamp_of_a_stranger_counts_as_none(
    prepared: bytes, demo: DemoAuthority, roots: list[TrustRoot]
) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=300)
    moment = datetime.now(UTC).replace(microsecond=0)
    with served(stamping(authority(), long_ago)) as address:
        pdf = signed(
            prepared,
            1,
            backend(demo, "Anna", "Kommun"),
            timestamp_url=address,
            signed_at=moment,
        )
    (signature,) = report(pdf, roots).signatures
    assert signature.time_source is TimeSource.SIGNERS_CLOCK
    assert signature.signed_at == moment
    assert signature.intact


def test_the_timestamp_and_not_the_signers_clock_decides_about_the_certificate(
    prepared: bytes,
) -> None:
    # The signer's clock is set back to when the certificate was still valid.
    signers, root = authority("Utfärdare"), authority("Tidsutfärdare")
    expired = datetime.now(UTC) - timedelta(days=10)
    key = signers.backend("Anna", valid_to=expired)
    with served(stamping(root)) as address:
        pdf = signed(prepared, 1, key, timestamp_url=address, signed_at=expired - timedelta(days=1))
    examined = examine(
        pdf, trust_roots=[signers.trust_root, root.trust_root], expected_fields=NAMES
    )
    assert examined.signatures[0].certificate is CertificateState.EXPIRED
    assert examined.signatures[0].trusted_by is not None
    assert not examined.signatures[0].is_genuine


@pytest.mark.parametrize(
    "answer",
    [
        (500, "application/timestamp-reply", b""),
        (404, "text/html", b"<p>Finns inte</p>"),
        (200, "text/html", b"<p>Logga in</p>"),
        (200, "application/timestamp-reply", b""),
        (200, "application/timestamp-reply", b"skr\xc3\xa4p"),
        # TimeStampResp with PKIStatus 2, "rejection", and no token (RFC 3161, 2.4.2).
        (200, "application/timestamp-reply", bytes.fromhex("30053003020102")),
    ],
    ids=["error", "not found", "a web page", "nothing", "rubbish", "refusal"],
)
def test_an_authority_that_does_not_serve_is_named(
    answer: tuple[int, str, bytes], prepared: bytes, demo: DemoAuthority
) -> None:
    with served(lambda _: answer) as address, pytest.raises(errors.TimestampUnavailable):
        signed(prepared, 1, backend(demo, "Anna", "Kommun"), timestamp_url=address)


def test_an_authority_that_is_away_is_named(prepared: bytes, demo: DemoAuthority) -> None:
    with served(lambda _: (200, "", b"")) as address:
        pass
    with pytest.raises(errors.TimestampUnavailable):
        signed(prepared, 1, backend(demo, "Anna", "Kommun"), timestamp_url=address)


def test_a_timestamp_of_other_bytes_is_refused(prepared: bytes, demo: DemoAuthority) -> None:
    stamped = stamping(authority())

    def elsewhere(request: bytes) -> tuple[int, str, bytes]:
        changed = tsp.TimeStampReq.load(request).native
        changed["message_imprint"]["hashed_message"] = b"\0" * 32
        return stamped(tsp.TimeStampReq(changed).dump())

    with (
        served(elsewhere) as address,
        pytest.raises(errors.TimestampUnavailable, match="something else"),
    ):
        signed(prepared, 1, backend(demo, "Anna", "Kommun"), timestamp_url=address)

"""Ask the authorities whether a certificate is revoked.

Their answers are kept as they gave them. Only certificates that lead to a trusted authority are
asked about, so only addresses that such an authority has written are called. Answers are checked
before they are believed: who signed them, about which certificate, and for which time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from asn1crypto import crl, ocsp, x509
from pyhanko_certvalidator import CertificateValidator
from pyhanko_certvalidator.authority import AuthorityWithCert
from pyhanko_certvalidator.errors import (
    OCSPFetchError,
    OCSPValidationError,
    PathBuildingError,
    PathValidationError,
    ValidationError,
)
from pyhanko_certvalidator.fetchers.common_utils import (
    enumerate_delivery_point_urls,
    format_ocsp_request,
    process_ocsp_response_data,
)
from pyhanko_certvalidator.path import ValidationPath

from .fetching import NotFetched, fetch
from .report import Revocation
from .trust import Carried, Trust, clamp_to_validity, revocation_of

ANSWER_SECONDS = 10
# Lists of the largest authorities are a few megabytes.
MAX_BYTES = 20 * 1024 * 1024
# Clocks that go a little wrong.
TOLERANCE = timedelta(minutes=5)


class RevocationError(Exception):
    """Too little is known of a certificate's revocation, or it is revoked."""


class Revoked(RevocationError):
    """The certificate was revoked at the time that was asked about."""


class Untrusted(RevocationError):
    """The certificate leads to no trusted authority: nobody is asked."""


class NoAnswer(RevocationError):
    """An authority gives no answer, or one that can't be believed."""


@dataclass
class Material:
    """What validation needs and others have said, each once."""

    certificates: dict[bytes, x509.Certificate] = field(default_factory=dict)
    answers: dict[bytes, ocsp.OCSPResponse] = field(default_factory=dict)
    # By the address that each was fetched from.
    lists: dict[str, crl.CertificateList] = field(default_factory=dict)

    def has_about(self, certificate: x509.Certificate, now: datetime) -> bool:
        """Return whether an answer about the certificate holds `now`."""
        return any(
            single is not None
            and _matches(single, certificate)
            and _is_current(single["this_update"].native, single["next_update"].native, now)
            for single in map(_single_response, self.answers.values())
        )


def gather(
    certificate: x509.Certificate,
    others: Iterable[x509.Certificate],
    trust: Trust,
    *,
    moment: datetime,
    into: Material,
    now: datetime | None = None,
) -> Revocation:
    """Gather into `into` what shows that a certificate was valid at `moment`.

    Returns whether it was revoked later. `others` are certificates that may lie between it and a
    trusted one. Raises Untrusted, Revoked, or NoAnswer when an authority that the certificate names
    does not answer as it should.
    """
    now = now or datetime.now(UTC)
    others = list(others)
    path = _path(certificate, others, trust, moment)
    chain = list(path.iter_certs(include_root=True))
    for issuer, subject in pairwise(chain):
        if not into.has_about(subject, now):
            _fetch_answer(subject, issuer, into, now)
    for subject in chain:
        into.certificates[subject.sha256] = subject
    known = Carried(others, list(into.lists.values()), list(into.answers.values()))
    try:
        revocation = revocation_of(
            certificate,
            others,
            lambda at: trust.full_context(at, known),
            moment=moment,
            stated_at=known.stated_at(certificate),
        )
    except (ValidationError, PathBuildingError, ValueError) as error:
        raise NoAnswer(str(error)) from error
    if revocation is Revocation.REVOKED:
        raise Revoked(f"{certificate.subject.human_friendly} is revoked.")
    return revocation


def _path(
    certificate: x509.Certificate,
    others: list[x509.Certificate],
    trust: Trust,
    moment: datetime,
) -> ValidationPath:
    """Return the way from a trusted authority to the certificate."""
    validator = CertificateValidator(
        certificate,
        intermediate_certs=others,
        validation_context=trust.context(clamp_to_validity(certificate, moment)),
    )
    try:
        return asyncio.run(_validate_path(validator))
    except (PathBuildingError, PathValidationError, ValueError) as error:
        raise Untrusted(str(error)) from error


async def _validate_path(validator: CertificateValidator) -> ValidationPath:
    return await validator.async_validate_path()


def _fetch_answer(
    certificate: x509.Certificate, issuer: x509.Certificate, into: Material, now: datetime
) -> None:
    """Get an answer about one certificate, from the first that gives one.

    A certificate that names nobody to ask leaves nothing to be asked.
    """
    faults: list[str] = []
    for url in certificate.ocsp_urls:
        try:
            answer = _fetch_ocsp(url, certificate, issuer, now)
        except (NoAnswer, NotFetched) as error:
            faults.append(f"{url}: {error}")
            continue
        into.answers[answer.dump()] = answer
        return
    points = certificate.crl_distribution_points_value
    for url in (url for point in points or () for url in enumerate_delivery_point_urls(point)):
        try:
            into.lists[url] = into.lists.get(url) or _fetch_list(url, now)
        except (NoAnswer, NotFetched) as error:
            faults.append(f"{url}: {error}")
            continue
        return
    if faults:
        raise NoAnswer("; ".join(faults))


def _fetch_ocsp(
    url: str, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime
) -> ocsp.OCSPResponse:
    asked = format_ocsp_request(
        certificate,
        AuthorityWithCert(issuer),
        certid_hash_algo="sha1",  # The only one that every responder knows (RFC 6960, 4.3).
        request_nonces=False,
    )
    content = _fetch("POST", url, asked.dump(), "application/ocsp-request")
    try:
        answer = process_ocsp_response_data(content, ocsp_request=asked, ocsp_url=url)
        single = _single_response(answer)
    except (OCSPFetchError, OCSPValidationError, ValueError, KeyError, TypeError) as error:
        raise NoAnswer(str(error)) from error
    if single is None or not _matches(single, certificate):
        raise NoAnswer("The answer is about another certificate.")
    if not _is_current(single["this_update"].native, single["next_update"].native, now):
        raise NoAnswer("The answer is not of today.")
    return answer


def _fetch_list(url: str, now: datetime) -> crl.CertificateList:
    content = _fetch("GET", url, None, "")
    try:
        revocation_list = crl.CertificateList.load(content, strict=True)
        contents = revocation_list["tbs_cert_list"]
        this_update, next_update = contents["this_update"].native, contents["next_update"].native
    except (ValueError, KeyError, TypeError) as error:
        raise NoAnswer(str(error)) from error
    if not _is_current(this_update, next_update, now):
        raise NoAnswer("The list is not of today.")
    return revocation_list


def _fetch(method: str, url: str, body: bytes | None, media_type: str) -> bytes:
    """Return the body of an answer; raises NoAnswer or NotFetched."""
    headers = {"Content-Type": media_type} if media_type else {}
    status, content = fetch(
        method, url, seconds=ANSWER_SECONDS, max_bytes=MAX_BYTES, data=body, headers=headers
    )
    if status != 200:
        raise NoAnswer(f"The answer is {status}.")
    return content


def _single_response(answer: ocsp.OCSPResponse) -> ocsp.SingleResponse | None:
    """Return the one thing that an answer says, or None."""
    responses = answer.basic_ocsp_response["tbs_response_data"]["responses"]
    return responses[0] if len(responses) == 1 else None


def _matches(single: ocsp.SingleResponse, certificate: x509.Certificate) -> bool:
    """Return whether an answer is about the certificate.

    Whose the answer is, is seen to later.
    """
    about = single["cert_id"]
    algorithm = about["hash_algorithm"]["algorithm"].native
    return bool(
        about["serial_number"].native == certificate.serial_number
        and algorithm in ("sha1", "sha256")
        and about["issuer_name_hash"].native == getattr(certificate.issuer, algorithm)
    )


def _is_current(this_update: datetime, next_update: datetime | None, now: datetime) -> bool:
    """Return whether what was said at `this_update` still holds.

    It holds for a day, where nothing is said of that.
    """
    until = next_update or this_update + timedelta(days=1)
    return this_update - TOLERANCE <= now <= until + TOLERANCE

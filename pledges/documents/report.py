"""Hold what an examination of a signed PDF found, as plain data.

It goes through JSON. There are no sentences in here: the values say what is so, and the pages say
it in words.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

# Readers look for the header in the first and the end marker in the last 1024 bytes
# (ISO 32000-1, annex H, notes 13 and 18).
MARKER_WITHIN = 1024


class Problem(StrEnum):
    """Why a file could not be examined at all."""

    EMPTY = "empty"
    NOT_PDF = "not_pdf"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    # It takes more time or memory than an honest document does.
    TOO_HEAVY = "too_heavy"
    # Too many other files are being examined; trying again later helps.
    BUSY = "busy"
    # The examination failed in a way that nobody foresaw: that says nothing of the file.
    UNEXAMINED = "unexamined"


_BROKEN = {Problem.NOT_PDF, Problem.ENCRYPTED, Problem.DAMAGED}


class Kind(StrEnum):
    """What a signature field was signed with."""

    SIGNATURE = "signature"
    DOCUMENT_TIMESTAMP = "document_timestamp"


class Fault(StrEnum):
    """Why a single signature could not be examined."""

    UNREADABLE = "unreadable"
    # Not one of the signature formats of PDF.
    UNSUPPORTED = "unsupported"


class Coverage(StrEnum):
    """How much of the file the signature's digest covers."""

    ENTIRE_FILE = "entire_file"
    # The whole file as it was when it was signed; something was added later.
    ENTIRE_REVISION = "entire_revision"
    # Less than that, which no honest program makes.
    PARTIAL = "partial"


class Change(StrEnum):
    """The farthest-reaching thing that was added after a signature."""

    NONE = "none"
    # Certificates, revocation lists and timestamps for long-term validation.
    LONG_TERM = "long_term"
    # Further signatures (and other form fields filled in; see `changed_fields`).
    FORM_FILLING = "form_filling"
    ANNOTATIONS = "annotations"
    OTHER = "other"


class TimeSource(StrEnum):
    """Who says when a signature was made."""

    TIMESTAMP = "timestamp"
    SIGNERS_CLOCK = "signers_clock"
    UNKNOWN = "unknown"


class CertificateState(StrEnum):
    """The signatory's certificate at the time of signing, and since."""

    VALID = "valid"
    # Valid when the signature was made, but by now its time is over.
    EXPIRED_SINCE = "expired_since"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


class Revocation(StrEnum):
    """What the file carries of the authorities' own words on revocation."""

    # Nothing, or nothing to be believed.
    UNKNOWN = "unknown"
    GOOD = "good"
    # Revoked, but after the signature is proven to have been there.
    REVOKED_LATER = "revoked_later"
    REVOKED = "revoked"


class Level(StrEnum):
    """How lasting a signature is (PAdES, ETSI EN 319 142-1).

    Named as the standard does.
    """

    # Until the certificate ends.
    B = "B-B"
    # With a timestamp by somebody else.
    T = "B-T"
    # And with what the authorities say of the certificates.
    LT = "B-LT"
    # And with a timestamp over that, which can be renewed for ever.
    LTA = "B-LTA"


@dataclass(frozen=True)
class TrustRoot:
    """An authority that the examiner trusts.

    A name to show and its certificate (PEM, DER).
    """

    label: str
    certificate: bytes
    is_demo: bool = False


@dataclass(frozen=True)
class TrustedBy:
    """The trusted authority to which a certificate leads."""

    label: str
    is_demo: bool


@dataclass(frozen=True)
class Signer:
    """Who signed, as the certificate says it.

    The names prove nothing without trust.
    """

    common_name: str
    organisation: str
    issuer: str
    serial_number: str
    valid_from: datetime
    valid_to: datetime


@dataclass(frozen=True)
class Signature:
    """One signature in a file; with a `fault` nothing else in it is known."""

    field: str
    kind: Kind = Kind.SIGNATURE
    fault: Fault | None = None
    signer: Signer | None = None
    signed_at: datetime | None = None
    time_source: TimeSource = TimeSource.UNKNOWN
    # The signed bytes are the ones in the file, and the signature over them is right.
    intact: bool = False
    coverage: Coverage = Coverage.PARTIAL
    changed_since: Change = Change.OTHER
    change_permitted: bool = False
    changed_fields: tuple[str, ...] = ()
    # It is the certifying signature, which says what may be added later.
    certifies: bool = False
    trusted_by: TrustedBy | None = None
    certificate: CertificateState = CertificateState.UNKNOWN
    revocation: Revocation = Revocation.UNKNOWN
    # Of a trusted signature; a timestamp of the whole document has none of its own.
    level: Level | None = None
    # Until when it can be proven by what is in the file.
    lasts_until: datetime | None = None

    @property
    def is_genuine(self) -> bool:
        """Return whether the signature can be relied on.

        It is intact, by a trusted and then valid certificate, and nothing forbidden was added
        since.
        """
        return (
            self.fault is None
            and self.intact
            and self.change_permitted
            and self.trusted_by is not None
            and self.certificate in (CertificateState.VALID, CertificateState.EXPIRED_SINCE)
        )


@dataclass(frozen=True)
class Report:
    """One file's examination.

    `signatures` are in the order in which they were made.
    """

    sha256: str
    size: int
    problem: Problem | None = None
    document_id: str | None = None
    signatures: tuple[Signature, ...] = ()
    # Signature fields of the file that nobody has signed.
    empty_fields: tuple[str, ...] = ()
    # Fields that were expected, but that the file does not have.
    missing_fields: tuple[str, ...] = ()
    # Signed fields that were not expected; always empty when nothing was said about them.
    unexpected_fields: tuple[str, ...] = ()
    changed_after_last_signature: Change = Change.NONE
    # Something else than signing needs was added before anybody had signed, so that no signature
    # tells; always False when nothing was said of what is expected.
    was_changed_unsigned: bool = False
    expected_fields: tuple[str, ...] = ()
    # Fields that may be left empty: somebody signed on paper, or in a field of their own.
    spare_fields: tuple[str, ...] = ()

    def with_problem(self, problem: Problem) -> Self:
        """Return the report, as one on a file that could not be examined."""
        return replace(self, problem=problem)

    @property
    def is_broken(self) -> bool:
        """Return whether the file, or a signature in it, could not be read."""
        return self.problem in _BROKEN or any(signature.fault for signature in self.signatures)

    @property
    def is_genuine(self) -> bool:
        """Return whether the file can be relied on.

        Every expected field is signed, each signature is genuine, nothing was added. Without
        expected fields, every signature field of the file has to be signed.
        """
        signed = {
            signature.field for signature in self.signatures if signature.kind is Kind.SIGNATURE
        }
        filled = {signature.field for signature in self.signatures}
        return (
            self.problem is None
            and bool(signed)
            and signed.issuperset(self.expected_fields)
            and set(self.spare_fields).issuperset(self.empty_fields)
            and not (self.missing_fields or self.unexpected_fields)
            and all(signature.is_genuine for signature in self.signatures)
            and all(filled.issuperset(signature.changed_fields) for signature in self.signatures)
            and self.change_after_last_is_permitted
            and not self.was_changed_unsigned
        )

    @property
    def change_after_last_is_permitted(self) -> bool:
        """Return whether only long-term validation follows the last signature."""
        return self.changed_after_last_signature in (Change.NONE, Change.LONG_TERM)

    @property
    def is_demo(self) -> bool:
        """Return whether any of the signatures rests on a demonstration authority."""
        return any(
            signature.trusted_by and signature.trusted_by.is_demo for signature in self.signatures
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the report in types that JSON knows; times in ISO 8601."""
        return _plain(asdict(self))

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Return the report that `to_dict` was called on.

        Raises KeyError, TypeError or ValueError.
        """
        return cls(
            sha256=data["sha256"],
            size=data["size"],
            problem=Problem(data["problem"]) if data["problem"] else None,
            document_id=data["document_id"],
            signatures=tuple(_signature(signature) for signature in data["signatures"]),
            empty_fields=tuple(data["empty_fields"]),
            missing_fields=tuple(data["missing_fields"]),
            unexpected_fields=tuple(data["unexpected_fields"]),
            changed_after_last_signature=Change(data["changed_after_last_signature"]),
            was_changed_unsigned=data["was_changed_unsigned"],
            expected_fields=tuple(data["expected_fields"]),
            spare_fields=tuple(data["spare_fields"]),
        )


def blank_report(
    pdf: bytes, expected_fields: Iterable[str] | None, spare_fields: Iterable[str]
) -> Report:
    """Return the report of a file before it is examined.

    With its problem, if any can be told without reading into it.
    """
    report = Report(
        sha256=hashlib.sha256(pdf).hexdigest(),
        size=len(pdf),
        expected_fields=tuple(expected_fields or ()),
        spare_fields=tuple(spare_fields),
    )
    problem = outer_problem(pdf)
    return report if problem is None else report.with_problem(problem)


def outer_problem(pdf: bytes) -> Problem | None:
    """Return what can be said against a file without reading into it."""
    if not pdf:
        return Problem.EMPTY
    if b"%PDF-" not in pdf[:MARKER_WITHIN]:
        return Problem.NOT_PDF
    if b"%%EOF" not in pdf[-MARKER_WITHIN:]:
        return Problem.DAMAGED
    return None


def _plain(value: Any) -> Any:
    """`value` with times as text and tuples as lists, all the way down."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value


def _signature(data: dict[str, Any]) -> Signature:
    signer = data["signer"]
    return Signature(
        field=data["field"],
        kind=Kind(data["kind"]),
        fault=Fault(data["fault"]) if data["fault"] else None,
        signer=Signer(
            **{
                **signer,
                "valid_from": datetime.fromisoformat(signer["valid_from"]),
                "valid_to": datetime.fromisoformat(signer["valid_to"]),
            }
        )
        if signer
        else None,
        signed_at=datetime.fromisoformat(data["signed_at"]) if data["signed_at"] else None,
        time_source=TimeSource(data["time_source"]),
        intact=data["intact"],
        coverage=Coverage(data["coverage"]),
        changed_since=Change(data["changed_since"]),
        change_permitted=data["change_permitted"],
        changed_fields=tuple(data["changed_fields"]),
        certifies=data["certifies"],
        trusted_by=TrustedBy(**data["trusted_by"]) if data["trusted_by"] else None,
        certificate=CertificateState(data["certificate"]),
        revocation=Revocation(data["revocation"]),
        level=Level(data["level"]) if data["level"] else None,
        lasts_until=(datetime.fromisoformat(data["lasts_until"]) if data["lasts_until"] else None),
    )

"""Examine the signatures of a PDF that anyone may have sent.

Nothing is fetched: trust comes from the roots that the caller gives, and revocation is
known only from what the file itself carries. Call it through `sandbox` for files of
strangers; here a hostile file can still take time and memory.
"""

import io
import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from asn1crypto import x509
from cryptography.exceptions import UnsupportedAlgorithm
from lxml.etree import XMLSyntaxError  # type: ignore[import-untyped]
from pyhanko.pdf_utils.generic import DictionaryObject, IndirectObject
from pyhanko.pdf_utils.misc import PdfDecodeLimitError, PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    DiffPolicy,
    DiffResult,
    ModificationLevel,
)
from pyhanko.sign.fields import SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    SignatureCoverageLevel,
    validate_pdf_signature,
    validate_pdf_timestamp,
)

from .additions import was_only_signed
from .containers import certificates_are_intact, envelope_is_orderly, gap_is_the_signature
from .difference import difference_policy
from .event_loops import run_without_loop
from .evidence import Evidence, aware
from .file_errors import PLAIN, is_ours
from .report import (
    CertificateState,
    Change,
    Coverage,
    Fault,
    Kind,
    Problem,
    Report,
    Revocation,
    Signature,
    Signer,
    TimeSource,
    TrustRoot,
    blank_report,
)
from .structure import as_dictionary, as_integer
from .trust import Carried, Trust, carried_by

# A pledge has a handful of signatories; each signature costs a comparison of the file.
MAX_SIGNATURES = 32
MAX_TEXT_LENGTH = 200

# What the libraries raise for a file that is broken; of the plain ones see `is_ours`.
FILE_ERRORS = (PdfError, XMLSyntaxError, UnsupportedAlgorithm, zlib.error, *PLAIN)

# After the last signature nobody has vouched for anything any more. pyHanko's own policy
# then still lets the title and other metadata be rewritten; here only what a later
# validation needs may be added, and the time of it.
_AFTER_LAST_SIGNATURE = difference_policy()
# Our own document gets nothing between its signatures either, but a newer version.
_BETWEEN_SIGNATURES = difference_policy("/Version")

_CHANGES = {
    ModificationLevel.NONE: Change.NONE,
    ModificationLevel.LTA_UPDATES: Change.LONG_TERM,
    ModificationLevel.FORM_FILLING: Change.FORM_FILLING,
    ModificationLevel.ANNOTATIONS: Change.ANNOTATIONS,
    ModificationLevel.OTHER: Change.OTHER,
}


def examine(
    pdf: bytes,
    *,
    trust_roots: Sequence[TrustRoot],
    expected_fields: Sequence[str] | None = None,
    spare_fields: Sequence[str] = (),
) -> Report:
    """Tell what the signatures in `pdf` are worth.

    `expected_fields` are the names of the fields that should be signed, and the only ones; None
    when nothing is known about that. `spare_fields` may be left empty. Raises nothing that a broken
    file is known to cause: an error is a fault of our own. Raises ValueError for a root that is no
    certificate.
    """
    trust = Trust(trust_roots)
    report = blank_report(pdf, expected_fields, spare_fields)
    if report.problem is not None:
        return report
    try:
        return run_without_loop(lambda: _examine_pdf(pdf, report, trust, expected_fields))
    except (PdfDecodeLimitError, MemoryError):
        return report.with_problem(Problem.TOO_HEAVY)
    except FILE_ERRORS as error:
        if is_ours(error):
            raise
        return report.with_problem(Problem.DAMAGED)


def _examine_pdf(
    pdf: bytes, report: Report, trust: Trust, expected: Sequence[str] | None
) -> Report:
    """Report on a file that looks like a PDF; may raise FILE_ERRORS."""
    reader = PdfFileReader(io.BytesIO(pdf), strict=True)
    if reader.encrypted:
        return report.with_problem(Problem.ENCRYPTED)
    # Every page has to be there: a file that cannot be shown is damaged, signed or not.
    as_integer(as_dictionary(reader.root["/Pages"])["/Count"])
    empty: list[str] = []
    filled: list[tuple[str, DictionaryObject]] = []
    for name, _, reference in enumerate_sig_fields(reader):
        signature_field = as_dictionary(reference.get_object())
        if "/V" in signature_field:
            filled.append((str(name), signature_field))
        else:
            empty.append(_shorten(name))
    if len(filled) > MAX_SIGNATURES:
        return report.with_problem(Problem.TOO_HEAVY)

    unreadable: list[Signature] = []
    embedded: list[EmbeddedPdfSignature] = []
    for name, signature_field in filled:
        opened = _open_signature(reader, name, signature_field)
        if isinstance(opened, Signature):
            unreadable.append(opened)
        else:
            embedded.append(opened)
    embedded.sort(key=lambda signature: signature.signed_revision)
    evidence = _evidence(embedded, trust)
    # Of a file of others' making it is known only what they themselves would say.
    between = DEFAULT_DIFF_POLICY if expected is None else _BETWEEN_SIGNATURES
    examined = [
        _examine_embedded(
            pdf,
            signature,
            trust,
            evidence,
            _AFTER_LAST_SIGNATURE if index >= _last_person(embedded) else between,
        )
        for index, signature in enumerate(embedded)
    ]
    if (
        examined
        and examined[-1].coverage is not Coverage.ENTIRE_FILE
        and reader.xrefs.total_revisions == embedded[-1].signed_revision + 1
    ):
        # Bytes after the end that are no update: no reader shows them, but there they are.
        examined[-1] = replace(examined[-1], changed_since=Change.OTHER, change_permitted=False)
    names = [*(signature.field for signature in (*examined, *unreadable)), *empty]
    return replace(
        report,
        document_id=_document_id(reader),
        signatures=(*examined, *unreadable),
        empty_fields=tuple(empty),
        missing_fields=tuple(field for field in expected or () if field not in names),
        unexpected_fields=tuple(
            signature.field
            for signature in (*examined, *unreadable)
            if expected is not None
            and signature.field not in expected
            and signature.kind is Kind.SIGNATURE
        ),
        was_changed_unsigned=expected is not None
        and bool(embedded)
        and not was_only_signed(reader, embedded[0].signed_revision),
        changed_after_last_signature=examined[-1].changed_since if examined else Change.NONE,
    )


def _open_signature(
    reader: PdfFileReader, name: str, signature_field: DictionaryObject
) -> EmbeddedPdfSignature | Signature:
    """Return the signature in a field, or what is wrong with it."""
    # pyHanko's own list of signatures leaves out what it does not know, and a field that
    # looks signed on the page must not be passed over.
    try:
        value = as_dictionary(signature_field["/V"])
        if str(value.get("/SubFilter")) not in {subfilter.value for subfilter in SigSeedSubFilter}:
            return Signature(field=_shorten(name), fault=Fault.UNSUPPORTED)
        return EmbeddedPdfSignature(reader, signature_field, name)
    except FILE_ERRORS as error:
        if is_ours(error):
            raise
        return Signature(field=_shorten(name), fault=Fault.UNREADABLE)


def _last_person(embedded: Sequence[EmbeddedPdfSignature]) -> int:
    """Return the index of the last signature by somebody.

    After it come only timestamps.
    """
    people = [
        index
        for index, signature in enumerate(embedded)
        if signature.sig_object_type != "/DocTimeStamp"
    ]
    return people[-1] if people else 0


def _evidence(embedded: Sequence[EmbeddedPdfSignature], trust: Trust) -> Evidence:
    """Return what the file proves of its own; if unreadable, nothing."""
    try:
        return Evidence(embedded, trust, carried_by(embedded))
    except PdfDecodeLimitError:
        raise
    except FILE_ERRORS as error:
        if is_ours(error):
            raise
        return Evidence((), trust, Carried())


def _examine_embedded(
    pdf: bytes,
    embedded: EmbeddedPdfSignature,
    trust: Trust,
    evidence: Evidence,
    policy: DiffPolicy,
) -> Signature:
    """Report on one signature, judged by `policy` on what came after it."""
    name = _shorten(embedded.field_name)
    try:
        if embedded.sig_object_type == "/DocTimeStamp":
            return _examine_timestamp(pdf, embedded, trust, evidence, policy)
        return _examine_signature(pdf, embedded, trust, evidence, policy)
    except PdfDecodeLimitError:
        raise
    except FILE_ERRORS as error:
        if is_ours(error):
            raise
        return Signature(field=name, fault=Fault.UNREADABLE)


def _examine_signature(
    pdf: bytes,
    embedded: EmbeddedPdfSignature,
    trust: Trust,
    evidence: Evidence,
    policy: DiffPolicy,
) -> Signature:
    """Report on an ordinary or certifying signature."""
    certificate = embedded.signer_cert
    moment, source = _signing_time(embedded, evidence)
    now = datetime.now(UTC)
    # The chain is tried at a time when the certificate itself was valid, so that
    # "issued by whom" and "valid when" are two answers and not one.
    chain_moment = min(
        max(moment or now, certificate.not_valid_before), certificate.not_valid_after
    )
    status = validate_pdf_signature(
        embedded,
        trust.context(chain_moment, evidence.carried),
        trust.context(None, evidence.carried),
        diff_policy=policy,
    )
    authority = trust.authority(status)
    revocation = evidence.revocation(embedded) if authority else Revocation.UNKNOWN
    level, lasts_until = evidence.level(embedded, revocation) if authority else (None, None)
    return Signature(
        field=_shorten(embedded.field_name),
        signer=_signer(certificate),
        signed_at=moment,
        time_source=source,
        intact=_intact(pdf, embedded, status, trust),
        certifies=_certifies(embedded),
        trusted_by=authority,
        certificate=(
            CertificateState.REVOKED
            if revocation is Revocation.REVOKED
            else _certificate_state(certificate, moment, now)
        ),
        revocation=revocation,
        level=level,
        lasts_until=lasts_until,
        **_change_fields(status),
    )


def _examine_timestamp(
    pdf: bytes,
    embedded: EmbeddedPdfSignature,
    trust: Trust,
    evidence: Evidence,
    policy: DiffPolicy,
) -> Signature:
    """Report on a document timestamp.

    That is a signature by a timestamp authority, for nobody else.
    """
    certificate = embedded.signer_cert
    now = datetime.now(UTC)
    # By whom it is and whether it still proves anything are two answers here too.
    known_by = min(
        max(evidence.known_by(embedded), certificate.not_valid_before), certificate.not_valid_after
    )
    context = trust.context(known_by, evidence.carried)
    status = validate_pdf_timestamp(embedded, context, diff_policy=policy)
    proves = evidence.timestamp_time(embedded) is not None
    return Signature(
        field=_shorten(embedded.field_name),
        kind=Kind.DOCUMENT_TIMESTAMP,
        signer=_signer(certificate),
        signed_at=aware(status.timestamp),
        time_source=TimeSource.TIMESTAMP if proves else TimeSource.UNKNOWN,
        intact=_intact(pdf, embedded, status, trust),
        trusted_by=trust.authority(status),
        certificate=_certificate_state(certificate, aware(status.timestamp), now),
        **_change_fields(status),
    )


def _intact(pdf: bytes, embedded: EmbeddedPdfSignature, status: Any, trust: Trust) -> bool:
    """Return whether signed bytes, signature and container are as made."""
    return (
        status.intact
        and status.valid
        and gap_is_the_signature(pdf, embedded)
        and envelope_is_orderly(embedded)
        # What a stranger's certificates rest on is unknown, so there is nothing to compare.
        and (not status.trusted or certificates_are_intact(embedded, trust.certificates))
    )


def _change_fields(status: Any) -> dict[str, Any]:
    """Return what a validation says of coverage and later additions."""
    result = status.diff_result
    level = status.modification_level or ModificationLevel.OTHER
    permitted = status.docmdp_ok
    if permitted is None:
        # A document timestamp sets no policy; only what may always be added may be.
        permitted = level <= ModificationLevel.LTA_UPDATES
    fields = result.changed_form_fields if isinstance(result, DiffResult) else ()
    return {
        "coverage": {
            SignatureCoverageLevel.ENTIRE_FILE: Coverage.ENTIRE_FILE,
            SignatureCoverageLevel.ENTIRE_REVISION: Coverage.ENTIRE_REVISION,
        }.get(status.coverage, Coverage.PARTIAL),
        "changed_since": _CHANGES[level],
        "change_permitted": bool(permitted),
        "changed_fields": tuple(sorted(_shorten(field) for field in fields)),
    }


def _signing_time(
    embedded: EmbeddedPdfSignature, evidence: Evidence
) -> tuple[datetime | None, TimeSource]:
    """Return when the signature was made, by the best witness there is."""
    stamped = evidence.own_time(embedded)
    if stamped is not None:
        return stamped, TimeSource.TIMESTAMP
    claimed = embedded.self_reported_timestamp
    if claimed is None:
        return None, TimeSource.UNKNOWN
    return aware(claimed), TimeSource.SIGNERS_CLOCK


def _certificate_state(
    certificate: x509.Certificate, moment: datetime | None, now: datetime
) -> CertificateState:
    """Return whether the certificate was valid at `moment`, and still is."""
    if moment is None:
        return CertificateState.UNKNOWN
    if moment < certificate.not_valid_before:
        return CertificateState.NOT_YET_VALID
    if moment > certificate.not_valid_after:
        return CertificateState.EXPIRED
    if now > certificate.not_valid_after:
        return CertificateState.EXPIRED_SINCE
    return CertificateState.VALID


def is_revoked_by_file(embedded: EmbeddedPdfSignature, trust: Trust, now: datetime) -> bool:
    """Return whether what the file carries says that its signer is revoked.

    It may be in the document's security store or in the signature. May raise FILE_ERRORS.
    """
    certificate = embedded.signer_cert
    moment = min(max(now, certificate.not_valid_before), certificate.not_valid_after)
    context = trust.revocation_context(moment, carried_by([embedded]))
    return bool(validate_pdf_signature(embedded, context, skip_diff=True).revoked)


def _certifies(embedded: EmbeddedPdfSignature) -> bool:
    """Return whether this signature is the one that sets the rules.

    The document names it.
    """
    permissions = embedded.reader.root.get("/Perms")
    if not isinstance(permissions, DictionaryObject) or "/DocMDP" not in permissions:
        return False
    named = permissions.raw_get("/DocMDP")
    own = embedded.sig_field.raw_get("/V")
    return (
        isinstance(named, IndirectObject)
        and isinstance(own, IndirectObject)
        and named.reference == own.reference
    )


def _signer(certificate: x509.Certificate) -> Signer:
    """Return the names in a certificate."""
    return Signer(
        common_name=_name_part(certificate.subject, "common_name"),
        organisation=_name_part(certificate.subject, "organization_name"),
        issuer=_name_part(certificate.issuer, "common_name"),
        serial_number=f"{certificate.serial_number:x}"[:MAX_TEXT_LENGTH],
        valid_from=certificate.not_valid_before,
        valid_to=certificate.not_valid_after,
    )


def _name_part(name: x509.Name, part: str) -> str:
    """Return one part of a distinguished name; of several, all."""
    value = name.native.get(part, "")
    return _shorten(", ".join(map(str, value)) if isinstance(value, list) else value)


def _document_id(reader: PdfFileReader) -> str | None:
    """Return the file identifier (ISO 32000-1, 14.4), or None.

    It stays the same when something is added.
    """
    try:
        identifier: bytes = reader.trailer_view["/ID"][0].original_bytes
        return identifier.hex()[:MAX_TEXT_LENGTH]
    except (KeyError, IndexError, TypeError, AttributeError):
        return None


def _shorten(text: Any) -> str:
    """Return a file's text at a length to show, without control characters."""
    return "".join(
        character for character in str(text)[:MAX_TEXT_LENGTH] if character.isprintable()
    )

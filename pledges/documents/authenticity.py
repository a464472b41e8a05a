"""Tell whether a PDF is a pledge of ours, as it was signed.

Two things are asked apart from each other. Is the file, byte for byte, a document that the portal
has published? And what do its signatures say by themselves? The first is told by SHA-256, the
second by examining the file in a sandbox. Only a file that passes both is genuine.
"""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache

from django.utils import timezone

from pledges.documents.permanent import published_follow_up
from pledges.documents.report import CertificateState, Problem, Report, Signature, TrustRoot
from pledges.documents.sandbox import SandboxFailed, examine_in_sandbox
from pledges.models import Pledge, PledgeDocument, Signatory

_MAX_KEPT = 5000
_PASSING = {Problem.TOO_HEAVY, Problem.BUSY, Problem.UNEXAMINED}

logger = logging.getLogger(__name__)


class Answer(StrEnum):
    """What can be said of a file."""

    GENUINE = "genuine"
    # A published follow-up, to the byte; those aren't signed.
    FOLLOW_UP = "follow_up"
    # Ours to the byte, but a signature of it isn't (or is no longer) to be trusted.
    NOT_TRUSTED = "not_trusted"
    # Ours to the byte, and all that is electronic in it holds, but some have signed on paper.
    ON_PAPER = "on_paper"
    # To the byte the document that a party handed in, of a pledge that wasn't signed here.
    ELSEWHERE = "elsewhere"
    # Ours, but from before all had signed.
    INCOMPLETE = "incomplete"
    # Begins as ours, or calls itself ours, and is something else.
    CHANGED = "changed"
    # A readable PDF that is none of ours.
    UNKNOWN = "unknown"
    # No readable PDF; the report says why.
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Verification:
    """The answer, the pledge that a file claims to be, and its signatures.

    `unsigned` are the pledge's signatories who have not signed this file, `on_paper` those who
    signed the same text by hand: no file has their signatures in it. `was_added_to` is set when the
    file is a published document with something more at its end.
    """

    answer: Answer
    report: Report
    pledge: Pledge | None = None
    unsigned: tuple[Signatory, ...] = ()
    on_paper: tuple[Signatory, ...] = ()
    was_added_to: bool = False

    @property
    def is_genuine(self) -> bool:
        """Return whether the file can be trusted.

        It is the pledge as it was signed by all, or a follow-up as it was published.
        """
        return self.answer in {Answer.GENUINE, Answer.FOLLOW_UP}


def verify(pdf: bytes, roots: tuple[TrustRoot, ...]) -> Verification:
    """Examine a file that anyone may have sent.

    It is not kept; nothing is written. Only pledges that the public may read are recognised, so
    that nobody can ask whether a draft exists.
    """
    sha256 = hashlib.sha256(pdf).hexdigest()
    if (follow_up := published_follow_up(sha256)) is not None:
        # Nothing in it is signed: there is nothing to examine.
        return Verification(Answer.FOLLOW_UP, Report(sha256, len(pdf)), follow_up.pledge)
    ours, was_added_to = _published_beginning(pdf)
    report = _examine(pdf, roots, ours, was_added_to)
    if ours is not None and was_added_to and _is_cut_off(ours, pdf):
        return Verification(Answer.UNREADABLE, report.with_problem(Problem.DAMAGED))
    if ours is not None and was_added_to:
        # A step on the way with something added is no step of ours either.
        unsigned = _unsigned(ours.pledge, report)
        return Verification(Answer.CHANGED, report, ours.pledge, unsigned, was_added_to=True)
    if ours is not None and hasattr(ours.pledge, "signed_elsewhere"):
        # What it bears was made by others: it may be broken without any fault of the portal.
        return Verification(Answer.ELSEWHERE, report, ours.pledge)
    if ours is not None:
        report = _of_published(report)
    if report.problem is not None:
        return Verification(Answer.UNREADABLE, report)
    if ours is not None:
        return _verify_published(ours, report)
    claimed = _claimed_pledge(report)
    if claimed is None:
        return Verification(Answer.UNKNOWN, report)
    return Verification(Answer.CHANGED, report, claimed, _unsigned(claimed, report))


def examine_published(
    document: PledgeDocument,
    signatories: Iterable[Signatory],
    roots: tuple[TrustRoot, ...],
    on: date,
) -> Report:
    """Return what a published document's signatures are worth on a day.

    It takes a second or two, but the bytes never change, so it is done once a month at most; only
    certificates run out. A report of a problem that passes is not kept. `signatories` are the
    pledge's, with their signatures, `roots` the trusted authorities.
    """
    signed, empty = fields_of(signatories)
    # A timestamp whose certificate has ended proves nothing any more, and its signatures less.
    month = on.replace(day=1)
    try:
        report = _examine_for_month(document.pk, tuple(signed), tuple(empty), roots, month)
    except _NotToKeep as exception:
        report = exception.report
    except SandboxFailed:
        # What is known without the file can still be told.
        logger.exception("document.not_examined", extra={"sha256": document.sha256})
        report = Report(document.sha256, document.size, problem=Problem.UNEXAMINED)
    if report.is_broken and not hasattr(document.pledge, "signed_elsewhere"):
        # It could be read when it was published. The fault is ours: a library, for instance, was
        # exchanged for one that doesn't fit. Others' work may be broken without it.
        logger.error("document.said_to_be_broken", extra={"sha256": report.sha256})
    return replace(
        report, signatures=tuple(_as_of(on, signature) for signature in report.signatures)
    )


def _as_of(on: date, signature: Signature) -> Signature:
    """Return a signature of earlier in the month, its certificate run out."""
    is_over = signature.signer is not None and signature.signer.valid_to.date() < on
    if is_over and signature.certificate == CertificateState.VALID:
        return replace(signature, certificate=CertificateState.EXPIRED_SINCE)
    return signature


def _examine(
    pdf: bytes, roots: tuple[TrustRoot, ...], ours: PledgeDocument | None, was_added_to: bool
) -> Report:
    """Return what the file's signatures say by themselves."""
    if ours is None:
        return examine_in_sandbox(pdf, trust_roots=roots)
    if not was_added_to:
        # Everybody has the file, and may send it again and again.
        return examine_published(ours, _signatories(ours.pledge), roots, timezone.localdate())
    signed, empty = fields_of(_signatories(ours.pledge))
    return examine_in_sandbox(pdf, trust_roots=roots, expected_fields=signed, spare_fields=empty)


class _NotToKeep(Exception):
    """A report that may be another the next time."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report


@lru_cache(maxsize=_MAX_KEPT)
def _examine_for_month(
    document_pk: int,
    signed: tuple[str, ...],
    empty: tuple[str, ...],
    roots: tuple[TrustRoot, ...],
    _month: date,
) -> Report:
    content = bytes(PledgeDocument.objects.values_list("content", flat=True).get(pk=document_pk))
    report = examine_in_sandbox(
        content, trust_roots=roots, expected_fields=signed, spare_fields=empty
    )
    if report.problem in _PASSING:
        raise _NotToKeep(report)
    return report


def _of_published(report: Report) -> Report:
    """Return the report on a published file, which can't be broken.

    It could be read, and its signatures too, when it was published: when an examination says
    otherwise, the problem is `unexamined`.
    """
    return report.with_problem(Problem.UNEXAMINED) if report.is_broken else report


def _verify_published(document: PledgeDocument, report: Report) -> Verification:
    pledge = document.pledge
    unsigned = _unsigned(pledge, report)
    if document.step < pledge.signatories.count():
        return Verification(Answer.INCOMPLETE, report, pledge, unsigned)
    on_paper = tuple(
        signatory for signatory in _signatories(pledge) if not signatory.signature.is_electronic
    )
    if on_paper:
        # With nothing electronic in it there is nothing that could fail to hold.
        is_only_paper = len(on_paper) == pledge.signatories.count() and not report.signatures
        holds = report.is_genuine or is_only_paper
        answer = Answer.ON_PAPER if holds else Answer.NOT_TRUSTED
    else:
        answer = Answer.GENUINE if report.is_genuine else Answer.NOT_TRUSTED
    return Verification(answer, report, pledge, unsigned, on_paper)


def _published_beginning(pdf: bytes) -> tuple[PledgeDocument | None, bool]:
    """Return the document that a file begins with, and whether more follows.

    Every step of a document is the exact beginning of the next, so the longest one counts. One pass
    over the file, however many documents there are.
    """
    known: dict[int, dict[str, int]] = {}
    documents = PledgeDocument.objects.filter(
        pledge__in=Pledge.objects.public(), size__lte=len(pdf)
    )
    # A signature on paper leaves the bytes as they were: of the same ones, the last step counts.
    rows = documents.order_by("step", "pk").values_list("pk", "size", "sha256")
    for pk, size, sha256 in rows:
        known.setdefault(size, {})[sha256] = pk
    digest, at, match_pk = hashlib.sha256(), 0, None
    view = memoryview(pdf)
    for size in sorted(known):
        digest.update(view[at:size])
        at = size
        match = known[size].get(digest.copy().hexdigest())
        if match is not None:
            match_pk = match
    if match_pk is None:
        return None, False
    document = (
        PledgeDocument.objects.defer("content")
        .select_related("pledge", "pledge__police_area", "pledge__signed_elsewhere")
        .get(pk=match_pk)
    )
    return document, document.size != len(pdf)


def _is_cut_off(document: PledgeDocument, pdf: bytes) -> bool:
    """Return whether the file is a later step of the document, broken off."""
    later = PledgeDocument.objects.filter(pledge=document.pledge_id, size__gt=len(pdf))
    return any(bytes(step.content).startswith(pdf) for step in later)


def _claimed_pledge(report: Report) -> Pledge | None:
    """Return the public pledge whose id the file bears (ISO 32000-1, 14.4)."""
    try:
        uid = uuid.UUID(hex=report.document_id or "")
    except ValueError:
        return None
    return Pledge.objects.public().select_related("police_area").filter(uid=uid).first()


def _signatories(pledge: Pledge) -> list[Signatory]:
    """Return a public pledge's signatories; all have a signature of record."""
    return list(pledge.signatories.select_related("municipality", "signature"))


def fields_of(signatories: Iterable[Signatory]) -> tuple[list[str], list[str]]:
    """Return the fields that are signed in a document, and those left empty.

    The document is that of a public pledge, with these signatories.
    """
    signatories = list(signatories)
    signed = [
        signatory.signature.field for signatory in signatories if signatory.signature.is_electronic
    ]
    return signed, [
        signatory.field_name for signatory in signatories if signatory.field_name not in signed
    ]


def _unsigned(pledge: Pledge, report: Report) -> tuple[Signatory, ...]:
    signed = {signature.field for signature in report.signatures}
    return tuple(
        signatory
        for signatory in _signatories(pledge)
        if signatory.signature.is_electronic and signatory.signature.field not in signed
    )

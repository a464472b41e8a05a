"""Say what was found out about a file signed outside, or a scan.

Plain data, no sentences. The examining itself is in `returned_document` and `scan`, which run in
the sandbox; here is what needs no PDF library.
"""

import base64
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from .report import Problem, Report, Signature, outer_problem


class Refusal(StrEnum):
    """Why a file that was given back is not taken as the signed document."""

    EMPTY = "empty"
    NOT_PDF = "not_pdf"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    TOO_HEAVY = "too_heavy"
    BUSY = "busy"
    # A fault of the portal's own, which says nothing of the file.
    UNEXAMINED = "unexamined"
    # The document as it was fetched, or with something added that is no signature.
    UNSIGNED = "unsigned"
    # A document from before an earlier signatory had signed, with or without a signature.
    EARLIER_STEP = "earlier_step"
    TRUNCATED = "truncated"
    OTHER_DOCUMENT = "other_document"
    # Ours, but not byte for byte: written anew instead of added to.
    REWRITTEN = "rewritten"
    PAGES = "pages"
    ANNOTATION = "annotation"
    ACTIVE = "active"
    METADATA = "metadata"
    # Objects that nothing refers to: what a later change could bring to light.
    HIDDEN = "hidden"
    # Cross-references that lead elsewhere than to what was added.
    CROSS_REFERENCES = "cross_references"
    CONTENT = "content"
    OTHER_LINE = "other_line"
    STAMP_ELSEWHERE = "stamp_elsewhere"
    # A field beside the signature's own, though nothing shows it.
    EXTRA_FIELD = "extra_field"
    # A stamp or field by which the document is no PDF/A or PDF/UA any longer.
    CONFORMITY = "conformity"
    SEVERAL = "several"
    UNREADABLE = "unreadable"
    PARTIAL = "partial"
    BROKEN = "broken"
    ADDED_AFTER = "added_after"
    EARLIER_BROKEN = "earlier_broken"
    UNTRUSTED = "untrusted"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    REVOKED = "revoked"
    NO_TIME = "no_time"
    WRONG_TIME = "wrong_time"
    # It forbids those who come after to sign.
    LOCKS = "locks"


@dataclass(frozen=True)
class Judgement:
    """Whether a file is taken.

    With no `refusal` there is the `signature` that was added.
    """

    refusal: Refusal | None = None
    signature: Signature | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the judgement in types that JSON knows."""
        signatures = (self.signature,) if self.signature else ()
        report = Report(sha256="", size=0, signatures=signatures)
        return {"refusal": self.refusal, "signatures": report.to_dict()["signatures"]}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Return the judgement that `to_dict` was called on.

        Raises KeyError, TypeError or ValueError.
        """
        empty = Report(sha256="", size=0).to_dict()
        read = Report.from_dict({**empty, "signatures": data["signatures"]})
        return cls(
            refusal=Refusal(data["refusal"]) if data["refusal"] else None,
            signature=read.signatures[0] if read.signatures else None,
        )


class ScanProblem(StrEnum):
    """Why a scan is not taken."""

    EMPTY = "empty"
    NOT_PDF = "not_pdf"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    TOO_HEAVY = "too_heavy"
    BUSY = "busy"
    # A fault of the portal's own, which says nothing of the file.
    UNEXAMINED = "unexamined"
    TOO_MANY_PAGES = "too_many_pages"
    # Scripts, actions, forms, sound, film: nothing that a scanner makes.
    ACTIVE = "active"
    ATTACHMENT = "attachment"
    NO_PICTURE = "no_picture"
    # Neither a PDF nor a photo that can be read.
    NO_SCAN = "no_scan"
    HEIC = "heic"
    TOO_SMALL = "too_small"
    TOO_MANY_PIXELS = "too_many_pixels"


@dataclass(frozen=True)
class ScanResult:
    """What was found out about a scan."""

    problem: ScanProblem | None = None
    pages: int = 0


@dataclass(frozen=True)
class TakenScan:
    """The scan that is kept of a file, a PDF, or why there is none."""

    problem: ScanProblem | None = None
    pages: int = 0
    content: bytes = b""

    def to_dict(self) -> dict[str, Any]:
        """Return it in types that JSON knows."""
        return {
            "problem": self.problem,
            "pages": self.pages,
            "content": base64.b64encode(self.content).decode("ascii"),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Return what `to_dict` was called on; raises KeyError or ValueError."""
        problem = ScanProblem(data["problem"]) if data["problem"] else None
        return cls(problem, int(data["pages"]), base64.b64decode(data["content"]))


# What `outer_problem` can say; the same words for both kinds of file.
_OUTER = {
    Problem.EMPTY: (Refusal.EMPTY, ScanProblem.EMPTY),
    Problem.NOT_PDF: (Refusal.NOT_PDF, ScanProblem.NOT_PDF),
    Problem.DAMAGED: (Refusal.DAMAGED, ScanProblem.DAMAGED),
}


def outer_scan_problem(pdf: bytes) -> ScanProblem | None:
    """Return what can be said against a scan without reading into it."""
    problem = outer_problem(pdf)
    return _OUTER[problem][1] if problem else None


def outer_refusal(pdf: bytes, before: bytes, earlier: Sequence[bytes]) -> Refusal | None:
    """Return what can be said against a returned file without reading it.

    `before` is the document that was to be signed, `earlier` are the steps on the way to it.
    """
    if pdf == before:
        return Refusal.UNSIGNED
    if not pdf.startswith(before):
        if any(pdf == step for step in earlier):
            return Refusal.EARLIER_STEP
        if pdf and before.startswith(pdf):
            return Refusal.TRUNCATED
    if (problem := outer_problem(pdf)) is not None:
        if problem is Problem.DAMAGED and pdf.startswith(before):
            return Refusal.TRUNCATED
        return _OUTER[problem][0]
    if not pdf.startswith(before) and any(pdf.startswith(step) for step in earlier):
        return Refusal.EARLIER_STEP
    return None


# Of the longer side, in pixels: what a mark, and a picture, must have.
MIN_MARK, MIN_PHOTO = 100, 800


class PictureProblem(StrEnum):
    """Why a picture is not taken."""

    EMPTY = "empty"
    TOO_HEAVY = "too_heavy"
    BUSY = "busy"
    # A fault of the portal's own, which says nothing of the file.
    UNEXAMINED = "unexamined"
    NO_PICTURE = "no_picture"
    MOVING = "moving"
    TOO_SMALL = "too_small"
    TOO_MANY_PIXELS = "too_many_pixels"


@dataclass(frozen=True)
class PictureSize:
    """A picture in one size."""

    content_type: str
    width: int
    height: int
    content: bytes


@dataclass(frozen=True)
class TakenPicture:
    """The sizes that are kept of a picture, or why there are none."""

    problem: PictureProblem | None = None
    sizes: tuple[PictureSize, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return it in types that JSON knows."""
        return {
            "problem": self.problem,
            "sizes": [
                {**asdict(size), "content": base64.b64encode(size.content).decode("ascii")}
                for size in self.sizes
            ],
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Return what `to_dict` was called on; raises KeyError or ValueError."""
        sizes = (
            PictureSize(**{**size, "content": base64.b64decode(size["content"])})
            for size in data["sizes"]
        )
        return cls(PictureProblem(data["problem"]) if data["problem"] else None, tuple(sizes))

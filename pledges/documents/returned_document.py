"""Judge a file that was signed outside.

Is it our document with a signature, and nothing else? The file has to begin, byte for byte, with
the document that was given out. What was added to it is compared, revision by revision, with what
signing may add: a signature in the signatory's own field or in a new one, what long-term validation
needs, and the time of change in the metadata. Call it through `sandbox`: a hostile file can take
time and memory.
"""

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    Reference,
)
from pyhanko.pdf_utils.misc import PdfDecodeLimitError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel, SuspiciousModification
from pyhanko.sign.fields import MDPPerm, enumerate_sig_fields
from pyhanko.sign.validation import EmbeddedPdfSignature

from .additions import SIGNING, has_active_parts, has_hidden_parts
from .conformity import breaks_conformity
from .event_loops import run_without_loop
from .file_errors import is_ours
from .judgement import Judgement, Refusal
from .metadata import information, metadata
from .report import CertificateState, Change, Coverage, Kind, Problem, Signature, TrustRoot
from .structure import as_array, as_dictionary, page_tree, rectangle
from .trust import Trust
from .verify import FILE_ERRORS, examine, is_revoked_by_file

# Clocks that go a little wrong.
TOLERANCE = timedelta(minutes=10)
MAX_FIELD_NAME_LENGTH = 200


class _Refused(Exception):
    """The file is not taken."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal)


def judge(
    before: bytes,
    after: bytes,
    *,
    own_field: str,
    earlier_fields: Sequence[str],
    later_fields: Sequence[str],
    spare_fields: Sequence[str] = (),
    made_at: datetime,
    trust_roots: Sequence[TrustRoot],
    now: datetime | None = None,
) -> Judgement:
    """Tell whether `after` is `before` with one signature, and whose.

    `own_field` is the signature field that was prepared for the signatory; `earlier_fields` those
    that are signed already, `later_fields` those of everybody else. `made_at` is when `before` was
    made: no signature can be older. Raises nothing that `after` is known to cause: an error is a
    fault of our own.
    """
    # Outside of what follows: a document of ours that can't be read is no fault of the file.
    old = PdfFileReader(io.BytesIO(before), strict=True)
    try:
        return run_without_loop(
            lambda: _Judge(
                old, before, after, own_field, earlier_fields, later_fields, spare_fields
            ).judgement(made_at, trust_roots, now or datetime.now(UTC))
        )
    except _Refused as refused:
        return Judgement(refused.refusal)
    except (PdfDecodeLimitError, MemoryError):
        return Judgement(Refusal.TOO_HEAVY)
    except FILE_ERRORS as error:
        if is_ours(error):
            raise
        return Judgement(Refusal.DAMAGED)


class _Judge:
    """One file's examination; each step raises _Refused."""

    def __init__(
        self,
        old: PdfFileReader,
        before: bytes,
        after: bytes,
        own_field: str,
        earlier_fields: Sequence[str],
        later_fields: Sequence[str],
        spare_fields: Sequence[str],
    ) -> None:
        self.before, self.after = before, after
        self.own_field = own_field
        self.earlier_fields, self.later_fields = earlier_fields, later_fields
        self.spare_fields = spare_fields
        self.old = old
        self.new = PdfFileReader(io.BytesIO(after), strict=True)

    def judgement(
        self, made_at: datetime, trust_roots: Sequence[TrustRoot], now: datetime
    ) -> Judgement:
        """Go through all steps, from what the file is to who signed it."""
        if self.new.encrypted:
            raise _Refused(Refusal.ENCRYPTED)
        if not self.after.startswith(self.before):
            is_ours = _document_id(self.new) == _document_id(self.old)
            raise _Refused(Refusal.REWRITTEN if is_ours else Refusal.OTHER_DOCUMENT)
        self._check_cross_references()
        field = self._added_field()
        self._check_structure(field)
        self._check_place(field)
        self._check_changes(field)
        self._check_conformity(field)
        if has_hidden_parts(self.new, self.revisions):
            # A later change could bring them to light.
            raise _Refused(Refusal.HIDDEN)
        signature = self._examine_signature(field, trust_roots)
        embedded = next(
            signature for signature in self._embedded() if signature.field_name == field
        )
        self._check_later_ones(embedded)
        _check_time(signature, made_at, now)
        if is_revoked_by_file(embedded, Trust(trust_roots), now):
            raise _Refused(Refusal.REVOKED)
        return Judgement(signature=signature)

    def _check_cross_references(self) -> None:
        """Check that the old lies where it was, and the new in what was added."""
        old, new = self.old.xrefs, self.new.xrefs
        self.revisions = old.total_revisions
        if new.hybrid_xrefs_present or new.total_revisions < self.revisions:
            raise _Refused(Refusal.CROSS_REFERENCES)
        for revision in range(new.total_revisions):
            at = new.get_startxref_for_revision(revision)
            if revision < self.revisions:
                if at != old.get_startxref_for_revision(revision):
                    raise _Refused(Refusal.CROSS_REFERENCES)
                continue
            places = [new.get_historical_ref(r, revision) for r in self._refs(revision)]
            if at < len(self.before) or any(
                isinstance(place, int) and place < len(self.before) for place in places
            ):
                raise _Refused(Refusal.CROSS_REFERENCES)
        if new.total_revisions == self.revisions:
            # Bytes behind the end that are no update at all.
            raise _Refused(Refusal.UNSIGNED)

    def _refs(self, revision: int) -> set[Any]:
        return self.new.xrefs.explicit_refs_in_revision(revision)

    def _embedded(self) -> list[EmbeddedPdfSignature]:
        return list(self.new.embedded_signatures)

    def _added_field(self) -> str:
        """Return the name of the field with the one signature that was added."""
        signed = {
            str(name) for name, value, _ in enumerate_sig_fields(self.old) if value is not None
        }
        prepared = {name for name, _, _ in enumerate_sig_fields(self.old)}
        added = []
        for name, _, reference in enumerate_sig_fields(self.new):
            field = as_dictionary(reference.get_object())
            if str(name) not in signed and "/V" in field and not _is_timestamp(field):
                added.append(str(name))
        if not added:
            raise _Refused(Refusal.UNSIGNED)
        if len(added) > 1:
            raise _Refused(Refusal.SEVERAL)
        (name,) = added
        if name in prepared and name != self.own_field:
            raise _Refused(Refusal.OTHER_LINE)
        if len(name) > MAX_FIELD_NAME_LENGTH or not name.isprintable():
            raise _Refused(Refusal.UNREADABLE)
        return name

    def _check_structure(self, field: str) -> None:
        """Name the plain reasons by themselves, before everything is compared."""
        pages = list(page_tree(self.new.root["/Pages"]))
        before = list(page_tree(self.old.root["/Pages"]))
        if [_object_number(p) for p in pages] != [_object_number(p) for p in before]:
            raise _Refused(Refusal.PAGES)
        if has_active_parts(self.old, self.new):
            raise _Refused(Refusal.ACTIVE)
        ours = {id_ for id_, _ in self._widgets()}
        for page, earlier in zip(pages, before, strict=True):
            if _annotation_numbers(page) - _annotation_numbers(earlier) - ours:
                raise _Refused(Refusal.ANNOTATION)
        about, xmp = information(self.new), metadata(self.new)
        if about != information(self.old) or xmp != metadata(self.old):
            raise _Refused(Refusal.METADATA)

    def _widgets(self) -> Iterator[tuple[int, tuple[str, DictionaryObject]]]:
        """Yield the drawn parts of all signature fields.

        Each is an object number, with the field's name and the widget.
        """
        for name, _, reference in enumerate_sig_fields(self.new):
            field = as_dictionary(reference.get_object())
            if "/Kids" in field:
                for kid in as_array(field["/Kids"]):
                    widget = as_dictionary(kid.get_object())
                    yield _object_number(widget), (str(name), widget)
            else:
                yield reference.idnum, (str(name), field)

    def _check_place(self, field: str) -> None:
        """Check that a new field is unseen, or on the signatory's own line."""
        prepared = {name: ref for name, _, ref in enumerate_sig_fields(self.old)}
        prepared_widget = prepared[self.own_field].get_object()
        left, bottom, right, top = rectangle(prepared_widget)
        own_page = _pages_with(self.old, prepared[self.own_field].idnum)
        for id_, (name, widget) in self._widgets():
            if name in prepared:
                continue
            if name != field and name not in self._stamps():
                raise _Refused(Refusal.EXTRA_FIELD)
            x0, y0, x1, y1 = rectangle(widget)
            if not (x1 - x0) * (y1 - y0):
                continue
            is_within = left <= x0 and x1 <= right and bottom <= y0 and y1 <= top
            if name != field or not is_within or _pages_with(self.new, id_) != own_page:
                raise _Refused(Refusal.STAMP_ELSEWHERE)

    def _stamps(self) -> set[str]:
        """Return the names of the fields that hold document timestamps."""
        return {
            str(name)
            for name, _, reference in enumerate_sig_fields(self.new)
            if _is_timestamp(as_dictionary(reference.get_object()))
        }

    def _check_conformity(self, field: str) -> None:
        """Check that what was added keeps PDF/A and PDF/UA."""
        names = {field, *self._stamps()}
        drawn = [widget for _, (name, widget) in self._widgets() if name in names]
        if breaks_conformity(self.new, drawn):
            raise _Refused(Refusal.CONFORMITY)

    def _check_changes(self, field: str) -> None:
        """Check that nothing was added but what signing adds."""
        base = self.revisions - 1
        result = SIGNING.review_file(self.new, base)
        if isinstance(result, SuspiciousModification):
            raise _Refused(Refusal.CONTENT)
        changed = {str(name) for name in result.changed_form_fields}
        if (
            result.modification_level > ModificationLevel.FORM_FILLING
            or changed - self._stamps() - {field}
        ):
            raise _Refused(Refusal.CONTENT)

    def _examine_signature(self, field: str, trust_roots: Sequence[TrustRoot]) -> Signature:
        """Return the added signature, once it and all earlier ones are good."""
        report = examine(
            self.after,
            trust_roots=trust_roots,
            expected_fields=[*self.earlier_fields, field],
            spare_fields=[self.own_field, *self.later_fields, *self.spare_fields],
        )
        if report.problem is not None:
            is_heavy = report.problem is Problem.TOO_HEAVY
            raise _Refused(Refusal.TOO_HEAVY if is_heavy else Refusal.DAMAGED)
        (signature,) = (signature for signature in report.signatures if signature.field == field)
        _check_signature(signature)
        for earlier in report.signatures:
            if earlier.field != field and earlier.kind is Kind.SIGNATURE and not earlier.is_genuine:
                raise _Refused(Refusal.EARLIER_BROKEN)
            if earlier.kind is Kind.DOCUMENT_TIMESTAMP and not (
                earlier.intact and earlier.change_permitted
            ):
                raise _Refused(Refusal.ADDED_AFTER)
        if not report.change_after_last_is_permitted:
            raise _Refused(Refusal.ADDED_AFTER)
        return signature

    def _check_later_ones(self, embedded: EmbeddedPdfSignature) -> None:
        """Check that the signature lets those sign who come after."""
        if not self.later_fields:
            return
        locks = embedded.fieldmdp
        if embedded.docmdp_level is MDPPerm.NO_CHANGES or (
            locks is not None and any(locks.is_locked(name) for name in self.later_fields)
        ):
            raise _Refused(Refusal.LOCKS)


def _check_signature(signature: Signature) -> None:
    """Check that the signature is whole, trusted, and made in time.

    In time means: while its certificate was valid.
    """
    state = signature.certificate
    reasons = (
        (signature.fault is not None, Refusal.UNREADABLE),
        (signature.coverage is Coverage.PARTIAL, Refusal.PARTIAL),
        (not signature.intact, Refusal.BROKEN),
        (
            not signature.change_permitted
            or signature.changed_since in (Change.ANNOTATIONS, Change.OTHER),
            Refusal.ADDED_AFTER,
        ),
        (state is CertificateState.REVOKED, Refusal.REVOKED),
        (signature.trusted_by is None, Refusal.UNTRUSTED),
        (state is CertificateState.EXPIRED, Refusal.EXPIRED),
        (state is CertificateState.NOT_YET_VALID, Refusal.NOT_YET_VALID),
        (signature.signed_at is None, Refusal.NO_TIME),
    )
    for is_so, refusal in reasons:
        if is_so:
            raise _Refused(refusal)


def _check_time(signature: Signature, made_at: datetime, now: datetime) -> None:
    moment = signature.signed_at
    if moment is None or not made_at - TOLERANCE <= moment <= now + TOLERANCE:
        raise _Refused(Refusal.WRONG_TIME)


def _is_timestamp(field: DictionaryObject) -> bool:
    """Return whether a field holds a document timestamp, nobody's signature."""
    value = field.get("/V")
    return isinstance(value, DictionaryObject) and value.get("/Type") == "/DocTimeStamp"


def _object_number(value: DictionaryObject) -> int:
    """Return the number of a dictionary's object; 0 within another."""
    return value.container_ref.idnum if isinstance(value.container_ref, Reference) else 0


def _annotation_numbers(page: DictionaryObject) -> set[int]:
    """Return the object numbers of a page's annotations.

    One that is written into the page itself has none: 0.
    """
    listed = as_array(page.get("/Annots", ArrayObject()))
    annotations = [listed.raw_get(index) for index in range(len(listed))]
    return {a.reference.idnum if isinstance(a, IndirectObject) else 0 for a in annotations}


def _pages_with(reader: PdfFileReader, annotation: int) -> list[int]:
    """Return the numbers of the pages that show an annotation."""
    pages = page_tree(reader.root["/Pages"])
    return [n for n, page in enumerate(pages) if annotation in _annotation_numbers(page)]


def _document_id(reader: PdfFileReader) -> bytes | None:
    try:
        identifier: bytes = reader.trailer_view["/ID"][0].original_bytes
    except (KeyError, IndexError, TypeError, AttributeError):
        return None
    return identifier

"""Take a personal detail away from all that a place holds.

In its place stands a mark with the day and the decision. In what is signed or published the words
are masked so when that is chosen, and the files that have them are withheld: their bytes are what
was signed, and never change.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pledge_portal.accounts.models import User
from pledge_portal.database.acting import on_behalf_of
from pledge_portal.pages.refusals import Refused
from pledge_portal.queue.mail import rewrite_waiting
from pledges.decided import day_fault
from pledges.erasing.finding import Hit, Place, find, find_similar, pledges_of, text_columns
from pledges.erasing.usual_words import doubts_of, places_in_texts
from pledges.erasing.withholding import File, files_with, with_every_step, withhold
from pledges.erasing.words import for_python, pattern_of
from pledges.models import ArchivePackage, ArchivePackagePiece, Erasure, Municipality, OpenDataFile

_LINK = re.compile(r"""(https?://[^\s"'<>]+)""")


@dataclass(frozen=True)
class Detail:
    """What is taken away, from whose texts, by which decision and why."""

    words: str
    place: Place
    decision: str
    decided_on: date
    reason: str


@dataclass(frozen=True)
class Outcome:
    """Where the words stood: what goes, what is masked, and what stands.

    `letters` is how many wait to be sent with them, `files` those that are withheld; `erasure` is
    the key of the decision's row. `doubts` is why the words may be others than was meant, and
    `similar` what looks like them and stays; a preview tells of it.
    """

    hits: Sequence[Hit]
    letters: int
    files: Sequence[File]
    erasure: int
    doubts: Sequence[str] = ()
    similar: Sequence[Hit] = ()

    @property
    def erasable(self) -> list[Hit]:
        """The rows that the words are taken from."""
        return [hit for hit in self.hits if not hit.obstacle and not hit.is_immutable]

    @property
    def maskable(self) -> list[Hit]:
        """The signed or published rows that they are masked in, if that is chosen."""
        return [hit for hit in self.hits if not hit.obstacle and hit.is_immutable]

    @property
    def standing(self) -> list[Hit]:
        """The rows where they stand all the same."""
        return [hit for hit in self.hits if hit.obstacle]

    @property
    def places_in_texts(self) -> str:
        """How often the words stand, in a sentence."""
        return places_in_texts(self.hits)

    def digest(self, detail: Detail) -> str:
        """Return what tells this outcome from others.

        It is shown before it is said yes to.
        """
        rows = sorted(
            (hit.model._meta.db_table, str(hit.key), hit.is_immutable, hit.obstacle)
            for hit in self.hits
        )
        files = sorted(file.sha256 for file in self.files)
        known = repr((detail.words, detail.place.pk, rows, files, self.letters))
        return hashlib.sha256(known.encode()).hexdigest()


def preview(detail: Detail, *, by: User, at: datetime) -> Outcome:
    """Return what would go, be masked and stand; nothing is changed.

    Raises Refused for a decision that nobody has made yet.
    """
    with transaction.atomic():
        outcome = _erase(detail, masks=True, by=by, at=at)
        transaction.set_rollback(True)
    return replace(
        outcome, similar=find_similar(detail.words, detail.place, timezone.localdate(at))
    )


def erase(
    detail: Detail,
    seen: str,
    *,
    masks: bool = False,
    is_sure: bool = False,
    files: Sequence[File] = (),
    by: User,
    at: datetime,
) -> Outcome:
    """Take the words away for good; return what was done.

    `seen` is the digest of the outcome that was shown. With `masks` they are masked in what is
    signed or published too, and the files made of it withheld; so are `files`, where somebody saw
    them. Raises Refused when the outcome is another by now, when there is nothing to take away, and
    when there are doubts, unless one `is_sure`.
    """
    with transaction.atomic():
        outcome = _erase(detail, masks=masks, by=by, at=at)
        if outcome.digest(detail) != seen:
            raise Refused(_("Titta igenom ställena först: de är inte de som visades."))
        if outcome.doubts and not is_sure:
            raise Refused({"vanligt": " ".join(outcome.doubts)})
        files = with_every_step(files)
        withhold(files, outcome.erasure)
        outcome = replace(
            outcome, files=list(dict.fromkeys([*(outcome.files if masks else ()), *files]))
        )
        if outcome.erasable or outcome.letters or outcome.files:
            return outcome
        if outcome.maskable and not masks:
            raise Refused(
                {
                    "maskera": _(
                        "Orden står bara i det som är undertecknat eller publicerat. Kryssa för "
                        "att de ska maskeras, och titta igenom ställena igen."
                    )
                }
            )
        if not outcome.maskable:
            raise Refused({"ord": _("Orden står inte någonstans där de kan tas bort.")})
    return outcome


def _erase(detail: Detail, *, masks: bool, by: User, at: datetime) -> Outcome:
    if fault := day_fault(detail.decided_on, timezone.localdate(at)):
        raise Refused({"beslutat_den": fault})
    place = detail.place
    is_municipality = isinstance(place, Municipality)
    pledges = list(pledges_of(place).values_list("pk", flat=True))
    # Whoever keeps a package meanwhile waits, and then sees what was done.
    packages = ArchivePackage.objects.filter(pledge__in=pledges)
    list(packages.select_for_update().order_by("pk").values_list("pk"))
    erasure = Erasure.objects.create(
        municipality_id=place.pk if is_municipality else None,
        police_area_id=None if is_municipality else place.pk,
        decision=detail.decision,
        decided_on=detail.decided_on,
        reason=detail.reason,
        erased_by=by,
        erased_at=at,
    )
    hits = find(detail.words, place, timezone.localdate(at))
    pattern = pattern_of(detail.words)
    with on_behalf_of(reason=_("Personuppgift borttagen: %s") % detail.decision):
        for hit in hits:
            _take_from(hit, erasure.pk, pattern, masks=masks)
    files = files_with(hits)
    if masks:
        withhold(files, erasure.pk)
    ArchivePackagePiece.objects.filter(package__pledge__in=pledges).delete()
    # They hold no longer, and are made anew; what was in them is gone at once.
    OpenDataFile.objects.all().delete()
    in_letters = for_python(pattern)
    letters = rewrite_waiting(lambda text: _without(in_letters, text))
    return Outcome(hits, letters, files, erasure.pk, doubts_of(detail.words, hits, place))


def _without(pattern: re.Pattern[str], letter: str) -> str:
    """Return a letter without the words.

    Its links stand: they let its receiver in, and letters of other places wait there too.
    """
    return "".join(
        piece if _LINK.fullmatch(piece) else pattern.sub("[…]", piece)
        for piece in _LINK.split(letter)
    )


def _take_from(hit: Hit, erasure: int, pattern: str, *, masks: bool) -> None:
    """Take the words from a row and its history, and tell how in the hit.

    What is signed or published is only tried, unless `masks`.
    """
    if not (refusal := _call(hit, erasure, pattern, masking=False)):
        return
    if _call(hit, erasure, pattern, masking=True, is_tried=not masks):
        hit.obstacle = refusal
    else:
        hit.is_immutable = True


def _call(hit: Hit, erasure: int, pattern: str, *, masking: bool, is_tried: bool = False) -> str:
    """Return why the database's function refuses a row, if it does.

    Nothing is changed when it `is_tried`.
    """
    meta = hit.model._meta
    assert meta.pk is not None  # noqa: S101  (every model has one)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT erase_detail(%s, %s, %s, %s, %s, %s, %s)",
                [
                    erasure,
                    meta.db_table,
                    meta.pk.column,
                    str(hit.key),
                    text_columns(hit.model),
                    pattern,
                    masking,
                ],
            )
            if is_tried:
                transaction.set_rollback(True)
    except IntegrityError as refusal:
        return str(refusal).partition("\n")[0]
    return ""

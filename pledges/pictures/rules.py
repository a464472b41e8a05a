"""Keep and take away a party's mark, and a pledge's picture.

Both are made anew from what is uploaded (see `documents.picture`). Whoever may say how a party is
reached may say what its mark is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledge_portal.accounts.models import User
from pledge_portal.database.english import english_is_right
from pledge_portal.pages.refusals import Refused
from pledges.documents.judgement import (
    MIN_MARK,
    MIN_PHOTO,
    PictureProblem,
    PictureSize,
    TakenPicture,
)
from pledges.documents.sandbox import take_picture_in_sandbox
from pledges.models import Municipality, Picture, PictureFile, Pledge
from pledges.models.picture import Party

Take = Callable[..., TakenPicture]

MARK_BYTES, PICTURE_BYTES = 5 * 1024 * 1024, 10 * 1024 * 1024

_PROBLEMS: dict[PictureProblem, Promise] = {
    PictureProblem.EMPTY: gettext_lazy("Filen är tom."),
    PictureProblem.TOO_HEAVY: gettext_lazy("Filen är så tung att den inte går att pröva."),
    PictureProblem.BUSY: gettext_lazy("Just nu prövas många filer. Försök igen om en stund."),
    PictureProblem.UNEXAMINED: gettext_lazy(
        "Filen kunde inte prövas här. Felet är portalens och har antecknats: det säger inget om "
        "din fil. Försök igen senare."
    ),
    PictureProblem.NO_PICTURE: gettext_lazy(
        "Filen är ingen bild som går att läsa. Välj en PNG, JPEG eller WebP; SVG och GIF tas "
        "inte emot."
    ),
    PictureProblem.MOVING: gettext_lazy("Bilden rör sig. Välj en stillbild."),
    PictureProblem.TOO_SMALL: gettext_lazy(
        "Bilden är för liten: den längre sidan ska vara minst %(least)s bildpunkter."
    ),
    PictureProblem.TOO_MANY_PIXELS: gettext_lazy(
        "Bilden har fler än 40 miljoner bildpunkter. Spara den i en mindre storlek."
    ),
}


def mark_of(party: Party) -> Picture | None:
    """Return a party's mark, if it has one."""
    return Picture.objects.filter(**_owner(party)).first()


def keep_mark(
    party: Party,
    *,
    alternative_text: str,
    alternative_text_en: str = "",
    light: bytes | None = None,
    dark: bytes | None = None,
    by: User | None,
    at: datetime,
    take: Take = take_picture_in_sandbox,
) -> Picture:
    """Keep a party's mark: new files, or other words for those there are.

    A new file for light pages takes that for dark ones away, unless another comes along. `take`
    makes a file anew. Raises Refused.
    """
    sizes = {
        field: _sizes(field, take(file, is_mark=True), least=MIN_MARK)
        for field, file in (("light", light), ("dark", dark))
        if file is not None
    }
    with transaction.atomic():
        # Whoever keeps another meanwhile waits.
        type(party).objects.select_for_update().get(pk=party.pk)
        mark = mark_of(party) or Picture(**_owner(party))
        if mark.pk is None and light is None:
            raise Refused({"light": _("Välj en bildfil först.")})
        row: Any = mark
        row.alternative_text_sv = alternative_text
        row.alternative_text_en = alternative_text_en or None
        if light is not None:
            mark.fingerprint, mark.dark_fingerprint = _digest(light), ""
        if dark is not None:
            mark.dark_fingerprint = _digest(dark)
        mark.uploaded_by, mark.uploaded_at = by, at
        mark.save()
        # Both were seen beside each other.
        english_is_right(mark, ["alternative_text"])
        if light is not None:
            mark.files.all().delete()
        elif dark is not None:
            mark.files.filter(is_dark=True).delete()
        for field, files in sizes.items():
            store(mark, files, is_dark=field == "dark")
    return mark


def remove_mark(party: Party) -> None:
    """Take a party's mark away; raises Refused when there is none."""
    mark = mark_of(party)
    if mark is None:
        raise Refused(_("Märket är redan borttaget."))
    mark.delete()


def store(picture: Picture, sizes: Sequence[PictureSize], *, is_dark: bool = False) -> None:
    """Write the sizes of a picture."""
    for size in sizes:
        PictureFile.store(
            picture,
            size.content,
            content_type=size.content_type,
            width=size.width,
            height=size.height,
            is_dark=is_dark,
        )


def _sizes(field: str, taken: TakenPicture, *, least: int) -> Sequence[PictureSize]:
    if taken.problem is not None:
        raise Refused({field: str(_PROBLEMS[taken.problem]) % {"least": least}})
    return taken.sizes


def _digest(file: bytes) -> str:
    return hashlib.sha256(file).hexdigest()


def _owner(party: Party) -> dict[str, Party]:
    return {"municipality" if isinstance(party, Municipality) else "police_area": party}


def picture_of(pledge: Pledge) -> Picture | None:
    """Return a pledge's picture, if it has one."""
    return Picture.objects.filter(pledge=pledge).first()


def keep_picture(
    pledge: Pledge,
    *,
    alternative_text: str,
    alternative_text_en: str = "",
    credit: str,
    file: bytes | None = None,
    by: User | None,
    at: datetime,
    take: Take = take_picture_in_sandbox,
) -> Picture:
    """Keep a pledge's picture: a new file, or other words for it.

    Raises Refused.
    """
    sizes = file and _sizes("file", take(file, is_mark=False), least=MIN_PHOTO)
    with transaction.atomic():
        Pledge.objects.select_for_update().get(pk=pledge.pk)
        picture = picture_of(pledge) or Picture(pledge=pledge)
        if picture.pk is None and file is None:
            raise Refused({"file": _("Välj en bildfil först.")})
        row: Any = picture
        row.alternative_text_sv = alternative_text
        row.alternative_text_en = alternative_text_en or None
        picture.credit = credit
        if file is not None:
            picture.fingerprint = _digest(file)
        picture.uploaded_by, picture.uploaded_at = by, at
        picture.save()
        # Both were seen beside each other.
        english_is_right(picture, ["alternative_text"])
        if sizes:
            picture.files.all().delete()
            store(picture, sizes)
    return picture


def remove_picture(pledge: Pledge) -> None:
    """Take a pledge's picture away; raises Refused when there is none."""
    picture = picture_of(pledge)
    if picture is None:
        raise Refused(_("Bilden är redan borttagen."))
    picture.delete()

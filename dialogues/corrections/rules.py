"""Correct what everyone reads: a summary, an answer to a theme, a quote.

What was published stands as it was, and the database refuses to change it. What was wrong is said
beside it, with the day: for a quote until its writer wants to be quoted no more.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from dialogues.models import Heard, Quote, TextCorrection, ThemeAnswer
from pledge_portal.accounts.models import User
from pledge_portal.pages.refusals import Refused

Subject = Heard | ThemeAnswer | Quote


def is_public(subject: Subject) -> bool:
    """Return whether everyone can read it, so that it is corrected beside."""
    if isinstance(subject, Heard):
        return subject.published_at is not None
    if isinstance(subject, ThemeAnswer):
        return ThemeAnswer.objects.public().filter(pk=subject.pk).exists()
    return True


@transaction.atomic
def correct(
    subject: Subject, texts: dict[str, str | None], *, by: User | None, at: datetime
) -> TextCorrection:
    """Add a dated correction beside what is published.

    `texts` are `text_sv` and perhaps `text_en`. Raises Refused without a text, for what isn't
    published, and when it repeats a quote: that goes with the quote alone.
    """
    swedish, english = texts.get("text_sv") or "", texts.get("text_en") or None
    if not swedish.strip():
        raise Refused({"text_sv": _("Skriv vad som är rätt.")})
    if not is_public(subject):
        raise Refused({"": _("Det är inte publicerat. Ändra texten i stället.")})
    if isinstance(subject, Quote):
        for name, text in (("text_sv", swedish), ("text_en", english or "")):
            if subject.text.casefold() in " ".join(text.split()).casefold():
                raise Refused(
                    {name: _("Upprepa inte citatet: den som skrev ska kunna få bort det.")}
                )
    return TextCorrection.objects.create(
        **_place_of(subject), text_sv=swedish.strip(), text_en=english, corrected_by=by,
        corrected_at=at,
    )  # fmt: skip


def _place_of(subject: Subject) -> dict[str, object]:
    if isinstance(subject, Heard):
        return {"heard": subject, "municipality_id": subject.dialogue.municipality_id}
    if isinstance(subject, ThemeAnswer):
        return {"theme_answer": subject, "municipality_id": subject.theme.municipality_id}
    return {"quote": subject, "municipality_id": subject.dialogue.municipality_id}

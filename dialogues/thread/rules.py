"""From word to deed: which commitments answer a theme, what may be quoted, and how many said so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from dialogues.analysis import counting
from dialogues.models import (
    Dialogue,
    Heard,
    HeardCount,
    Quote,
    Submission,
    Theme,
    ThemeAnswer,
)
from pledge_portal.pages.personal_data import find_personal_data
from pledge_portal.pages.refusals import Refused
from pledges.models import Commitment, Municipality, Pledge

LONGEST_QUOTE = 300


@transaction.atomic
def answer_theme(
    pledge: Pledge, theme: Theme, commitments: Iterable[Commitment], reasons: dict[str, str | None]
) -> None:
    """Say which commitments of a pledge answer a theme, or why none does; neither takes it back.

    `reasons` are the texts `reason_sv` and `reason_en`. Raises Refused when both are given, or
    when something belongs to another municipality.
    """
    chosen = list(commitments)
    if not pledge.parties.filter(municipality=theme.municipality_id).exists() or any(
        each.pledge_id != pledge.pk for each in chosen
    ):
        raise Refused({"": _("Temat och åtagandet hör inte ihop med det löftet.")})
    if chosen and reasons.get("reason_sv"):
        raise Refused(
            {"reason_sv": _("Ta bort skälet, eller kryssa ur åtagandena. Det ena eller det andra.")}
        )
    if not reasons.get("reason_sv") and reasons.get("reason_en"):
        raise Refused({"reason_sv": _("Skriv skälet på svenska också.")})
    there = {
        each.commitment_id: each for each in ThemeAnswer.objects.filter(pledge=pledge, theme=theme)
    }
    wanted: set[int | None] = {each.pk for each in chosen}
    if reasons.get("reason_sv"):
        wanted = {None}
    for key, row in there.items():
        if key not in wanted:
            row.delete()
    for key in wanted:
        row = there.get(key) or ThemeAnswer(pledge=pledge, theme=theme, commitment_id=key)
        if row.pk is None or key is None:
            row.reason_sv = reasons.get("reason_sv") or ""  # type: ignore[attr-defined]
            row.reason_en = reasons.get("reason_en") or None  # type: ignore[attr-defined]
            row.save()


def quote(submission: Submission, theme: Theme, text: str) -> Quote:
    """Let everyone read some words of a submission, under a theme.

    Raises Refused when the writer hasn't allowed it, when the words aren't theirs, or when they
    seem to hold personal data.
    """
    words = " ".join(text.split())
    if not submission.may_quote or submission.withdrawn_at is not None:
        raise Refused({"": _("Den som skrev har inte sagt ja till att citeras.")})
    if not submission.dialogue.is_announced:
        raise Refused({"": _("Annonsera dialogen innan du citerar ur den.")})
    if theme.municipality_id != submission.dialogue.municipality_id:
        raise Refused({"theme": _("Temat hör till en annan kommun.")})
    if not words or words not in " ".join(submission.text.split()):
        raise Refused({"text": _("Citera ordagrant: orden måste stå i svaret.")})
    if find_personal_data(words):
        raise Refused({"text": _("Citatet ser ut att innehålla personuppgifter.")})
    found, _is_new = Quote.objects.update_or_create(
        submission=submission,
        theme=theme,
        defaults={"text": words, "dialogue_id": submission.dialogue_id},
    )
    return found


def drop_quotes_no_longer_allowed(submission: Submission) -> None:
    """Take away the quotes of a submission that it no longer gives."""
    said = " ".join(submission.text.split())
    for each in submission.quotes.all():
        if submission.withdrawn_at or not submission.may_quote or each.text not in said:
            each.delete()


def reckon(heard: Heard) -> None:
    """Count the answers by theme anew, for everyone to read.

    Numbers from one to four aren't told. One answer can name several themes, so no hidden number
    can be worked out from the others or from how many answered.
    """
    numbers = Counter(theme for _answer, theme in counting.named(heard.dialogue_id))
    HeardCount.objects.filter(heard=heard).delete()
    HeardCount.objects.bulk_create(
        HeardCount(heard=heard, theme_id=theme, number=counting.told(n))
        for theme, n in sorted(numbers.items())
    )


def dialogues_before(pledge: Pledge, place: Municipality) -> list[Dialogue]:
    """Return the announced dialogues that a pledge could draw on: those that ended before it began
    to hold, and after the municipality's pledge before it did."""
    earlier = (
        Pledge.objects.public()
        .filter(parties__municipality=place, valid_from__lt=pledge.valid_from)
        .order_by("-valid_from")
        .values_list("valid_from", flat=True)
        .first()
    )
    found = Dialogue.objects.public().of(place).filter(closes_on__lt=pledge.valid_from)
    return list(found.filter(closes_on__gte=earlier or date.min).order_by("opens_on", "pk"))

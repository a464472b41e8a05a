"""From word to deed: what answers a theme, quotes, and how many said so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date

from django.db import connection, transaction
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
from pledge_portal.database.english import english_is_right
from pledge_portal.pages.personal_data import find_personal_data
from pledge_portal.pages.refusals import Refused
from pledges.models import Commitment, Municipality, Pledge

MAX_QUOTE_LENGTH = 300


@transaction.atomic
def answer_theme(
    pledge: Pledge,
    theme: Theme,
    commitments: Iterable[Commitment],
    reasons: dict[str, str | None],
    *,
    still_right: Collection[str] = (),
) -> None:
    """Set which commitments of a pledge answer a theme, or why none does.

    With neither, an earlier answer is taken away. `reasons` are the texts `reason_sv` and
    `reason_en`, which may be `still_right` though the Swedish was changed. Raises Refused when both
    are given, when something belongs to another municipality, and when an answer that everyone can
    read would go or change: only further commitments can be added to it.
    """
    chosen = list(commitments)
    if not pledge.parties.filter(municipality=theme.municipality_id).exists() or any(
        commitment.pledge_id != pledge.pk for commitment in chosen
    ):
        raise Refused({"": _("Temat och åtagandet hör inte ihop med det löftet.")})
    if chosen and reasons.get("reason_sv"):
        raise Refused(
            {"reason_sv": _("Ta bort skälet, eller kryssa ur åtagandena. Det ena eller det andra.")}
        )
    if not reasons.get("reason_sv") and reasons.get("reason_en"):
        raise Refused({"reason_sv": _("Skriv skälet på svenska också.")})
    existing = {
        answer.commitment_id: answer
        for answer in ThemeAnswer.objects.filter(pledge=pledge, theme=theme)
    }
    keys: set[int | None] = {commitment.pk for commitment in chosen}
    if reasons.get("reason_sv"):
        keys = {None}
    is_other = existing.keys() - keys or (
        None in existing and _reasons_of(existing[None]) != _reasons_in(reasons)
    )
    is_public = is_answered_in_public(pledge)
    if is_other and is_public:
        raise Refused({"": _("Svaret är publicerat och ändras inte. Skriv en rättelse.")})
    for key, answer in existing.items():
        if key not in keys:
            answer.delete()
    for key in keys:
        answer = existing.get(key) or ThemeAnswer(pledge=pledge, theme=theme, commitment_id=key)
        if answer.pk is None or (key is None and is_other):
            answer.reason_sv, answer.reason_en = _reasons_in(reasons)  # type: ignore[attr-defined]
            answer.save()
        if key is None and not is_public:
            english_is_right(answer, still_right)


def is_answered_in_public(pledge: Pledge) -> bool:
    """Return whether everyone reads what themes led to in a pledge."""
    return Pledge.objects.public().filter(pk=pledge.pk).exists()


def _reasons_in(reasons: dict[str, str | None]) -> tuple[str, str | None]:
    return reasons.get("reason_sv") or "", reasons.get("reason_en") or None


def _reasons_of(answer: ThemeAnswer) -> tuple[str, str | None]:
    return answer.reason_sv or "", answer.reason_en or None  # type: ignore[attr-defined]


@transaction.atomic
def quote(submission: Submission, theme: Theme, text: str, language: str = "") -> Quote:
    """Quote some words of a submission to everyone, under a theme.

    `language` is the one that all of it is written in, when it is another than was thought.
    Raises Refused when the writer hasn't allowed it, when the words aren't theirs, when they seem
    to hold personal data, or when others of theirs stand under the theme already.
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
    if language and language != submission.language:
        submission.language = language
        submission.save(update_fields=["language"])
        submission.quotes.update(language=language)
    stored, _is_new = Quote.objects.get_or_create(
        submission=submission,
        theme=theme,
        defaults={
            "text": words,
            "dialogue_id": submission.dialogue_id,
            "language": submission.language,
        },
    )
    if stored.text != words:
        raise Refused({"": _("Citatet är publicerat och ändras inte. Skriv en rättelse.")})
    return stored


@transaction.atomic
def remove_quotes(submission: Submission, reason: str = "") -> None:
    """Take away what is quoted of a submission.

    Each quote leaves a mark with the day and `reason`, one of RemovedQuote.Reason or empty: the
    database writes it. The same words can be quoted anew. Raises Refused when nothing is quoted.
    """
    if not submission.quotes.exists():
        raise Refused({"": _("Inget citat ur svaret visas.")})
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pledge_portal.removal_reason', %s, true)", [reason])
        submission.quotes.all().delete()
        cursor.execute("SELECT set_config('pledge_portal.removal_reason', '', true)")


def delete_disallowed_quotes(submission: Submission) -> None:
    """Delete the quotes of a submission that it no longer allows.

    Each leaves a mark that says that its writer took it away.
    """
    text = " ".join(submission.text.split())
    for quoted in submission.quotes.all():
        if submission.withdrawn_at or not submission.may_quote or quoted.text not in text:
            quoted.delete()


def count_themes(heard: Heard) -> None:
    """Count the answers by theme anew, for everyone to read.

    Numbers from one to four aren't shown. One answer can name several themes, so no hidden number
    can be worked out from the others or from how many answered.
    """
    numbers = Counter(theme for _answer, theme in counting.themes_by_answer(heard.dialogue_id))
    HeardCount.objects.filter(heard=heard).delete()
    HeardCount.objects.bulk_create(
        HeardCount(heard=heard, theme_id=theme, number=counting.disclosed(n))
        for theme, n in sorted(numbers.items())
    )


def dialogues_before(pledge: Pledge, municipality: Municipality) -> list[Dialogue]:
    """Return the announced dialogues that a pledge could draw on.

    Those ended before it began to hold, and after the municipality's earlier pledge did.
    """
    earlier = (
        Pledge.objects.public()
        .filter(parties__municipality=municipality, valid_from__lt=pledge.valid_from)
        .order_by("-valid_from")
        .values_list("valid_from", flat=True)
        .first()
    )
    dialogues = (
        Dialogue.objects.public()
        .for_municipality(municipality)
        .filter(closes_on__lt=pledge.valid_from)
    )
    return list(dialogues.filter(closes_on__gte=earlier or date.min).order_by("opens_on", "pk"))

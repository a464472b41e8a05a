"""The thread in words: what was heard, what it led to, and how that goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dialogues.analysis.counting import MIN_DISCLOSED
from dialogues.corrections.presentation import correction_views
from dialogues.models import (
    Dialogue,
    HeardCount,
    Quote,
    RemovedQuote,
    Submission,
    TextCorrection,
    Theme,
    ThemeAnswer,
)
from pledge_portal.pages.text import Wording, wording
from pledges import presentation
from pledges.models import Commitment, Pledge
from pledges.presentation.corrections import CorrectionView

_MAX_QUOTES = 5


@dataclass(frozen=True)
class HeardView:
    """How many said so at a dialogue, and where one reads of it."""

    title: Wording
    number: int | None
    number_text: str
    year: int


@dataclass(frozen=True)
class QuoteView:
    """A resident's words, with what was corrected of them."""

    text: str
    language: str
    corrections: list[CorrectionView]


@dataclass
class ThemeView:
    """A theme: how many named it where, in whose words, and what it led to.

    `removed_quotes` say that a quote was taken away, when and why. `corrections` are of what it
    led to.
    """

    name: Wording
    heard: list[HeardView] = field(default_factory=list)
    quotes: list[QuoteView] = field(default_factory=list)
    removed_quotes: list[str] = field(default_factory=list)
    commitments: list[Commitment] = field(default_factory=list)
    reason: Wording = field(default_factory=lambda: Wording(""))
    corrections: list[CorrectionView] = field(default_factory=list)

    @property
    def is_answered(self) -> bool:
        """Whether the parties have said what it led to."""
        return bool(self.commitments or self.reason)


def theme_views(
    dialogues: Iterable[Dialogue], answers: Iterable[ThemeAnswer]
) -> list[tuple[Theme, ThemeView]]:
    """Return the themes heard at dialogues or answered, in the list's order.

    Six queries, however many there are.
    """
    by_key = {dialogue.pk: dialogue for dialogue in dialogues}
    answers = list(answers)
    of_quotes, of_answers = _corrections(by_key, answers)
    views: dict[Theme, ThemeView] = defaultdict(lambda: ThemeView(Wording("")))
    counts = HeardCount.objects.filter(heard__dialogue__in=by_key).select_related("theme", "heard")
    for count in counts.order_by("heard__dialogue__opens_on", "pk"):
        views[count.theme].heard.append(_heard(by_key[count.heard.dialogue_id], count.number))
    for quote in Quote.objects.filter(dialogue__in=by_key).select_related("theme").order_by("pk"):
        if len(views[quote.theme].quotes) < _MAX_QUOTES:
            corrections = correction_views(of_quotes[quote.pk])
            quote_view = QuoteView(quote.text, quote.language, corrections)
            views[quote.theme].quotes.append(quote_view)
    for removed in RemovedQuote.objects.filter(dialogue__in=by_key).select_related("theme"):
        views[removed.theme].removed_quotes.append(_removal(removed))
    for answer in answers:
        view = views[answer.theme]
        view.corrections += correction_views(of_answers[answer.pk])
        if answer.commitment is None:
            view.reason = wording(answer, "reason")
        else:
            view.commitments.append(answer.commitment)
    for theme, view in views.items():
        view.name = wording(theme, "name")
    return sorted(views.items(), key=lambda pair: (pair[0].position, pair[0].pk))


def _corrections(
    dialogues: Iterable[int], answers: Iterable[ThemeAnswer]
) -> tuple[dict[int, list[TextCorrection]], dict[int, list[TextCorrection]]]:
    """Return the corrections by quote, and by answer to a theme."""
    of_quotes: dict[int, list[TextCorrection]] = defaultdict(list)
    of_answers: dict[int, list[TextCorrection]] = defaultdict(list)
    for correction in TextCorrection.objects.filter(
        Q(quote__dialogue__in=dialogues) | Q(theme_answer__in=answers)
    ):
        if correction.quote_id is not None:
            of_quotes[correction.quote_id].append(correction)
        elif correction.theme_answer_id is not None:
            of_answers[correction.theme_answer_id].append(correction)
    return of_quotes, of_answers


@dataclass(frozen=True)
class Outcome:
    """What one's words led to: the next pledge and its answers to themes."""

    pledge: Pledge
    themes: list[ThemeView]


def outcome_of(submission: Submission) -> Outcome | None:
    """Return what a submission's themes led to, None while there is nothing.

    The themes are those ticked or found by staff; the pledge is the first public one after the
    submission's dialogue.
    """
    dialogue = submission.dialogue
    pledge = (
        Pledge.objects.public()
        .filter(parties__municipality=dialogue.municipality_id, valid_from__gt=dialogue.closes_on)
        .order_by("valid_from")
        .first()
    )
    if pledge is None:
        return None
    themes = {ranked.theme_id: ranked.theme for ranked in submission.ranked.all()}
    themes |= {coded.theme_id: coded.theme for coded in submission.coded.all()}
    answers = ThemeAnswer.objects.public().for_pledge(pledge).filter(theme__in=themes)
    views = dict(theme_views([], answers))
    return Outcome(
        pledge,
        [views.get(theme, ThemeView(wording(theme, "name"))) for theme in themes.values()],
    )


def _heard(dialogue: Dialogue, number: int | None) -> HeardView:
    number_text = (
        _("färre än %(n)s svar") % {"n": MIN_DISCLOSED}
        if number is None
        else ngettext("%(n)s svar", "%(n)s svar", number) % {"n": number}
    )
    title = wording(dialogue, "title")
    return HeardView(title, dialogue.number, number_text, dialogue.opens_on.year)


def _removal(removed: RemovedQuote) -> str:
    day = presentation.day(timezone.localdate(removed.removed_at))
    if removed.removed_by == RemovedQuote.RemovedBy.WRITER:
        return _("Ett citat togs bort av den som skrev det, den %(day)s.") % {"day": day}
    sentence = _("Ett citat togs bort av kommunen den %(day)s.") % {"day": day}
    return f"{sentence} {removed.get_reason_display()}".strip()

"""Let both voices speak: what is reported, and what the council says.

They are never mixed and always stand side by side. They differ when one says that the promise is
kept and the other that it isn't, or only in part, for the same time, or that it isn't begun while
something is done; under way never differs from anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pledge_portal.pages.text import Wording
from pledges.lifecycle import Standing
from pledges.models import Assessment, FollowUpPlan
from pledges.presentation.progress import ProgressView, SpanView
from pledges.presentation.progress_summary import progress_summary
from pledges.presentation.validity import day, period_label
from pledges.progress import UNREACHED, Verdict

_A_DAY = timedelta(days=1)
_Word = Assessment.Verdict
_SHORTFALL = frozenset({_Word.NOT_KEPT, _Word.PARTLY_KEPT})
_SILENT = frozenset(
    {
        Verdict.NOTHING_YET,
        Verdict.UNREPORTED,
        Verdict.NO_REQUEST,
        Verdict.UPCOMING,
        Verdict.HIDDEN,
    }
)


@dataclass(frozen=True)
class CouncilAssessment:
    """The newest published assessment of a commitment that does assess.

    `mark` is the verdict's shape and colour, as progress has them; `period` the time that it is
    about, in words; `by` who assessed where there is no council; `difference` what was said in
    public of why it differs from the numbers.
    """

    number: int
    verdict: str
    label: str
    mark: str
    meeting_on: date
    meeting_day: str
    first: date
    last: date
    period: str
    by: str
    reason: Wording
    difference: Wording


def assessment_heading(by: str) -> str:
    """Return whose assessment it is: the council's, or that of who is named."""
    return _("Bedömning av %(who)s") % {"who": by} if by else _("Rådets bedömning")


class BesideFigures:
    """What an assessment that stands beside figures says of itself.

    `by` is who assessed, "" for a council.
    """

    by: str

    @property
    def heading(self) -> str:
        """Whose assessment it is."""
        return assessment_heading(self.by)

    @property
    def assessor(self) -> str:
        """Who assessed, in a word or two."""
        return capfirst(self.by) if self.by else _("Rådet")

    @property
    def disagreement(self) -> str:
        """That it and the figures disagree, in a sentence."""
        if not self.by:
            return _("Rådet och siffrorna säger olika om samma tid.")
        return _("%(who)s och siffrorna säger olika om samma tid.") % {"who": capfirst(self.by)}


@dataclass(frozen=True)
class CommitmentVoices(BesideFigures):
    """A commitment in both voices.

    `council` is None when no published follow-up has assessed it; `differs` says that the voices
    differ for the same time; `words` are all that was assessed of it, the newest first; `left_on`
    is the day of the latest meeting that left it for another time, where none assessed it;
    `is_over` that the pledge no longer holds. `by` is who assesses where that isn't a council.
    """

    reported: ProgressView
    council: CouncilAssessment | None
    differs: bool
    words: tuple[CouncilAssessment, ...] = ()
    left_on: str = ""
    is_over: bool = False
    by: str = ""

    @property
    def verdict(self) -> Verdict:
        """How it stands by what is reported."""
        return self.reported.verdict

    @property
    def in_a_line(self) -> str:
        """Both voices in short, the council's first."""
        reported = _("Redovisat: %(verdict)s.") % {"verdict": self.reported.verdict_label.lower()}
        if self.council is None:
            return reported
        return f"{self.assessor}, {self.council.period}: {self.council.label.lower()}. {reported}"

    @property
    def is_missed(self) -> bool:
        """Whether it wasn't kept, by the newest word, or else by what is reported.

        What was kept in part wasn't missed (VERDICTS).
        """
        if self.council is not None:
            return self.council.verdict == _Word.NOT_KEPT
        return self.verdict == Verdict.MISSED

    @property
    def why_missed(self) -> Wording:
        """Why it was missed, as whoever calls it so said; empty when they didn't."""
        return self.council.reason if self.council is not None else self.reported.reason

    @property
    def assessed(self) -> tuple[tuple[date, date], ...]:
        """All the time, first and last days, that it was assessed for."""
        return tuple((word.first, word.last) for word in self.words)

    @property
    def periods(self) -> list[tuple[SpanView, CouncilAssessment | None]]:
        """The target's periods, latest first, with the word about all of each."""
        return [
            (span, word_of_time(self.words, span.first, span.last))
            for span in reversed(self.reported.spans)
        ]


def word_of_time(
    words: Iterable[CouncilAssessment], first: date, last: date
) -> CouncilAssessment | None:
    """Return the newest word about a time that holds the days; else None."""
    return next((word for word in words if word.first <= first and last <= word.last), None)


def voices_differ(word: str, reported: str | None, *, is_begun: bool = False) -> bool:
    """Return whether an assessment and what is reported of its time differ.

    `is_begun` says that anything was done in that time.
    """
    if word == _Word.NOT_STARTED:
        return is_begun
    if word == _Word.KEPT:
        return reported in UNREACHED
    return word in _SHORTFALL and reported == Verdict.REACHED


@dataclass(frozen=True)
class Fulfilment:
    """Whether a pledge is kept, in sentences that can be quoted.

    `council` is empty without a published assessment; `uncovered` says what time it leaves out;
    `reported` stands beside it; `differs` says of how many the voices differ.
    """

    council: str
    uncovered: str
    reported: str
    differs: str

    @property
    def sentences(self) -> list[str]:
        """All of it, the council first."""
        return [
            text for text in (self.council, self.uncovered, self.reported, self.differs) if text
        ]

    def __str__(self) -> str:
        return " ".join(self.sentences)


def fulfilment(
    promises: Iterable[CommitmentVoices],
    standing: Standing,
    every: str = FollowUpPlan.Every.HALF_YEAR,
) -> Fulfilment:
    """Return whether a pledge is kept, as the first sentence of its pages.

    `every` is how often it is followed up, as its plan has it.
    """
    promises = list(promises)
    words = [promise.council for promise in promises if promise.council]
    differing = [promise for promise in promises if promise.differs]
    return Fulfilment(
        council=council_sentence(words, len(promises), is_over=standing.is_over),
        uncovered=_uncovered_sentence(promises, words, standing, FollowUpPlan.Every(every)),
        reported=_reported_sentence(promises, standing),
        differs=_differs_sentence(differing) if differing else "",
    )


def _differs_sentence(differing: Sequence[CommitmentVoices]) -> str:
    n = len(differing)
    if not any(promise.by for promise in differing):
        sentence = ngettext(
            "För %(n)s åtagande säger rådet och siffrorna olika om samma tid.",
            "För %(n)s åtaganden säger rådet och siffrorna olika om samma tid.",
            n,
        )
    else:
        sentence = ngettext(
            "För %(n)s åtagande säger bedömningen och siffrorna olika om samma tid.",
            "För %(n)s åtaganden säger bedömningen och siffrorna olika om samma tid.",
            n,
        )
    return sentence % {"n": n}


def _reported_sentence(promises: Sequence[CommitmentVoices], standing: Standing) -> str:
    if not promises:
        return _("Det som är lovat står i löftets bilaga och räknas inte här.")
    if standing.was_never_in_force:
        return _("Löftet gällde aldrig.")
    if standing.on < standing.valid_from:
        return progress_summary(promises)
    if all(promise.verdict in _SILENT and not promise.reported.is_told for promise in promises):
        return _silence(promises, standing)
    return _("Redovisat: %(summary)s") % {"summary": progress_summary(promises)}


def _silence(promises: Sequence[CommitmentVoices], standing: Standing) -> str:
    """Return that nothing is reported, and since when it is missing."""
    if {promise.verdict for promise in promises} <= {Verdict.HIDDEN, Verdict.NO_REQUEST}:
        return progress_summary(promises)
    ends = [
        span.last
        for promise in promises
        for span in promise.reported.spans
        if span.verdict == Verdict.UNREPORTED
    ]
    if any(promise.verdict == Verdict.UNREPORTED for promise in promises):
        ends.append(standing.last_day or standing.planned_end)
    sentences = [_("Inget är redovisat.") if standing.is_over else _("Inget är redovisat än.")]
    overdue = [last for last in ends if last < standing.on]
    if overdue:
        since = day(min(overdue) + _A_DAY)
        sentences.append(_("Redovisningen har saknats sedan den %(day)s.") % {"day": since})
    if unasked := sum(promise.verdict == Verdict.NO_REQUEST for promise in promises):
        sentences.append(
            ngettext(
                "För %(n)s åtagande är ingen begäran redovisad.",
                "För %(n)s åtaganden är ingen begäran redovisad.",
                unasked,
            )
            % {"n": unasked}
        )
    return " ".join(sentences)


def verdicts_text(verdicts: Sequence[str], total: int, *, is_over: bool) -> str:
    """Return how many of all commitments were assessed as what."""
    counted = Counter(verdicts)
    in_all = ngettext(
        "%(n)s av %(total)s åtagande uppfyllt", "%(n)s av %(total)s åtaganden uppfyllda", total
    )
    phrases = [in_all % {"n": counted[_Word.KEPT], "total": total}] if counted[_Word.KEPT] else []
    phrases += [
        phrase(counted[verdict]) % {"n": counted[verdict]}
        for verdict, phrase in (_PHRASES | (_PAST_PHRASES if is_over else {})).items()
        if counted[verdict]
    ]
    if len(verdicts) < total:
        n = total - len(verdicts)
        phrases.append(ngettext("%(n)s inte bedömt", "%(n)s inte bedömda", n) % {"n": n})
    return get_text_list(phrases, _("och"))


def council_sentence(words: Sequence[CouncilAssessment], total: int, *, is_over: bool) -> str:
    """Return what was assessed of all commitments, `total` of them.

    In a sentence that can be quoted; "" when nothing was.
    """
    if not words:
        return ""
    verdicts = [word.verdict for word in words]
    names = dict.fromkeys(word.by or _("Rådet") for word in words)
    days = sorted(word.meeting_on for word in words)
    parts = {
        "who": get_text_list(list(names), _("och")),
        "verdicts": verdicts_text(verdicts, total, is_over=is_over),
        "first": day(days[0]),
        "last": day(days[-1]),
    }
    if days[0] == days[-1]:
        when = _("%(who)s den %(last)s") % parts
    else:
        when = _("%(who)s mellan den %(first)s och den %(last)s") % parts
    if _Word.KEPT not in verdicts:
        # "0 av 9 uppfyllda" would lead with what nobody has judged.
        of_all = ngettext("%(when)s om %(n)s åtagande", "%(when)s om %(n)s åtaganden", total)
        when = of_all % {"when": when, "n": total}
    return _("%(when)s: %(verdicts)s.") % {"when": when, "verdicts": parts["verdicts"]}


_PHRASES: dict[str, Callable[[int], str]] = {
    _Word.PARTLY_KEPT: lambda n: ngettext("%(n)s delvis uppfyllt", "%(n)s delvis uppfyllda", n),
    _Word.NOT_KEPT: lambda n: ngettext("%(n)s inte uppfyllt", "%(n)s inte uppfyllda", n),
    _Word.UNDER_WAY: lambda n: ngettext("%(n)s pågår", "%(n)s pågår", n),
    _Word.NOT_STARTED: lambda n: ngettext("%(n)s inte påbörjat", "%(n)s inte påbörjade", n),
}

# Nothing is under way in a pledge that is over.
_PAST_PHRASES: dict[str, Callable[[int], str]] = {
    _Word.UNDER_WAY: lambda n: ngettext("%(n)s pågick då", "%(n)s pågick då", n),
}


def _uncovered_sentence(
    promises: Iterable[CommitmentVoices],
    words: Sequence[CouncilAssessment],
    standing: Standing,
    every: FollowUpPlan.Every,
) -> str:
    """Return what time the assessments are about, and what they leave out.

    As far as what is followed up together is over.
    """
    if not words:
        return ""
    first, last = min(word.first for word in words), max(word.last for word in words)
    about = _("Bedömningarna gäller %(period)s.") % {"period": period_label(first, last)}
    if len({(word.first, word.last) for word in words}) > 1:
        several = _("Bedömningarna gäller %(period)s, olika tider för olika åtaganden.")
        about = several % {"period": period_label(first, last)}
    early = [word.meeting_on for word in words if word.meeting_on < word.last]
    if early:
        not_over = _("Vid mötet den %(day)s var perioden inte slut.") % {"day": day(max(early))}
        about = f"{about} {not_over}"
    assessed = sorted(days for promise in promises for days in promise.assessed)
    gaps = list(_gaps(assessed, standing.valid_from, _last_assessable(standing, every)))
    names = [name for gap in gaps for name in _names(*gap)]
    if not names:
        return about
    left_out = ngettext("%(time)s är inte bedömt.", "%(time)s är inte bedömda.", len(names))
    sentences = [about, capfirst(left_out % {"time": get_text_list(names, _("och"))})]
    if gaps[-1][1] < last < min(standing.on, standing.last_day or date.max):
        # What is left out before isn't all that is left out.
        since = _("Tiden efter den %(day)s är inte bedömd än.") % {"day": day(last)}
        sentences.append(since)
    return " ".join(sentences)


def _last_assessable(standing: Standing, every: FollowUpPlan.Every) -> date:
    """Return the last day that could have been followed up by now."""
    on, months = standing.on, FollowUpPlan.MONTHS[every]
    begins = date(on.year, (on.month - 1) // months * months + 1, 1)
    return min(begins - _A_DAY, standing.last_day or date.max)


def _gaps(
    assessed: Iterable[tuple[date, date]], first: date, last: date
) -> Iterator[tuple[date, date]]:
    """Yield the stretches from first to last that are in none of `assessed`.

    Those are sorted by their first days.
    """
    day = first
    for begins, ends in assessed:
        if begins > last:
            break
        if begins > day:
            yield day, begins - _A_DAY
        day = max(day, ends + _A_DAY)
    if day <= last:
        yield day, last


def _names(first: date, last: date) -> Iterator[str]:
    """Yield the calendar years of a stretch, and its parts of years in words."""
    while first <= last:
        ends = min(last, date(first.year, 12, 31))
        is_year = (first.month, first.day, ends.month, ends.day) == (1, 1, 12, 31)
        yield str(first.year) if is_year else period_label(first, ends)
        first = ends + _A_DAY

"""What is counted, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import models
from django.utils.translation import pgettext_lazy

from pledges.lifecycle import Standing
from pledges.models import TargetChange
from pledges.targets import Span, Target


class Verdict(models.TextChoices):
    """How a period, or a whole commitment, stands.

    Only what is closed is ever MISSED or PARTLY.
    """

    UPCOMING = "upcoming", pgettext_lazy("framsteg", "Har inte börjat")
    HIDDEN = "hidden", pgettext_lazy("framsteg", "Redovisas när perioden är slut")
    NOTHING_YET = "nothing_yet", pgettext_lazy("framsteg", "Inget är redovisat än")
    REPORTED = "reported", pgettext_lazy("framsteg", "Delvis redovisat")
    UNREPORTED = "unreported", pgettext_lazy("framsteg", "Redovisningen saknas")
    NO_REQUEST = "no_request", pgettext_lazy("framsteg", "Ingen begäran är redovisad")
    REACHED = "reached", pgettext_lazy("framsteg", "Målet är nått")
    PARTLY = "partly", pgettext_lazy("framsteg", "Målet är bara delvis nått")
    MISSED = "missed", pgettext_lazy("framsteg", "Målet är inte nått")
    CUT = "cut", pgettext_lazy("framsteg", "Avbröts, bedöms inte")
    UNMEASURED = "unmeasured", pgettext_lazy("framsteg", "Går inte att bedöma i siffror")


# What is closed without being reached, or reached in part or too late.
UNREACHED = frozenset({Verdict.MISSED, Verdict.PARTLY})
JUDGED = UNREACHED | {Verdict.REACHED}


@dataclass(frozen=True)
class Tally:
    """Completed actions of one commitment that lie within the same days.

    `amount` is what they count to in the target's unit; `requests` how many asked, for targets on
    demand, where `amount` is how many got it. `is_span` says that each was itself done from `first`
    to `last`, so that all of those days are reported; otherwise they only lie within them.
    `added_on` is the day it was added, where that is known: what came after its time was closed
    must be a tally of its own. `superseded_on` is the day it was corrected, of what counts no more.
    `unit` says what the amount counts, empty for what the target counts; `by_portal` that it is
    what the portal itself has published. `partly` is how many of the actions went only in part.
    """

    first: date
    last: date
    actions: int
    amount: int
    requests: int = 0
    is_span: bool = False
    added_on: date | None = None
    unit: str = ""
    by_portal: bool = False
    superseded_on: date | None = None
    partly: int = 0

    @property
    def is_done(self) -> bool:
        """Whether any of it went as it was meant to."""
        return self.actions > self.partly


@dataclass(frozen=True)
class Amount:
    """How much is done of one thing; `unit` as that of a tally."""

    unit: str
    amount: int


@dataclass(frozen=True)
class ClosedTime:
    """A stretch of a commitment's time in which all is said to be reported.

    `by` names whoever said so: a follow-up that assesses the commitment, by the day of its meeting,
    or those responsible.
    """

    first: date
    last: date
    closed_on: date
    by: str
    is_by_follow_up: bool = False


@dataclass(frozen=True)
class Closing:
    """That a period was closed, on which day, and what it came to then.

    `completed_on` is the last day on which anything was added since, None when nothing was, and
    `corrected_on` the last on which a number was corrected.
    """

    on: date
    verdict: Verdict
    completed_on: date | None = None
    corrected_on: date | None = None


@dataclass(frozen=True)
class Mean:
    """How much was done in each of a target's periods, over the time reported.

    `average` is None where that time is shorter than one of them; `done` is all that was done in
    it. The time lies within `first` to `last` and has `days` of the `of_days` that there are.
    `weeks` is how many of the single weeks that are known reached the number, and how many those
    are.
    """

    average: Decimal | None
    done: int
    first: date
    last: date
    days: int
    of_days: int
    weeks: tuple[int, int] | None = None


@dataclass(frozen=True)
class Cut:
    """That a pledge ended before its time: how much of it there was.

    In months where they are whole, else in days; `by_annulment` when it was annulled and
    `by_revision` when its text was given anew, otherwise another took over.
    """

    done: int
    of: int
    in_months: bool
    by_annulment: bool
    by_revision: bool = False


@dataclass(frozen=True)
class SpanProgress:
    """One period of a target.

    `done` is None when it is not told (yet). `target` is what its days are judged against: the
    share of `promised`, where it is a part of a period. `cut` says how much of it there was, where
    the pledge ended within it. `is_told` says that something was reported: an amount, or that some
    of its days are reported in full, which makes nothing a zero. `is_only_partly_done` says that
    nothing of what is to be done went as it was meant to.
    """

    span: Span
    target: int
    done: int | None
    verdict: Verdict
    closing: Closing | None = None
    promised: int | None = None
    mean: Mean | None = None
    cut: Cut | None = None
    is_told: bool = False
    is_only_partly_done: bool = False

    @property
    def share(self) -> float:
        """How much of the target is done, from 0 to 1 and above."""
        return (self.done or 0) / self.target if self.target else 0.0


@dataclass(frozen=True)
class Progress:
    """A commitment's progress.

    `rows` are its long periods, oldest first, empty for targets without. `done` is what is told
    over the whole pledge and `actions` the number of actions behind it, of which `partly` went only
    in part; `amounts` tell it by what was counted, the most first, and `by_portal` is how much of
    it the portal itself has published.
    `reached` of `judged` periods that are over reached the target; `unreported` more are over, and
    lack their report; `mean` is that of the latest year that the verdict is of, for targets that
    are means, or of the year before where nothing is reported of it yet.
    `whole` is the number that makes the target whole, None when it has none or it isn't stated.
    `closing` is that of the whole pledge's time; `is_late` says that it was done, but after its
    day; `standing` is how the pledge stands on the day that it is told of, and `cut` that it ended
    before its time. `is_told` is as that of a period, of all the time. `told_before` is the day
    that a secret kind is told up to, where nothing is. `changes` are those of the target that was
    signed, the latest last; `target` is the one that counts.
    """

    target: Target
    verdict: Verdict
    rows: tuple[SpanProgress, ...] = ()
    done: int = 0
    actions: int = 0
    requests: int = 0
    amounts: tuple[Amount, ...] = ()
    by_portal: int = 0
    partly: int = 0
    whole: int | None = None
    reached: int = 0
    judged: int = 0
    unreported: int = 0
    mean: Mean | None = None
    is_secret: bool = False
    is_late: bool = False
    closing: Closing | None = None
    standing: Standing | None = None
    cut: Cut | None = None
    is_told: bool = False
    told_before: date | None = None
    changes: tuple[TargetChange, ...] = ()

    @property
    def is_only_partly_done(self) -> bool:
        """Whether no action went as it was meant to, and some did in part."""
        return 0 < self.actions == self.partly

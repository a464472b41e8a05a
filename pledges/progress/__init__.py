"""Target against done: the one place where progress is counted.

Only what is handed in is counted, as tallies of completed actions: public pages hand in what is
public, the workspace all that is done. The rules:

- A tally counts in the period that holds its first day.
- What is to be done each day or week, or on average, is a mean over the time that is reported: the
  days of spans and closings, and those from the first entry of a year to its last. It is reached
  when the amount is enough for all the time. All else is counted period by period.
- A part of a period is judged against its share, rounded down; what was promised is quoted whole.
- A period is reached as soon as the amount is there. It is missed only when it is over and closed:
  when follow-ups or those responsible have said of all its days that all is reported. Silence is
  no verdict: a period that is over and isn't closed lacks its report, and one that runs is told by
  what is reported, without a judgment.
- What is added or corrected after a period was closed counts, beside the verdict of then.
- What nobody has asked for, or told that they asked for, isn't kept by that. Who was to get it
  within some days and didn't, in time that is closed, makes it unreachable from then on.
- What is to be done isn't done by what went only in part. An amount is what was done, whether all
  went as it was meant to or not, and how much of it didn't is told beside.
- One cut short by a successor or an annulment is not judged: its full time was never given.
- A target for the whole of a pledge that is held over stays open until it is closed.
- "Minst" is a lower bound; more than promised is fine and shown. "Högst" is kept only when the
  period is closed, and so is "senast" missed.
- Commitments of a secret kind tell nothing of a period before its own last day is over, cut short
  or held over or not: "1 of 2" in December announces the search, "2 of 2" that none is left. Where
  the target has no periods, finished school terms count.
- Activity is never called effect: a number says what was done, not whether the problem grew less.
"""

from pledges.progress.outcome import (
    JUDGED,
    UNREACHED,
    Amount,
    ClosedTime,
    Closing,
    Cut,
    Mean,
    Progress,
    SpanProgress,
    Tally,
    Verdict,
)
from pledges.progress.reckoning import progress
from pledges.targets import LONG_PERIODS

__all__ = [
    "JUDGED",
    "LONG_PERIODS",
    "UNREACHED",
    "Amount",
    "ClosedTime",
    "Closing",
    "Cut",
    "Mean",
    "Progress",
    "SpanProgress",
    "Tally",
    "Verdict",
    "progress",
]

"""Keep what a corrected action counted to, for periods that are closed.

- Only what counts is kept: days, amount, unit, requests and whether it went only in part. Whoever
  corrects a note or a place changes nothing that is counted, and leaves no trace.
- What was corrected on the day that it was recorded is as if recorded so.
- The public is told of it only when it could be told already before it was corrected. An action
  that is struck out, or no longer public, leaves no trace of what it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from pledges.actions.days import Days
from pledges.models import ActionCorrection, CompletedAction

_COUNTED = frozenset({"done_on", "last_day", "amount", "unit", "requests", "outcome"})
_DAYS = frozenset({"done_on", "last_day", "embargo_until"})
_NAMES = (*sorted(_COUNTED), "is_public", "embargo_until")


@dataclass(frozen=True)
class Version:
    """What an action counted to, from the day `since` until another.

    The one that counts has no `until`. `is_public` and `embargo_until` are as they were last.
    """

    done_on: date
    last_day: date | None
    amount: int
    unit: str
    requests: int | None
    outcome: str
    is_public: bool
    embargo_until: date | None
    since: date
    until: date | None

    @property
    def days(self) -> Days:
        """The first and the last day, often the same."""
        return Days(self.done_on, self.last_day or self.done_on)


def versions(action: CompletedAction, corrections: Iterable[ActionCorrection]) -> list[Version]:
    """Return what an action has counted to, the first first.

    `corrections` are its own. A version that lasted for less than a day is left out.
    """
    state: dict[str, Any] = {name: getattr(action, name) for name in _NAMES}
    until: date | None = None
    latest_first: list[Version] = []
    for correction in sorted(corrections, key=lambda correction: correction.version, reverse=True):
        before = {name: _value(name, correction.before[name]) for name in correction.before}
        if before.keys() & _COUNTED:
            corrected_on = timezone.localdate(correction.corrected_at)
            latest_first.append(Version(**state, since=corrected_on, until=until))
            until = corrected_on
        state |= {name: before[name] for name in _NAMES if name in before}
    recorded_on = timezone.localdate(action.recorded_at)
    latest_first.append(Version(**state, since=recorded_on, until=until))
    return [version for version in reversed(latest_first) if version.since != version.until]


def _value(name: str, value: Any) -> Any:
    """Return a column's value from what a correction keeps of it."""
    return date.fromisoformat(value) if name in _DAYS and value else value

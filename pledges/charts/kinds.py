"""The kinds of charts, which a caller fills in.

Each refuses what can't be drawn truthfully.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .values import COUNT, Hidden, Name, Series, Unit, Value, known

# The shapes of templates/components/attained_shape.html: how something stands.
MARKS = frozenset(
    {"reached", "partly", "missed", "on_track", "upcoming", "unreported", "unmeasured"}
)

MAX_EVENTS = 12
MAX_COLUMNS = 20


def _named(*names: Name) -> None:
    """Raise ValueError unless every name says something."""
    if not all(str(name).strip() for name in names):
        raise ValueError("All that a chart shows has a name.")


@dataclass(frozen=True, kw_only=True)
class Chart:
    """What all charts have.

    `key` begins every id within the drawing, so it must be the only one on its page. `finding` is
    what the chart shows, in one sentence. `source` tells where the numbers come from.
    """

    key: str
    title: str
    finding: str
    source: str = ""
    is_demonstration: bool = False

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9-]*", self.key):
            raise ValueError(f"{self.key!r} is no key: small letters, digits and hyphens.")
        if not self.title.strip() or not self.finding.strip():
            raise ValueError("A chart has a title and says what it shows.")


@dataclass(frozen=True)
class Span:
    """Periods from `first` to `last`, shaded and named.

    Both are counted from 0, and both are within the span.
    """

    first: int
    last: int
    label: str


@dataclass(frozen=True)
class Event:
    """Something that happened.

    `at` counts periods from 0: 4.5 is the middle of the fifth.
    """

    at: float
    label: str


@dataclass(frozen=True, kw_only=True)
class PeriodChart(Chart):
    """Series over periods in order.

    `heading` says what the periods are ("År"). `interval` names what the intervals are, such as "95
    % konfidensintervall". The axis begins at zero unless `from_zero` is false, and then the drawing
    says so.
    """

    heading: str
    periods: Sequence[str]
    series: Sequence[Series]
    unit: Unit = COUNT
    span: Span | None = None
    events: Sequence[Event] = ()
    interval: str = ""
    from_zero: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        number = len(self.periods)
        if not number or not self.series:
            raise ValueError("A chart over periods has periods and series.")
        if any(len(series.points) != number for series in self.series):
            raise ValueError("A series has one point for each period.")
        _named(self.heading, *self.periods, *(series.name for series in self.series))
        _named(*(event.label for event in self.events), *([self.span.label] if self.span else []))
        if self.span and not 0 <= self.span.first <= self.span.last < number:
            raise ValueError("The shaded periods are among those of the chart.")
        if any(not 0 <= event.at <= number for event in self.events):
            raise ValueError("An event lies within the periods of the chart.")
        if len(self.events) > MAX_EVENTS:
            raise ValueError(f"A chart has room for {MAX_EVENTS} events.")
        if self.has_intervals and not self.interval:
            raise ValueError("A chart with intervals says what they are.")

    @property
    def has_intervals(self) -> bool:
        """Whether any series has an interval."""
        return any(series.has_intervals for series in self.series)

    @property
    def shows_any(self) -> bool:
        """Whether any value is shown: a chart without one isn't drawn."""
        return any(known(point.value) is not None for row in self.series for point in row.points)

    @property
    def hides_any(self) -> bool:
        """Whether any value is hidden."""
        return any(isinstance(point.value, Hidden) for row in self.series for point in row.points)

    def numbers(self) -> list[float]:
        """Return every number that the axis has to reach."""
        points = [point for series in self.series for point in series.points]
        ends = [end for point in points for end in (point.low, point.high) if end is not None]
        return ends + [value for point in points if (value := known(point.value)) is not None]


class LineChart(PeriodChart):
    """A line for each series, broken where a value is not told."""


class BarChart(PeriodChart):
    """A group of bars for each period. The axis always begins at zero."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.from_zero:
            raise ValueError("Bars begin at zero, or their lengths tell nothing.")


@dataclass(frozen=True)
class Standing:
    """How something stands: one of `MARKS`, and the words for it."""

    mark: str
    label: str

    def __post_init__(self) -> None:
        if self.mark not in MARKS:
            raise ValueError(f"{self.mark!r} is no mark.")
        _named(self.label)


@dataclass(frozen=True)
class TargetRow:
    """What is done of what was promised.

    `done` is hidden when it is not told before the period is over, and `amounts` is it in words
    where it is of several kinds, which have no sum. `target` is None when there is
    nothing to measure by. `standing` is the verdict in words, where there is one; `council` is what
    the council says, where it has said anything. `drawn` is how long the bar is, where that isn't
    `done`: more in one period doesn't make up for less in another.
    """

    name: Name
    done: Value
    target: float | None
    standing: Standing | None = None
    council: Standing | None = None
    amounts: str = ""
    drawn: float | None = None

    @property
    def length(self) -> float | None:
        """How long the bar is, None when nothing is known."""
        return known(self.done) if self.drawn is None else self.drawn

    def __post_init__(self) -> None:
        target = known(self.target)
        if (known(self.done) or 0) < 0 or (target is not None and target <= 0):
            raise ValueError("A target is above zero, and what is done is not below it.")


@dataclass(frozen=True, kw_only=True)
class TargetChart(Chart):
    """Done against target, a bar for each commitment.

    `heading` names what the rows are, `council_heading` whose assessments stand beside.
    """

    heading: str
    rows: Sequence[TargetRow]
    council_heading: str = ""
    unit: Unit = COUNT

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.rows:
            raise ValueError("A chart of targets has rows.")
        _named(self.heading, *(row.name for row in self.rows))


@dataclass(frozen=True)
class MatrixRow:
    """A row of verdicts, one for each column."""

    name: Name
    cells: Sequence[Standing]


@dataclass(frozen=True, kw_only=True)
class MatrixChart(Chart):
    """Verdicts by rows (commitments) and columns (follow-ups).

    `heading` names the rows.
    """

    heading: str
    columns: Sequence[str]
    rows: Sequence[MatrixRow] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.columns or not self.rows:
            raise ValueError("A matrix has rows and columns.")
        if any(len(row.cells) != len(self.columns) for row in self.rows):
            raise ValueError("A row of a matrix has one cell for each column.")
        if len(self.columns) > MAX_COLUMNS:
            raise ValueError(f"A matrix has room for {MAX_COLUMNS} columns.")
        _named(self.heading, *self.columns, *(row.name for row in self.rows))

    def standings(self) -> Iterable[Standing]:
        """Yield every different verdict once, in reading order."""
        return dict.fromkeys(cell for row in self.rows for cell in row.cells)

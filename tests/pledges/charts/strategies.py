"""Charts of all kinds with anything in them that callers may put there."""

from hypothesis import strategies as st

from pledges.charts.kinds import (
    MARKS,
    BarChart,
    Chart,
    Event,
    LineChart,
    MatrixChart,
    MatrixRow,
    Span,
    Standing,
    TargetChart,
    TargetRow,
)
from pledges.charts.values import COUNT, HIDDEN, PERCENT, Point, Series, Unit, Value

_WORDS = st.lists(
    st.sampled_from(
        [
            *["Drogvaneundersökning", "i", "årskurs", "9", "medborgarlöftesuppföljningsmöte"],
            *("Åre", "2025", "Čohkka", "<b>fet</b>", "&", '"citat"', "\x0b", "😀", "]]>"),
        ]
    ),
    min_size=1,
    max_size=8,
).map(" ".join)
names = _WORDS.filter(lambda text: bool(text.strip()))
numbers = st.one_of(
    st.integers(-50, 100).map(float), st.floats(-1e9, 1e9), st.just(0.0), st.just(1e14)
)
amounts = st.one_of(st.integers(0, 50).map(float), st.floats(0, 1e9))
units = st.sampled_from([COUNT, PERCENT, Unit("kronor per invånare och år", "kr", 2)])


@st.composite
def _points(draw: st.DrawFn, values: st.SearchStrategy[float]) -> Point:
    value: Value = draw(st.one_of(values, st.just(HIDDEN), st.none()))
    if not isinstance(value, float) or draw(st.booleans()):
        return Point(value)
    reach = draw(st.floats(0, 1e6))
    return Point(value, value - reach, value + reach)


@st.composite
def period_charts(draw: st.DrawFn) -> Chart:
    """Return a line chart or a bar chart of up to 60 periods and 12 series."""
    periods = draw(st.integers(1, 60))
    series = draw(st.integers(1, 12))
    points = _points(draw(st.sampled_from([numbers, amounts, st.just(0.0)])))
    first = draw(st.integers(0, periods - 1))
    events = st.builds(Event, st.floats(0, periods), names)
    label = draw(st.sampled_from(["{}", "{}/{}", "Läsåret {} till {}", "Medborgarlöftet {}"]))
    kind = draw(st.sampled_from([LineChart, BarChart]))
    return kind(
        key="prov",
        title=draw(names),
        finding=draw(names),
        heading="Period",
        periods=[label.format(2000 + index, index) for index in range(periods)],
        unit=draw(units),
        interval="95 % konfidensintervall",
        series=[
            Series(draw(names), draw(st.lists(points, min_size=periods, max_size=periods)))
            for _index in range(series)
        ],
        span=draw(
            st.none() | st.builds(Span, st.just(first), st.integers(first, periods - 1), names)
        ),
        events=draw(st.lists(events, max_size=12)),
        from_zero=kind is BarChart or draw(st.booleans()),
    )


standings = st.builds(Standing, st.sampled_from(sorted(MARKS)), names)


@st.composite
def target_charts(draw: st.DrawFn) -> Chart:
    """Return a chart of targets with rows of every sort."""
    targets = st.none() | st.integers(1, 400).map(float) | st.floats(0.01, 1e9)
    done = amounts | st.just(HIDDEN) | st.none()
    rows = st.builds(TargetRow, names, done, targets, st.none() | standings)
    return TargetChart(
        key="prov",
        title=draw(names),
        finding=draw(names),
        heading="Åtagande",
        rows=draw(st.lists(rows, min_size=1, max_size=12)),
        unit=draw(units),
    )


@st.composite
def matrix_charts(draw: st.DrawFn) -> Chart:
    """Return a matrix of up to 20 columns."""
    columns = draw(st.integers(1, 20))
    cells = st.lists(standings, min_size=columns, max_size=columns)
    heading = draw(st.sampled_from(["feb {}", "12 september {}", "{}"]))
    return MatrixChart(
        key="prov",
        title=draw(names),
        finding=draw(names),
        heading="Åtagande",
        columns=[heading.format(2000 + index) for index in range(columns)],
        rows=draw(st.lists(st.builds(MatrixRow, names, cells), min_size=1, max_size=8)),
    )


charts = st.one_of(period_charts(), target_charts(), matrix_charts())

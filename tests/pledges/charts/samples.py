"""A realistic chart of each kind, as the portal will draw them."""

from pledges.charts.kinds import (
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
from pledges.charts.values import COUNT, HIDDEN, PER_100_000, PERCENT, Point, Series

COMMITMENTS = [
    "Hundsök i skolan två gånger om året",
    "Drogvaneundersökning i årskurs 9 och gymnasiets årskurs 2 varje läsår",
    "Kontroll av arbetsplatser minst en gång om året",
    "Besök hos ett utlämningsställe om året",
    "Ta fram huskurage tillsammans med bostadsbolaget",
    "Samverkansmöte med utlämningsställen",
    "Trafikkontroller vid skolor",
    "Trygghetsvandring i centrum",
]
REACHED = Standing("reached", "Uppfyllt")
PARTLY = Standing("partly", "Delvis uppfyllt")
MISSED = Standing("missed", "Ej uppfyllt")
UNDER_WAY = Standing("on_track", "Pågår")
NOT_STARTED = Standing("upcoming", "Ej påbörjat")
UNMEASURED = Standing("unmeasured", "Ej bedömt")


def survey() -> LineChart:
    """Six measures of a survey over six years.

    Some are hidden and one year is missing.
    """
    return LineChart(
        key="drogvanor",
        title="Drogvanor i årskurs 9",
        finding="Andelen som har druckit alkohol har minskat från 41 till 29 procent på fem år.",
        source="Drogvaneundersökningen i Älvsbyns kommun",
        is_demonstration=True,
        heading="År",
        periods=["2020", "2021", "2022", "2023", "2024", "2025"],
        unit=PERCENT,
        series=[
            Series.from_values("Druckit alkohol", [41, 38, None, 35, 31, 29]),
            Series.from_values("Rökt cigaretter", [16, 15, None, 12, 11, 9]),
            Series.from_values("Snusat", [14, 15, None, 18, 21, 22]),
            Series.from_values("Använt narkotika någon gång", [6, HIDDEN, None, 7, HIDDEN, HIDDEN]),
            Series.from_values("Spelat om pengar", [12, 12, None, 10, 9, 10]),
            Series.from_values("Blivit bjuden på narkotika", [17, 18, None, 15, 16, 14]),
        ],
        events=[Event(4.1, "Uppföljning feb 2024"), Event(5.1, "Uppföljning feb 2025")],
    )


def offences() -> LineChart:
    """Offences by year with intervals.

    The pledge's years are shaded and its follow-ups marked.
    """
    return LineChart(
        key="brott",
        title="Anmälda våldsbrott i Älvsbyn",
        finding="Antalet anmälda brott har gått upp och ned utan att ändras säkert.",
        source="Brottsförebyggande rådet, anmälda brott",
        heading="År",
        periods=["2021", "2022", "2023", "2024", "2025"],
        unit=PER_100_000,
        interval="95 % konfidensintervall",
        series=[
            Series(
                "Älvsbyn",
                [
                    Point(1043, 836, 1287),
                    Point(1180, 958, 1437),
                    Point(1112, 897, 1363),
                    Point(918, 725, 1147),
                    Point(884, 695, 1109),
                ],
            ),
            Series.from_values("Norrbottens län", [1005, 1012, 1034, 998, 1001]),
        ],
        span=Span(2, 4, "Löftet 2023–2025"),
        events=[
            Event(3.1, "Uppföljning feb 2024"),
            Event(3.7, "Uppföljning sep 2024"),
            Event(4.1, "Uppföljning feb 2025"),
        ],
    )


def searches() -> BarChart:
    """Dog searches by school year; the year that runs is not told."""
    return BarChart(
        key="hundsok",
        title="Hundsök i skolan",
        finding="Fyra av fem avslutade läsår hade minst de två sök som löftet kräver.",
        source="Polisen, lokalpolisområde Piteå älvdal",
        heading="Läsår",
        periods=[f"{year}/{year + 1 - 2000}" for year in range(2020, 2026)],
        unit=COUNT,
        series=[
            Series.from_values("Genomförda sök", [2, 0, 3, 2, 2, HIDDEN]),
            Series.from_values("Markeringar", [1, 0, HIDDEN, 0, None, HIDDEN]),
        ],
        span=Span(3, 5, "Löftet 2023–2025"),
    )


def targets() -> TargetChart:
    """Done against target for eight commitments, of every sort."""
    over = Standing("upcoming", "Redovisas när läsåret är slut")
    return TargetChart(
        key="gjort-mot-mal",
        title="Gjort mot mål 2025",
        finding="Tre av åtta åtaganden har nått målet, för två saknas redovisningen.",
        heading="Åtagande",
        rows=[
            TargetRow(COMMITMENTS[0], HIDDEN, 2, over),
            TargetRow(COMMITMENTS[1], 2, 2, Standing("reached", "Målet är nått")),
            TargetRow(COMMITMENTS[2], 3, 2, Standing("reached", "Målet är nått")),
            TargetRow(COMMITMENTS[3], 0, 1, Standing("missed", "Målet är inte nått")),
            TargetRow(COMMITMENTS[4], 1, None, UNMEASURED),
            TargetRow(COMMITMENTS[5], 1, 4, Standing("unreported", "Redovisningen saknas")),
            TargetRow(COMMITMENTS[6], 41, 12),
            TargetRow(COMMITMENTS[7], None, 1),
        ],
    )


def matrix() -> MatrixChart:
    """Eight commitments at three follow-ups."""
    verdicts = [
        (UNDER_WAY, REACHED, REACHED),
        (NOT_STARTED, UNDER_WAY, REACHED),
        (UNDER_WAY, PARTLY, REACHED),
        (NOT_STARTED, NOT_STARTED, MISSED),
        (UNDER_WAY, UNDER_WAY, PARTLY),
        (UNMEASURED, UNMEASURED, UNMEASURED),
        (UNDER_WAY, REACHED, REACHED),
        (UNMEASURED, PARTLY, MISSED),
    ]
    return MatrixChart(
        key="bedomningar",
        title="Bedömningar vid uppföljningarna",
        finding="Vid den senaste uppföljningen var fyra av åtta åtaganden uppfyllda.",
        heading="Åtagande",
        columns=["14 februari 2024", "12 september 2024", "13 februari 2025"],
        rows=[
            MatrixRow(f"{number}. {name}", cells)
            for number, (name, cells) in enumerate(zip(COMMITMENTS, verdicts, strict=True), 1)
        ],
    )


def all_kinds() -> list[Chart]:
    """One of each, and the line chart twice: with and without intervals."""
    return [survey(), offences(), searches(), targets(), matrix()]

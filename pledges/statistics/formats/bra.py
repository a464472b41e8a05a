"""Read Brå's tables of reported offences.

From its statistics database and its web pages. Two layouts are read, from Excel or CSV. The long
one has a row for each figure: offence, area, period, number and number per 100,000 (the database's
"Databasfil"). The wide one has the offences or the areas as rows and the periods as columns, with
titles above and notes below.

Brå writes a line for none, ".." for what is missing, and "Sekretess" or X for what is secret.
Source: Brottsförebyggande rådet (Brå), Statistik över anmälda brott.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from pledges.models import Indicator
from pledges.statistics import cells
from pledges.statistics.areas import plain
from pledges.statistics.cells import NotAFigure
from pledges.statistics.formats.bra_headings import (
    LongColumns,
    Titles,
    WideColumns,
    is_count,
    is_rate,
    long_columns,
    wide_columns,
)
from pledges.statistics.source_rows import (
    IndicatorDefinition,
    ReadingContext,
    ReadObservation,
    Unreadable,
    unknown_area,
)
from pledges.statistics.tables import Row

SOURCE = "Brå"
ALL_OFFENCES = "Samtliga brott"
_ALL_OFFENCES = frozenset(
    {"samtliga brott", "totalt antal brott", "anmälda brott totalt", "anmälda brott", "totalt"}
)
_FOOTER = re.compile(r"(källa|källor|anm|not\b|noter\b|uppdaterad|©|\*|[0-9]\)|fotnot)", re.I)
# Brå parts some offences again by victim and place; the same words stand under many offences.
_SUBDIVISION = re.compile(
    r"(mot (kvinna|man|pojke|flicka|barn|person)|med användning av|utan användning av|inomhus|"
    r"utomhus|kön okänt|bekant|obekant|okänd relation)",
    re.I,
)
# The police's own regions and the parts of the large cities are no areas of the portal's.
_NO_AREA_OF_OURS = re.compile(
    r"(polis)?region\b|.*\b(stadsdel|stadsområde|stadsdelsområde|stadsdelsnämnd)|.*\((gbg|sthlm|malmö)\)",
    re.I,
)
_FOOTNOTE = re.compile(r"(?:\*+|[¹²³⁴⁵]+|(?<=[^0-9 ])[0-9]\)|(?<=\))[0-9])+$")
# "3-7 kap. Brott mot person": chapters and laws have headings of their own.
_CHAPTER = re.compile(
    r"[0-9]+(-[0-9]+)? kap\b|.*\bbrott\b|.*(lagen|balken)\b|.*\([0-9]{4}:[0-9]+\)", re.I
)
_LONGEST_NAME = 160
# Ways of writing a period that are known again without looking; a century has fewer.
_MOST_REMEMBERED = 5_000


def read(
    first: list[Row], rows: Iterable[Row], context: ReadingContext
) -> Iterator[ReadObservation]:
    """Yield the observations of a table.

    `first` are its first rows, `rows` all of them.
    """
    for index, (number, texts) in enumerate(first):
        long = long_columns(index, first)
        if long is not None:
            titles = Titles.of(first[:index], context)
            return _Long(number, texts, long, titles, context).read(_below(rows, number))
        wide = wide_columns(index, first)
        if wide is not None:
            titles = Titles.of(first[: max(index - wide.rows_above, 0)], context)
            below = _below(rows, first[index + wide.rows_below][0])
            return _Wide(number, texts, wide, titles, context).read(below)
    raise Unreadable(
        _(
            "Rubrikerna känns inte igen. En tabell från Brå har kolumnen Antal, eller år eller"
            " månader som kolumner. Portalens egen mall har kolumnen indikator."
        ),
        first[0][0],
    )


def _below(rows: Iterable[Row], number: int) -> Iterator[Row]:
    return (row for row in rows if row[0] > number)


@dataclass(frozen=True)
class _PeriodColumns:
    """The columns of one period: the number, and that per 100,000."""

    period: cells.Period
    count: int | None
    rate: int | None


class _Table:
    """What both layouts share.

    Offences, areas, and the figures of one observation.
    """

    def __init__(self, titles: Titles, context: ReadingContext) -> None:
        self.titles = titles
        self.context = context
        self._offences: dict[str, int] = {}
        self._areas: dict[str, int] = {}

    def offence(self, text: str) -> int | None:
        """Return the number of an offence's indicator.

        None for Brå's own subdivisions.
        """
        if text not in self._offences:
            name = _offence_name(text)
            if _SUBDIVISION.match(name):
                self.context.ignored[_("underindelningar av brott, som ”Mot kvinna”")] += 1
                return None
            self._offences[text] = self.context.indicator(_definition(name))
        return self._offences[text]

    def area(self, text: str, row: int, column: int) -> int | None:
        """Return an area whose figures are read."""
        if text in self._areas:
            return self._areas[text]
        name = text.strip()
        if self.context.areas.find(name) is None and _NO_AREA_OF_OURS.match(plain(name)):
            self.context.ignored[_("polisregioner och stadsdelar")] += 1
            return None
        key = self.context.area(name, row, self.context.heading(column))
        if key is not None:
            self._areas[text] = key
        return key

    def observation(
        self,
        offence: int,
        area: int,
        period: cells.Period,
        row: int,
        texts: list[str],
        count: int | None,
        rate: int | None,
    ) -> ReadObservation | None:
        """Return the figure of an offence, an area and a period.

        None after reporting faults.
        """
        if period.begins > self.context.today:
            column = count if count is not None else rate
            sentence = _("Perioden har inte börjat än.")
            self.context.add_fault(row, self.context.heading(column or 0), sentence)
            return None
        per_100_000: Decimal | None = None
        try:
            column_at_fault = rate
            if rate is not None:
                text = _cell(texts, rate)
                # A rate that isn't given is no fault: the number of events is what counts.
                per_100_000 = cells.rate(text).value if text else None
            if count is None:
                return self._only_rate(offence, area, period, per_100_000, row, rate or 0)
            column_at_fault = count
            count_read = cells.count(_cell(texts, count))
        except NotAFigure as error:
            self.context.add_fault(row, self.context.heading(column_at_fault or 0), str(error))
            return None
        note = count_read.note
        if note == cells.Note.NONE and (
            period.is_preliminary or self._is_preliminary(period.begins)
        ):
            note = cells.Note.PRELIMINARY
        if count_read.value is None:
            per_100_000 = None
        return ReadObservation(
            *(offence, area, period.kind, period.begins, count_read.value, row, count),
            per_100_000=per_100_000,
            note=note,
        )

    def _only_rate(
        self,
        offence: int,
        area: int,
        period: cells.Period,
        rate: Decimal | None,
        row: int,
        column: int,
    ) -> ReadObservation | None:
        if rate is None:
            return None
        return ReadObservation(
            *(offence, area, period.kind, period.begins, None, row, column),
            per_100_000=rate,
            is_rate_only=True,
        )

    def _is_preliminary(self, begins: date) -> bool:
        return self.titles.is_preliminary or begins.year in self.titles.preliminary_years


def _cell(texts: list[str], index: int) -> str:
    return texts[index].strip() if index < len(texts) else ""


def _offence_name(text: str) -> str:
    """Return an offence's name as the portal knows it.

    Without notes, indents and the word "totalt".
    """
    name = " ".join(text.split())
    name = _FOOTNOTE.sub("", name).rstrip(" ,")
    if plain(name) in _ALL_OFFENCES:
        return ALL_OFFENCES
    if plain(name).endswith(" totalt"):
        name = name[: -len(" totalt")].rstrip(" ,")
    return name.capitalize() if name.isupper() else name


def _definition(name: str) -> IndicatorDefinition:
    kind, unit = Indicator.Kind.REPORTED_OFFENCES, Indicator.Unit.COUNT
    return IndicatorDefinition(SOURCE, name[:_LONGEST_NAME], name[:_LONGEST_NAME], kind, unit)


def _is_note(texts: list[str]) -> bool:
    """Return whether a row is a section's heading or a note.

    It has words in its first cell and nothing else.
    """
    return not any(map(str.strip, texts[1:]))


class _Long(_Table):
    def __init__(
        self,
        number: int,
        headings: list[str],
        at: LongColumns,
        titles: Titles,
        context: ReadingContext,
    ) -> None:
        super().__init__(titles, context)
        self.at = at
        context.headings = [" ".join(heading.split()) for heading in headings]
        self._periods: dict[tuple[str, str], cells.Period] = {}
        if at.year is None and at.period is None and titles.year is None:
            raise Unreadable(
                _("Filen säger inte vilket år den gäller. Lägg till en kolumn med rubriken År."),
                number,
            )

    def read(self, rows: Iterable[Row]) -> Iterator[ReadObservation]:
        """Yield the observation of each row above the source's notes."""
        at = self.at
        for row, texts in rows:
            if _is_note(texts):
                continue
            offence_name = (
                _cell(texts, at.offence) if at.offence is not None else self.titles.offence
            )
            if not offence_name and at.offence is not None:
                heading = self.context.heading(at.offence)
                self.context.add_fault(row, heading, _("Brottstypen saknas."))
                continue
            period = self._period(row, texts)
            area = self.area(_cell(texts, at.area), row, at.area)
            if area is None or period is None:
                continue
            offence = self.offence(offence_name or ALL_OFFENCES)
            if offence is not None:
                observation = self.observation(offence, area, period, row, texts, at.count, at.rate)
                if observation is not None:
                    yield observation

    def _period(self, row: int, texts: list[str]) -> cells.Period | None:
        at = self.at
        year = _cell(texts, at.year) if at.year is not None else ""
        within = _cell(texts, at.period) if at.period is not None else ""
        if (year, within) in self._periods:
            return self._periods[year, within]
        period = cells.period(within) if within else None
        if period is None:
            whole = plain(within) in {"", "år", "helår", "hela året", "helåret"}
            year_text = year or str(self.titles.year or "")
            period = cells.period(year_text if whole else f"{within} {year_text}")
        if period is None:
            column = at.period if within and at.period is not None else at.year
            self.context.add_fault(
                row,
                self.context.heading(column if column is not None else 0),
                _("”%(text)s” är inte en period.") % {"text": (within or year)[:40]},
            )
        elif len(self._periods) < _MOST_REMEMBERED:
            self._periods[year, within] = period
        return period


class _Wide(_Table):
    def __init__(
        self,
        number: int,
        headings: list[str],
        at: WideColumns,
        titles: Titles,
        context: ReadingContext,
    ) -> None:
        super().__init__(titles, context)
        self.at = at
        self.headings_row = number
        context.headings = [" ".join(heading.split()) for heading in headings]
        self.shown = self._columns()
        # Where the area stands on a row of its own, above the offences.
        self.current_area = titles.area
        self.areas_have_rows = False
        self.area_text = ""
        self.is_ignored = False
        for column, words in at.measures.items():
            while len(context.headings) <= column:
                context.headings.append("")
            period = next((p for c, p in at.periods if c == column), None)
            if period is not None and words not in context.headings[column]:
                shown = context.headings[column] or _column_text(period)
                context.headings[column] = f"{shown} {words}".strip()
        if at.ignored:
            context.ignored[_("kolumner med summor och förändringar")] += at.ignored

    def _columns(self) -> list[_PeriodColumns]:
        by_period: dict[tuple[str, date], tuple[cells.Period, list[int | None]]] = {}
        for column, heading in self.at.periods:
            words = self.at.measures.get(column, "")
            has_rates = is_rate(words)
            if words and not has_rates and not is_count(words):
                self.at.ignored += 1
                continue
            period = self._whole(heading)
            pair = by_period.setdefault((period.kind, period.begins), (period, [None, None]))[1]
            if pair[has_rates] is not None:
                raise Unreadable(
                    _("Samma period står i två kolumner."),
                    self.headings_row,
                    self.context.heading(column),
                )
            pair[has_rates] = column
        return [_PeriodColumns(period, pair[0], pair[1]) for period, pair in by_period.values()]

    def _whole(self, heading: cells.Period | int) -> cells.Period:
        if isinstance(heading, cells.Period):
            return heading
        if self.titles.year is None:
            sentence = _("Filen säger inte vilket år månaderna gäller.")
            raise Unreadable(sentence, self.headings_row)
        period = cells.period(f"{self.titles.year}-{heading:02d}")
        assert period is not None  # noqa: S101  (a month of a year that the pattern knows)
        return period

    def read(self, rows: Iterable[Row]) -> Iterator[ReadObservation]:
        """Yield the observations of each row, above the source's notes."""
        offence_text = ""
        for row, texts in rows:
            if _is_note(texts):
                if _FOOTER.match(texts[0].strip()):
                    return
                self._section(row, texts[0].strip())
                continue
            if self.is_ignored:
                continue
            # Merged cells are empty below the first of them.
            if self.at.offence is not None:
                offence_text = _cell(texts, self.at.offence) or offence_text
            offence_name = offence_text if self.at.offence is not None else self.titles.offence
            area = self._area(row, texts)
            offence = self.offence(offence_name or ALL_OFFENCES)
            if area is None or offence is None:
                continue
            measure = _cell(texts, self.at.measure) if self.at.measure is not None else ""
            if measure and not is_rate(measure) and not is_count(measure):
                self.context.ignored[_("rader med förändringar")] += 1
                continue
            for shown in self.shown:
                count, rate = shown.count, shown.rate
                if is_rate(measure):
                    count, rate = None, shown.count
                observation = self.observation(offence, area, shown.period, row, texts, count, rate)
                if observation is not None:
                    yield observation

    def _section(self, row: int, text: str) -> None:
        """Handle a row of words alone.

        It is an area that the rows below it are of, or a chapter.
        """
        if self.at.area is not None or text.isdecimal():
            return
        area = self.context.areas.find(text)
        self.is_ignored = False
        if area is not None:
            self.current_area, self.areas_have_rows = area, True
        elif _NO_AREA_OF_OURS.match(plain(text)):
            self.context.ignored[_("polisregioner och stadsdelar")] += 1
            self.is_ignored = True
        elif self.areas_have_rows and not _CHAPTER.match(text):
            # The rows below would otherwise be taken for those of the area above.
            self.context.add_fault(row, self.context.heading(0), unknown_area(text))
            self.is_ignored = True

    def _area(self, row: int, texts: list[str]) -> int | None:
        if self.at.area is not None:
            self.area_text = _cell(texts, self.at.area) or self.area_text
            return self.area(self.area_text, row, self.at.area)
        if self.current_area is None:
            self.context.add_fault(row, self.context.heading(0), unknown_area(""))
        elif self.context.scope is not None and self.current_area not in self.context.scope:
            self.context.other_areas[self.context.areas.names[self.current_area]] += 1
            return None
        return self.current_area


def _column_text(heading: cells.Period | int) -> str:
    if isinstance(heading, cells.Period):
        return (
            str(heading.begins.year) if heading.kind == "year" else heading.begins.strftime("%Y-%m")
        )
    return str(heading)

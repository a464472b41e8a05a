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

from django.utils.translation import gettext as _

from pledges.statistics import cells
from pledges.statistics.areas import plain
from pledges.statistics.formats.bra_headings import (
    LongColumns,
    Titles,
    WideColumns,
    is_count,
    is_rate,
    long_columns,
    wide_columns,
)
from pledges.statistics.formats.bra_table import NO_AREA_OF_OURS, Table, cell, is_note
from pledges.statistics.formats.subjects import Subject, no_subject, says, subject_of
from pledges.statistics.source_rows import (
    ReadingContext,
    ReadObservation,
    Unreadable,
    unknown_area,
)
from pledges.statistics.tables import Row

_FOOTER = re.compile(r"(källa|källor|anm|not\b|noter\b|uppdaterad|©|\*|[0-9]\)|fotnot)", re.I)
# "3-7 kap. Brott mot person": chapters and laws have headings of their own.
_CHAPTER = re.compile(
    r"[0-9]+(-[0-9]+)? kap\b|.*\bbrott\b|.*(lagen|balken)\b|.*\([0-9]{4}:[0-9]+\)", re.I
)
_WHOLE_YEAR = frozenset({"", "år", "helår", "hela året", "helåret"})
# Ways of writing a period that are known again without looking; a century has fewer.
_MAX_REMEMBERED = 5_000


def read(
    first: list[Row], rows: Iterable[Row], context: ReadingContext
) -> Iterator[ReadObservation]:
    """Yield the observations of a table.

    `first` are its first rows, `rows` all of them.
    """
    for index, (number, texts) in enumerate(first):
        long = long_columns(index, first)
        wide = wide_columns(index, first) if long is None else None
        if long is None and wide is None:
            continue
        above, below = (0, 0) if wide is None else (wide.rows_above, wide.rows_below)
        words = says(first[: index + below + 1])
        if subject_of(words, context.file_name) != Subject.OFFENCES:
            context.add_fault(number, "", no_subject())
        titles = Titles.from_rows(first[: max(index - above, 0)], context)
        table: Table
        if long is not None:
            if long.shift:
                texts = texts[long.shift :]
            table = _Long(number, texts, long, titles, context)
        elif wide is not None:
            table = _Wide(number, texts, wide, titles, context)
        return table.read(_below(rows, first[index + below][0]))
    raise Unreadable(
        _(
            "Rubrikerna känns inte igen. En tabell från Brå har kolumnen Antal, eller år eller"
            " månader som kolumner. Portalens egen mall har kolumnen indikator."
        ),
        first[0][0],
    )


def is_table(first: list[Row]) -> bool:
    """Return whether some row is the headings of a table."""
    return any(
        long_columns(index, first) or wide_columns(index, first) for index in range(len(first))
    )


def _below(rows: Iterable[Row], number: int) -> Iterator[Row]:
    return (row for row in rows if row[0] > number)


@dataclass(frozen=True)
class _PeriodColumns:
    """The columns of one period: the number, and that per 100,000."""

    period: cells.Period
    count: int | None
    rate: int | None


class _Long(Table):
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
        self.offence_of_all = self.titled_offence(number) if at.offence is None else ""
        if at.area is None and titles.area is None:
            raise Unreadable(_("Det framgår inte vilket område siffrorna gäller."), number)
        if at.year is None and at.period is None and titles.year is None:
            raise Unreadable(
                _("Filen säger inte vilket år den gäller. Lägg till en kolumn med rubriken År."),
                number,
            )

    def read(self, rows: Iterable[Row]) -> Iterator[ReadObservation]:
        """Yield the observation of each row above the source's notes."""
        at = self.at
        for row, texts in rows:
            if self._is_beside_the_figures(texts):
                continue
            if any(texts[len(self.context.headings) :]):
                self.context.add_fault(row, "", _("Raden har fler celler än det finns rubriker."))
                continue
            offence_name = (
                cell(texts, at.offence) if at.offence is not None else self.offence_of_all
            )
            if not offence_name and at.offence is not None:
                heading = self.context.heading(at.offence)
                self.context.add_fault(row, heading, _("Brottstypen saknas."))
                continue
            period = self._period(row, texts)
            area = self._area(row, texts)
            if area is None or period is None:
                continue
            offence = self.offence(offence_name)
            if offence is not None:
                observation = self.observation(offence, area, period, row, texts, at.count, at.rate)
                if observation is not None:
                    yield observation

    def _period(self, row: int, texts: list[str]) -> cells.Period | None:
        at = self.at
        year = cell(texts, at.year) if at.year is not None else ""
        within = cell(texts, at.period) if at.period is not None else ""
        if (year, within) in self._periods:
            return self._periods[year, within]
        period = cells.period(within) if within else None
        if period is not None and period.kind == cells.PeriodKind.YEAR and year:
            # Brå's database puts "År" under the year and the year under the period.
            period = _within_year(year, within)
        if period is None:
            whole = plain(within) in _WHOLE_YEAR
            year_text = year or str(self.titles.year or "")
            period = cells.period(year_text if whole else f"{within} {year_text}")
        if period is None:
            column = at.period if within and at.period is not None else at.year
            self.context.add_fault(
                row,
                self.context.heading(column if column is not None else 0),
                _("”%(text)s” är inte en period.") % {"text": (within or year)[:40]},
            )
        elif len(self._periods) < _MAX_REMEMBERED:
            self._periods[year, within] = period
        return period

    def _is_beside_the_figures(self, texts: list[str]) -> bool:
        """Return whether a row has no figure: a note or a chapter's heading."""
        if self.at.area is not None:
            return is_note(texts)
        return not any(text.strip() for text in texts[self.at.count :])

    def _area(self, row: int, texts: list[str]) -> int | None:
        if self.at.area is not None:
            return self.area(cell(texts, self.at.area), row, self.at.area)
        return self.context.scoped(self.titles.area) if self.titles.area is not None else None


def _within_year(words: str, year: str) -> cells.Period | None:
    if plain(words) == plain(year) or plain(words) in _WHOLE_YEAR:
        return cells.period(year)
    return cells.period(f"{words} {year}")


class _Wide(Table):
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
        self.offence_of_all = self.titled_offence(number) if at.offence is None else ""
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
            if is_note(texts):
                if _FOOTER.match(texts[0].strip()):
                    return
                self._section(row, texts[0].strip())
                continue
            if self.is_ignored:
                continue
            # Merged cells are empty below the first of them.
            if self.at.offence is not None:
                offence_text = cell(texts, self.at.offence) or offence_text
            area = self._area(row, texts)
            if self.at.offence is not None and not offence_text:
                heading = self.context.heading(self.at.offence)
                self.context.add_fault(row, heading, _("Brottstypen saknas."))
                continue
            offence = self.offence(offence_text or self.offence_of_all)
            if area is None or offence is None:
                continue
            measure = cell(texts, self.at.measure) if self.at.measure is not None else ""
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
        elif NO_AREA_OF_OURS.match(plain(text)):
            self.context.ignored[_("polisregioner och stadsdelar")] += 1
            self.is_ignored = True
        elif self.areas_have_rows and not _CHAPTER.match(text):
            # The rows below would otherwise be taken for those of the area above.
            self.context.add_fault(row, self.context.heading(0), unknown_area(text))
            self.is_ignored = True

    def _area(self, row: int, texts: list[str]) -> int | None:
        if self.at.area is not None:
            self.area_text = cell(texts, self.at.area) or self.area_text
            return self.area(self.area_text, row, self.at.area)
        if self.current_area is None:
            self.context.add_fault(row, self.context.heading(0), unknown_area(""))
            return None
        return self.context.scoped(self.current_area)


def _column_text(heading: cells.Period | int) -> str:
    if isinstance(heading, cells.Period):
        return (
            str(heading.begins.year) if heading.kind == "year" else heading.begins.strftime("%Y-%m")
        )
    return str(heading)

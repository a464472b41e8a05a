"""What the layouts of Brå's tables share.

Offences, areas, and the figures of one observation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from pledges.models import Indicator
from pledges.statistics import cells
from pledges.statistics.areas import plain
from pledges.statistics.cells import NotAFigure
from pledges.statistics.formats.bra_headings import Titles
from pledges.statistics.formats.subjects import names_all_offences, no_offence
from pledges.statistics.names import IndicatorDefinition
from pledges.statistics.source_rows import ReadingContext, ReadObservation
from pledges.statistics.tables import Row

SOURCE = "Brå"
ALL_OFFENCES = "Samtliga brott"
# As rows of tables say it; "totalt" alone is more than the end of an offence's name.
_ALL_OFFENCES = frozenset({"totalt", "anmälda brott totalt", "samtliga brott totalt"})
# Brå parts some offences again by victim and place; the same words stand under many offences.
_SUBDIVISION = re.compile(
    r"(mot (kvinna|man|pojke|flicka|barn|person)|med användning av|utan användning av|inomhus|"
    r"utomhus|kön okänt|bekant|obekant|okänd relation)",
    re.I,
)
# The police's own regions and the parts of the large cities are no areas of the portal's.
NO_AREA_OF_OURS = re.compile(
    r"(polis)?region\b|.*\b(stadsdel|stadsområde|stadsdelsområde|stadsdelsnämnd)|.*\((gbg|sthlm|malmö)\)",
    re.I,
)
_FOOTNOTE = re.compile(r"(?:\*+|[¹²³⁴⁵]+|(?<=[^0-9 ])[0-9]\)|(?<=\))[0-9])+$")
_MAX_NAME_LENGTH = 160


class Table:
    """A table of either layout, which its readers fill in."""

    def __init__(self, titles: Titles, context: ReadingContext) -> None:
        self.titles = titles
        self.context = context
        self._offences: dict[str, int] = {}
        self._areas: dict[str, int] = {}

    def read(self, rows: Iterable[Row]) -> Iterator[ReadObservation]:
        """Yield the observations of the rows under the headings."""
        raise NotImplementedError

    def titled_offence(self, number: int) -> str:
        """Return the offence that a table without a column of them is of.

        When it doesn't say, that is a fault: it is never taken for all offences.
        """
        if self.titles.offence:
            return self.titles.offence
        area = self.context.areas.names.get(self.titles.area or 0, "")
        if not names_all_offences(self.titles.text, self.context.file_name, area):
            if not self.context.number_of_faults:
                self.context.add_fault(number, "", no_offence())
            return ALL_OFFENCES
        self.context.remarks.append(
            _("Filen nämner inget brott för sig, så siffrorna läses som alla anmälda brott.")
        )
        return ALL_OFFENCES

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
        name, heading = text.strip(), self.context.heading(column)
        if self.context.areas.find(name, heading) is None and NO_AREA_OF_OURS.match(plain(name)):
            self.context.ignored[_("polisregioner och stadsdelar")] += 1
            return None
        key = self.context.area(name, row, heading)
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
                text = cell(texts, rate)
                # A rate that isn't given is no fault: the number of events is what counts.
                per_100_000 = cells.rate(text).value if text else None
            if count is None:
                return self._only_rate(offence, area, period, per_100_000, row, rate or 0)
            column_at_fault = count
            count_read = cells.count(cell(texts, count))
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


def cell(texts: list[str], index: int) -> str:
    """Return the text of a cell, empty where the row has ended."""
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
    return IndicatorDefinition(SOURCE, name[:_MAX_NAME_LENGTH], name[:_MAX_NAME_LENGTH], kind, unit)


def is_note(texts: list[str]) -> bool:
    """Return whether a row is a section's heading or a note.

    It has words in its first cell and nothing else.
    """
    return not any(map(str.strip, texts[1:]))

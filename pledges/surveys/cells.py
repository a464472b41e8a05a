"""Read the cells of schools' own tables as numbers of pupils."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from pledges.exchange.rows import RowFault, without_spaces
from pledges.surveys.sums import ANSWERED, Group, cell_name

# The row that a spreadsheet shows beside its headings.
HEADINGS_ROW = 1

_NOT_ASKED_SIGNS = frozenset({"", "-", "–", "—", "−", ".", "..", "...", "…"})
_NUMBER = re.compile(r"([0-9]{1,7})(?:[,.]0{1,2})?")
_PERCENT = re.compile(r"([0-9]{1,3})(?:[,.]([0-9]{1,3}))?%")


class SurveyRowsError(Exception):
    """Rows that can't be used.

    `faults` names each by its row, with the column's heading.
    """

    def __init__(self, faults: Iterable[tuple[int, RowFault]]) -> None:
        self.faults = sorted(faults, key=lambda fault: fault[0])
        super().__init__(_("Tabellen har fel som behöver rättas."))


@dataclass(frozen=True)
class Cell:
    """A cell with its place, and whether its column holds shares."""

    row: int
    heading: str
    text: str
    is_share: bool = False


# By the row of the form's table that a cell belongs to, and its group.
Cells = Mapping[tuple[str, Group], Cell]


class Reader:
    """Reads cells as numbers of pupils, gathering faults and remarks."""

    def __init__(self) -> None:
        self.faults: list[tuple[int, RowFault]] = []
        self.remarks: list[str] = []

    def add_fault(self, row: int, heading: str, sentence: str) -> None:
        """Add a fault of a row and column."""
        self.faults.append((row, RowFault(heading[:60], sentence)))

    def report_ignored(self, sentence: str, names: Iterable[str]) -> None:
        """Add a remark about rows that are ignored."""
        shown = ", ".join(name[:60] for name in names if name.strip())
        if shown:
            self.remarks.append(sentence % {"names": shown})

    def raise_faults(self) -> None:
        """Raise SurveyRowsError when there are any faults."""
        if self.faults:
            raise SurveyRowsError(self.faults)

    def numbers(self, cells: Cells) -> dict[str, int]:
        """Return the numbers of a round by the names of its cells."""
        answered: dict[Group, int] = {}
        for (name, group), cell in cells.items():
            if name == ANSWERED:
                number = self.number(cell)
                if number is not None:
                    answered[group] = number
        counts = {cell_name(ANSWERED, group): number for group, number in answered.items()}
        for (name, group), cell in cells.items():
            if name != ANSWERED:
                number = self.number(cell, answered.get(group))
                if number is not None:
                    counts[cell_name(name, group)] = number
        return self._without_total(cells, counts)

    def number(self, cell: Cell, answered: int | None = None) -> int | None:
        """Return a cell's number, or None when it wasn't asked or is faulty.

        A percentage becomes the nearest number of the `answered` pupils.
        """
        text = without_spaces(cell.text)
        if text in _NOT_ASKED_SIGNS:
            return None
        if cell.is_share and not text.endswith("%") and answered is not None:
            text += "%"
        if match := _NUMBER.fullmatch(text):
            return int(match[1])
        if match := _PERCENT.fullmatch(text):
            return self._count_of(cell, match, answered)
        self.add_fault(
            cell.row,
            cell.heading,
            _("”%(text)s” går inte att läsa. Skriv ett heltal, eller procent med %%-tecken.")
            % {"text": cell.text[:20]},
        )
        return None

    def _count_of(self, cell: Cell, match: re.Match[str], answered: int | None) -> int | None:
        thousandths = int(match[1] + (match[2] or "").ljust(3, "0"))
        if answered is None:
            self.add_fault(cell.row, cell.heading, _("Här behövs ett antal elever, inte procent."))
            return None
        if thousandths > 100_000:
            self.add_fault(cell.row, cell.heading, _("Det kan inte vara mer än 100 %."))
            return None
        count = (2 * thousandths * answered + 100_000) // 200_000
        self.remarks.append(
            _("Rad %(row)s, %(heading)s: %(share)s av %(of)s räknas om till %(count)s elever.")
            % {
                "row": cell.row,
                "heading": cell.heading[:60],
                "share": f"{match[0][:-1]} %",
                "of": answered,
                "count": count,
            }
        )
        return count

    def _without_total(self, cells: Cells, counts: dict[str, int]) -> dict[str, int]:
        """Remove the numbers of all pupils where genders have their own.

        They must be the sum of the genders: the portal adds those up itself.
        """
        total = {key: cell for key, cell in cells.items() if key[1] == Group.ALL}
        genders = [group for group in Group if group != Group.ALL]
        if not any(cell_name(ANSWERED, group) in counts for group in genders):
            return counts
        for (name, _group), cell in total.items():
            stated = counts.pop(cell_name(name, Group.ALL), None)
            parts = [counts[key] for group in genders if (key := cell_name(name, group)) in counts]
            # Shares turned into numbers can be one off for each group.
            leeway = len(parts) if "%" in cell.text or cell.is_share else 0
            if stated is not None and parts and abs(stated - sum(parts)) > leeway:
                self.add_fault(
                    cell.row,
                    cell.heading,
                    _(
                        "%(stated)s är inte summan av könen, %(sum)s. De som svarat annat eller "
                        "inte uppgett kön behöver ett eget tal."
                    )
                    % {"stated": stated, "sum": sum(parts)},
                )
        if total:
            self.remarks.append(_("Talen för alla räknar portalen fram som summan av könen."))
        return counts

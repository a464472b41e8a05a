"""Sum a pledge up on its document's first page: what one hangs on a wall.

What is signed stands there, a line for each promise, beside the signatures. The text that the lines
sum up follows as an annex.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from pledges.models import Commitment, FocusArea
from pledges.presentation.commitment import commitment_names

# With more promises than this, each area has a line instead: two pages hold no more.
_MOST_LINES = 40
# A promise without a name is told by its text: whole as a rule, its beginning on a crowded page.
_LONGEST, _LONGEST_OF_MANY = 150, 75
_MANY = 16


@dataclass(frozen=True)
class Density:
    """How closely a first page is set.

    Lengths are in millimetres, as front.css has them. `around` is what the page holds beside the
    promises: title, headings, code. `signatures` is one row of two, `between` what is added to the
    lines of each promise.
    """

    name: str
    signs_in_a_line: int
    line: float
    between: float
    around: float
    signatures: float


_DENSITIES = (
    Density("airy", 62, 7.0, 4.2, 157, 43),
    Density("close", 86, 5.3, 2.2, 128, 38),
    Density("full", 96, 4.4, 1.2, 122, 35),
)
# What doesn't fit on one page: it runs on to a second, where the annex begins.
_LONG = "long"
_PAGE, _PARTY, _NOTICE, _MARKS = 278, 7, 23, 12


@dataclass(frozen=True)
class FrontLine:
    """One promise in a line: what it is called, how much, and by whom.

    `anchor` is where the annex has it. `number` is 0 for what has none. `is_invented` says that the
    promise or its target is made up for the demonstration.
    """

    number: int
    anchor: str
    name: str
    target: str = ""
    responsible: str = ""
    is_invented: bool = False

    @property
    def signs(self) -> int:
        """How long the line is in print, about."""
        mark = 25 if self.is_invented else 0
        return len(f"{self.name}. {self.target}. {self.responsible}.") + mark


def front_lines(areas: Iterable[FocusArea]) -> list[FrontLine]:
    """Return the lines of the first page.

    The areas have their commitments, and those the names of who answers (`responsible_text`).
    """
    areas = list(areas)
    commitments = [commitment for area in areas for commitment in area.commitments.all()]
    if len(commitments) > _MOST_LINES:
        return [_area_line(area) for area in areas]
    names = commitment_names(commitments)
    longest = _LONGEST_OF_MANY if len(commitments) > _MANY else _LONGEST
    lines = []
    for area in areas:
        rows = list(area.commitments.all())
        if not rows:
            lines.append(_area_line(area))
        for commitment in rows:
            name = names[commitment.number].text
            if name.endswith("…"):
                name = textwrap.shorten(commitment.text, longest, placeholder=" …") or name
                name = name.removesuffix(".")
            lines.append(
                FrontLine(
                    number=commitment.number,
                    anchor=f"atagande-{commitment.number}",
                    name=name,
                    target=target_sentence(commitment),
                    responsible=commitment.responsible_text,  # type: ignore[attr-defined]
                    is_invented=bool({"text", "target"} & set(commitment.invented)),
                )
            )
    return lines


def target_sentence(commitment: Commitment) -> str:
    """Return the target in words; nothing where nothing is set."""
    return commitment.target.sentence() if commitment.target.is_measurable else ""


def density(
    lines: Sequence[FrontLine], signatories: int, *, parties: int, has_notice: bool, has_marks: bool
) -> str:
    """Return how closely the first page is set.

    It is the loosest way that fits on one page.
    """
    rows = ceil(signatories / 2)
    room = _PAGE - _PARTY * max(0, parties - 2) - _NOTICE * has_notice - _MARKS * has_marks
    for tried in _DENSITIES:
        promises = sum(
            ceil(line.signs / tried.signs_in_a_line) * tried.line + tried.between for line in lines
        )
        if tried.around + rows * tried.signatures + promises <= room:
            return tried.name
    return _LONG


def _area_line(area: FocusArea) -> FrontLine:
    numbers = [commitment.number for commitment in area.commitments.all()]
    if not numbers:
        count = "det som är lovat står i löftets bilaga"
    elif len(numbers) == 1:
        count = f"åtagande {numbers[0]}"
    else:
        count = f"{len(numbers)} åtaganden, nummer {min(numbers)} till {max(numbers)}"
    return FrontLine(
        number=0,
        anchor=f"inriktning-{area.position}",
        name=area.name,
        target=count,
        is_invented="name" in area.invented,
    )

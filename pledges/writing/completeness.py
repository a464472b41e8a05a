"""What a commitment lacks before anybody can tell whether it was kept.

A promise goes from a problem by way of its cause to a measure, its target and an indicator of its
effect (Brå's method for local crime prevention). One that lacks a link of that
chain can't be followed up; one without number, unit, period or owner is called vague before it is
called anything else.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from pledges.targets import Shape
from pledges.writing.parts import Contents, Values

_COUNTED = {Shape.COUNT, Shape.AVERAGE}


@dataclass(frozen=True)
class Marks:
    """What makes a commitment vague, and what of the chain is missing.

    In words.
    """

    vague: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.vague or self.broken)


def marks_of(commitment: Values, area: Values) -> Marks:
    """Return what a commitment lacks; both as a version's rows say it."""
    return Marks(_vague(commitment), _broken(commitment, area))


def _vague(commitment: Values) -> list[str]:
    shape = commitment["target_shape"]
    missing = []
    if not shape or shape == Shape.NONE:
        # Nothing is counted, so neither number nor unit nor period can be there.
        missing += [_("antal"), _("vad som räknas"), _("period")]
    elif shape in _COUNTED:
        if not commitment["target_amount"]:
            missing.append(_("antal"))
        if not commitment["target_unit_sv"]:
            missing.append(_("vad som räknas"))
        if not commitment["target_period"]:
            missing.append(_("period"))
    elif shape == Shape.COVERAGE and not commitment["target_unit_sv"]:
        missing.append(_("vad som räknas"))
    # Done or not is once within the pledge's time, and on demand is all that were asked for: their
    # number and period go without saying.
    if not commitment["responsible"]:
        missing.append(_("vem som ansvarar"))
    return missing


def _broken(commitment: Values, area: Values) -> list[str]:
    missing = []
    if not area["problem_sv"]:
        missing.append(_("problembild"))
    if not area["cause_sv"]:
        missing.append(_("orsak"))
    if not commitment["text_sv"]:
        missing.append(_("åtgärd"))
    if not commitment["target_shape"] or commitment["target_shape"] == Shape.NONE:
        missing.append(_("mål"))
    if not commitment["indicators"]:
        missing.append(_("indikator"))
    return missing


def marks_by_commitment(contents: Contents) -> dict[int, Marks]:
    """Return what each commitment of a version lacks, by its row's key."""
    areas = {row["id"]: row for row in contents["focus_areas"]}
    return {row["id"]: marks_of(row, areas[row["focus_area"]]) for row in contents["commitments"]}

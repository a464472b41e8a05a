"""Indicators: made by imports, named by their sources, and worded by the operator."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.text import slugify

from pledges.models import Indicator
from pledges.models.municipality import without_diacritics
from pledges.statistics.source_rows import Named

_LONGEST_KEY = 80


def make(named: Named) -> Indicator:
    """Make the indicator that a source names, with an address of its own."""
    return Indicator.objects.create(
        key=_free_key(named),
        kind=named.kind,
        unit=named.unit,
        better=named.better,
        name_sv=named.name,
        name_en=named.name_en or None,
        explanation_sv=named.explanation,
        source=named.source,
        source_code=named.code,
    )


def _free_key(named: Named) -> str:
    wanted = slugify(without_diacritics(named.name))[: _LONGEST_KEY - 4].strip("-") or "indikator"
    taken = set(Indicator.objects.filter(key__startswith=wanted).values_list("key", flat=True))
    if wanted not in taken:
        return wanted
    return next(
        key for number in range(2, len(taken) + 3) if (key := f"{wanted}-{number}") not in taken
    )


def is_unnamed(known: Indicator, named: Named) -> bool:
    """Whether an indicator still goes by its source's code, and the source now tells its name."""
    return known.name_sv == known.source_code and named.name != known.source_code


def name_anew(defined: Iterable[tuple[Named, Indicator]]) -> None:
    """Give the indicators that go by a code the names and units that their source tells.

    What somebody has worded already stays as it is.
    """
    for named, known in defined:
        if is_unnamed(known, named):
            known.name_sv, known.unit = named.name, named.unit
            known.explanation_sv = known.explanation_sv or named.explanation
            known.save()

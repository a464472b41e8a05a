"""Indicators: created by imports, named by sources, worded by operators."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.text import slugify

from pledges.models import Indicator
from pledges.models.municipality import without_diacritics
from pledges.statistics.names import IndicatorDefinition

_LONGEST_KEY = 80


def create_indicator(definition: IndicatorDefinition) -> Indicator:
    """Create the indicator that a source names, with an address of its own."""
    return Indicator.objects.create(
        key=_free_key(definition),
        kind=definition.kind,
        unit=definition.unit,
        better=definition.better,
        name_sv=definition.name,
        name_en=definition.name_en or None,
        explanation_sv=definition.explanation,
        source=definition.source,
        source_code=definition.code,
    )


def _free_key(definition: IndicatorDefinition) -> str:
    key_base = (
        slugify(without_diacritics(definition.name))[: _LONGEST_KEY - 4].strip("-") or "indikator"
    )
    used = set(Indicator.objects.filter(key__startswith=key_base).values_list("key", flat=True))
    if key_base not in used:
        return key_base
    return next(
        key for number in range(2, len(used) + 3) if (key := f"{key_base}-{number}") not in used
    )


def can_be_named(known: Indicator, definition: IndicatorDefinition) -> bool:
    """Return whether an indicator goes by a code and its source has a name."""
    return known.name_sv == known.source_code and definition.name != known.source_code


def update_names(definitions: Iterable[tuple[IndicatorDefinition, Indicator]]) -> None:
    """Give indicators that go by a code their source's names and units.

    What somebody has worded already stays as it is.
    """
    for definition, known in definitions:
        if can_be_named(known, definition):
            known.name_sv, known.unit = definition.name, definition.unit
            known.explanation_sv = known.explanation_sv or definition.explanation
            known.save()

"""Statistics as texts on pages."""

from __future__ import annotations

from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _

from pledges.models import EarlierFigure, Observation, PeriodKind


def period_label(kind: str, begins: date) -> str:
    """Return a period such as "2025", "mars 2025" or "kvartal 1 2025"."""
    if kind == PeriodKind.YEAR:
        return str(begins.year)
    if kind == PeriodKind.QUARTER:
        number = (begins.month - 1) // 3 + 1
        return _("kvartal %(number)s %(year)s") % {"number": number, "year": begins.year}
    return formats.date_format(begins, "F Y")


def figure_text(figure: Observation | EarlierFigure) -> str:
    """Return a figure without idle decimals, or why there is none."""
    if figure.value is None:
        return figure.get_note_display()
    value = figure.value.normalize()
    places = max(-int(value.as_tuple().exponent), 0)
    number = formats.number_format(value, decimal_pos=places, force_grouping=True)
    return f"{number} ({figure.get_note_display()})" if figure.note else number

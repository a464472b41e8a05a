"""Statistics as texts on pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from pledges.models import Area, EarlierFigure, Indicator, Observation, PeriodKind


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
    return _figure_text(figure.value, figure.note)


def _figure_text(value: Decimal | None, note: str) -> str:
    label = str(Observation.Note(note).label)
    if value is None:
        return label
    return f"{_number(value)} ({label})" if note else _number(value)


def _number(value: Decimal) -> str:
    value = value.normalize()
    places = max(-int(value.as_tuple().exponent), 0)
    return formats.number_format(value, decimal_pos=places, force_grouping=True)


@dataclass(frozen=True)
class ChangeLine:
    """A figure that an import would change, before and after, as texts."""

    indicator: str
    area: str
    period: str
    before: str
    after: str
    is_large: bool


def change_lines(changes: Sequence[dict[str, Any]]) -> list[ChangeLine]:
    """Return changes (`staging.changes`) as lines of a table; two queries.

    What else than the value changes is told with it: the rate, the source's own interval.
    """
    indicators = Indicator.objects.in_bulk({change["indicator"] for change in changes})
    areas = Area.objects.in_bulk({change["area"] for change in changes})
    lines = []
    for change in changes:
        period = period_label(change["period"], date.fromisoformat(change["begins"]))
        if change["gender"] != Observation.Gender.ALL:
            gender = Observation.Gender(change["gender"]).label
            period = _("%(period)s, %(gender)s") % {"period": period, "gender": gender}
        before, after = _both_texts(change["before"], change["after"])
        indicator = indicators.get(change["indicator"])
        lines.append(
            ChangeLine(
                indicator.name if indicator else "",
                areas[change["area"]].name,
                period,
                before,
                after,
                change["is_large"],
            )
        )
    return lines


def _both_texts(before: Sequence[str | None], after: Sequence[str | None]) -> tuple[str, str]:
    sides = [
        ([None if text is None else Decimal(text) for text in side[:4]], side[4] or "")
        for side in (before, after)
    ]
    (old, _old_note), (new, _new_note) = sides
    texts = []
    for (value, rate, lower, upper), note in sides:
        text = _figure_text(value, note)
        if old[1] != new[1]:
            shown = "–" if rate is None else _number(rate)
            text = _("%(figure)s; per 100 000 invånare: %(rate)s") % {"figure": text, "rate": shown}
        if old[2:] != new[2:]:
            shown = "–" if lower is None or upper is None else f"{_number(lower)}–{_number(upper)}"
            text = _("%(figure)s; osäkerhet: %(interval)s") % {"figure": text, "interval": shown}
        texts.append(text)
    return texts[0], texts[1]

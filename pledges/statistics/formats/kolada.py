"""Read Kolada's key figures, as its interface gives them.

Versions 2 and 3. A file of data lists, for each key figure, municipality and year, the values by
gender (T, K, M). A file of key figures (".../kpi") gives them their names. Source: Kolada (RKA), CC
BY 4.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import IO, Any

from django.utils.translation import gettext as _

from pledges.models import Indicator, Observation, PeriodKind
from pledges.models.statistics import first_day_of
from pledges.statistics.areas import COUNTRY
from pledges.statistics.cells import is_too_large, is_year, to_four_decimals
from pledges.statistics.formats.json_stream import entries
from pledges.statistics.names import IndicatorDefinition
from pledges.statistics.source_rows import ReadingContext, ReadObservation

SOURCE = "Kolada (RKA)"
_KPI = re.compile(r"[A-ZÅÄÖ][0-9]{5}")
_MUNICIPALITY = re.compile(r"[0-9]{4}")
# Groups of municipalities, schools and other units have codes with letters.
_OTHER_UNIT = re.compile(r"[A-Z][A-Z0-9]{3,40}")
_COLUMNS = ["kpi", "municipality", "period", "gender", "value"]
_VALUE = _COLUMNS.index("value")
# Where versions 2 and 3 say that there is more than this page.
_OTHER_PAGES = ("next_url", "previous_url", "next_page", "previous_page")
_NAME_LENGTH, _EXPLANATION_LENGTH = 160, 1000


def read(text: IO[str], context: ReadingContext) -> Iterator[ReadObservation]:
    """Yield the observations of a file.

    The names in a file of key figures go to the context.
    """
    context.headings = _COLUMNS
    around: dict[str, Any] = {}
    for number, entry in entries(text, around):
        if not isinstance(entry, dict):
            context.add_fault(number, "values", _("Posten är inte ett objekt."))
        elif "id" in entry and "title" in entry:
            _define(entry, number, context)
        elif "kpi" in entry:
            yield from _data(entry, number, context)
        else:
            context.add_fault(number, "kpi", _("Nyckeltalets id saknas. Är filen från Kolada?"))
    if any(around.get(name) for name in _OTHER_PAGES):
        context.remarks.append(
            _("Filen är en sida av flera. Hämta de andra sidorna också och importera dem för sig.")
        )


def _define(entry: dict[str, Any], number: int, context: ReadingContext) -> None:
    code, title = entry["id"], entry["title"]
    if not isinstance(code, str) or not _KPI.fullmatch(code):
        context.add_fault(number, "id", _("”%(text)s” är inte ett nyckeltals id.") % _short(code))
    elif not isinstance(title, str) or not title.strip():
        context.add_fault(number, "title", _("Nyckeltalets namn saknas."))
    else:
        context.definitions.append(_definition(code, title, str(entry.get("description") or "")))


def _definition(code: str, title: str = "", description: str = "") -> IndicatorDefinition:
    name = " ".join(title.split())[:_NAME_LENGTH] or code
    explanation = " ".join(description.split())[:_EXPLANATION_LENGTH]
    kind = Indicator.Kind.KEY_FIGURE
    return IndicatorDefinition(SOURCE, code, name, kind, _unit(title), explanation=explanation)


def _unit(title: str) -> str:
    """Return the unit in a key figure's name, as in "antal/100 000 inv"."""
    name = title.casefold()
    unit = Indicator.Unit
    if "100 000" in name or "100000" in name:
        return unit.PER_100_000
    if "%" in name:
        return unit.PERCENT
    if "index" in name:
        return unit.INDEX
    return unit.COUNT if re.search(r", antal\s*$", name) else unit.OTHER


def _data(entry: dict[str, Any], number: int, context: ReadingContext) -> Iterator[ReadObservation]:
    code, place, year = entry.get("kpi"), entry.get("municipality"), entry.get("period")
    if not isinstance(code, str) or not _KPI.fullmatch(code):
        context.add_fault(number, "kpi", _("”%(text)s” är inte ett nyckeltals id.") % _short(code))
        return
    if not isinstance(place, str):
        context.add_fault(number, "municipality", _("Området saknas."))
        return
    if not _MUNICIPALITY.fullmatch(place) and _OTHER_UNIT.fullmatch(place):
        context.ignored[_("grupper av kommuner och enheter i Kolada")] += 1
        return
    area = context.area(_scb_code(place), number, "municipality")
    begins = _year(year)
    if begins is None or not is_year(begins):
        context.add_fault(number, "period", _("”%(text)s” är inte ett år.") % _short(year))
        return
    if begins > context.today.year:
        context.add_fault(number, "period", _("Perioden har inte börjat än."))
        return
    values = entry.get("values")
    if not isinstance(values, list):
        context.add_fault(number, "values", _("Posten har ingen lista med värden."))
        return
    if area is None:
        return
    indicator = context.indicator(_definition(code))
    first_day = first_day_of(PeriodKind.YEAR, begins)
    for value in values:
        figure = _value(value, number, context)
        if figure is not None:
            gender, amount, note = figure
            yield ReadObservation(
                *(indicator, area, PeriodKind.YEAR, first_day, amount, number, _VALUE),
                gender=gender,
                note=note,
            )


def _scb_code(place: str) -> str:
    """Return SCB's code.

    Kolada's own are "0000" for the country and "0025" for a county.
    """
    if place == "0000":
        return COUNTRY
    return place[2:] if place.startswith("00") else place


def _year(period: object) -> int | None:
    if isinstance(period, bool):
        return None
    text = str(period)
    return int(text) if re.fullmatch("[0-9]{4}", text) else None


def _value(
    value: Any, number: int, context: ReadingContext
) -> tuple[str, Decimal | None, str] | None:
    if not isinstance(value, dict):
        context.add_fault(number, "values", _("Posten är inte ett objekt."))
        return None
    if value.get("isdeleted"):
        context.ignored[_("värden som Kolada har tagit bort")] += 1
        return None
    gender, amount = value.get("gender"), value.get("value")
    if gender not in Observation.Gender.values:
        context.add_fault(number, "gender", _("Kön ska vara T, K eller M."))
        return None
    note = Observation.Note
    if amount is None:
        status = str(value.get("status") or "").casefold()
        return gender, None, note.SECRET if status.startswith(("priv", "sec")) else note.MISSING
    if isinstance(amount, bool) or not isinstance(amount, int | Decimal):
        context.add_fault(number, "value", _("”%(text)s” är inte ett tal.") % _short(amount))
        return None
    if is_too_large(amount):
        context.add_fault(number, "value", _("Talet är för stort."))
        return None
    return gender, to_four_decimals(Decimal(amount)), note.NONE


def _short(value: object) -> dict[str, str]:
    return {"text": str(value if value is not None else "")[:40]}

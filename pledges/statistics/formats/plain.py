"""Read the portal's own CSV, described in docs/statistics-files.md.

For safety surveys, population, and all that has no format of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal

from django.utils.text import slugify
from django.utils.translation import gettext as _

from pledges.models import Indicator
from pledges.models.municipality import without_diacritics
from pledges.statistics import cells
from pledges.statistics.areas import plain
from pledges.statistics.cells import Figure, NotAFigure
from pledges.statistics.names import IndicatorDefinition
from pledges.statistics.source_rows import (
    ReadingContext,
    ReadObservation,
    Unreadable,
)
from pledges.statistics.tables import Row

HEADINGS = {
    "indicator": "indikator",
    "area": "omrade",
    "period": "period",
    "gender": "kon",
    "value": "varde",
    "rate": "per_100000",
    "lower": "nedre",
    "upper": "ovre",
    "note": "anmarkning",
}
# Only for indicators that the portal doesn't have yet.
DEFINING = {
    "name": "namn",
    "name_en": "namn_en",
    "kind": "slag",
    "unit": "enhet",
    "better": "riktning",
    "source": "kalla",
    "explanation": "forklaring",
}
_REQUIRED = ("indicator", "area", "period", "value")
_MAX_LENGTHS = {"indicator": 160, "name": 160, "name_en": 160, "source": 80, "explanation": 1000}
KINDS = {
    "anmalda brott": Indicator.Kind.REPORTED_OFFENCES,
    "ntu": Indicator.Kind.SAFETY_SURVEY,
    "nationella trygghetsundersokningen": Indicator.Kind.SAFETY_SURVEY,
    "trygghetsmatning": Indicator.Kind.LOCAL_SAFETY,
    "polisens lokala trygghetsmatning": Indicator.Kind.LOCAL_SAFETY,
    "nyckeltal": Indicator.Kind.KEY_FIGURE,
    "folkmangd": Indicator.Kind.POPULATION,
}
UNITS = {
    "antal": Indicator.Unit.COUNT,
    "per 100 000": Indicator.Unit.PER_100_000,
    "per 100000": Indicator.Unit.PER_100_000,
    "procent": Indicator.Unit.PERCENT,
    "%": Indicator.Unit.PERCENT,
    "index": Indicator.Unit.INDEX,
    "annat": Indicator.Unit.OTHER,
}
DIRECTIONS = {
    "": Indicator.Better.NEITHER,
    "lagre": Indicator.Better.LOWER,
    "hogre": Indicator.Better.HIGHER,
    "ingen": Indicator.Better.NEITHER,
}
_SURVEYS = (Indicator.Kind.SAFETY_SURVEY, Indicator.Kind.LOCAL_SAFETY)


def is_plain(rows: list[Row]) -> bool:
    """Return whether a file's first row has the headings of this format."""
    return HEADINGS["indicator"] in _keys(rows[0][1])


def read(rows: Iterable[Row], context: ReadingContext) -> Iterator[ReadObservation]:
    """Yield the observations of a file.

    A file without areas and figures defines indicators alone.
    """
    rows = iter(rows)
    number, headings = next(rows)
    reader = _Reader(number, headings, context)
    for number, texts in rows:
        observation = reader.read(number, texts)
        if observation is not None:
            yield observation


def _key(text: str) -> str:
    return " ".join(without_diacritics(text).split()).replace(" ", "_")


def _keys(headings: Iterable[str]) -> list[str]:
    return [_key(heading) for heading in headings]


class _Reader:
    def __init__(self, number: int, headings: list[str], context: ReadingContext) -> None:
        self.context = context
        context.headings = [heading.strip() for heading in headings]
        keys = _keys(headings)
        for heading in {**HEADINGS, **DEFINING}.values():
            if keys.count(heading) > 1:
                raise Unreadable(_("Rubriken finns två gånger."), number, heading)
        self.columns = {
            key: keys.index(heading)
            for key, heading in {**HEADINGS, **DEFINING}.items()
            if heading in keys
        }
        self.only_defines = not {"area", "period", "value"} & set(self.columns)
        required = ("indicator", "name", "kind", "unit") if self.only_defines else _REQUIRED
        for key in required:
            if key not in self.columns:
                heading = {**HEADINGS, **DEFINING}[key]
                raise Unreadable(_("Rubriken saknas. Använd mallen."), number, heading)
        self._known: dict[str, IndicatorDefinition] = {}
        for name, indicator in context.names.by_any_name():
            definition = IndicatorDefinition(
                indicator.source,
                indicator.source_code,
                indicator.name_sv,
                indicator.kind,
                indicator.unit,
            )
            self._known.setdefault(plain(name), definition)
        self._seen: dict[tuple[str, ...], IndicatorDefinition | None] = {}

    def read(self, row: int, texts: list[str]) -> ReadObservation | None:
        """Return the observation of a row.

        None when it has faults, is of another area, or only defines.
        """
        definition = self._indicator(row, texts)
        if self.only_defines:
            return None
        before = self.context.number_of_faults
        area = self.context.area(self._text("area", texts), row, HEADINGS["area"])
        if area is None and self.context.number_of_faults == before:
            return None  # another's area, whose rows are none of ours to check
        period = self._period(row, texts)
        gender = cells.gender(self._text("gender", texts))
        if gender is None:
            self._fault(row, "gender", _("Kön ska vara T, K eller M."))
        figures = self._figures(row, texts, definition) if definition is not None else None
        if (
            area is None
            or period is None
            or gender is None
            or definition is None
            or figures is None
        ):
            return None
        value, rate, lower, upper, note = figures
        if period.is_preliminary and note == cells.Note.NONE:
            note = cells.Note.PRELIMINARY
        return ReadObservation(
            indicator=self.context.indicator(definition),
            area=area,
            period=period.kind,
            begins=period.begins,
            value=value,
            row=row,
            column=self.columns["value"],
            gender=gender,
            per_100_000=rate,
            lower=lower,
            upper=upper,
            note=note,
        )

    def _text(self, key: str, texts: list[str]) -> str:
        index = self.columns.get(key)
        return texts[index].strip() if index is not None and index < len(texts) else ""

    def _fault(self, row: int, key: str, sentence: str) -> None:
        self.context.add_fault(row, {**HEADINGS, **DEFINING}[key], sentence)

    def _period(self, row: int, texts: list[str]) -> cells.Period | None:
        text = self._text("period", texts)
        period = cells.period(text)
        if period is None:
            self._fault(
                row,
                "period",
                _("Skriv perioden som 2024, 2024-03 eller 2024K1, inte ”%(text)s”.")
                % {"text": text[:40]},
            )
        elif period.begins > self.context.today:
            self._fault(row, "period", _("Perioden har inte börjat än."))
            return None
        return period

    def _figures(
        self, row: int, texts: list[str], definition: IndicatorDefinition
    ) -> tuple[Decimal | None, Decimal | None, Decimal | None, Decimal | None, str] | None:
        """Return value, rate, lower, upper and note of a row.

        None after reporting faults.
        """
        before = self.context.number_of_faults
        row_note = cells.note(self._text("note", texts))
        if row_note is None:
            self._fault(
                row, "note", _("Skriv preliminär, saknas eller sekretess, eller lämna tomt.")
            )
            return None
        reading = _reading_of(definition)
        value = self._figure(row, "value", texts, reading, may_be_empty=row_note in _WITHOUT_FIGURE)
        rate = self._figure(row, "rate", texts, cells.rate, may_be_empty=True)
        lower = self._figure(row, "lower", texts, cells.measure, may_be_empty=True)
        upper = self._figure(row, "upper", texts, cells.measure, may_be_empty=True)
        if self.context.number_of_faults > before:
            return None
        note = row_note or value.note
        if note in _WITHOUT_FIGURE or value.value is None:
            if value.value is not None:
                self._fault(row, "note", _("Raden har både en siffra och ett skäl att den saknas."))
                return None
            return None, None, None, None, note or cells.Note.MISSING
        return self._interval(row, value.value, rate.value, lower.value, upper.value, note)

    def _interval(
        self,
        row: int,
        value: Decimal,
        rate: Decimal | None,
        lower: Decimal | None,
        upper: Decimal | None,
        note: str,
    ) -> tuple[Decimal | None, Decimal | None, Decimal | None, Decimal | None, str] | None:
        if (lower is None) != (upper is None):
            missing = "lower" if lower is None else "upper"
            self._fault(row, missing, _("Ett intervall ska ha både en nedre och en övre gräns."))
        elif lower is not None and lower > value:
            self._fault(row, "lower", _("Den nedre gränsen är större än värdet."))
        elif upper is not None and upper < value:
            self._fault(row, "upper", _("Den övre gränsen är mindre än värdet."))
        else:
            return value, rate, lower, upper, note
        return None

    def _figure(
        self,
        row: int,
        key: str,
        texts: list[str],
        reading: Callable[[str], Figure],
        *,
        may_be_empty: bool,
    ) -> Figure:
        text = self._text(key, texts)
        if not text and may_be_empty:
            return Figure(None)
        try:
            return reading(text)
        except NotAFigure as error:
            self._fault(row, key, str(error))
            return Figure(None)

    def _indicator(self, row: int, texts: list[str]) -> IndicatorDefinition | None:
        description = tuple(self._text(key, texts) for key in ("indicator", *DEFINING))
        if description not in self._seen:
            if len(self._seen) > 10_000:
                raise Unreadable(_("Filen beskriver för många indikatorer."), row)
            self._seen[description] = self._define(
                row, dict(zip(("indicator", *DEFINING), description, strict=True))
            )
        elif self._seen[description] is None:
            self._fault(row, "indicator", _("Indikatorn är inte rätt beskriven, se första raden."))
        return self._seen[description]

    def _define(self, row: int, description: dict[str, str]) -> IndicatorDefinition | None:
        """Return the indicator of that name.

        A new one comes from the columns that describe it.
        """
        name = plain(description["indicator"])
        if not name:
            self._fault(row, "indicator", _("Indikatorn saknas."))
            return None
        if name in self._known:
            if self.only_defines:
                self.context.definitions.append(self._known[name])
            return self._known[name]
        before = self.context.number_of_faults
        for key, max_length in _MAX_LENGTHS.items():
            if len(description[key]) > max_length:
                self._fault(
                    row, key, _("Texten får ha högst %(most)s tecken.") % {"most": max_length}
                )
        if not description["name"]:
            self._fault(
                row,
                "indicator",
                _("Indikatorn ”%(name)s” finns inte. Beskriv den med namn, slag och enhet.")
                % {"name": description["indicator"][:60]},
            )
            return None
        if not slugify(without_diacritics(description["name"])):
            self._fault(row, "name", _("Namnet behöver ha bokstäver eller siffror."))
        kind = self._choice(row, "kind", description, KINDS)
        unit = self._choice(row, "unit", description, UNITS)
        better = self._choice(row, "better", description, DIRECTIONS)
        if kind in _COUNTED and unit not in {None, Indicator.Unit.COUNT}:
            self._fault(row, "unit", _("Anmälda brott och folkmängd räknas i antal."))
        if kind is None or unit is None or better is None or self.context.number_of_faults > before:
            return None
        definition = IndicatorDefinition(
            source=description["source"] or _SOURCES[kind],
            code=description["indicator"],
            name=description["name"],
            name_en=description["name_en"],
            kind=kind,
            unit=unit,
            better=better,
            explanation=description["explanation"],
        )
        self._known[name] = definition
        if self.only_defines:
            self.context.definitions.append(definition)
        return definition

    def _choice(
        self, row: int, key: str, description: dict[str, str], choices: Mapping[str, str]
    ) -> str | None:
        choice = choices.get(" ".join(without_diacritics(description[key]).split()))
        if choice is None:
            choice_list = ", ".join(name for name in choices if name)
            self._fault(row, key, _("Skriv något av: %(words)s.") % {"words": choice_list})
        return choice


_WITHOUT_FIGURE = (cells.Note.MISSING, cells.Note.SECRET)
_COUNTED = (Indicator.Kind.REPORTED_OFFENCES, Indicator.Kind.POPULATION)
_SOURCES: dict[str, str] = {
    Indicator.Kind.REPORTED_OFFENCES: "Brå",
    Indicator.Kind.SAFETY_SURVEY: "Brå, NTU",
    Indicator.Kind.LOCAL_SAFETY: "Polisens trygghetsmätning",
    Indicator.Kind.KEY_FIGURE: "Kommunen",
    Indicator.Kind.POPULATION: "SCB",
}


def _reading_of(definition: IndicatorDefinition) -> Callable[[str], Figure]:
    if definition.unit == Indicator.Unit.COUNT:
        return cells.count
    is_share = definition.unit == Indicator.Unit.PERCENT and definition.kind in _SURVEYS
    if is_share:
        return lambda text: cells.measure(text, is_share=True)
    return cells.measure

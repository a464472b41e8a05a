"""The portal's own CSV, described in docs/statistics-files.md: safety surveys, population, and all
that has no format of its own."""

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
from pledges.statistics.source_rows import Intake, Named, ReadObservation, Unreadable
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
_LONGEST = {"indicator": 160, "name": 160, "name_en": 160, "source": 80, "explanation": 1000}
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
    """Whether the first row of a file has the headings of this format."""
    return HEADINGS["indicator"] in _keys(rows[0][1])


def read(rows: Iterable[Row], intake: Intake) -> Iterator[ReadObservation]:
    """Yield the observations of a file. One without areas and figures defines indicators alone."""
    rows = iter(rows)
    number, headings = next(rows)
    reader = _Reader(number, headings, intake)
    for number, texts in rows:
        found = reader.read(number, texts)
        if found is not None:
            yield found


def _key(text: str) -> str:
    return " ".join(without_diacritics(text).split()).replace(" ", "_")


def _keys(headings: Iterable[str]) -> list[str]:
    return [_key(heading) for heading in headings]


class _Reader:
    def __init__(self, number: int, headings: list[str], intake: Intake) -> None:
        self.intake = intake
        intake.headings = [heading.strip() for heading in headings]
        keys = _keys(headings)
        for heading in {**HEADINGS, **DEFINING}.values():
            if keys.count(heading) > 1:
                raise Unreadable(_("Rubriken finns två gånger."), number, heading)
        self.at = {
            key: keys.index(heading)
            for key, heading in {**HEADINGS, **DEFINING}.items()
            if heading in keys
        }
        self.only_defines = not {"area", "period", "value"} & set(self.at)
        required = ("indicator", "name", "kind", "unit") if self.only_defines else _REQUIRED
        for key in required:
            if key not in self.at:
                heading = {**HEADINGS, **DEFINING}[key]
                raise Unreadable(_("Rubriken saknas. Använd mallen."), number, heading)
        self._known: dict[str, Named] = {}
        for each in intake.all_known():
            named = Named(each.source, each.source_code, each.name_sv, each.kind, each.unit)
            for name in (each.key, each.source_code, each.name_sv):
                self._known.setdefault(plain(name), named)
        self._seen: dict[tuple[str, ...], Named | None] = {}

    def read(self, row: int, texts: list[str]) -> ReadObservation | None:
        """Return what a row says; None when it has faults, is of another area, or only defines."""
        named = self._indicator(row, texts)
        if self.only_defines:
            return None
        before = self.intake.number_of_faults
        area = self.intake.area(self._text("area", texts), row, HEADINGS["area"])
        if area is None and self.intake.number_of_faults == before:
            return None  # another's area, whose rows are none of ours to check
        period = self._period(row, texts)
        gender = cells.gender(self._text("gender", texts))
        if gender is None:
            self._fault(row, "gender", _("Kön ska vara T, K eller M."))
        found = self._figures(row, texts, named) if named is not None else None
        if area is None or period is None or gender is None or named is None or found is None:
            return None
        value, rate, lower, upper, note = found
        if period.is_preliminary and note == cells.Note.NONE:
            note = cells.Note.PRELIMINARY
        return ReadObservation(
            indicator=self.intake.indicator(named),
            area=area,
            period=period.kind,
            begins=period.begins,
            value=value,
            row=row,
            column=self.at["value"],
            gender=gender,
            per_100_000=rate,
            lower=lower,
            upper=upper,
            note=note,
        )

    def _text(self, key: str, texts: list[str]) -> str:
        index = self.at.get(key)
        return texts[index].strip() if index is not None and index < len(texts) else ""

    def _fault(self, row: int, key: str, sentence: str) -> None:
        self.intake.fault(row, {**HEADINGS, **DEFINING}[key], sentence)

    def _period(self, row: int, texts: list[str]) -> cells.Period | None:
        text = self._text("period", texts)
        found = cells.period(text)
        if found is None:
            self._fault(
                row,
                "period",
                _("Skriv perioden som 2024, 2024-03 eller 2024K1, inte ”%(text)s”.")
                % {"text": text[:40]},
            )
        elif found.begins > self.intake.today:
            self._fault(row, "period", _("Perioden har inte börjat än."))
            return None
        return found

    def _figures(
        self, row: int, texts: list[str], named: Named
    ) -> tuple[Decimal | None, Decimal | None, Decimal | None, Decimal | None, str] | None:
        """Return value, rate, lower, upper and note of a row, or None after telling of faults."""
        before = self.intake.number_of_faults
        said = cells.note(self._text("note", texts))
        if said is None:
            self._fault(
                row, "note", _("Skriv preliminär, saknas eller sekretess, eller lämna tomt.")
            )
            return None
        reading = _reading_of(named)
        value = self._figure(row, "value", texts, reading, may_be_empty=said in _WITHOUT_FIGURE)
        rate = self._figure(row, "rate", texts, cells.rate, may_be_empty=True)
        lower = self._figure(row, "lower", texts, cells.measure, may_be_empty=True)
        upper = self._figure(row, "upper", texts, cells.measure, may_be_empty=True)
        if self.intake.number_of_faults > before:
            return None
        note = said or value.note
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
        except NotAFigure as fault:
            self._fault(row, key, str(fault))
            return Figure(None)

    def _indicator(self, row: int, texts: list[str]) -> Named | None:
        told = tuple(self._text(key, texts) for key in ("indicator", *DEFINING))
        if told not in self._seen:
            if len(self._seen) > 10_000:
                raise Unreadable(_("Filen beskriver för många indikatorer."), row)
            self._seen[told] = self._define(
                row, dict(zip(("indicator", *DEFINING), told, strict=True))
            )
        elif self._seen[told] is None:
            self._fault(row, "indicator", _("Indikatorn är inte rätt beskriven, se första raden."))
        return self._seen[told]

    def _define(self, row: int, said: dict[str, str]) -> Named | None:
        """Return the indicator of that name; a new one from the columns that describe it."""
        word = plain(said["indicator"])
        if not word:
            self._fault(row, "indicator", _("Indikatorn saknas."))
            return None
        if word in self._known:
            if self.only_defines:
                self.intake.defined.append(self._known[word])
            return self._known[word]
        before = self.intake.number_of_faults
        for key, longest in _LONGEST.items():
            if len(said[key]) > longest:
                self._fault(row, key, _("Texten får ha högst %(most)s tecken.") % {"most": longest})
        if not said["name"]:
            self._fault(
                row,
                "indicator",
                _("Indikatorn ”%(name)s” finns inte. Beskriv den med namn, slag och enhet.")
                % {"name": said["indicator"][:60]},
            )
            return None
        if not slugify(without_diacritics(said["name"])):
            self._fault(row, "name", _("Namnet behöver ha bokstäver eller siffror."))
        kind = self._choice(row, "kind", said, KINDS)
        unit = self._choice(row, "unit", said, UNITS)
        better = self._choice(row, "better", said, DIRECTIONS)
        if kind in _COUNTED and unit not in {None, Indicator.Unit.COUNT}:
            self._fault(row, "unit", _("Anmälda brott och folkmängd räknas i antal."))
        if kind is None or unit is None or better is None or self.intake.number_of_faults > before:
            return None
        named = Named(
            source=said["source"] or _SOURCES[kind],
            code=said["indicator"],
            name=said["name"],
            name_en=said["name_en"],
            kind=kind,
            unit=unit,
            better=better,
            explanation=said["explanation"],
        )
        self._known[word] = named
        if self.only_defines:
            self.intake.defined.append(named)
        return named

    def _choice(
        self, row: int, key: str, said: dict[str, str], choices: Mapping[str, str]
    ) -> str | None:
        found = choices.get(" ".join(without_diacritics(said[key]).split()))
        if found is None:
            words = ", ".join(word for word in choices if word)
            self._fault(row, key, _("Skriv något av: %(words)s.") % {"words": words})
        return found


_WITHOUT_FIGURE = (cells.Note.MISSING, cells.Note.SECRET)
_COUNTED = (Indicator.Kind.REPORTED_OFFENCES, Indicator.Kind.POPULATION)
_SOURCES: dict[str, str] = {
    Indicator.Kind.REPORTED_OFFENCES: "Brå",
    Indicator.Kind.SAFETY_SURVEY: "Brå, NTU",
    Indicator.Kind.LOCAL_SAFETY: "Polisens trygghetsmätning",
    Indicator.Kind.KEY_FIGURE: "Kommunen",
    Indicator.Kind.POPULATION: "SCB",
}


def _reading_of(named: Named) -> Callable[[str], Figure]:
    if named.unit == Indicator.Unit.COUNT:
        return cells.count
    is_share = named.unit == Indicator.Unit.PERCENT and named.kind in _SURVEYS
    if is_share:
        return lambda text: cells.measure(text, is_share=True)
    return cells.measure

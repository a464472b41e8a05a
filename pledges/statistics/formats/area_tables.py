"""Read tables with areas as rows and years as columns.

Safety surveys (Brå's NTU, the police's trygghetsmätning) as shares or indexes, with the source's
own bounds where they stand beside a year, and SCB's population. One sheet holds one question, named
by its title, or one area's questions as rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice

from django.utils.translation import gettext as _

from pledges.models import Indicator, Observation, StatisticsImport
from pledges.models.municipality import without_diacritics
from pledges.statistics import cells
from pledges.statistics.areas import plain
from pledges.statistics.cells import NotAFigure
from pledges.statistics.formats.subjects import Subject
from pledges.statistics.names import IndicatorDefinition
from pledges.statistics.source_rows import ReadingContext, ReadObservation, Unreadable
from pledges.statistics.tables import Row, Sheet

FORMATS = {
    Subject.NATIONAL_SURVEY: StatisticsImport.Format.SURVEY,
    Subject.LOCAL_SURVEY: StatisticsImport.Format.SURVEY,
    Subject.POPULATION: StatisticsImport.Format.POPULATION,
}
_KINDS = {
    Subject.NATIONAL_SURVEY: (Indicator.Kind.SAFETY_SURVEY, "Brå, NTU"),
    Subject.LOCAL_SURVEY: (Indicator.Kind.LOCAL_SAFETY, "Polisens trygghetsmätning"),
}
_POPULATION = IndicatorDefinition(
    "SCB", "folkmangd", "Folkmängd", Indicator.Kind.POPULATION, Indicator.Unit.COUNT,
    name_en="Population",
)  # fmt: skip
# Twice as many as there are municipalities, counties and genders.
_MAX_ROWS = 5_000
_MAX_NAME_LENGTH = 160
_LOWER, _UPPER = re.compile(r"\b(nedre|undre|lagsta?)\b"), re.compile(r"\b(ovre|hogsta?)\b")
_AREA_HEADINGS = frozenset(
    {"område", "region", "kommun", "län", "lokalpolisområde", "lpo", "plats", "polisområde"}
)
_NO_AREA_OF_OURS = re.compile(r"(polis)?region\b|polisområde\b|.*\b(stadsdel|stadsområde)", re.I)
_FOOTER = re.compile(r"(källa|källor|anm|not\b|noter\b|uppdaterad|©|\*|[0-9]\)|fotnot)", re.I)
_EVERYONE = re.compile(r"(samtliga|alla|totalt|total|befolkningen|båda könen)\b")
_AGES = re.compile(r"[0-9]+ ?[–-] ?[0-9]+ ?år|[0-9]+ år och äldre|[0-9]+\+? år")
# What stands in a title beside the question.
_NO_QUESTION = re.compile(
    r"(tabell|figur|diagram)\b.*|ntu\b.*|nationella trygghetsundersökning.*|.*trygghetsmätning.*"
    r"|(andel|index|medelvärde|procent)\b.*|källa.*|polisen.*|brå",
    re.I,
)
_BY = re.compile(r",? (efter|per|uppdelat på|fördelat på) .*$", re.I)
_YEARS = re.compile(r",? ?(?:åren )?(?:19|20)[0-9]{2}(?: ?[–-] ?(?:19|20)?[0-9]{2})?")


def above_figures(rows: list[Row]) -> list[Row]:
    """Return the rows of words and years above the first figure."""
    first = next((i for i, (_number, texts) in enumerate(rows) if not _is_heading(texts)), None)
    return rows[:first]


def read(
    subject: Subject, sheets: list[Sheet], context: ReadingContext
) -> Iterator[ReadObservation]:
    """Yield the observations of every sheet that has periods as columns."""
    number = 0
    for sheet in sheets:
        rows = list(islice(sheet.rows, _MAX_ROWS + 1))
        if len(rows) > _MAX_ROWS:
            raise Unreadable(_("Tabellen har för många rader. Dela upp den."), rows[-1][0])
        at = _headings(rows)
        if at is None:
            continue
        number += 1
        context.sheet = sheet.name if len(sheets) > 1 else ""
        yield from _Table(subject, rows[:at], rows[at], rows[at + 1 :], context).read()
    if not number:
        raise Unreadable(
            _("Tabellen har inga år som kolumner. Använd portalens mall för andra uppställningar.")
        )


def _headings(rows: list[Row]) -> int | None:
    """Return the index of the first row with periods beside its first cell."""
    for index, (_number, texts) in enumerate(rows):
        filled = [text for text in texts[1:] if text.strip()]
        if filled and any(_period(text) for text in filled) and _is_heading(texts):
            return index
    return None


def _is_heading(texts: list[str]) -> bool:
    """Return whether nothing in a row is a figure.

    "2021" is a year and "7930" isn't.
    """
    for text in texts:
        if not text.strip() or _period(text) is not None:
            continue
        try:
            cells.figure(text)
        except NotAFigure:
            continue
        return False
    return True


def _period(text: str) -> cells.Period | None:
    return cells.period(re.sub(r"folkmängd|\bandel\b|\(%\)|%", " ", text, flags=re.I))


@dataclass
class _Column:
    """A period's column, with those of its bounds."""

    at: int
    period: cells.Period
    lower: int | None = None
    upper: int | None = None


@dataclass
class _Table:
    subject: Subject
    titles: list[Row]
    headings: Row
    rows: list[Row]
    context: ReadingContext
    columns: list[_Column] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.number, texts = self.headings
        self.context.headings = [" ".join(text.split()) for text in texts]
        ignored = 0
        for index, text in enumerate(texts):
            name, period = without_diacritics(text), _period(text)
            if period is not None:
                self.columns.append(_Column(index, period))
            elif self.columns and _LOWER.search(name):
                self.columns[-1].lower = index
            elif self.columns and _UPPER.search(name):
                self.columns[-1].upper = index
            elif self.columns and text.strip():
                ignored += 1
        if ignored:
            self.context.ignored[_("kolumner med annat än årens siffror")] += ignored
        begins = [column.period.begins for column in self.columns]
        if len(set(begins)) < len(begins):
            raise Unreadable(_("Samma period står i två kolumner."), self.number)
        self.labels = range(self.columns[0].at)
        self.title = " ".join(
            " ".join(text.split()) for _number, texts in self.titles for text in texts if text
        )

        self.unit = self._unit()

    def read(self) -> Iterator[ReadObservation]:
        """Yield the observations of each row above the notes."""
        data = list(self._data())
        area_at, gender_at, question_at = self._label_columns(data)
        titled = self.context.areas.within(self.title) if area_at is None else None
        if area_at is None and titled is None:
            raise Unreadable(_("Det framgår inte vilket område siffrorna gäller."), self.number)
        question = "" if question_at is not None else self._question()
        for row, labels, texts in data:
            gender = self._gender(labels[gender_at]) if gender_at is not None else "T"
            if gender is None:
                self.context.ignored[_("uppdelningar efter annat än kön")] += 1
                continue
            if area_at is not None:
                area = self._area(labels[area_at], row, area_at)
            else:
                area = self.context.scoped(titled) if titled is not None else None
            if area is None:
                continue
            name = question if question_at is None else labels[question_at]
            definition = self._definition(name)
            for column in self.columns:
                observation = self._observation(definition, area, gender, column, row, texts)
                if observation is not None:
                    yield observation

    def _data(self) -> Iterator[tuple[int, list[str], list[str]]]:
        """Yield each row that has figures, with its labels.

        They are carried down, as merged cells are.
        """
        carried = [""] * len(self.labels)
        for row, texts in self.rows:
            own = [texts[at].strip() if at < len(texts) else "" for at in self.labels]
            if any(own) and _FOOTER.match(next(filter(None, own))):
                return
            for at, text in enumerate(own):
                if text:
                    carried[at] = text
            if any(text.strip() for text in texts[self.columns[0].at :]):
                yield row, list(carried), texts

    def _label_columns(
        self, data: list[tuple[int, list[str], list[str]]]
    ) -> tuple[int | None, int | None, int | None]:
        """Return the columns of the area, the gender and the question.

        None for those not there. A column is what its heading says, or else what every one of its
        cells is.
        """
        if not data:
            raise Unreadable(_("Filen har inga siffror."), self.number)
        area_at = gender_at = question_at = None
        for at in self.labels:
            heading = plain(self.context.heading(at))
            texts = {labels[at] for _row, labels, _texts in data}
            if texts == {""}:
                continue
            if heading in _AREA_HEADINGS or all(self._names_area(text, at) for text in texts):
                if area_at is not None:
                    raise Unreadable(_("Två kolumner har områden."), self.number)
                area_at = at
            elif any(self._gender(text) for text in texts):
                if gender_at is not None:
                    raise Unreadable(
                        _("Tabellen är uppdelad på ett sätt som inte går att läsa."), self.number
                    )
                gender_at = at
            elif question_at is None:
                question_at = at
            else:
                raise Unreadable(
                    _("Tabellen är uppdelad på ett sätt som inte går att läsa."), self.number
                )
        if question_at is not None and (area_at is not None or self.subject == Subject.POPULATION):
            sentence = _("Kolumnen ”%(heading)s” är varken ett område eller ett kön.")
            heading = self.context.heading(question_at)
            raise Unreadable(sentence % {"heading": heading}, self.number, heading)
        return area_at, gender_at, question_at

    def _names_area(self, text: str, at: int) -> bool:
        return bool(
            self.context.areas.find(text, self.context.heading(at)) or _NO_AREA_OF_OURS.match(text)
        )

    def _area(self, text: str, row: int, at: int) -> int | None:
        heading = self.context.heading(at)
        if self.context.areas.find(text, heading) is None and _NO_AREA_OF_OURS.match(text):
            self.context.ignored[_("polisregioner och stadsdelar")] += 1
            return None
        return self.context.area(text, row, heading)

    def _gender(self, text: str) -> str | None:
        bare = " ".join(_AGES.sub(" ", plain(text)).split()).rstrip(",")
        if bare and _EVERYONE.fullmatch(bare):
            return Observation.Gender.ALL
        return cells.gender(bare) if bare else None

    def _unit(self) -> str:
        if self.subject == Subject.POPULATION:
            return Indicator.Unit.COUNT
        words = f"{self.title} {' '.join(self.context.headings)}".casefold()
        if re.search(r"\bandel|\bprocent|%", words):
            return Indicator.Unit.PERCENT
        if "index" in words:
            return Indicator.Unit.INDEX
        raise Unreadable(
            _(
                "Tabellen säger inte vilken enhet talen har. Skriv till exempel ”Andel (%)” i"
                " titeln."
            ),
            self.number,
        )

    def _question(self) -> str:
        """Return the question that a sheet's title names.

        Without the table's number, the source, the unit, the years and how it is parted.
        """
        if self.subject == Subject.POPULATION:
            return _POPULATION.name
        parts = [
            self._without_areas(_YEARS.sub("", _BY.sub("", part)))
            for part in re.split(r"[.:]\s+", self.title)
            if not _NO_QUESTION.fullmatch(part.strip(" ."))
        ]
        parts = list(filter(None, parts))
        if not parts:
            raise Unreadable(
                _("Tabellens titel säger inte vilken fråga siffrorna är svar på."), self.number
            )
        return ". ".join(parts)

    def _without_areas(self, part: str) -> str:
        words = (piece.strip(" .,:") for piece in part.split(", "))
        return ", ".join(word for word in words if word and self.context.areas.find(word) is None)

    def _definition(self, name: str) -> int:
        if self.subject == Subject.POPULATION:
            return self.context.indicator(_POPULATION)
        kind, source = _KINDS[self.subject]
        name = name[:_MAX_NAME_LENGTH]
        return self.context.indicator(IndicatorDefinition(source, name, name, kind, self.unit))

    def _observation(
        self, indicator: int, area: int, gender: str, column: _Column, row: int, texts: list[str]
    ) -> ReadObservation | None:
        text = texts[column.at].strip() if column.at < len(texts) else ""
        if not text:
            return None  # nothing is said of that year
        heading = self.context.heading(column.at)
        if column.period.begins > self.context.today:
            self.context.add_fault(row, heading, _("Perioden har inte börjat än."))
            return None
        try:
            figure = self._figure(text)
            lower, upper = self._bound(column.lower, texts), self._bound(column.upper, texts)
        except NotAFigure as error:
            self.context.add_fault(row, heading, str(error))
            return None
        if figure.value is None:
            lower = upper = None
        elif (lower is None) != (upper is None):
            sentence = _("Ett intervall ska ha både en nedre och en övre gräns.")
            self.context.add_fault(row, heading, sentence)
            return None
        elif lower is not None and upper is not None and not lower <= figure.value <= upper:
            sentence = _("Värdet ligger inte mellan gränserna. Gäller de ett annat år?")
            self.context.add_fault(row, heading, sentence)
            return None
        note = figure.note
        if note == cells.Note.NONE and column.period.is_preliminary:
            note = cells.Note.PRELIMINARY
        period = column.period
        return ReadObservation(
            *(indicator, area, period.kind, period.begins, figure.value, row, column.at),
            gender=gender,
            lower=lower,
            upper=upper,
            note=note,
        )

    def _figure(self, text: str) -> cells.Figure:
        if self.subject == Subject.POPULATION:
            return cells.count(text)
        if text in cells.LINES:
            # A line is none in tables of numbers; in those of shares it may as well be "not asked".
            raise NotAFigure(
                _("Ett streck kan betyda noll eller att uppgiften saknas. Skriv 0 eller ..")
            )
        # Cells that are shares show their sign.
        text = text.removesuffix("%").rstrip() if self.unit == Indicator.Unit.PERCENT else text
        return cells.measure(text, is_share=self.unit == Indicator.Unit.PERCENT)

    def _bound(self, at: int | None, texts: list[str]) -> Decimal | None:
        text = texts[at].strip().removesuffix("%") if at is not None and at < len(texts) else ""
        return cells.measure(text).value if text and text not in cells.LINES else None

# ruff: noqa: S608  (names of tables and columns are the models' own, all else is a parameter)
"""Find words in every text that a place holds.

Searched are the parts of archive packages (see records.part_registry), of every pledge of the
place, and what other apps register here. Bytes of files are not: they never change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import Q, QuerySet

from pledge_portal.database.history import history_of
from pledges.erasing.words import for_python, pattern_of, similar_pattern_of
from pledges.models import Municipality, Picture, Pledge, PoliceArea
from pledges.models.contact import Contact
from pledges.records.part_registry import all_parts, stored_fields
from pledges.records.scope import Scope

Place = Municipality | PoliceArea

_CONTEXT = 50
_MOST_EXCERPTS = 10
_MOST_SIMILAR = 20
# Where a column or a text within JSON ends: what is beyond is something else.
_BOUNDS = re.compile('¶|"')
# Columns of text that nobody writes in: they name fields, files and codes.
_NO_WORDS = frozenset(
    {"sha256", "document_sha256", "base_sha256", "digest", "fingerprint", "field_name", "period"}
    | {"dark_fingerprint", "content_type"}
    | {"invented", "responsible_municipalities", "older_english"}
)
# Models whose rows a municipality holds, whatever pledge they belong to, and the path to it.
_of_municipality: dict[type[models.Model], str] = {}


def search_also(paths: Mapping[type[models.Model], str]) -> None:
    """Let a municipality's rows of these models be searched too.

    Each has the path of fields that leads to the municipality.
    """
    _of_municipality.update(paths)


@dataclass
class Hit:
    """A row that has the words, or had them.

    `pledge` is the pledge that it belongs to, if any, and `title` what that is called. `in_swedish`
    says whether they stand in more than its English, which no document has. `places` is how many
    times they stand in its texts as they are now, of which `excerpts` shows some, with what is
    around them; where they were in its history alone it shows that. `is_immutable` says
    that the row is signed or published: then they are masked. `obstacle` is why they can't be taken
    away at all, in the database's own sentence.
    """

    model: type[models.Model]
    key: Any
    pledge: int | None = None
    title: str = ""
    excerpts: list[str] = field(default_factory=list)
    places: int = 0
    in_history: bool = False
    in_swedish: bool = False
    is_immutable: bool = False
    obstacle: str = ""

    @property
    def kind(self) -> str:
        """What the row is called."""
        return str(self.model._meta.verbose_name)


def text_columns(model: type[models.Model]) -> list[str]:
    """Return the columns of a model that people write in.

    Of a place they are how to reach it: its name is nobody's own.
    """
    if issubclass(model, Contact):
        return [column.name for column in Contact._meta.get_fields() if hasattr(column, "column")]
    return [
        str(column.column)
        for column in stored_fields(model)
        if isinstance(column, models.TextField | models.CharField | models.JSONField | ArrayField)
        and not isinstance(column, models.EmailField | models.URLField | models.SlugField)
        and not column.choices
        and column.name not in _NO_WORDS
    ]


def find(words: str, place: Place, on: date) -> list[Hit]:
    """Return the rows of a place that have the words.

    In their texts, or in their history.
    """
    pattern = pattern_of(words)
    in_python = for_python(pattern)
    hits: dict[tuple[type[models.Model], Any], Hit] = {}
    for pledge, rows, events in _searched(place, on):
        model = rows.model
        for key, text, in_swedish in _with_words(rows, pattern):
            hit = hits.setdefault((model, key), Hit(model, key, pledge))
            hit.places, hit.excerpts = _places(text, in_python)
            hit.in_swedish = in_swedish
        if events is not None:
            with_words = events.filter(
                Q(pgh_words__iregex=pattern) | Q(pgh_context__reason__iregex=pattern)
            )
            for key, was in with_words.values_list("pgh_obj", "pgh_words"):
                hit = hits.setdefault((model, key), Hit(model, key, pledge))
                hit.in_history = True
                if not hit.places:
                    earlier = [*hit.excerpts, *_places(was, in_python)[1]]
                    hit.excerpts = list(dict.fromkeys(earlier))[:_MOST_EXCERPTS]
    return _titled(hits.values(), place)


def find_similar(words: str, place: Place, on: date) -> list[Hit]:
    """Return the rows that have what looks like the words, and stays."""
    pattern, similar = pattern_of(words), similar_pattern_of(words)
    exactly, in_python = for_python(pattern), for_python(similar)
    hits: dict[tuple[type[models.Model], Any], Hit] = {}
    for pledge, rows, _events in _searched(place, on):
        for key, text, in_swedish in _with_words(rows, similar, but_for=pattern):
            hit = Hit(rows.model, key, pledge, in_swedish=in_swedish)
            hit.places, hit.excerpts = _places(exactly.sub(" ", text), in_python)
            hits[(rows.model, key)] = hit
    return _titled([hit for hit in hits.values() if hit.places][:_MOST_SIMILAR], place)


def _titled(hits: Iterable[Hit], place: Place) -> list[Hit]:
    titles = dict(pledges_of(place).values_list("pk", "title_sv"))
    for hit in hits:
        hit.title = titles[hit.pledge] if hit.pledge is not None else ""
    return list(hits)


def pledges_of(place: Place) -> QuerySet[Pledge]:
    """Return the pledges that a place gives or has a part in."""
    its_own = (
        Q(parties__municipality=place, parties__gives=True)
        if isinstance(place, Municipality)
        else Q(police_area=place) | Q(further_police_areas__police_area=place)
    )
    return Pledge.objects.filter(pk__in=Pledge.objects.filter(its_own).order_by().values("pk"))


def _searched(
    place: Place, on: date
) -> Iterator[tuple[int | None, QuerySet[Any], QuerySet[Any] | None]]:
    """Yield rows with their pledge and their events.

    The events are those that are the place's to read.
    """
    for pledge in pledges_of(place).order_by("pk"):
        scope = Scope(pledge, place, on)
        for part in all_parts():
            if text_columns(part.model):
                history = history_of(part.model)
                events = (
                    history.events.objects.filter(part.history(scope))
                    if history is not None and part.history is not None
                    else None
                )
                yield pledge.pk, part.rows(scope), events
    yield None, *_rows_and_events(type(place), "pk", "pgh_obj", place)
    path_of_mark = "municipality" if isinstance(place, Municipality) else "police_area"
    yield None, *_rows_and_events(Picture, path_of_mark, path_of_mark, place)
    if isinstance(place, Municipality):
        for model, path in _of_municipality.items():
            yield None, *_rows_and_events(model, path, path, place)


def _rows_and_events(
    model: type[models.Model], path: str, path_of_event: str, place: Place
) -> tuple[QuerySet[Any], QuerySet[Any] | None]:
    """Return the rows that a place holds, and what was said in them before."""
    history = history_of(model)
    events = history.events.objects.filter(**{path_of_event: place.pk}) if history else None
    return model._default_manager.filter(**{path: place.pk}), events


def _with_words(
    rows: QuerySet[Any], pattern: str, *, but_for: str = ""
) -> list[tuple[Any, str, bool]]:
    """Return the keys and texts of the rows that have the words.

    And whether they stand in more than the English. `but_for` is a pattern of what doesn't count.
    """
    meta: Any = rows.model._meta
    quote = connection.ops.quote_name
    columns = text_columns(rows.model)
    text = ", ".join(f"{quote(column)}::text" for column in columns)
    swedish = ", ".join(
        f"{quote(column)}::text" for column in columns if not column.endswith("_en")
    )
    try:
        keys, values = rows.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:  # known to be none, without asking
        return []
    key = quote(meta.pk.column)
    text, others = f"concat_ws(' ¶ ', {text})", []
    searched = text
    if but_for:
        searched, others = f"regexp_replace({text}, %s, ' ', 'gi')", [but_for]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key}, {text}, concat_ws(' ¶ ', {swedish}) ~* %s"
            f" FROM {quote(meta.db_table)}"
            f" WHERE {key} IN ({keys}) AND {searched} ~* %s ORDER BY 1",
            [pattern, *values, *others, pattern],
        )
        return cursor.fetchall()


def _places(text: str, pattern: re.Pattern[str]) -> tuple[int, list[str]]:
    """Return how often the words stand in a text, and what is around."""
    excerpts: list[str] = []
    places = 0
    for match in pattern.finditer(text):
        places += 1
        if len(excerpts) < _MOST_EXCERPTS:
            start, end = max(0, match.start() - _CONTEXT), match.end() + _CONTEXT
            before = _BOUNDS.split(text[start : match.start()])[-1]
            after = _BOUNDS.split(text[match.end() : end])[0]
            excerpts.append(" ".join(f"{before}{match[0]}{after}".replace("\\n", " ").split()))
    return places, list(dict.fromkeys(excerpts))

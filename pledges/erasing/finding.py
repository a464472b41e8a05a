# ruff: noqa: S608  (names of tables and columns are the models' own, all else is a parameter)
"""Find words in every text that a place holds.

Searched are the parts of archive packages (see records.part_registry), of every pledge of the
place, and what other apps register here. Bytes of files are not: they never change.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import Q, QuerySet

from pledge_portal.database.history import history_of
from pledges.models import Municipality, Picture, Pledge, PoliceArea
from pledges.models.contact import Contact
from pledges.records.part_registry import all_parts, stored_fields
from pledges.records.scope import Scope

Place = Municipality | PoliceArea

_CONTEXT = 50
# Where a column or a text within JSON ends: what is beyond is something else.
_BOUNDS = re.compile('¶|"')
# Columns of text that nobody writes in: they name fields, files and codes.
_NO_WORDS = frozenset(
    {"sha256", "document_sha256", "base_sha256", "digest", "fingerprint", "field_name", "period"}
    | {"dark_fingerprint", "content_type"}
    | {"invented", "responsible_municipalities", "older_english"}
)
# What may stand within a word and isn't seen, and what makes words stand out: no part of them.
_UNSEEN = r"[\u00ad\u200b-\u200d\u2060\ufeff]"
_BETWEEN = rf"(?:\s|\\n|[*_]|{_UNSEEN})+"
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
    says whether they stand in more than its English, which no document has. `is_immutable` says
    that the row is signed or published: then they are masked. `obstacle` is why they can't be taken
    away at all, in the database's own sentence.
    """

    model: type[models.Model]
    key: Any
    pledge: int | None = None
    title: str = ""
    excerpts: list[str] = field(default_factory=list)
    in_history: bool = False
    in_swedish: bool = False
    is_immutable: bool = False
    obstacle: str = ""

    @property
    def kind(self) -> str:
        """What the row is called."""
        return str(self.model._meta.verbose_name)


def pattern_of(words: str) -> str:
    """Return the words as a pattern, alike for PostgreSQL and Python.

    Whole words, in capitals or not, with any white space between them, in the genitive too. Stress
    (`*`, `_`), soft hyphens and other signs that aren't seen are no part of a word, and accents may
    be signs of their own. In JSON a line end is two signs, of which the second is a letter.
    """
    named = unicodedata.normalize("NFC", words)
    pattern = _BETWEEN.join(
        f"{_UNSEEN}*".join(_pattern_of_sign(sign) for sign in word) for word in named.split()
    )
    return rf"(?:(?<![^\W_])|(?<=\\n)){pattern}{_UNSEEN}*s?(?![^\W_])"


def _pattern_of_sign(sign: str) -> str:
    apart = unicodedata.normalize("NFD", sign)
    return re.escape(sign) if apart == sign else f"(?:{sign}|{apart})"


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
    hits: dict[tuple[type[models.Model], Any], Hit] = {}
    for pledge, rows, events in _searched(place, on):
        model = rows.model
        for key, text, in_swedish in _with_words(rows, pattern):
            hit = hits.setdefault((model, key), Hit(model, key, pledge))
            hit.excerpts, hit.in_swedish = _excerpts(text, pattern), in_swedish
        if events is not None:
            with_words = events.filter(
                Q(pgh_words__iregex=pattern) | Q(pgh_context__reason__iregex=pattern)
            )
            for key in set(with_words.values_list("pgh_obj", flat=True)):
                hits.setdefault((model, key), Hit(model, key, pledge)).in_history = True
    titles = dict(pledges_of(place).values_list("pk", "title_sv"))
    for hit in hits.values():
        hit.title = titles[hit.pledge] if hit.pledge is not None else ""
    return list(hits.values())


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


def _with_words(rows: QuerySet[Any], pattern: str) -> list[tuple[Any, str, bool]]:
    """Return the keys and texts of the rows that have the words.

    And whether they stand in more than the English.
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
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key}, concat_ws(' ¶ ', {text}), concat_ws(' ¶ ', {swedish}) ~* %s"
            f" FROM {quote(meta.db_table)}"
            f" WHERE {key} IN ({keys}) AND concat_ws(' ¶ ', {text}) ~* %s ORDER BY 1",
            [pattern, *values, pattern],
        )
        return cursor.fetchall()


def _excerpts(text: str, pattern: str) -> list[str]:
    """Return the words where they stand, with a little of what is around them."""
    excerpts = []
    for match in re.finditer(pattern, text, re.IGNORECASE):
        start, end = max(0, match.start() - _CONTEXT), match.end() + _CONTEXT
        before = _BOUNDS.split(text[start : match.start()])[-1]
        after = _BOUNDS.split(text[match.end() : end])[0]
        excerpts.append(" ".join(f"{before}{match[0]}{after}".replace("\\n", " ").split()))
    return list(dict.fromkeys(excerpts))[:5]

"""The parts that a pledge's text is written in, and what each says.

A part is named by its kind and its row's key, "atagande-12"; there is one front, "uppgifter". What
a part says is a dictionary of plain values (str, bool, int or list) by field: it can be kept as
JSON, compared, and merged field by field.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import F, Max, Model
from django.utils.translation import gettext_lazy as _

from pledges.models import (
    Commitment,
    FocusArea,
    IndicatorLink,
    Municipality,
    MunicipalityPart,
    Pledge,
    PoliceArea,
    Section,
    Signatory,
)
from pledges.models.has_target import TARGET_FIELDS
from pledges.writing.indicator_ties import links_of, tie

Values = dict[str, Any]
Contents = dict[str, Any]


class PartKind(StrEnum):
    """What sort of part it is; its value is what the part's name begins with."""

    FRONT = "uppgifter"
    SECTION = "avsnitt"
    FOCUS_AREA = "inriktning"
    COMMITMENT = "atagande"
    SIGNATORY = "undertecknare"


@dataclass(frozen=True)
class Part:
    """The name of a part; `key` is its row's, 0 for the front."""

    kind: PartKind
    key: int = 0

    def __str__(self) -> str:
        return f"{self.kind}-{self.key}" if self.key else str(self.kind)


FRONT = Part(PartKind.FRONT)


def part_named(name: str) -> Part:
    """Return the part of a name; raises ValueError when it is none."""
    match = re.fullmatch(r"([a-z_]+)-([1-9][0-9]{0,17})", name)
    if name == PartKind.FRONT:
        return FRONT
    if match is None or match[1] == PartKind.FRONT:
        raise ValueError(name)
    return Part(PartKind(match[1]), int(match[2]))


# The fields of each kind, in the order that pages show them, with their names.
FIELDS: dict[PartKind, dict[str, Any]] = {
    PartKind.FRONT: {
        "title_sv": _("titel"),
        "title_en": _("titel på engelska"),
        "municipalities": _("kommuner"),
        "holds_in": _("kommuner som löftet gäller i utan att de ger det"),
        "parts": _("delar av kommunen"),
        "further_police_areas": _("fler lokalpolisområden"),
        "valid_from": _("gäller från"),
        "valid_to": _("gäller till"),
        "until_replaced": _("gäller tills ett nytt löfte ges"),
        "period": _("period i adressen"),
        "registry_number": _("diarienummer"),
        "summary_sv": _("sammanfattning"),
        "summary_en": _("sammanfattning på engelska"),
    },
    PartKind.SECTION: {
        "kind": _("slag"),
        "heading_sv": _("rubrik"),
        "heading_en": _("rubrik på engelska"),
        "text_sv": _("text"),
        "text_en": _("text på engelska"),
    },
    PartKind.FOCUS_AREA: {
        "name_sv": _("namn"),
        "name_en": _("namn på engelska"),
        "problem_sv": _("problembild"),
        "problem_en": _("problembild på engelska"),
        "cause_sv": _("orsak"),
        "cause_en": _("orsak på engelska"),
        "expected_effects_sv": _("förväntade effekter"),
        "expected_effects_en": _("förväntade effekter på engelska"),
    },
    PartKind.COMMITMENT: {
        "focus_area": _("inriktning"),
        "name_sv": _("kort namn"),
        "name_en": _("kort namn på engelska"),
        "text_sv": _("åtagande"),
        "text_en": _("åtagande på engelska"),
        "kind": _("slag"),
        "responsible": _("ansvarig part"),
        "responsible_municipalities": _("ansvariga kommuner"),
        "third_parties": _("andra ansvariga"),
        "origin": _("fortsätter ett åtagande"),
        "target_shape": _("mål"),
        "target_amount": _("målets antal"),
        "target_of": _("av hur många"),
        "target_period": _("målets period"),
        "target_first": _("målets första dag"),
        "target_last": _("målets sista dag"),
        "target_every_year": _("varje år"),
        "target_at_least": _("minst"),
        "target_at_most": _("högst"),
        "target_within_days": _("svarstid i dagar"),
        "target_unit_sv": _("vad som räknas"),
        "target_unit_en": _("vad som räknas på engelska"),
        "indicators": _("indikatorer"),
        "explanation_sv": _("förklaring"),
        "explanation_en": _("förklaring på engelska"),
    },
    PartKind.SIGNATORY: {
        "name": _("namn"),
        "title_sv": _("titel"),
        "title_en": _("titel på engelska"),
        "party": _("part"),
        "municipality": _("kommun"),
        "part": _("del av kommunen"),
        "police_area": _("lokalpolisområde"),
        "third_party": _("annan part"),
    },
}
_UNITS = frozenset({"target_unit_sv", "target_unit_en"})
# A target's parts say one thing together: whoever changes one has read the others.
_TOGETHER = {
    **{name: "target" for name in TARGET_FIELDS if name not in _UNITS},
    **dict.fromkeys(("valid_from", "valid_to", "until_replaced"), "validity"),
    **dict.fromkeys(("municipalities", "holds_in", "parts"), "places"),
    **dict.fromkeys(("party", "municipality", "part", "police_area", "third_party"), "party"),
    **dict.fromkeys(("responsible", "responsible_municipalities", "third_parties"), "responsible"),
}
# What is written in tables of its own, not in the pledge's columns.
PLACES = frozenset({"municipalities", "holds_in", "parts", "further_police_areas"})
# By what a version calls the rows that a signatory refers to.
_CALLED = {"municipality": "code", "part": "name", "police_area": "name"}
_LISTS: dict[PartKind, tuple[str, type[Model]]] = {
    PartKind.SECTION: ("sections", Section),
    PartKind.FOCUS_AREA: ("focus_areas", FocusArea),
    PartKind.COMMITMENT: ("commitments", Commitment),
    PartKind.SIGNATORY: ("signatories", Signatory),
}
_POSITIONS = {PartKind.COMMITMENT: "number"}


def rows_by_kind() -> dict[PartKind, str]:
    """Return the names of a version's rows by kind, all but the front."""
    return {kind: name for kind, (name, _model) in _LISTS.items()}


def model_of(kind: PartKind) -> type[Model]:
    """Return the model of a kind's rows; raises KeyError for the front."""
    return _LISTS[kind][1]


def group_of(field: str) -> str:
    """Return the name under which a field is merged.

    Its own, or that of what it belongs to.
    """
    return _TOGETHER.get(field, field)


def contents_of(pledge: Pledge) -> Contents:
    """Return all that a draft says, as JSON can hold it, in ten queries.

    {"front": values, "sections": [values with "id" and "invented"], ...}, each list in its order;
    with "older_english" beside the values everywhere.
    """
    contents: Contents = {"front": _front_of(pledge)}
    for kind, (name, _model) in _LISTS.items():
        contents[name] = _list_of(pledge, kind)
    contents["annexes"] = list(pledge.annexes.order_by("position").values("title", "sha256"))
    return contents


def contents_after(pledge: Pledge, before: Contents, kind: PartKind) -> Contents:
    """Return the contents when only parts of a kind changed since `before`."""
    if kind == PartKind.FRONT:
        return {**before, "front": _front_of(pledge)}
    return {**before, _LISTS[kind][0]: _list_of(pledge, kind)}


def _front_of(pledge: Pledge) -> Values:
    front = [name for name in FIELDS[PartKind.FRONT] if name not in PLACES]
    parties = pledge.parties.order_by("position", "pk").values_list("municipality__code", "gives")
    parts = pledge.pledge_parts.order_by("part__municipality__code", "part__name")
    further = pledge.further_police_areas.order_by("police_area__name")
    return {
        **plain_values(
            Pledge.objects.filter(pk=pledge.pk).order_by().values(*front, "older_english").get()
        ),
        "municipalities": [code for code, gives in parties if gives],
        "holds_in": [code for code, gives in parties if not gives],
        "parts": [
            f"{code}:{name}"
            for code, name in parts.values_list("part__municipality__code", "part__name")
        ],
        "further_police_areas": list(further.values_list("police_area__name", flat=True)),
    }


def _list_of(pledge: Pledge, kind: PartKind) -> list[Values]:
    rows: Any = _LISTS[kind][1]._default_manager.filter(pledge=pledge)
    columns = {
        field: F(f"{field}__{_CALLED[field]}") if field in _CALLED else F(field)
        for field in FIELDS[kind]
        if field != "indicators"
    }
    links = links_of(pledge) if kind == PartKind.COMMITMENT else {}
    listed = []
    beside = ("invented", "older_english")
    # Plain rows, since models with texts in two languages take their time to make.
    for row in rows.order_by(_POSITIONS.get(kind, "position"), "pk").values(
        "pk", *beside, **{f"v_{name}": column for name, column in columns.items()}
    ):
        values = plain_values({column: row[f"v_{column}"] for column in columns})
        if kind == PartKind.COMMITMENT:
            values["indicators"] = links.get(row["pk"], [])
        listed.append({"id": row["pk"], **values, **{name: row[name] for name in beside}})
    return listed


def plain_values(row: Mapping[str, Any]) -> Values:
    """Return columns as a version keeps them."""
    return {name: plain(value) for name, value in row.items()}


def plain(value: Any) -> Any:
    """Return a field's value as a version keeps it.

    No None for texts, days and amounts as text.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    if isinstance(value, list | tuple | set):
        return [plain(item) for item in value]
    return value if isinstance(value, int) else str(value)


def part_of(contents: Contents, part: Part) -> Values | None:
    """Return what a part says in a version, None when it isn't there."""
    row = _row_of(contents, part)
    return row and {name: row.get(name, "") for name in FIELDS[part.kind]}


def invented_of(contents: Contents, part: Part) -> list[str]:
    """Return which fields of a part are made up for the demonstration."""
    row = _row_of(contents, part) or {}
    return list(row.get("invented", []))


def older_english_of(contents: Contents, part: Part) -> list[str]:
    """Return which English texts of a part are older than its Swedish."""
    row = _row_of(contents, part) or {}
    return list(row.get("older_english", []))


def _row_of(contents: Contents, part: Part) -> Values | None:
    if part.kind == PartKind.FRONT:
        front: Values = contents["front"]
        return front
    rows = contents[_LISTS[part.kind][0]]
    return next((row for row in rows if row["id"] == part.key), None)


def parts_of(contents: Contents) -> list[Part]:
    """Return the parts of a version.

    The front, sections, focus areas with theirs, signatories.
    """
    parts = [FRONT, *(Part(PartKind.SECTION, row["id"]) for row in contents["sections"])]
    for area in contents["focus_areas"]:
        parts.append(Part(PartKind.FOCUS_AREA, area["id"]))
        parts += [
            Part(PartKind.COMMITMENT, row["id"])
            for row in contents["commitments"]
            if row["focus_area"] == area["id"]
        ]
    return [*parts, *(Part(PartKind.SIGNATORY, row["id"]) for row in contents["signatories"])]


def write_row(
    pledge: Pledge,
    part: Part,
    values: Mapping[str, Any],
    invented: Iterable[str] | None = None,
    *,
    older_english: Iterable[str] | None = None,
    comes_back: bool = False,
) -> Part:
    """Write what a part says, and return the part.

    A part with key 0 is made anew, last. One that was taken away `comes_back`, under its own key
    where that can be had.
    """
    model = _LISTS[part.kind][1]
    rows: Any = model._default_manager.filter(pledge=pledge)
    position = _POSITIONS.get(part.kind, "position")
    if part.key and not comes_back:
        row = rows.get(pk=part.key)
    else:
        last = rows.aggregate(last=Max(position))["last"] or 0
        key = part.key if part.key and _can_be_had(model, part.key) else None
        row = model(pk=key, pledge=pledge, **{position: last + 1})
    for name in FIELDS[part.kind]:
        if name == "focus_area":
            row.focus_area = FocusArea.objects.get(pledge=pledge, pk=values[name])
        elif name == "municipality":
            row.municipality = Municipality.objects.get(code=values[name]) if values[name] else None
        elif name == "part":
            row.part = (
                MunicipalityPart.objects.named(row.municipality, values[name])
                if values[name] and row.municipality
                else None
            )
        elif name == "police_area":
            row.police_area = PoliceArea.objects.get(name=values[name]) if values[name] else None
        elif name == "origin":
            row.origin_id = values[name] or None
        elif name != "indicators":
            setattr(row, name, stored(model, name, values[name]))
    if invented is not None:
        row.invented = list(invented)
    if older_english is not None:
        row.older_english = list(older_english)
    row.save(force_insert=row._state.adding)
    if part.kind == PartKind.COMMITMENT:
        tie(row, values["indicators"])
    return Part(part.kind, row.pk)


def _can_be_had(model: type[Model], key: int) -> bool:
    """Return whether no row has the key, and none will be given it.

    Keys are given out in rising order.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence(%s, 'id')), 0) >= %s",
            [model._meta.db_table, key],
        )
        was_given = cursor.fetchone()[0]
    return was_given and not model._default_manager.filter(pk=key).exists()


def stored(model: type[Model], name: str, value: Any) -> Any:
    """Return a plain value as its column takes it.

    What is empty is None where it can be.
    """
    field: Any = model._meta.get_field(name)
    if value == "" and field.null:
        return None
    return field.to_python(value)


def stored_values(kind: PartKind, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a part says as its row's columns take it.

    Without what it refers to.
    """
    model = Pledge if kind == PartKind.FRONT else _LISTS[kind][1]
    columns = {
        name: stored(model, name, values[name])
        for name in FIELDS[kind]
        if name not in {*PLACES, *_CALLED, "focus_area", "indicators", "origin"}
    }
    return {**columns, "older_english": values.get("older_english", [])}


def row_of(pledge: Pledge, part: Part) -> Any:
    """Return the row that a part is written in: of the front, the pledge."""
    if part.kind == PartKind.FRONT:
        return pledge
    return _LISTS[part.kind][1]._default_manager.get(pledge=pledge, pk=part.key)


def delete_row(pledge: Pledge, part: Part) -> None:
    """Delete a part's row, and the ties that indicators have to it."""
    if part.kind == PartKind.COMMITMENT:
        IndicatorLink.objects.filter(commitment=part.key, focus_area__pledge=pledge).delete()
    if part.kind == PartKind.FOCUS_AREA:
        IndicatorLink.objects.filter(focus_area=part.key, focus_area__pledge=pledge).delete()
    rows: Any = _LISTS[part.kind][1]._default_manager
    rows.filter(pledge=pledge, pk=part.key).delete()


def put_in_order(pledge: Pledge, kind: PartKind, keys: list[int]) -> None:
    """Give the rows of a kind numbers from 1 in the order of `keys`.

    Nothing is done when they are so already.
    """
    position = _POSITIONS.get(kind, "position")
    rows: Any = _LISTS[kind][1]._default_manager.filter(pledge=pledge)
    positions = list(rows.order_by(position, "pk").values_list("pk", position))
    if positions == [(key, number) for number, key in enumerate(keys, 1)]:
        return
    # Two rows may never have the same number, not even for a moment: first out of the way.
    for away in (20_000, 0):
        for number, key in enumerate(keys, 1):
            rows.filter(pk=key).update(**{position: number + away})


def order_of(pledge: Pledge, kind: PartKind) -> list[int]:
    """Return the keys of the rows of a kind in their order.

    Commitments are ordered by their focus areas.
    """
    position = _POSITIONS.get(kind, "position")
    order: tuple[str, ...] = (position, "pk")
    if kind == PartKind.COMMITMENT:
        order = ("focus_area__position", *order)
    rows: Any = _LISTS[kind][1]._default_manager
    return list(rows.filter(pledge=pledge).order_by(*order).values_list("pk", flat=True))

"""Put a draft into words for those who write it.

Its parts, what they lack, and what was done to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from pledge_portal.history.differences import Piece, differences
from pledges.models import Commitment, Indicator, Municipality, PledgeVersion, Section, Signatory
from pledges.presentation.commitment import responsible_text, target_text
from pledges.presentation.target_preview import TargetPreview, target_preview
from pledges.targets import Period, Shape
from pledges.writing.completeness import Marks, marks_by_commitment
from pledges.writing.draft_presentation import commitment_of, names_of_municipalities, time_of
from pledges.writing.older_english import older_english_in_words
from pledges.writing.parts import (
    FIELDS,
    Contents,
    Part,
    PartKind,
    Values,
    part_named,
    part_of,
    parts_of,
)

_MAX_NAME_LENGTH = 80


@dataclass(frozen=True)
class PartView:
    """A part in the editor: its name, what it says in short and what it lacks.

    `remarks` is how many remarks of colleagues are not settled; `public` what everyone will read of
    a commitment's target.
    """

    part: Part
    name: str
    values: Values
    marks: Marks = field(default_factory=Marks)
    target: str = ""
    responsible: str = ""
    number: int = 0
    remarks: int = 0
    public: TargetPreview | None = None


@dataclass(frozen=True)
class AreaView:
    """A focus area in the editor, with its commitments."""

    area: PartView
    commitments: list[PartView]


@dataclass(frozen=True)
class EditorView:
    """A whole draft in the editor."""

    sections: list[PartView]
    areas: list[AreaView]
    signatories: list[PartView]
    vague: int
    broken: int


def editor_view(contents: Contents, remarks: dict[str, int]) -> EditorView:
    """Return a draft's parts.

    `remarks` is the number of open remarks by the part's name.
    """
    marks = marks_by_commitment(contents)
    names = names_of_municipalities(contents["front"]["municipalities"])

    def view(kind: PartKind, row: Values, **fields: Any) -> PartView:
        part = Part(kind, row["id"])
        name = part_in_words(contents, part)
        return PartView(part, name, row, remarks=remarks.get(str(part), 0), **fields)

    def commitment(number: int, row: Values) -> PartView:
        made = commitment_of(number, row)
        return view(
            PartKind.COMMITMENT,
            row,
            marks=marks[row["id"]],
            target=target_text(made),
            responsible=responsible_text(made, names),
            number=number,
            public=target_preview(made, time_of(contents)),
        )

    return EditorView(
        sections=[view(PartKind.SECTION, row) for row in contents["sections"]],
        areas=[
            AreaView(
                view(PartKind.FOCUS_AREA, area),
                [
                    commitment(number, row)
                    for number, row in enumerate(contents["commitments"], 1)
                    if row["focus_area"] == area["id"]
                ],
            )
            for area in contents["focus_areas"]
        ],
        signatories=[view(PartKind.SIGNATORY, row) for row in contents["signatories"]],
        vague=sum(bool(mark.vague) for mark in marks.values()),
        broken=sum(bool(mark.broken) for mark in marks.values()),
    )


def part_in_words(contents: Contents, part: Part) -> str:
    """Return a part's name: "åtagande 3", "avsnittet Inledning".

    As it is called in a version.
    """
    values = part_of(contents, part)
    if values is None:
        return kind_in_words(part.kind)
    match part.kind:
        case PartKind.FRONT:
            return kind_in_words(part.kind)
        case PartKind.SECTION:
            return _("avsnittet %(name)s") % {"name": values["heading_sv"]}
        case PartKind.FOCUS_AREA:
            return _("inriktningen %(name)s") % {"name": values["name_sv"]}
        case PartKind.SIGNATORY:
            return _("undertecknaren %(name)s") % {"name": values["name"]}
    number = next(
        place for place, row in enumerate(contents["commitments"], 1) if row["id"] == part.key
    )
    return _("åtagande %(number)s") % {"number": number}


def name_of_part(contents: Contents, part: Part | None) -> str:
    """Return what a part is called first in a line, "" for the whole."""
    return capfirst(part_in_words(contents, part)) if part is not None else ""


def kind_in_words(kind: PartKind) -> str:
    """Return what a part of a kind is called."""
    return {
        PartKind.FRONT: _("löftets uppgifter"),
        PartKind.SECTION: _("ett avsnitt"),
        PartKind.FOCUS_AREA: _("en inriktning"),
        PartKind.COMMITMENT: _("ett åtagande"),
        PartKind.SIGNATORY: _("en undertecknare"),
    }[kind]


@dataclass(frozen=True)
class VersionView:
    """A version in the list: who did what, and when."""

    number: int
    sentence: str
    at: datetime

    @property
    def before(self) -> int:
        """The number of the version before."""
        return self.number - 1


def version_views(
    versions: Iterable[PledgeVersion], before: dict[int, Contents]
) -> list[VersionView]:
    """Return versions in words.

    `before` holds the contents by number, to name parts that are gone by what they were called in
    the version before.
    """
    views = []
    for version in versions:
        contents = version.contents
        if version.act == PledgeVersion.Act.REMOVED:
            contents = before.get(version.number - 1, contents)
        views.append(VersionView(version.number, act_in_words(version, contents), version.saved_at))
    return views


def act_in_words(version: PledgeVersion, contents: Contents) -> str:
    """Return what was done: "Eva Ek ändrade åtagande 3"."""
    if version.saved_by is None:
        return _("Texten ändrades utanför redigeringen")
    act = PledgeVersion.Act(version.act).label
    subject = ""
    if version.part:
        subject = part_in_words(contents, part_named(version.part))
    elif version.act == PledgeVersion.Act.STARTED:
        subject = _("på löftet")
    return f"{version.saved_by} {act} {subject}".strip()


@dataclass(frozen=True)
class FieldDifference:
    """A field that two versions differ in, both texts in one."""

    label: str
    pieces: list[Piece]
    lang: str


@dataclass(frozen=True)
class PartDifference:
    """A part that two versions differ in.

    `kind` is "added", "removed" or "changed". `number_before` and `number_after` are the versions'
    names for it.
    """

    part: Part
    name: str
    kind: str
    fields: list[FieldDifference]


def version_differences(before: Contents, after: Contents) -> list[PartDifference]:
    """Return what differs between two versions, part by part, word by word."""
    names = _Names([before, after])
    parts_before, parts_after = parts_of(before), parts_of(after)
    differences = []
    for part in [*parts_after, *(part for part in parts_before if part not in parts_after)]:
        old, new = part_of(before, part), part_of(after, part)
        older = _older_english_difference(part, before, after)
        if old == new and not older:
            continue
        kind = "added" if old is None else "removed" if new is None else "changed"
        differences.append(
            PartDifference(
                part,
                part_in_words(after if new is not None else before, part),
                kind,
                [*field_differences(part.kind, old or {}, new or {}, names), *older],
            )
        )
    moved = _moved(parts_before, parts_after)
    return [
        *differences,
        *(PartDifference(part, part_in_words(after, part), "moved", []) for part in moved),
    ]


def _older_english_difference(
    part: Part, before: Contents, after: Contents
) -> list[FieldDifference]:
    """Return whether other English texts of a part are older than its Swedish."""
    old, new = (", ".join(older_english_in_words(contents, part)) for contents in (before, after))
    label = _("engelska som är äldre än svenskan")
    return [FieldDifference(label, differences(old, new), "")] if old != new else []


def _moved(parts_before: list[Part], parts_after: list[Part]) -> list[Part]:
    """Return the parts that changed places among those that are in both."""
    stayed_before = [part for part in parts_before if part in parts_after]
    stayed_after = [part for part in parts_after if part in parts_before]
    if stayed_before == stayed_after:
        return []
    return [a for a, b in zip(stayed_after, stayed_before, strict=True) if a != b][:1]


def field_differences(
    kind: PartKind, old: Values, new: Values, names: _Names | None = None
) -> list[FieldDifference]:
    """Return the fields of a part that differ, as texts.

    Missing ones count as empty.
    """
    names = names or _Names([])
    changes = []
    for name, label in FIELDS[kind].items():
        before = names.value(kind, name, old.get(name, ""))
        after = names.value(kind, name, new.get(name, ""))
        if before != after:
            lang = "en" if name.endswith("_en") else ""
            changes.append(FieldDifference(str(label), differences(before, after), lang))
    return changes


class _Names:
    """Says in words what versions hold as codes and keys."""

    def __init__(self, versions: list[Contents]) -> None:
        self._areas = {
            row["id"]: row["name_sv"] for contents in versions for row in contents["focus_areas"]
        }
        self._municipalities: dict[str, str] | None = None
        self._indicators: dict[str, str] | None = None

    def value(self, kind: PartKind, name: str, value: Any) -> str:
        """Return a field's value in words."""
        if isinstance(value, bool):
            return pgettext("svar", "Ja") if value else pgettext("svar", "Nej")
        if name == "focus_area":
            return str(self._areas.get(value, value))
        if name in {"municipalities", "holds_in", "responsible_municipalities"}:
            return ", ".join(self._municipality(code) for code in value)
        if name in {"third_parties", "further_police_areas"}:
            return ", ".join(value)
        if name == "parts":
            return ", ".join(self._part(part) for part in value)
        if name == "origin":
            return pgettext("svar", "Ja") if value else ""
        if name == "municipality":
            return self._municipality(value) if value else ""
        if name == "indicators":
            return ", ".join(self._indicator(key) for key in value)
        choices = _CHOICES.get((kind, name))
        if choices is not None and value in choices.values:
            return str(choices(value).label)
        return str(value)

    def _municipality(self, code: str) -> str:
        if self._municipalities is None:
            self._municipalities = dict(Municipality.objects.values_list("code", "official_name"))
        return self._municipalities.get(code, code)

    def _part(self, part: str) -> str:
        code, _colon, name = part.partition(":")
        return f"{name} ({self._municipality(code)})"

    def _indicator(self, key: str) -> str:
        if self._indicators is None:
            self._indicators = {
                indicator.key: indicator.name for indicator in Indicator.objects.all()
            }
        return self._indicators.get(key, key)


_CHOICES: dict[tuple[PartKind, str], Any] = {
    (PartKind.SECTION, "kind"): Section.Kind,
    (PartKind.COMMITMENT, "kind"): Commitment.Kind,
    (PartKind.COMMITMENT, "responsible"): Commitment.Party,
    (PartKind.COMMITMENT, "target_shape"): Shape,
    (PartKind.COMMITMENT, "target_period"): Period,
    (PartKind.SIGNATORY, "party"): Signatory.Party,
}


@dataclass(frozen=True)
class ClashView:
    """A field that two changed: what each made of it, against what it was."""

    name: str
    label: str
    mine: list[Piece]
    theirs: list[Piece]
    lang: str


def clash_views(
    kind: PartKind, fields: list[str], before: Values, theirs: Values, mine: Values
) -> list[ClashView]:
    """Return the fields that have to be merged by hand."""
    names = _Names([])

    def text(values: Values, name: str) -> str:
        return names.value(kind, name, values[name])

    return [
        ClashView(
            name,
            str(FIELDS[kind][name]),
            differences(text(before, name), text(mine, name)),
            differences(text(before, name), text(theirs, name)),
            "en" if name.endswith("_en") else "",
        )
        for name in fields
    ]


def labels_of(kind: PartKind, fields: Iterable[str]) -> str:
    """Return the names of fields, listed."""
    return ", ".join(str(FIELDS[kind][name]) for name in fields)

"""Change a draft: every change is one version more.

Nobody's change is lost to another's. Whoever writes says which version they saw. What others
changed since is merged, field by field; where two changed the same thing nothing is saved, and both
texts are handed back to be merged by hand. Everyone who changes a draft holds its lock: changes
come one after the other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from pledge_portal.accounts.models import User
from pledge_portal.database.english import english_is_right, set_older_english
from pledge_portal.pages.refusals import Refused
from pledges.models import Pledge, PledgeVersion
from pledges.writing import parts
from pledges.writing.front import write_front
from pledges.writing.merging import merge
from pledges.writing.parts import Part, PartKind, Values

Act = PledgeVersion.Act


class TextLocked(Refused):
    """The pledge is adopted: its text is locked."""

    def __init__(self) -> None:
        super().__init__(_("Löftet är antaget och texten är låst."))


class Removed(Refused):
    """The part was taken away by somebody else, in `version`."""

    def __init__(self, version: PledgeVersion) -> None:
        self.version = version
        super().__init__(_("Någon annan har tagit bort den här delen."))


class Clash(Refused):
    """Two people changed the same thing. Nothing was saved.

    `version` is the latest one, to be merged with: `theirs` is what it says and `before` what the
    part said when the writer began. `values` is what the form should go on from: what was typed,
    with what only others changed.
    """

    def __init__(
        self,
        version: PledgeVersion,
        before: Values,
        theirs: Values,
        values: Values,
        fields: list[str],
    ) -> None:
        self.version, self.before, self.theirs = version, before, theirs
        self.values, self.fields = values, fields
        super().__init__(_("Någon annan har ändrat samma text."))


@dataclass(frozen=True)
class Saved:
    """What a change came to: the latest version, the part, others' fields.

    Those are the fields that others changed at the same time, which are kept. `is_new` is False
    when nothing was changed.
    """

    version: PledgeVersion
    part: Part
    taken: list[str] = field(default_factory=list)
    is_new: bool = True


@transaction.atomic
def latest_version(pledge: Pledge, at: datetime) -> PledgeVersion:
    """Return the version that says what the draft does; make it if need be.

    There is none of a draft that was changed elsewhere since: read from a file, or by the operator.
    """
    return _taken_up(_locked(pledge), at)


def _locked(pledge: Pledge) -> Pledge:
    locked = Pledge.objects.select_for_update().filter(pk=pledge.pk).first()
    if locked is None:
        raise Refused(_("Utkastet finns inte längre."))
    if locked.adopted_at is not None:
        raise TextLocked
    return locked


def _taken_up(pledge: Pledge, at: datetime) -> PledgeVersion:
    latest = pledge.versions.first()
    contents = parts.contents_of(pledge)
    if latest is not None and latest.contents == contents:
        return latest
    act = Act.ELSEWHERE if latest else Act.STARTED
    return _keep(pledge, latest, contents, act, None, None, at)


def _keep(
    pledge: Pledge,
    before: PledgeVersion | None,
    contents: parts.Contents,
    act: str,
    part: Part | None,
    by: User | None,
    at: datetime,
) -> PledgeVersion:
    return PledgeVersion.objects.create(
        pledge=pledge,
        number=before.number + 1 if before else 1,
        contents=contents,
        act=act,
        part=str(part) if part else "",
        saved_by=by,
        saved_at=at,
    )


def keep_first_version(pledge: Pledge, *, by: User, at: datetime) -> PledgeVersion:
    """Keep the version that a pledge begins with."""
    return _keep(pledge, None, parts.contents_of(pledge), Act.STARTED, None, by, at)


@transaction.atomic
def save(
    pledge: Pledge,
    part: Part,
    values: Mapping[str, Any],
    *,
    base: int,
    by: User,
    at: datetime,
    act: str = Act.CHANGED,
    still_right: Collection[str] = (),
    older_english: Collection[str] | None = None,
) -> Saved:
    """Change a part to say `values`, as seen from the version `base`.

    `values` has every field of its kind. `still_right` names English texts that are right though
    the Swedish was changed; `older_english`, where it is known, those that are older. Raises Clash
    when somebody else changed the same fields since, Removed when they took the part away, and
    Refused for what can't be written at all.
    """
    pledge = _locked(pledge)
    latest = _taken_up(pledge, at)
    mine = {name: parts.plain(values[name]) for name in parts.FIELDS[part.kind]}
    theirs = parts.part_of(latest.contents, part)
    if theirs is None:
        raise Removed(latest)
    before = _seen(pledge, latest, part, base)
    merged = merge(before, theirs, mine)
    if merged.clashes:
        raise Clash(latest, before, theirs, merged.values, merged.clashes)
    older = parts.older_english_of(latest.contents, part)
    confirms = not set(older).isdisjoint(still_right)
    if merged.values == theirs and not confirms and older_english in (None, older):
        return Saved(latest, part, merged.taken, is_new=False)
    with refusals():
        _write(pledge, part, merged.values)
        if merged.values.get("focus_area") != theirs.get("focus_area"):
            _renumber(pledge, part)
    row = parts.row_of(pledge, part)
    if older_english is not None:
        set_older_english(row, older_english)
    elif confirms:
        english_is_right(row, still_right)
    contents = parts.contents_after(pledge, latest.contents, part.kind)
    saved = _keep(pledge, latest, contents, act, part, by, at)
    return Saved(saved, part, merged.taken)


def _write(pledge: Pledge, part: Part, values: Values) -> None:
    if part.kind == PartKind.FRONT:
        write_front(pledge, values)
    else:
        parts.write_row(pledge, part, values)


@contextmanager
def as_if_saved(pledge: Pledge, part: Part, values: Mapping[str, Any]) -> Iterator[None]:
    """Let the draft say `values` in a part, only to see it.

    Nothing is kept of it. Raises Refused for what can't be written at all.
    """
    with transaction.atomic():
        with refusals():
            saved_values = {name: parts.plain(value) for name, value in values.items()}
            _write(_locked(pledge), part, saved_values)
        yield
        transaction.set_rollback(True)


@contextmanager
def annexes_changed(pledge: Pledge, act: str, *, by: User, at: datetime) -> Iterator[Pledge]:
    """Let the annexes of a draft be changed, as one version more.

    Gives the locked draft.

    Raises TextLocked.
    """
    with transaction.atomic():
        locked = _locked(pledge)
        latest = _taken_up(locked, at)
        yield locked
        _keep(locked, latest, parts.contents_of(locked), act, None, by, at)


def _seen(pledge: Pledge, latest: PledgeVersion, part: Part, base: int) -> Values:
    """Return what a part said in the version that the writer saw."""
    version = latest if base == latest.number else pledge.versions.filter(number=base).first()
    seen = parts.part_of(version.contents, part) if version else None
    if seen is None:
        raise Refused(_("Sidan är för gammal. Öppna den på nytt."))
    return seen


@transaction.atomic
def add(
    pledge: Pledge,
    kind: PartKind,
    values: Mapping[str, Any],
    *,
    by: User,
    at: datetime,
    act: str = Act.ADDED,
    invented: list[str] | None = None,
) -> Saved:
    """Add a part, last of its kind; raises Refused."""
    return _add(_locked(pledge), Part(kind), values, by, at, act, invented, None)


def _add(
    pledge: Pledge,
    part: Part,
    values: Mapping[str, Any],
    by: User,
    at: datetime,
    act: str,
    invented: list[str] | None,
    earlier: parts.Contents | None,
) -> Saved:
    """Add a part, or have one back at its place.

    The place is among the parts of the `earlier` contents.
    """
    latest = _taken_up(pledge, at)
    kind = part.kind
    mine = {name: parts.plain(values[name]) for name in parts.FIELDS[kind]}
    if kind == PartKind.COMMITMENT:
        area = Part(PartKind.FOCUS_AREA, int(mine["focus_area"] or 0))
        if parts.part_of(latest.contents, area) is None:
            raise Refused(_("Någon annan har tagit bort inriktningen. Välj en annan."))
    with refusals():
        older = parts.older_english_of(earlier, part) if earlier else None
        written = parts.write_row(
            pledge, part, mine, invented, older_english=older, comes_back=earlier is not None
        )
        if earlier is not None:
            _put_back(pledge, part, written, earlier)
        _renumber(pledge, written)
    added = _keep(pledge, latest, parts.contents_of(pledge), act, written, by, at)
    return Saved(added, written)


def _put_back(pledge: Pledge, part: Part, written: Part, earlier: parts.Contents) -> None:
    """Put a part after the nearest that it followed, and that is there still."""
    keys = [row["id"] for row in earlier[parts.rows_by_kind()[part.kind]]]
    before = set(keys[: keys.index(part.key)])
    current_keys = [key for key in parts.order_of(pledge, part.kind) if key != written.key]
    place = max((place for place, key in enumerate(current_keys, 1) if key in before), default=0)
    parts.put_in_order(
        pledge, part.kind, [*current_keys[:place], written.key, *current_keys[place:]]
    )


@transaction.atomic
def remove(pledge: Pledge, part: Part, *, base: int, by: User, at: datetime) -> Saved:
    """Take a part away; `restore` has it back from the version before.

    Raises Refused when somebody changed it since the version `base`, or a focus area holds
    commitments still.
    """
    pledge = _locked(pledge)
    latest = _taken_up(pledge, at)
    current = parts.part_of(latest.contents, part)
    if part.kind == PartKind.FRONT or current is None:
        raise Removed(latest)
    if _seen(pledge, latest, part, base) != current:
        raise Refused(_("Någon annan har ändrat den här delen sedan du öppnade sidan."))
    if part.kind == PartKind.FOCUS_AREA and any(
        row["focus_area"] == part.key for row in latest.contents["commitments"]
    ):
        raise Refused(_("Flytta eller ta bort inriktningens åtaganden först."))
    parts.delete_row(pledge, part)
    _renumber(pledge, part)
    removed = _keep(pledge, latest, parts.contents_of(pledge), Act.REMOVED, part, by, at)
    return Saved(removed, part)


@transaction.atomic
def move(pledge: Pledge, part: Part, *, up: bool, by: User, at: datetime) -> Saved:
    """Let a part change places with the one before or after it.

    Commitments stay in their area.
    """
    pledge = _locked(pledge)
    latest = _taken_up(pledge, at)
    current = parts.part_of(latest.contents, part)
    if part.kind == PartKind.FRONT or current is None:
        raise Removed(latest)
    keys = parts.order_of(pledge, part.kind)
    if part.kind == PartKind.COMMITMENT:
        area = {
            row["id"]
            for row in latest.contents["commitments"]
            if row["focus_area"] == current["focus_area"]
        }
        beside = [key for key in keys if key in area]
    else:
        beside = keys
    place = beside.index(part.key)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(beside):
        return Saved(latest, part, is_new=False)
    mine, theirs = keys.index(part.key), keys.index(beside[other])
    keys[mine], keys[theirs] = keys[theirs], keys[mine]
    parts.put_in_order(pledge, part.kind, keys)
    _renumber(pledge, part)
    moved = _keep(pledge, latest, parts.contents_of(pledge), Act.MOVED, part, by, at)
    return Saved(moved, part)


@transaction.atomic
def restore(pledge: Pledge, part: Part, number: int, *, by: User, at: datetime) -> Saved:
    """Let a part say again what it did in a version.

    One that was taken away is had back, at its place, with what colleagues remarked of it. Raises
    Refused when it wasn't there then, or belongs to what is no more.
    """
    pledge = _locked(pledge)
    latest = _taken_up(pledge, at)
    version = pledge.versions.filter(number=number).first()
    values = parts.part_of(version.contents, part) if version else None
    if version is None or values is None:
        raise Refused(_("Den delen fanns inte i den versionen."))
    if parts.part_of(latest.contents, part) is not None:
        return save(
            pledge,
            part,
            values,
            base=latest.number,
            by=by,
            at=at,
            act=Act.RESTORED,
            older_english=parts.older_english_of(version.contents, part),
        )
    invented = parts.invented_of(version.contents, part)
    return _add(pledge, part, values, by, at, Act.RESTORED, invented, version.contents)


def _renumber(pledge: Pledge, part: Part) -> None:
    """Give the numbers that follow from the order of the parts.

    Commitments run through all areas.
    """
    if part.kind in {PartKind.COMMITMENT, PartKind.FOCUS_AREA}:
        parts.put_in_order(pledge, PartKind.COMMITMENT, parts.order_of(pledge, PartKind.COMMITMENT))
    if part.kind != PartKind.FRONT:
        parts.put_in_order(pledge, part.kind, parts.order_of(pledge, part.kind))


@contextmanager
def refusals() -> Iterator[None]:
    """Say in a sentence what the database refuses of what was written."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "one_pledge_per_municipality_and_period" in str(error):
            sentence = _("En av kommunerna har redan ett löfte med den perioden i adressen.")
            raise Refused({"period": sentence}) from error
        raise Refused(_("Uppgifterna går inte ihop. Se efter och försök igen.")) from error

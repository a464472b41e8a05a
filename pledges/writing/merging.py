"""What becomes of two changes of one part that were made at the same time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pledges.writing.parts import Values, group_of


@dataclass(frozen=True)
class Merged:
    """Two changes in one.

    `values` has theirs where only they changed, and mine elsewhere. `clashes` names the fields that
    both changed, to different things: those have to be merged by hand. `taken` names the fields
    where only they changed something.
    """

    values: Values
    clashes: list[str]
    taken: list[str]


def merge(before: Mapping[str, Any], theirs: Mapping[str, Any], mine: Mapping[str, Any]) -> Merged:
    """Merge what two people made of `before`: `theirs`, saved, and `mine`.

    All three have the same fields. Fields that say one thing together, such as a target's, are
    taken from one person or clash together.
    """
    groups: dict[str, list[str]] = {}
    for name in mine:
        groups.setdefault(group_of(name), []).append(name)
    values, clashes, taken = dict(mine), [], []
    for names in groups.values():
        they_changed = [name for name in names if theirs[name] != before[name]]
        i_changed = any(mine[name] != before[name] for name in names)
        if not they_changed or all(mine[name] == theirs[name] for name in names):
            continue
        if i_changed:
            clashes += [name for name in names if mine[name] != theirs[name]]
        else:
            values |= {name: theirs[name] for name in names}
            taken += they_changed
    return Merged(values, clashes, taken)

"""Compare two pledges of a municipality, commitment by commitment.

Pledges don't say which commitment of the last one a new one carries on, but where one revises the
other. So that is decided by rule:

- What is said to carry another on is paired with it, whatever its words.
- Two commitments can be one that is carried on only when they are of the same kind, the same party
  answers for them, and their texts are alike: `likeness` of at least ALIKE.
- Each is paired with one at most. The likest two are paired first, then the likest two of those
  that are left; of equally like ones those with the lower numbers.
- A pair is kept on when its words, its target and those who answer for it are the same, else
  changed. What is in no pair is dropped or new.

The Swedish texts are compared, since they are what was signed: the answer is the same in every
language. Explanations aren't promises and are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from pledges.models import Commitment
from pledges.targets import Target

# Half of the words of both texts taken together are the same, in the same order. Below that, texts
# of different undertakings begin to be paired: "Polisen och kommunen ska ..." is a third of many.
ALIKE = 0.5

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Pair:
    """A commitment and what became of it."""

    before: Commitment
    after: Commitment
    has_same_words: bool
    has_same_target: bool
    has_same_parties: bool = True

    @property
    def is_unchanged(self) -> bool:
        """Whether nothing is changed."""
        return self.has_same_words and self.has_same_target and self.has_same_parties


@dataclass(frozen=True)
class Comparison:
    """What became of the commitments of one pledge in another.

    In the order of the numbers: the dropped by the earlier pledge's, all else by the later's.
    """

    new: list[Commitment]
    changed: list[Pair]
    dropped: list[Commitment]
    unchanged: list[Pair]


def compare(before: Iterable[Commitment], after: Iterable[Commitment]) -> Comparison:
    """Return what became of the commitments `before` among those `after`."""
    earlier, later = (sorted(side, key=lambda c: c.number) for side in (before, after))
    partners = _partners(earlier, later)
    pairs = [
        _pair(partners[commitment.pk], commitment)
        for commitment in later
        if commitment.pk in partners
    ]
    carried_on = {pair.before.pk for pair in pairs}
    return Comparison(
        new=[commitment for commitment in later if commitment.pk not in partners],
        changed=[pair for pair in pairs if not pair.is_unchanged],
        dropped=[commitment for commitment in earlier if commitment.pk not in carried_on],
        unchanged=[pair for pair in pairs if pair.is_unchanged],
    )


def _partners(earlier: list[Commitment], later: list[Commitment]) -> dict[int, Commitment]:
    """Return the earlier commitment that each later one carries on.

    By the later one's key.
    """
    candidates = [
        (likeness(before.text_sv, after.text_sv), before, after)
        for before in earlier
        for after in later
        if _kind_and_parties(before) == _kind_and_parties(after)
    ]
    # The numbers are told apart alike from both sides, so that backwards gives the same pairs.
    candidates.sort(key=lambda c: (-c[0], c[1].number + c[2].number, min(c[1].number, c[2].number)))
    roots = {before.origin_id or before.pk: before for before in earlier if before.pk}
    partners = {
        after.pk: roots[root] for after in later if (root := after.origin_id or after.pk) in roots
    }
    taken = {before.pk for before in partners.values()}
    for similarity, before, after in candidates:
        if similarity >= ALIKE and after.pk not in partners and before.pk not in taken:
            partners[after.pk] = before
            taken.add(before.pk)
    return partners


def _kind_and_parties(commitment: Commitment) -> tuple[object, ...]:
    """Return what a commitment is and who promised it.

    Whoever else promises the same, promises it anew.
    """
    return commitment.kind, *_parties(commitment)


def _parties(commitment: Commitment) -> tuple[object, ...]:
    parties = [*commitment.responsible_municipalities, *commitment.third_parties]
    return commitment.responsible, sorted(parties)


def _pair(before: Commitment, after: Commitment) -> Pair:
    return Pair(
        before,
        after,
        before.text_sv.split() == after.text_sv.split(),
        _signed_target(before) == _signed_target(after),
        _parties(before) == _parties(after),
    )


def _signed_target(commitment: Commitment) -> Target:
    return replace(commitment.target, unit=commitment.target_unit_sv or "")


def likeness(one: str, other: str) -> float:
    """Return how alike two texts are, from 0 to 1, whichever is first.

    It is twice the words that stand in both in the same order, in proportion to the words of both
    together; capitals and punctuation don't count.
    """
    # The matcher's answer depends on which text is the first, so they are put in order.
    first, second = sorted(_WORD.findall(text.casefold()) for text in (one, other))
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    # Both are upper bounds and cost next to nothing.
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 0.0
    return matcher.ratio()

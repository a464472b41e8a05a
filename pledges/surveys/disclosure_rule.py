"""The thresholds of the disclosure rule, and what is published by it.

The rule itself stands in `pledges.surveys.statistical_disclosure`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import combinations

from pledges.surveys.answer_chains import Chain, Group, Plan, parts


class HiddenReason(Enum):
    """Why a share isn't shown, for those who may know: never the public."""

    FEW_YES = "too few said yes"
    FEW_NO = "too few said no"
    ALL_ALIKE = "nobody or everybody in a small group"
    FEW_BETWEEN = "too few said yes to the wider question alone"
    NONE_BETWEEN = "nobody in a small group said yes to the wider question alone"
    WIDER_HIDDEN = "the wider question isn't shown, so this one isn't either"
    WORKED_OUT = "it, or another hidden number, could be worked out from the rest"
    HIDDEN_BEFORE = "it was hidden in an earlier publication"
    DIFFERENCE = "those added since the earlier publication would be given away"


@dataclass(frozen=True)
class Rule:
    """The thresholds, in pupils.

    Raises ValueError when they are no protection at all.
    """

    smallest_group: int = 10
    smallest_cell: int = 5

    def __post_init__(self) -> None:
        if not 2 <= self.smallest_cell <= self.smallest_group:
            raise ValueError("smallest_cell is at least 2 and at most smallest_group")

    @property
    def smallest_alike(self) -> int:
        """The smallest group of which it may be told that all answered the same."""
        return 2 * self.smallest_group

    def faults(self, whole: int, parts: Sequence[int]) -> Iterator[tuple[int, HiddenReason]]:
        """Yield the parts of `whole` pupils that are too small, with the reason.

        A part is given by its number: part 0 said no to the widest question, part k yes to the k
        widest and no to the next.
        """
        for step, size in enumerate(parts):
            is_between = 0 < step < len(parts) - 1
            if size == 0:
                if whole < self.smallest_alike:
                    reason = HiddenReason.NONE_BETWEEN if is_between else HiddenReason.ALL_ALIKE
                    yield step, reason
            elif size < self.smallest_cell:
                last = len(parts) - 1
                yield (
                    step,
                    (
                        HiddenReason.FEW_NO
                        if step == 0
                        else HiddenReason.FEW_YES
                        if step == last
                        else HiddenReason.FEW_BETWEEN
                    ),
                )

    def few_changed(self, added: int, changes: Sequence[int]) -> Iterator[int]:
        """Yield the questions at which too few pupils' answers differ.

        `added` is how many more answered than before, `changes` how many more said yes to each
        question of a chain. Of those added too, "nobody" is shown only of a big group.
        """
        steps = [added, *changes, 0]
        for wide, narrow in combinations(range(len(steps)), 2):
            differing = abs(steps[wide] - steps[narrow])
            is_of_all = narrow - wide == len(steps) - 1
            least = 0 if not added or abs(added) >= self.smallest_alike else self.smallest_cell
            if not is_of_all and (least if differing == 0 else self.smallest_cell) > differing:
                yield max(narrow if steps[narrow] else wide, 1) - 1

    def allows(self, chain: Chain, plan: Plan) -> bool:
        """Return whether a plan is safe by rule 4.

        It shows nothing too small, and leaves what it hides wide enough.
        """
        for _group, size, yes in chain.views(plan):
            if yes and any(True for _fault in self.faults(size, parts(size, yes))):
                return False
        return all(
            high - low >= self.smallest_cell - 1 for low, high in chain.hidden_by_gender(plan)
        )


@dataclass(frozen=True)
class Share:
    """One share: in whole per cent, or hidden with the reason."""

    percent: int | None
    reason: HiddenReason | None = None


@dataclass(frozen=True)
class Published:
    """What the public may be told of a round.

    `groups` has the groups that are shown, ALL among them, with their numbers of answers; empty
    when the round has too few. `shares` has a Share for every question and shown group.
    `plans` is by the first question of each chain.
    """

    groups: Mapping[Group, int]
    shares: Mapping[tuple[str, Group], Share]
    plans: Mapping[str, Plan] = field(default_factory=dict)

    @property
    def is_shown(self) -> bool:
        """Whether any figure of the round can be shown at all."""
        return bool(self.groups)

    @property
    def genders(self) -> list[Group]:
        """The genders that are shown."""
        return [group for group in self.groups if group != Group.ALL]

    @property
    def visible(self) -> tuple[object, ...]:
        """What a reader can tell two publications apart by."""
        return dict(self.groups), {key: share.percent for key, share in self.shares.items()}

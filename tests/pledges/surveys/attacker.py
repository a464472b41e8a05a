"""Attackers of the disclosure rule.

They share no code with it but how a per cent is rounded. `Solver` knows what was published and
solves, by integer programming (HiGHS, through SciPy), for the least and the most that every number
behind it can be. `Insider` knows the rule as well: of small surveys it tries every possible one,
and sees which of them would have been published the same way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, product

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from pledges.surveys.answer_chains import GENDERS, Answers, Group
from pledges.surveys.corrections import EarlierPublication
from pledges.surveys.disclosure_rule import Published, Rule

# Yeses by group, each from the widest question of the chain to the narrowest.
Yes = tuple[tuple[int, ...], ...]
# More pupils than any survey here has.
MOST = 1_000
Publish = Callable[..., Published]


@dataclass(frozen=True)
class Leak:
    """A number that can be known too closely.

    From `least` to `most` of `of` pupils.
    """

    number_name: str
    least: int
    most: int
    of: int


def is_harmless(number: int, of: int, rule: Rule) -> bool:
    """Whether a number may be known exactly."""
    return number >= rule.smallest_cell or (number == 0 and of >= 2 * rule.smallest_group)


def parts(size: int, yes: Sequence[int]) -> tuple[int, ...]:
    """Return the pupils who stopped at each step, from no to yes to all."""
    steps = (size, *yes, 0)
    return tuple(a - b for a, b in pairwise(steps))


def rounded(part: int, whole: int) -> int:
    return int(100 * part / whole + 0.5)


def counts_behind(percent: int, whole: int) -> tuple[int, int]:
    """Return the least and the most number that is shown as the per cent."""
    fitting = [n for n in range(whole + 1) if rounded(n, whole) == percent]
    return fitting[0], fitting[-1]


def answers_of(groups: Sequence[Group], sizes: Sequence[int], yes: Yes, chain: tuple) -> Answers:
    return Answers(
        dict(zip(groups, sizes, strict=True)),
        {
            question: {
                group: group_yes[index] for group, group_yes in zip(groups, yes, strict=True)
            }
            for index, question in enumerate(chain)
        },
        [chain],
    )


class Solver:
    """Solves for the numbers of one chain behind its publications.

    There is one publication, or one and its corrections. The unknowns are the parts of each group
    at each publication. It knows of each two whether pupils were added or are gone, or whether as
    many pupils' answers were changed, and which way: the reason of a correction may well tell.
    Where no gender is shown every gender counts in the sum.
    """

    def __init__(
        self, chain: tuple[str, ...], publications: Sequence[Published], truth: Sequence[Answers]
    ) -> None:
        self.chain, self.publications, self.truth = chain, publications, truth
        self.units = (
            list(GENDERS)
            if any(len(publication.groups) > 1 for publication in publications)
            else [Group.ALL]
        )
        self.steps = len(chain) + 1
        self.rows: list[np.ndarray] = []
        self.low: list[int] = []
        self.high: list[int] = []
        for time, published in enumerate(publications):
            self._know(published, time)
        for time, later in combinations(range(len(publications)), 2):
            self._know_change(time, later)

    @property
    def unknowns(self) -> int:
        return len(self.publications) * len(self.units) * self.steps

    def counted(self, time: int) -> list[Group]:
        """Return the groups that the sum of all is of."""
        shown = [group for group in self.publications[time].groups if group != Group.ALL]
        return shown or self.units

    def _vector(self, time: int, units: Sequence[Group], steps: range) -> np.ndarray:
        """Return the sum of some steps of some groups as it was at a time."""
        vector = np.zeros(self.unknowns)
        for unit in units:
            for step in steps:
                column = time * len(self.units) + self.units.index(unit)
                vector[column * self.steps + step] = 1
        return vector

    def _know(self, published: Published, time: int) -> None:
        for group, size in published.groups.items():
            units = self.counted(time) if group == Group.ALL else [group]
            self._add(self._vector(time, units, range(self.steps)), size, size)
            for index, question in enumerate(self.chain):
                share = published.shares.get((question, group))
                if share and share.percent is not None:
                    low, high = counts_behind(share.percent, size)
                    self._add(self._vector(time, units, range(index + 1, self.steps)), low, high)

    def _know_change(self, time: int, later: int) -> None:
        """Know that all parts, or all yeses, changed one way."""
        of_parts, of_yeses = (
            [
                (
                    self._vector(later, [unit], steps) - self._vector(time, [unit], steps),
                    self._true(later, [unit], steps) - self._true(time, [unit], steps),
                )
                for unit in self.units
                for steps in every_steps
            ]
            for every_steps in (
                [range(step, step + 1) for step in range(self.steps)],
                [range(step, self.steps) for step in range(self.steps)],
            )
        )
        is_as_many = all(change == 0 for _vector, change in of_yeses[:: self.steps])
        changes = of_yeses if is_as_many else of_parts
        for sign in (1, -1):
            if all(sign * change >= 0 for _vector, change in changes):
                for index, (vector, _change) in enumerate(changes):
                    is_size = is_as_many and index % self.steps == 0
                    self._add(sign * vector, 0, 0 if is_size else MOST)

    def _add(self, vector: np.ndarray, low: int, high: int) -> None:
        self.rows.append(vector)
        self.low.append(low)
        self.high.append(high)

    def leaks(self, rule: Rule) -> Iterator[Leak]:
        """Yield every number that is known too closely.

        At each time, and of those whose answers differ between any two. The truth is asked only
        whether a number that is known closely was one that may be known.
        """
        runs = [
            range(first, last)
            for first, last in combinations(range(self.steps + 1), 2)
            if last - first < self.steps
        ]
        for time, answers in enumerate(self.truth):
            asked = [group for group in self.counted(time) if group in answers.answered]
            for units in [*([group] for group in asked), self.counted(time)]:
                of = self._true(time, units, range(self.steps))
                for step in range(self.steps):
                    steps = range(step, step + 1)
                    if not self._is_harmless(time, units, steps, rule):
                        vector = self._vector(time, units, steps)
                        yield from self._leak(f"{units} step {step}", vector, of, rule)
                for earlier, steps in product(range(time), runs):
                    added = of - self._true(earlier, units, range(self.steps))
                    change = self._true(time, units, steps) - self._true(earlier, units, steps)
                    if self._is_nobody(units, steps, rule):
                        continue
                    if (added or change) and not is_harmless(abs(change), abs(added), rule):
                        vector = self._vector(time, units, steps)
                        vector = vector - self._vector(earlier, units, steps)
                        name = f"changed of {units} steps {steps}"
                        yield from self._leak(name, vector, added, rule)

    def _is_harmless(self, time: int, units: Sequence[Group], steps: range, rule: Rule) -> bool:
        of = self._true(time, units, range(self.steps))
        return is_harmless(self._true(time, units, steps), of, rule) or self._is_nobody(
            units, steps, rule
        )

    def _is_nobody(self, units: Sequence[Group], steps: range, rule: Rule) -> bool:
        """Whether it is nobody, at first of a group that may be known."""
        is_large = self._true(0, units, range(self.steps)) >= 2 * rule.smallest_group
        return is_large and not any(
            self._true(time, units, steps) for time in range(len(self.truth))
        )

    def _true(self, time: int, units: Sequence[Group], steps: range) -> int:
        answers = self.truth[time]
        groups = list(answers.answered) if Group.ALL in units else units
        of_groups = parts(
            sum(answers.answered.get(group, 0) for group in groups),
            [sum(answers.yes[q].get(group, 0) for group in groups) for q in self.chain],
        )
        return sum(of_groups[step] for step in steps)

    def _leak(self, number_name: str, vector: np.ndarray, of: int, rule: Rule) -> Iterator[Leak]:
        least, most = self._bound(vector, 1), self._bound(vector, -1)
        if most - least + 1 < rule.smallest_cell:
            yield Leak(number_name, least, most, of)

    def _bound(self, vector: np.ndarray, sign: int) -> int:
        """Return the least (sign 1) or the most (-1) that a sum can be."""
        solution = milp(
            sign * vector,
            constraints=LinearConstraint(np.array(self.rows), self.low, self.high),
            integrality=np.ones(self.unknowns),
            bounds=Bounds(0, MOST),
        )
        assert solution.success, solution.message
        return round(sign * solution.fun)


class Insider:
    """Knows the rule: tries every survey of some groups.

    And sees which of them would be published the same.
    """

    def __init__(self, publish: Publish, rule: Rule, sizes: Sequence[int], length: int) -> None:
        self.publish, self.rule, self.sizes = publish, rule, sizes
        self.groups = list(GENDERS[: len(sizes)]) if len(sizes) > 1 else [Group.ALL]
        self.chain = ("wide", "narrow", "narrowest")[:length]

    def every_survey(self) -> Iterator[Yes]:
        return product(*(self._every_group(size) for size in self.sizes))

    def _every_group(self, size: int) -> list[tuple[int, ...]]:
        every = product(range(size + 1), repeat=len(self.chain))
        return [yes for yes in every if all(a >= b for a, b in pairwise(yes))]

    def published(self, yes: Yes, earlier: Sequence[EarlierPublication] = ()) -> Published:
        answers = answers_of(self.groups, self.sizes, yes, self.chain)
        return self.publish(answers, self.rule, earlier)

    def leaks(self) -> list[Leak]:
        """Return every number on which surveys published alike agree too closely."""
        alike: dict[object, list[Yes]] = defaultdict(list)
        for yes in self.every_survey():
            alike[as_read(self.published(yes))].append(yes)
        return [leak for surveys in alike.values() for leak in self._leaks(surveys)]

    def _leaks(self, surveys: list[Yes]) -> Iterator[Leak]:
        for index, group in enumerate(self.groups):
            group_parts = [parts(self.sizes[index], yes[index]) for yes in surveys]
            yield from self._known_too_closely(str(group), group_parts, self.sizes[index])
        together = [
            parts(sum(self.sizes), [sum(step) for step in zip(*yes, strict=True)])
            for yes in surveys
        ]
        yield from self._known_too_closely("all", together, sum(self.sizes))

    def _known_too_closely(
        self, number_name: str, surveys: list[tuple[int, ...]], of: int
    ) -> Iterator[Leak]:
        for step, values in enumerate(map(set, zip(*surveys, strict=True))):
            # One value fewer than for who doesn't know the rule: "one to four" are four.
            if len(values) < self.rule.smallest_cell - 1 and not all(
                is_harmless(value, of, self.rule) for value in values
            ):
                yield Leak(f"{number_name} step {step}", min(values), max(values), of)


def as_read(published: Published) -> object:
    """Return all that a reader sees of a publication.

    Never why something is hidden.
    """
    return (
        tuple(sorted(published.groups.items())),
        tuple(sorted((key, share.percent) for key, share in published.shares.items()
                     if share.percent is not None)),
        tuple(sorted(key for key, share in published.shares.items() if share.percent is None)),
    )  # fmt: skip


def with_added(yes: Mapping[Group, Sequence[int]], added: Mapping[Group, Sequence[int]]) -> dict:
    """Return the yeses of two lots of pupils together."""
    return {g: [a + b for a, b in zip(yes[g], added[g], strict=True)] for g in yes}

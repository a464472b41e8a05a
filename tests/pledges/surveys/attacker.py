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
from itertools import pairwise, product

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from pledges.surveys.answer_chains import GENDERS, Answers, Group
from pledges.surveys.statistical_disclosure import EarlierPublication, Published, Rule

# Yeses by group, each from the widest question of the chain to the narrowest.
Yes = tuple[tuple[int, ...], ...]
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

    There is one publication, or one and its correction. The unknowns are the parts of each group at
    the first publication and, for a correction that added pupils, of those added. Where no gender
    is shown every gender counts in the sum.
    """

    def __init__(self, chain: tuple[str, ...], publications: Sequence[Published]) -> None:
        self.chain, self.publications = chain, publications
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

    @property
    def unknowns(self) -> int:
        return len(self.publications) * len(self.units) * self.steps

    def counted(self, time: int) -> list[Group]:
        """Return the groups that the sum of all is of."""
        shown = [group for group in self.publications[time].groups if group != Group.ALL]
        return shown or self.units

    def _vector(self, time: int, units: Sequence[Group], steps: range) -> np.ndarray:
        """Return the sum of some steps of some groups as it was at a time.

        Additions included.
        """
        vector = np.zeros(self.unknowns)
        for earlier_time in range(time + 1):
            for unit in units:
                for step in steps:
                    column = earlier_time * len(self.units) + self.units.index(unit)
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

    def _add(self, vector: np.ndarray, low: int, high: int) -> None:
        self.rows.append(vector)
        self.low.append(low)
        self.high.append(high)

    def leaks(self, rule: Rule, truth: Sequence[Answers]) -> Iterator[Leak]:
        """Yield every number that is known too closely.

        At each time, and of those added. `truth` is what each publication was made of. It is asked
        only whether a number that is known closely was one that may be known.
        """
        for time, answers in enumerate(truth):
            counted = self.counted(time)
            groups_asked = [group for group in counted if group in answers.answered]
            for units in [*([group] for group in groups_asked), counted]:
                true = self._true_parts(answers, units)
                was = self._true_parts(truth[time - 1], units) if time else true
                for step in range(self.steps):
                    vector = self._vector(time, units, range(step, step + 1))
                    number_name = f"{units} step {step}"
                    if not is_harmless(true[step], sum(true), rule):
                        yield from self._leak(number_name, vector, sum(true), rule)
                    of = sum(true) - sum(was)
                    if of and not is_harmless(true[step] - was[step], of, rule):
                        vector = vector - self._vector(time - 1, units, range(step, step + 1))
                        yield from self._leak(f"added to {number_name}", vector, of, rule)

    def _true_parts(self, answers: Answers, units: Sequence[Group]) -> tuple[int, ...]:
        groups = list(answers.answered) if Group.ALL in units else units
        return parts(
            sum(answers.answered.get(group, 0) for group in groups),
            [sum(answers.yes[q].get(group, 0) for group in groups) for q in self.chain],
        )

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
            bounds=Bounds(0, 1_000),
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

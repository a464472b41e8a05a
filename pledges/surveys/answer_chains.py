"""The answers of a survey as chains of questions.

Questions that narrow one another ("ever", then "in the last 30 days") make one chain. What of it
may be published is for `statistical_disclosure`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise


class Group(StrEnum):
    """Whose answers; the values are those that rows of the database hold."""

    GIRLS = "girls"
    BOYS = "boys"
    OTHER = "other"
    ALL = "all"


GENDERS = (Group.GIRLS, Group.BOYS, Group.OTHER)


@dataclass(frozen=True)
class Answers:
    """The answers of a round, by group, and the yeses by question and group.

    `answered` holds genders, or ALL alone when the survey didn't ask for gender. `yes` holds, for
    every question that was asked, a number for each of those groups. `chains` are the questions,
    from wide to narrow. Raises ValueError when the numbers contradict one another.
    """

    answered: Mapping[Group, int]
    yes: Mapping[str, Mapping[Group, int]]
    chains: Sequence[tuple[str, ...]]

    def __post_init__(self) -> None:
        if Group.ALL in self.answered and len(self.answered) > 1:
            raise ValueError("all pupils, or by gender: not both")
        for chain in self.asked_chains():
            for group, answered in self.answered.items():
                steps = [answered, *(self.yes[question][group] for question in chain), 0]
                if any(wide < narrow for wide, narrow in pairwise(steps)):
                    raise ValueError(f"{chain}: more said yes than could")

    def answered_of(self, groups: Sequence[Group]) -> int:
        """Return how many of some groups answered."""
        return sum(self.answered.get(group, 0) for group in groups)

    def yes_of(self, question: str, groups: Sequence[Group]) -> int:
        """Return how many of some groups said yes; 0 when it wasn't asked."""
        return sum(self.yes.get(question, {}).get(group, 0) for group in groups)

    def asked_chains(self) -> Iterator[tuple[str, ...]]:
        """Yield the chains of the questions that were asked."""
        for chain in self.chains:
            questions = tuple(question for question in chain if question in self.yes)
            if questions:
                yield questions


@dataclass(frozen=True)
class Plan:
    """How much of a chain is shown: of all pupils, and by gender.

    `split` is at most `whole`.
    """

    whole: int
    split: int


@dataclass(frozen=True)
class Chain:
    """The numbers of a chain: answers, and yeses in its order, by group."""

    questions: tuple[str, ...]
    sizes: Mapping[Group, int]
    yes: Mapping[Group, Sequence[int]]

    @classmethod
    def from_answers(
        cls, questions: tuple[str, ...], answers: Answers, counted: Sequence[Group]
    ) -> Chain:
        """Return the chain's numbers for the groups that count."""
        return cls(
            questions,
            {group: answers.answered[group] for group in counted},
            {group: [answers.yes[question][group] for question in questions] for group in counted},
        )

    def of_questions(self, questions: tuple[str, ...]) -> Chain:
        """Return the numbers of some of its questions."""
        places = [self.questions.index(question) for question in questions]
        yes = {group: [numbers[place] for place in places] for group, numbers in self.yes.items()}
        return Chain(questions, self.sizes, yes)

    @property
    def size(self) -> int:
        """The number of pupils that count, of all groups."""
        return sum(self.sizes.values())

    def together(self) -> Chain:
        """Return the chain of all groups as if nobody had asked for gender."""
        return Chain(self.questions, {Group.ALL: self.size}, {Group.ALL: self.of_all()})

    def of_all(self) -> list[int]:
        """Return the yeses of all groups that count together."""
        return [sum(numbers) for numbers in zip(*self.yes.values(), strict=True)]

    def views(self, plan: Plan) -> Iterator[tuple[Group, int, Sequence[int]]]:
        """Yield (group, answers, the yeses that a plan shows of it)."""
        yield Group.ALL, self.size, self.of_all()[: plan.whole]
        if plan.split:
            for group, size in self.sizes.items():
                yield group, size, self.yes[group][: plan.split]

    def plans(self) -> Iterator[Plan]:
        """Yield every plan, the best first.

        As many questions as can be, then by gender.
        """
        genders = len(self.sizes) > 1
        for whole in range(len(self.questions), -1, -1):
            for split in range(whole if genders else 0, -1, -1):
                yield Plan(whole, split)

    def hidden_by_gender(self, plan: Plan) -> Iterator[tuple[int, int]]:
        """Yield the least and the most that each hidden part of a gender can be.

        As far as the same part of all, and what is shown of the gender, tell. Where a big group has
        nobody in the wider question there is nothing left to hide.
        """
        most = {
            group: self.yes[group][plan.split - 1] if plan.split else size
            for group, size in self.sizes.items()
        }
        if plan.split == plan.whole or len(self.sizes) == 1:
            return
        for together in parts(self.size, self.of_all()[: plan.whole])[plan.split :]:
            for group, high in most.items():
                if high:
                    others = sum(most.values()) - most[group]
                    yield max(0, together - others), min(high, together)


def parts(whole: int, yes: Sequence[int]) -> list[int]:
    """Return how many answered no, yes to the widest alone, ..., yes to all."""
    steps = [whole, *yes, 0]
    return [wide - narrow for wide, narrow in pairwise(steps)]

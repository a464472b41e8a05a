"""Refuse what two publications of the same pupils would give away.

These are rules 5, 6 and 7 of `pledges.surveys.statistical_disclosure`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from pledges.surveys.answer_chains import Answers, Chain, Group, Plan, parts
from pledges.surveys.disclosure_rule import Published, Rule, Share


@dataclass(frozen=True)
class Change:
    """A number of a group that has changed by too few since it was shown.

    Of those who answered, or of those who said yes to `question`.
    """

    group: Group
    before: int
    now: int
    question: str = ""


class RevealingChange(Exception):
    """A correction that can't be published beside what was.

    `changes` are the numbers that show it, beside the publication of `round_name`. There are none
    when it would be the third publication that differs (rule 6).
    """

    def __init__(self, changes: Sequence[Change] = (), round_name: str = "") -> None:
        self.changes, self.round_name = tuple(changes), round_name
        super().__init__(", ".join(map(str, changes)))


@dataclass(frozen=True)
class EarlierPublication:
    """An earlier publication of the same pupils, and the answers behind it.

    `round_name` is of the round that they were published as, when it was another one.
    """

    answers: Answers
    published: Published
    round_name: str = field(default="", compare=False)

    @property
    def counted(self) -> list[Group]:
        """The groups that its sums of all pupils are of."""
        return self.published.genders or list(self.answers.answered)

    def shows(self, question: str, group: Group) -> bool:
        """Return whether it shows a share."""
        share = self.published.shares.get((question, group))
        return share is not None and share.percent is not None

    def differs(self, other: EarlierPublication) -> bool:
        """Return whether a reader sees that other answers are behind it."""
        is_same = self.published.visible == other.published.visible
        return not is_same and self.answers != other.answers


def may_be_same_pupils(answers: Answers, earlier: EarlierPublication, rule: Rule) -> bool:
    """Return whether a publication may be of the same pupils as some answers.

    It is by its numbers when fewer than the smallest group came, or fewer went (rule 7).
    """
    genders = earlier.published.genders
    has_genders = bool(genders) and {*genders} <= {*answers.answered}
    come = gone = 0
    for group in genders if has_genders else [Group.ALL]:
        members = [group] if has_genders else list(answers.answered)
        before = [group] if has_genders else earlier.counted
        added = answers.answered_of(members) - earlier.answers.answered_of(before)
        chains = [[added]]
        for questions in answers.asked_chains():
            shown = [question for question in questions if earlier.shows(question, group)]
            changes = [
                answers.yes_of(question, members) - earlier.answers.yes_of(question, before)
                for question in shown
            ]
            chains.append(parts(added, changes))
        come += max(sum(part for part in chain if part > 0) for chain in chains)
        gone += max(-sum(part for part in chain if part < 0) for chain in chains)
    return earlier.published.is_shown and min(come, gone) < rule.smallest_group


def refuse_small_changes(
    answers: Answers,
    counted: list[Group],
    shown: Mapping[Group, int],
    rule: Rule,
    earlier: Sequence[EarlierPublication],
) -> None:
    """Raise RevealingChange when a number that was shown has changed by a few.

    Also when a group has changed and isn't shown any longer. This is rule 5, of the latest
    publication where it shows; all pupils together are named only when no gender shows it.
    """
    for publication in reversed(earlier):
        changes: list[Change] = []
        sizes = publication.published.groups
        for group in [group for group in Group if group in sizes]:
            members = counted if group == Group.ALL else [group]
            before, now = sizes[group], answers.answered_of(members)
            if 0 < abs(now - before) < rule.smallest_group or (
                now != before and group not in shown
            ):
                changes.append(Change(group, before, now))
            if now == before:
                changes += _few_changed(publication, answers, group, members, rule)
        by_gender = {change.question for change in changes if change.group != Group.ALL}
        changes = [
            change
            for change in changes
            if change.group != Group.ALL or change.question not in by_gender
        ]
        if changes:
            raise RevealingChange(changes, publication.round_name)


def _few_changed(
    earlier: EarlierPublication,
    answers: Answers,
    group: Group,
    members: Sequence[Group],
    rule: Rule,
) -> Iterator[Change]:
    """Yield the questions where a few of as many pupils changed their answers."""
    members_before = earlier.counted if group == Group.ALL else [group]
    for questions in answers.asked_chains():
        shown = [question for question in questions if earlier.shows(question, group)]
        before = [earlier.answers.yes_of(question, members_before) for question in shown]
        now = [answers.yes_of(question, members) for question in shown]
        changes = [new - old for new, old in zip(now, before, strict=True)]
        for index in sorted(set(rule.few_changed(0, changes))):
            yield Change(group, before[index], now[index], shown[index])


def refuse_third(published: EarlierPublication, earlier: Sequence[EarlierPublication]) -> None:
    """Raise RevealingChange for a third that differs (rule 6)."""
    others = [publication for publication in earlier if publication.differs(published)]
    if any(one.differs(other) for one, other in combinations(others, 2)):
        raise RevealingChange


@dataclass(frozen=True)
class Limit:
    """What an earlier publication lets a chain show.

    `most` is a plan. Where the numbers of answers have changed, nothing may be shown that gives
    away the `added` (or those gone). `now` and `before` are the chain and what it was, with the
    questions that were asked both times, and `shown` the groups that were shown.
    """

    most: Plan
    questions: tuple[str, ...]
    now: Chain
    before: Chain
    shown: Collection[Group]

    @classmethod
    def from_publication(cls, earlier: EarlierPublication, chain: Chain) -> Limit:
        """Return the limit that an earlier publication puts on a chain.

        A question that wasn't asked then sets no limit.
        """
        shares = earlier.published.shares
        hidden = [
            {group for group in (Group.ALL, *chain.sizes) if _is_hidden(shares, question, group)}
            for question in chain.questions
        ]
        whole = next(
            (index for index, groups in enumerate(hidden) if Group.ALL in groups), len(hidden)
        )
        split = next(
            (index for index, groups in enumerate(hidden) if groups - {Group.ALL}), len(hidden)
        )
        asked = tuple(question for question in chain.questions if question in earlier.answers.yes)
        before = Chain.from_answers(asked, earlier.answers, earlier.counted)
        now = chain.of_questions(asked)
        if now.sizes.keys() != before.sizes.keys():
            now, before = now.together(), before.together()
        most = Plan(whole, min(whole, split))
        return cls(most, chain.questions, now, before, earlier.published.groups.keys())

    def allows(self, plan: Plan, rule: Rule) -> bool:
        """Return whether a plan keeps within the limit.

        It keeps hidden what was, and reveals nothing of too few that were added.
        """
        if plan.whole > self.most.whole or plan.split > self.most.split:
            return False
        known = Plan(
            len({*self.questions[: plan.whole]} & {*self.now.questions}),
            len({*self.questions[: plan.split]} & {*self.now.questions}),
        )
        rest, known_of_rest = self._rest(known)
        if rest is not None and not rule.allows(rest, known_of_rest):
            return False
        added = self.added
        if added is not None and not rule.allows(added, known):
            return False
        views_before = {group: (size, yes) for group, size, yes in self.before.views(known)}
        for group, size, yes in self.now.views(known):
            size_before, yes_before = views_before[group]
            changes = [new - old for new, old in zip(yes, yes_before, strict=True)]
            has_changed = group in self.shown and size != size_before
            if has_changed and any(True for _ in rule.few_changed(size - size_before, changes)):
                return False
        return True

    def _rest(self, known: Plan) -> tuple[Chain | None, Plan]:
        """Return the genders that changed, when the others are known.

        With what a plan lets be known of them: the sum of all without the others. None when all
        have changed, or none.
        """
        shown = len({*self.questions[: self.most.split]} & {*self.now.questions})
        plan = Plan(min(known.whole, shown), min(known.split, shown))
        rest = [
            group
            for group, size in self.now.sizes.items()
            if group not in self.shown
            or size != self.before.sizes[group]
            or list(self.now.yes[group][:shown]) != list(self.before.yes[group][:shown])
        ]
        if not rest or len(rest) == len(self.now.sizes):
            return None, plan
        sizes = {group: self.now.sizes[group] for group in rest}
        return Chain(self.now.questions, sizes, {g: self.now.yes[g] for g in rest}), plan

    @property
    def added(self) -> Chain | None:
        """Those who were added or are gone since then; None for nobody.

        Where the parts of a group have gone both up and down, its numbers were corrected as well.
        """
        sizes: dict[Group, int] = {}
        yes: dict[Group, list[int]] = {}
        for group, size in self.now.sizes.items():
            difference = size - self.before.sizes[group]
            sign = 1 if difference > 0 else -1
            changes = [
                sign * (new - old)
                for new, old in zip(self.now.yes[group], self.before.yes[group], strict=True)
            ]
            if difference and min(parts(sign * difference, changes)) >= 0:
                sizes[group], yes[group] = sign * difference, changes
        return Chain(self.now.questions, sizes, yes) if sizes and self.now.questions else None


def _is_hidden(shares: Mapping[tuple[str, Group], Share], question: str, group: Group) -> bool:
    return (question, group) in shares and shares[question, group].percent is None

"""Decide which figures of a survey among pupils may be published.

This is the only place that says so.

Sources: CAN never reports single schools or classes; Statistics Norway hides counts up to four, and
Statistics Sweden protects small cells in tables. No
published threshold of CAN's was found, so that the defaults here are the house's own, chosen on the
strict side: settings can make them stricter, never looser. The terms are those of Hundepool et al.,
*Statistical Disclosure Control* (2012): sensitive cells, and complementary suppression.

The rule, for one round (one municipality, one year group, one school year):

1. A group with fewer than `smallest_group` answers is never shown. When girls and boys both have
   as many, each is shown, and so are those of another gender when they too are as many; who isn't
   shown is counted in nowhere, so that nothing that is published depends on their answers. When
   girls or boys are too few, only all pupils together are shown, and only if they are enough.
2. A share is shown only when the pupils behind it, and the pupils who are not, are each at least
   `smallest_cell`. Nobody or everybody (0 or 100 %) is shown only of twice the smallest group:
   of a small group it would reveal the answer of each one in it.
3. Questions that narrow one another ("ever", then "in the last 30 days") make one chain, and those
   who said yes to the wider alone are a number of their own that has to be as large.
4. Of each chain as much is shown as the rule allows, as a *plan*: the shares of all pupils for the
   first `whole` questions of the chain, and the shares by gender for the first `split` of them. A
   share of all is thus never shown beside one gender's without the other's, which would give the
   other away. A hidden number must still have at least `smallest_cell` possible values, as far as
   the shown ones tell. For a reader who knows this rule as well, and so that some number was too
   small, one less: to know that it is "one to four" is as close as anyone comes.
5. What a correction adds may not be worked out from the earlier publication: what was hidden stays
   hidden, and a changed number of answers has to be a group by itself for which all this holds.

Whole per cent are published, of a stated number of answers; a reader can often work out the count,
so that the rule takes it for known. Chains have no questions in common and nothing is published of
how their answers go together, so that no chain reveals anything of another. Nor do years: a year
group has other pupils each year, and sums over years, or over municipalities, are never published.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from pledges.surveys.answer_chains import GENDERS, Answers, Chain, Group, Plan, parts


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


class RevealingChange(Exception):
    """A correction that can't be published beside what was.

    `group` is where it shows.
    """

    def __init__(self, group: Group, before: int, now: int) -> None:
        self.group, self.before, self.now = group, before, now
        super().__init__(f"{group.value}: {before} -> {now}")


@dataclass(frozen=True)
class EarlierPublication:
    """An earlier publication of the same round, and the answers behind it."""

    answers: Answers
    published: Published


def publish(answers: Answers, rule: Rule, earlier: Sequence[EarlierPublication] = ()) -> Published:
    """Return what may be published of a round, given all of `earlier`.

    Raises RevealingChange when too few answers have come or gone since then.
    """
    earlier = [publication for publication in earlier if publication.published.is_shown]
    counted, groups = _counted(answers.answered, rule, earlier)
    sizes = {group: answers.answered[group] for group in counted}
    sizes[Group.ALL] = sum(sizes.values())
    for publication in earlier:
        _refuse_small_changes(sizes, groups, publication.published.groups, rule)
    if not groups:
        return Published({}, {})
    shares: dict[tuple[str, Group], Share] = {}
    plans: dict[str, Plan] = {}
    for questions in answers.asked_chains():
        chain = Chain.from_answers(questions, answers, counted)
        limits = [_Limit.from_publication(publication, chain) for publication in earlier]
        plan = next(
            plan
            for plan in chain.plans()
            if _is_safe(chain, plan, rule) and all(limit.allows(plan, rule) for limit in limits)
        )
        plans[questions[0]] = plan
        shares |= _shares(chain, plan, groups, rule, limits)
    return Published(groups, shares, plans)


def percent(part: int, whole: int) -> int:
    """Return the share in whole per cent, halves rounded up."""
    return (200 * part + whole) // (2 * whole)


def _counted(
    answered: Mapping[Group, int], rule: Rule, earlier: Sequence[EarlierPublication]
) -> tuple[list[Group], dict[Group, int]]:
    """Return the groups that count, and those shown with their numbers.

    This is rule 1. Groups that weren't shown earlier aren't shown later either (rule 5).
    """
    least = rule.smallest_group
    may_be_shown: list[Group] = list(GENDERS)
    if earlier:
        may_be_shown = [group for group in earlier[0].published.groups if group != Group.ALL]
    shown = [group for group in may_be_shown if answered.get(group, 0) >= least]
    if not {Group.GIRLS, Group.BOYS} <= set(shown):
        shown = []
    counted = shown or list(answered)
    total = sum(answered[group] for group in counted)
    if total < least:
        return counted, {}
    return counted, {**{group: answered[group] for group in shown}, Group.ALL: total}


def _refuse_small_changes(
    counted: Mapping[Group, int],
    shown: Mapping[Group, int],
    before: Mapping[Group, int],
    rule: Rule,
) -> None:
    """Raise RevealingChange when a group that was shown has changed by a few.

    Also when it has changed and isn't shown any longer. `counted` are the numbers of answers of all
    groups that count, ALL too.
    """
    for group, earlier in before.items():
        change = abs(counted.get(group, 0) - earlier)
        if change and (change < rule.smallest_group or group not in shown):
            raise RevealingChange(group, earlier, counted.get(group, 0))


def _is_safe(chain: Chain, plan: Plan, rule: Rule) -> bool:
    """Return whether a plan is safe by rule 4.

    It shows nothing too small, and leaves what it hides wide enough.
    """
    for _group, size, yes in chain.views(plan):
        if yes and any(True for _fault in rule.faults(size, parts(size, yes))):
            return False
    return all(high - low >= rule.smallest_cell - 1 for low, high in chain.hidden_by_gender(plan))


@dataclass(frozen=True)
class _Limit:
    """What an earlier publication lets a chain show.

    `most` is a plan. Where the numbers of answers have changed, nothing may be shown that gives
    away the `added` (or those gone).
    """

    most: Plan
    added: Chain | None

    @classmethod
    def from_publication(cls, earlier: EarlierPublication, chain: Chain) -> _Limit:
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
        return cls(
            Plan(whole, min(whole, split)), _difference(chain, _earlier_chain(earlier, chain))
        )

    def allows(self, plan: Plan, rule: Rule) -> bool:
        """Return whether a plan keeps within the limit.

        It keeps hidden what was, and reveals nothing of too few that were added.
        """
        if plan.whole > self.most.whole or plan.split > self.most.split:
            return False
        if self.added is None:
            return True
        known = len(self.added.questions)
        return _is_safe(self.added, Plan(min(plan.whole, known), min(plan.split, known)), rule)


def _earlier_chain(earlier: EarlierPublication, chain: Chain) -> Chain:
    """Return the chain as it was, for the same groups if possible.

    Else for all of them together.
    """
    questions = tuple(question for question in chain.questions if question in earlier.answers.yes)
    counted = [group for group in earlier.published.groups if group != Group.ALL]
    return Chain.from_answers(questions, earlier.answers, counted or list(earlier.answers.answered))


def _difference(current: Chain, earlier: Chain) -> Chain | None:
    """Return those who were added or are gone since then; None for nobody.

    Where the parts of a group have gone both up and down, its numbers were corrected as well, and
    no pupil can be seen behind the change.
    """
    if current.sizes.keys() != earlier.sizes.keys():
        current, earlier = current.together(), earlier.together()
    sizes: dict[Group, int] = {}
    yes: dict[Group, list[int]] = {}
    for group, size in current.sizes.items():
        difference = size - earlier.sizes[group]
        sign = 1 if difference > 0 else -1
        changes = [
            sign * (new - old)
            for new, old in zip(current.yes[group], earlier.yes[group], strict=False)
        ]
        if difference and min(parts(sign * difference, changes)) >= 0:
            sizes[group], yes[group] = sign * difference, changes
    return Chain(earlier.questions, sizes, yes) if sizes and earlier.questions else None


def _is_hidden(shares: Mapping[tuple[str, Group], Share], question: str, group: Group) -> bool:
    return (question, group) in shares and shares[question, group].percent is None


def _shares(
    chain: Chain, plan: Plan, groups: Mapping[Group, int], rule: Rule, limits: Sequence[_Limit]
) -> dict[tuple[str, Group], Share]:
    """Return the shares of a chain by a plan, the hidden ones with reasons."""
    whole_plan = Plan(len(chain.questions), len(chain.questions))
    shares: dict[tuple[str, Group], Share] = {}
    for group, size, yes in chain.views(whole_plan):
        if group not in groups:
            continue
        shown = plan.whole if group == Group.ALL else plan.split
        first_limited = min(
            (limit.most.whole if group == Group.ALL else limit.most.split for limit in limits),
            default=len(yes),
        )
        reasons = dict(reversed([*_by_question(rule, size, yes)]))
        for index, question in enumerate(chain.questions):
            if index < shown:
                share = Share(percent(yes[index], size))
            elif index >= first_limited:
                share = Share(None, HiddenReason.HIDDEN_BEFORE)
            elif index in reasons:
                share = Share(None, reasons[index])
            elif any(not limit.allows(_plan_with(plan, group, index), rule) for limit in limits):
                share = Share(None, HiddenReason.DIFFERENCE)
            elif index > shown:
                share = Share(None, HiddenReason.WIDER_HIDDEN)
            else:
                share = Share(None, HiddenReason.WORKED_OUT)
            shares[question, group] = share
    return shares


def _plan_with(plan: Plan, group: Group, index: int) -> Plan:
    """Return a plan that shows the question at `index` of the group too."""
    if group == Group.ALL:
        return Plan(index + 1, plan.split)
    return Plan(max(plan.whole, index + 1), index + 1)


def _by_question(rule: Rule, size: int, yes: Sequence[int]) -> Iterator[tuple[int, HiddenReason]]:
    """Yield the questions that are too small in a group, with the reason.

    Each is looked at with the wider ones alone: the parts that it adds are those who said yes to
    it, and those who said yes to the one before it and no to this.
    """
    for index in range(len(yes)):
        for step, reason in rule.faults(size, parts(size, yes[: index + 1])):
            if step >= index:
                yield index, reason

"""Decide which figures of a survey among pupils may be published.

This is the only place that says so; `disclosure_rule` and `corrections` hold parts of it.

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

The rule, for any two publications that may be of the same pupils, and thus for any number of them:

5. What was hidden stays hidden, and a changed number of answers has to be a group by itself for
   which all this holds. Where the number of answers is what it was, the pupils are: of each number
   that was told, either none of them or at least `smallest_cell` have changed their answers. Else
   nothing is published: to see a share hidden would already tell that a few had changed.
6. Of the same pupils two different publications can be read, never a third. Classes that come and
   go can be solved for from three ((a+b) + (a+c) - (b+c) is twice a), from two only when one holds
   the other, which is rule 5.
7. The same pupils are those of one round, whatever was taken back of it, and those of another round
   of the municipality or the commitment that was taken back, when fewer than `smallest_group` came
   or fewer went between the two: it may have had the wrong grade, year or municipality, and have
   been made anew. Of a round that is still public only people can know; they are asked.

Whole per cent are published, of a stated number of answers; a reader can often work out the count,
so that the rule takes it for known. Chains have no questions in common and nothing is published of
how their answers go together, so that no chain reveals anything of another. Nor do years: a year
group has other pupils each year, and sums over years, or over municipalities, are never published.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pledges.surveys import corrections
from pledges.surveys.answer_chains import GENDERS, Answers, Chain, Group, Plan, parts
from pledges.surveys.corrections import EarlierPublication, Limit
from pledges.surveys.disclosure_rule import HiddenReason, Published, Rule, Share


def publish(answers: Answers, rule: Rule, earlier: Sequence[EarlierPublication] = ()) -> Published:
    """Return what may be published of a round, given all of `earlier`.

    Raises RevealingChange when nothing may be, beside them.
    """
    earlier = [publication for publication in earlier if publication.published.is_shown]
    counted, groups = _counted(answers.answered, rule, earlier)
    corrections.refuse_small_changes(answers, counted, groups, rule, earlier)
    if not groups:
        return Published({}, {})
    shares: dict[tuple[str, Group], Share] = {}
    plans: dict[str, Plan] = {}
    for questions in answers.asked_chains():
        chain = Chain.from_answers(questions, answers, counted)
        limits = [Limit.from_publication(publication, chain) for publication in earlier]
        plan = next(
            plan
            for plan in chain.plans()
            if rule.allows(chain, plan) and all(limit.allows(plan, rule) for limit in limits)
        )
        plans[questions[0]] = plan
        shares |= _shares(chain, plan, groups, rule, limits)
    published = Published(groups, shares, plans)
    corrections.refuse_third(EarlierPublication(answers, published), earlier)
    return published


def hidden(latest: Published, rule: Rule) -> Published:
    """Return a publication like the latest, that tells no share."""
    together = latest.groups.get(Group.ALL, 0)
    if together < rule.smallest_group:
        return Published({}, {})
    shares = {key: Share(None) for key in latest.shares if key[1] == Group.ALL}
    return Published({Group.ALL: together}, shares)


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
    shown = [
        group
        for group in GENDERS
        if answered.get(group, 0) >= least
        and all(group in publication.published.groups for publication in earlier)
    ]
    if not {Group.GIRLS, Group.BOYS} <= set(shown):
        shown = []
    counted = shown or list(answered)
    total = sum(answered[group] for group in counted)
    if total < least:
        return counted, {}
    return counted, {**{group: answered[group] for group in shown}, Group.ALL: total}


def _shares(
    chain: Chain, plan: Plan, groups: Mapping[Group, int], rule: Rule, limits: Sequence[Limit]
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

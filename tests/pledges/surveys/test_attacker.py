"""No hidden number of a survey can be worked out from all that is shown.

The attackers share no code with the rule, and every way of breaking the rule that is tried here is
found out by one of them: they can fail.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from pledges.surveys import corrections, statistical_disclosure
from pledges.surveys.answer_chains import Answers, Chain, Group, Plan
from pledges.surveys.corrections import Change, EarlierPublication, RevealingChange
from pledges.surveys.disclosure_rule import HiddenReason, Published, Rule, Share
from pledges.surveys.statistical_disclosure import publish
from tests.pledges.surveys.attacker import Insider, Leak, Solver, answers_of, as_read, with_added

THE_RULE = Rule()
# Small enough that every possible survey can be tried.
SMALL = Rule(smallest_group=4, smallest_cell=3)
# SURVEYS=20000 plays as many.
SURVEYS = int(os.environ.get("SURVEYS", "400"))
A_CHAIN = ("ever", "lately")
A_LOT = settings(
    max_examples=SURVEYS,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@st.composite
def a_group(draw: st.DrawFn, size: int) -> tuple[int, int]:
    """Draw yeses of a group; few and all are as likely as anything between."""
    few = st.integers(0, min(6, size))
    ever = draw(st.one_of(few, few.map(lambda n: size - n), st.integers(0, size)))
    few = st.integers(0, min(6, ever))
    lately = draw(st.one_of(few, few.map(lambda n: ever - n), st.integers(0, ever)))
    return ever, lately


@st.composite
def a_survey(draw: st.DrawFn, most: int = 150) -> Answers:
    groups = draw(
        st.sampled_from(
            [[Group.ALL], [Group.GIRLS, Group.BOYS], [Group.GIRLS, Group.BOYS, Group.OTHER]]
        )
    )
    sizes = [draw(st.one_of(st.integers(0, 30), st.integers(0, most))) for _ in groups]
    yes = tuple(draw(a_group(size)) for size in sizes)
    return answers_of(groups, sizes, yes, A_CHAIN)


@A_LOT
@given(a_survey())
def test_whoever_solves_for_what_is_hidden_learns_nothing_closely(answers: Answers) -> None:
    published = publish(answers, THE_RULE)
    if published.is_shown:
        assert list(Solver(A_CHAIN, [published], [answers]).leaks(THE_RULE)) == []


@st.composite
def corrections_of_a_survey(draw: st.DrawFn) -> list[Answers]:
    """Draw a survey, and once or twice the same with corrections."""
    surveys = [draw(a_survey(80))]
    for _ in range(draw(st.integers(1, 2))):
        surveys.append(draw(st.one_of(with_a_class(surveys[-1]), with_other_answers(surveys[-1]))))
    return surveys if draw(st.booleans()) else surveys[::-1]


@st.composite
def with_a_class(draw: st.DrawFn, first: Answers) -> Answers:
    """Draw a survey with a class more, which backwards is one less."""
    groups = list(first.answered)
    before = {g: [first.yes[q][g] for q in A_CHAIN] for g in groups}
    added = {g: draw(st.one_of(st.just(0), st.integers(0, 30))) for g in groups}
    more = {g: draw(a_group(added[g])) for g in groups}
    sizes = [first.answered[g] + added[g] for g in groups]
    yes = tuple(tuple(of) for of in with_added(before, more).values())
    return answers_of(groups, sizes, yes, A_CHAIN)


@st.composite
def with_other_answers(draw: st.DrawFn, first: Answers) -> Answers:
    """Draw a survey of the same pupils, some of whom answered otherwise."""
    groups, yes = list(first.answered), []
    a_change = st.one_of(st.just(0), st.integers(-7, 7))
    for group in groups:
        ever, lately = (first.yes[question][group] for question in A_CHAIN)
        ever = min(max(ever + draw(a_change), 0), first.answered[group])
        yes.append((ever, min(max(lately + draw(a_change), 0), ever)))
    return answers_of(groups, list(first.answered.values()), tuple(yes), A_CHAIN)


# Half as many, since each has up to three publications to solve for.
@settings(A_LOT, max_examples=SURVEYS // 2)
@given(corrections_of_a_survey())
def test_nor_does_whoever_keeps_the_earlier_publications(rounds: list[Answers]) -> None:
    publications = in_turn(*rounds)
    if all(publication.is_shown for publication in publications):
        truth = rounds[: len(publications)]
        assert list(Solver(A_CHAIN, publications, truth).leaks(THE_RULE)) == []


def in_turn(*rounds: Answers, rule: Rule = THE_RULE) -> list[Published]:
    """Publish one after the other, as long as the rule lets."""
    earlier: list[EarlierPublication] = []
    for answers in rounds:
        try:
            published = statistical_disclosure.publish(answers, rule, earlier)
        except RevealingChange:
            break
        earlier.append(EarlierPublication(answers, published))
    return [publication.published for publication in earlier]


@pytest.mark.parametrize(
    ("sizes", "length", "rule"),
    [
        ((3, 9), 2, SMALL),
        ((4, 5), 2, SMALL),
        ((6, 9), 2, SMALL),
        ((8, 8), 2, SMALL),
        ((12, 9), 2, SMALL),
        ((9,), 2, SMALL),
        ((30,), 2, SMALL),
        ((4, 5, 2), 2, SMALL),
        ((4, 4, 4), 2, SMALL),
        ((8, 8, 4), 1, SMALL),
        ((6, 5), 3, SMALL),
        ((10, 11), 2, THE_RULE),
        ((20, 12), 2, THE_RULE),
        ((40, 30), 1, THE_RULE),
        ((9, 60), 1, THE_RULE),
    ],
)
def test_nor_does_whoever_knows_the_rule_and_tries_every_survey(
    sizes: tuple[int, ...], length: int, rule: Rule
) -> None:
    assert Insider(publish, rule, sizes, length).leaks() == []


def test_nor_does_whoever_knows_the_rule_and_keeps_the_earlier_publication() -> None:
    """Try every survey of (4, 5), and every lot of pupils added to it."""
    assert leaks_to_a_keeper((4, 5), [(4, 0), (0, 4), (4, 4)]) == []


def leaks_to_a_keeper(sizes: tuple[int, int], lots: list[tuple[int, int]]) -> list[Leak]:
    leaks = []
    for lot in lots:
        first = Insider(publish_now, SMALL, sizes, 1)
        more = Insider(publish_now, SMALL, lot, 1)
        both = Insider(publish_now, SMALL, (sizes[0] + lot[0], sizes[1] + lot[1]), 1)
        alike: dict[object, list[Any]] = {}
        for yes in first.every_survey():
            published = first.published(yes)
            earlier = [
                EarlierPublication(answers_of(first.groups, sizes, yes, first.chain), published)
            ]
            for added in more.every_survey():
                now = tuple((a[0] + b[0],) for a, b in zip(yes, added, strict=True))
                try:
                    again = both.published(now, earlier)
                except RevealingChange:
                    continue
                alike.setdefault((as_read(published), as_read(again)), []).append((yes, now, added))
        for surveys in alike.values():
            for insider, at in ((first, 0), (both, 1)):
                leaks += insider._leaks([survey[at] for survey in surveys])
    return leaks


def publish_now(*args: Any) -> Published:
    """Publish by the rule as it stands, broken or not."""
    return statistical_disclosure.publish(*args)


# Ways of breaking the rule, each with what finds it out.


def _no_complementary_suppression(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Chain, "hidden_by_gender", lambda self, plan: iter(()))


def _genders_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the one gender that is too small, and show the other beside all."""
    real = statistical_disclosure.publish

    def broken(answers: Answers, rule: Rule, earlier: Any = ()) -> Published:
        published = real(answers, rule, earlier)
        shares = dict(published.shares)
        for question, of in answers.yes.items():
            if published.shares.get((question, Group.ALL), Share(None)).percent is None:
                continue
            for group, size in published.groups.items():
                if group != Group.ALL and not list(
                    rule.faults(size, [size - of[group], of[group]])
                ):
                    shares[question, group] = Share(statistical_disclosure.percent(of[group], size))
        return Published(published.groups, shares, published.plans)

    monkeypatch.setattr(statistical_disclosure, "publish", broken)


def _only_the_small_number_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget those who said no, and those between two questions."""
    real = Rule.faults
    monkeypatch.setattr(
        Rule,
        "faults",
        lambda self, whole, sizes: (f for f in real(self, whole, sizes) if f[0] == len(sizes) - 1),
    )


def _nobody_and_everybody_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Rule, "smallest_alike", property(lambda self: 1))


def _those_not_shown_are_in_the_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count a gender that is too small to show in the total."""
    real = statistical_disclosure.publish

    def broken(answers: Answers, rule: Rule, earlier: Any = ()) -> Published:
        published = real(answers, rule, earlier)
        shares = dict(published.shares)
        for question, of in answers.yes.items():
            if published.shares[question, Group.ALL].percent is not None:
                everyone = statistical_disclosure.percent(
                    sum(of.values()), sum(answers.answered.values())
                )
                shares[question, Group.ALL] = Share(everyone)
        return Published(published.groups, shares, published.plans)

    monkeypatch.setattr(statistical_disclosure, "publish", broken)


def _small_groups_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Rule, "faults", lambda self, whole, sizes: iter(()))


def _found_by_the_solver(surveys: int = 1000) -> bool:
    def leaks(answers: Answers) -> bool:
        published = statistical_disclosure.publish(answers, THE_RULE)
        return published.is_shown and any(Solver(A_CHAIN, [published], [answers]).leaks(THE_RULE))

    tries = settings(max_examples=surveys, deadline=None, database=None, phases=[Phase.generate])
    try:
        find(a_survey(), leaks, settings=tries)
    except NoSuchExample:
        return False
    return True


def _a_few_may_change_their_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at the numbers of answers alone, as if the rest could tell nothing."""
    monkeypatch.setattr(corrections, "_few_changed", lambda *args: iter(()))


def _the_latest_publication_alone_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    real = statistical_disclosure.publish
    monkeypatch.setattr(
        statistical_disclosure,
        "publish",
        lambda answers, rule, earlier=(): real(answers, rule, earlier[-1:]),
    )


def _as_many_corrections_as_one_likes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corrections, "refuse_third", lambda *args: None)


GIRLS_OF_12 = [(12, (6, 5)), (12, (7, 5))]
TO_AND_FRO = [(45, (20, 10)), (45, (27, 10)), (45, (21, 10))]
CLASSES = [(15, (1, 0)), (15, (8, 0)), (15, (13, 0))]


def _found_by_who_keeps_what_was_published() -> bool:
    return any(
        _leaks_of([answers_of([Group.ALL], [size], (yes,), A_CHAIN) for size, yes in surveys])
        for surveys in (GIRLS_OF_12, TO_AND_FRO)
    )


def _leaks_of(rounds: list[Answers]) -> list[Leak]:
    publications = in_turn(*rounds)
    return list(Solver(A_CHAIN, publications, rounds[: len(publications)]).leaks(THE_RULE))


def _found_by_who_solves_for_classes() -> bool:
    """Three classes, of which one at a time is left out."""
    a, b, c = CLASSES
    rounds = [
        answers_of(
            [Group.ALL],
            [one[0] + other[0]],
            (tuple(x + y for x, y in zip(one[1], other[1], strict=True)),),
            A_CHAIN,
        )
        for one, other in ((a, b), (a, c), (b, c))
    ]
    publications = in_turn(*rounds)
    return len(publications) == 3 and all(
        publication.shares["ever", Group.ALL].percent is not None for publication in publications
    )


def _found_by_the_insider() -> bool:
    surveys = [((4, 5), 2), ((8, 8), 2), ((6, 9), 1), ((9,), 2), ((8, 8, 2), 1)]
    return any(Insider(publish_now, SMALL, sizes, length).leaks() for sizes, length in surveys)


@pytest.mark.parametrize(
    ("broken", "is_found"),
    [
        (_no_complementary_suppression, _found_by_the_insider),
        (_genders_by_themselves, _found_by_the_solver),
        (_genders_by_themselves, _found_by_the_insider),
        (_only_the_small_number_counts, _found_by_the_solver),
        (_nobody_and_everybody_are_shown, _found_by_the_insider),
        (_those_not_shown_are_in_the_sum, _found_by_the_insider),
        (_small_groups_are_shown, _found_by_the_solver),
        (_a_few_may_change_their_answers, _found_by_who_keeps_what_was_published),
        (_the_latest_publication_alone_counts, _found_by_who_keeps_what_was_published),
        (_as_many_corrections_as_one_likes, _found_by_who_solves_for_classes),
    ],
    ids=lambda value: value.__name__.strip("_"),
)
def test_a_broken_rule_is_found_out(
    broken: Callable[[pytest.MonkeyPatch], None],
    is_found: Callable[[], bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken(monkeypatch)
    assert is_found()


def test_the_same_attackers_find_nothing_against_the_rule_itself() -> None:
    assert not _found_by_the_insider()
    assert not _found_by_who_keeps_what_was_published()
    assert not _found_by_who_solves_for_classes()
    assert not _found_by_the_solver(SURVEYS)


@pytest.mark.parametrize("lots", [[(4, 0), (0, 4), (4, 4)], [(1, 0), (0, 1)]])
def test_a_rule_that_forgets_the_earlier_publication_is_found_out(
    lots: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert leaks_to_a_keeper((8, 8), lots) == []
    monkeypatch.setattr(corrections, "refuse_small_changes", lambda *args: None)
    monkeypatch.setattr(corrections.Limit, "allows", lambda self, plan, rule: True)
    assert leaks_to_a_keeper((8, 8), lots)


def test_what_is_kept_out_changes_nothing() -> None:
    """A gender that isn't shown counts nowhere, whatever its answers."""
    sizes = (30, 25, 3)
    readings = {
        as_read(
            publish(
                answers_of(
                    [Group.GIRLS, Group.BOYS, Group.OTHER],
                    sizes,
                    ((12, 6), (9, 4), (ever, lately)),
                    A_CHAIN,
                ),
                THE_RULE,
            )
        )
        for ever in range(4)
        for lately in range(ever + 1)
    }
    assert len(readings) == 1


def test_as_much_is_shown_as_the_rule_lets() -> None:
    """A rule that hid everything would be safe and of no use."""
    groups = [Group.GIRLS, Group.BOYS]
    shown = publish(answers_of(groups, (45, 40), ((12, 6), (11, 5)), A_CHAIN), THE_RULE)
    assert shown.plans == {"ever": Plan(2, 2)}
    assert shown.shares["ever", Group.GIRLS].percent == 27
    assert shown.shares["ever", Group.ALL].percent == 27
    some = publish(answers_of(groups, (45, 40), ((12, 3), (11, 3)), A_CHAIN), THE_RULE)
    assert some.plans == {"ever": Plan(2, 1)}
    assert some.shares["lately", Group.ALL].percent == 7
    assert some.shares["lately", Group.GIRLS].percent is None
    few = publish(answers_of(groups, (45, 40), ((5, 1), (6, 1)), A_CHAIN), THE_RULE)
    assert few.plans == {"ever": Plan(1, 1)}
    nobody = publish(answers_of(groups, (45, 40), ((0, 0), (0, 0)), A_CHAIN), THE_RULE)
    assert nobody.shares["ever", Group.BOYS].percent == 0


def test_why_something_is_hidden_is_said_to_those_who_may_know() -> None:
    groups = [Group.GIRLS, Group.BOYS]
    published = publish(answers_of(groups, (45, 40), ((12, 3), (11, 8)), A_CHAIN), THE_RULE)
    assert published.shares["lately", Group.GIRLS].reason == HiddenReason.FEW_YES
    assert published.shares["lately", Group.BOYS].reason in {
        HiddenReason.FEW_BETWEEN,
        HiddenReason.WORKED_OUT,
    }
    nearly_all = publish(answers_of(groups, (45, 40), ((43, 20), (20, 8)), A_CHAIN), THE_RULE)
    assert nearly_all.shares["ever", Group.GIRLS].reason == HiddenReason.FEW_NO


def test_what_was_hidden_stays_hidden_and_single_pupils_are_not_added() -> None:
    groups = [Group.GIRLS, Group.BOYS]
    first = answers_of(groups, (45, 40), ((12, 3), (11, 8)), A_CHAIN)
    published = publish(first, THE_RULE)
    mended = answers_of(groups, (45, 40), ((12, 6), (11, 5)), A_CHAIN)
    again = publish(mended, THE_RULE, [EarlierPublication(first, published)])
    assert again.shares["lately", Group.GIRLS].reason == HiddenReason.HIDDEN_BEFORE
    assert publish(mended, THE_RULE).shares["lately", Group.GIRLS].percent is not None
    one_more = answers_of(groups, (46, 40), ((12, 3), (11, 8)), A_CHAIN)
    with pytest.raises(RevealingChange):
        publish(one_more, THE_RULE, [EarlierPublication(first, published)])


@pytest.mark.parametrize(
    ("surveys", "changes"),
    [
        (GIRLS_OF_12, [Change(Group.ALL, 6, 7, "ever")]),
        (TO_AND_FRO, [Change(Group.ALL, 20, 21, "ever")]),
        ([(45, (20, 10)), (45, (20, 11))], [Change(Group.ALL, 10, 11, "lately")]),
        # Enough to each question, but one to the wider alone.
        ([(45, (20, 10)), (45, (26, 15))], [Change(Group.ALL, 10, 15, "lately")]),
        # Two classes come, one by one; a third publication is one too many.
        ([(45, (20, 10)), (60, (26, 15)), (75, (32, 20))], []),
    ],
)
def test_what_a_correction_would_give_away_is_named(
    surveys: list[tuple[int, tuple[int, int]]], changes: list[Change]
) -> None:
    earlier: list[EarlierPublication] = []
    *before, last = (answers_of([Group.ALL], [size], (yes,), A_CHAIN) for size, yes in surveys)
    for answers in before:
        earlier.append(EarlierPublication(answers, publish(answers, THE_RULE, earlier)))
    with pytest.raises(RevealingChange) as refused:
        publish(last, THE_RULE, earlier)
    assert list(refused.value.changes) == changes


@pytest.mark.parametrize("wrong", [(0, 5), (10, 1), (10, 11)])
def test_a_rule_that_protects_nobody_is_refused(wrong: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="smallest_cell"):
        Rule(*wrong)


@pytest.mark.parametrize(
    "answers",
    [
        {"answered": {Group.GIRLS: 10}, "yes": {"ever": {Group.GIRLS: 11}}},
        {
            "answered": {Group.GIRLS: 10},
            "yes": {"ever": {Group.GIRLS: 3}, "lately": {Group.GIRLS: 4}},
        },
        {"answered": {Group.ALL: 10, Group.GIRLS: 5}, "yes": {}},
    ],
)
def test_numbers_that_contradict_one_another_are_refused(answers: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"both|could"):
        Answers(**answers, chains=[A_CHAIN])

"""What becomes of commitments from one pledge to the next.

By a rule, the same each time.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledges.comparing.matching import ALIKE, Comparison, compare, likeness
from pledges.models import Commitment

DOGS = "Polisen genomför hundsök efter narkotika i skolan två gånger om året."
MORE_DOGS = "Polisen genomför hundsök efter narkotika i skolan tre gånger om året."
CLASSES = "Polisen besöker alla klasser i årskurs sju."


def commitments(*rows: dict[str, Any], first_key: int = 1) -> list[Commitment]:
    """Return commitments that are nowhere stored, numbered in the order given."""
    defaults = {
        "kind": "other",
        "responsible": "police",
        "text_sv": DOGS,
        "target_shape": "count",
        "target_amount": Decimal(2),
        "target_period": "year",
        "target_unit_sv": "hundsök",
    }
    return [
        Commitment(pk=first_key + number, number=number, **{**defaults, **row})
        for number, row in enumerate(rows, start=1)
    ]


def compared(before: Iterable[dict[str, Any]], after: Iterable[dict[str, Any]]) -> Comparison:
    return compare(commitments(*before), commitments(*after, first_key=100))


def numbers(comparison: Comparison) -> dict[str, list[Any]]:
    return {
        "new": [commitment.number for commitment in comparison.new],
        "changed": [(pair.before.number, pair.after.number) for pair in comparison.changed],
        "dropped": [commitment.number for commitment in comparison.dropped],
        "unchanged": [(pair.before.number, pair.after.number) for pair in comparison.unchanged],
    }


def test_the_same_words_and_target_are_kept_on_under_another_number() -> None:
    comparison = compared([{}, {"text_sv": CLASSES}], [{"text_sv": CLASSES}, {}])
    assert numbers(comparison) == {
        "new": [],
        "changed": [],
        "dropped": [],
        "unchanged": [(2, 1), (1, 2)],
    }


def test_spaces_and_line_breaks_change_nothing() -> None:
    comparison = compared([{}], [{"text_sv": DOGS.replace(" ", "\n ")}])
    assert numbers(comparison)["unchanged"] == [(1, 1)]


@pytest.mark.parametrize(
    "change",
    [
        {"text_sv": MORE_DOGS},
        {"target_amount": Decimal(3)},
        {"target_period": "term"},
        {"target_at_least": False},
        {"target_unit_sv": "sökningar"},
    ],
)
def test_another_word_or_target_is_a_change(change: dict[str, Any]) -> None:
    comparison = compared([{}], [change])
    assert numbers(comparison) == {"new": [], "changed": [(1, 1)], "dropped": [], "unchanged": []}
    assert comparison.changed[0].has_same_words is ("text_sv" not in change)


def test_how_an_amount_is_written_is_no_change() -> None:
    assert numbers(compared([{}], [{"target_amount": Decimal("2.00")}]))["unchanged"] == [(1, 1)]


@pytest.mark.parametrize("change", [{"responsible": "municipality"}, {"kind": "drug_dog_search"}])
def test_another_party_or_kind_is_another_commitment(change: dict[str, Any]) -> None:
    assert numbers(compared([{}], [change])) == {
        "new": [1],
        "changed": [],
        "dropped": [1],
        "unchanged": [],
    }


def test_texts_that_share_less_than_half_of_their_words_are_no_pair() -> None:
    half, less = "ett två tre fyra", "ett två tre fyra fem"
    assert likeness(half, "ett två sju åtta") == pytest.approx(ALIKE)
    assert likeness(less, "ett två sju åtta nio") == 0
    assert numbers(compared([{"text_sv": half}], [{"text_sv": "ett två sju åtta"}]))["changed"]
    assert numbers(compared([{"text_sv": less}], [{"text_sv": "ett två sju åtta nio"}])) == {
        "new": [1],
        "changed": [],
        "dropped": [1],
        "unchanged": [],
    }


def test_commitments_of_unlike_real_texts_are_not_taken_for_each_other() -> None:
    other = "Polisen genomför kontroll mot arbetslivskriminalitet minst en gång om året."
    assert likeness(DOGS, other) < ALIKE
    assert likeness(DOGS, MORE_DOGS) > 0.8


def test_the_likest_are_paired_first_and_each_once() -> None:
    comparison = compared(
        [{"text_sv": MORE_DOGS}, {}],
        [{}, {"text_sv": DOGS.replace("två gånger", "fyra gånger")}],
    )
    # The second of the new is alike to both, but the one that is left is the first.
    assert numbers(comparison) == {
        "new": [],
        "changed": [(1, 2)],
        "dropped": [],
        "unchanged": [(2, 1)],
    }


def test_of_equally_like_ones_the_lower_numbers_are_paired() -> None:
    comparison = compared([{}, {}], [{}])
    assert numbers(comparison) == {"new": [], "changed": [], "dropped": [2], "unchanged": [(1, 1)]}


def test_the_order_that_rows_come_in_does_not_matter() -> None:
    before, after = (
        commitments({}, {"text_sv": CLASSES}),
        commitments({"text_sv": MORE_DOGS}, {}, first_key=100),
    )
    assert numbers(compare(before[::-1], after[::-1])) == numbers(compare(before, after))


_texts = st.lists(st.sampled_from(["ett", "två", "tre", "fyra", "fem"]), max_size=8).map(" ".join)
_rows = st.lists(
    st.fixed_dictionaries(
        {"text_sv": _texts, "responsible": st.sampled_from(["police", "municipality"])}
    ),
    max_size=5,
)


@given(_rows, _rows)
def test_every_commitment_is_told_of_once_and_backwards_is_the_mirror(
    before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> None:
    comparison, back = numbers(compared(before, after)), numbers(compared(after, before))
    pairs = comparison["unchanged"] + comparison["changed"]
    assert sorted(comparison["dropped"] + [one for one, _ in pairs]) == [*range(1, len(before) + 1)]
    assert sorted(comparison["new"] + [other for _, other in pairs]) == [*range(1, len(after) + 1)]
    assert (comparison["new"], comparison["dropped"]) == (back["dropped"], back["new"])
    for what in ("unchanged", "changed"):
        assert sorted(comparison[what]) == sorted((one, other) for other, one in back[what])


@given(_texts, _texts)
def test_likeness_is_the_same_both_ways_and_whole_only_for_the_same_words(
    one: str, other: str
) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other) <= 1
    assert (likeness(one, other) == 1) == (one.split() == other.split())

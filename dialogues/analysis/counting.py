"""Counts of answers by theme, group and part of the municipality.

Statistical disclosure: numbers from one to four are kept back, since somebody could be known by
them. Where a row's sum is shown, what is kept back of the row could be worked out when it is one
number, or together fewer than five; then the smallest of the others is kept back with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from dialogues.models import CodedTheme, Dialogue, District, RankedTheme, Submission, Theme

MIN_DISCLOSED = 5

# A number, or None when it is kept back.
Disclosed = int | None


@dataclass(frozen=True)
class Row:
    """How many answers named a theme, in all and by the table's columns."""

    theme: Theme
    total: Disclosed
    parts: list[Disclosed]


@dataclass(frozen=True)
class Counts:
    """The answers of a dialogue, counted by group and by district.

    `groups` and `districts` name the columns; `of_groups` and `of_districts` are how many answers
    there are of each.
    """

    answers: int
    groups: list[str]
    of_groups: list[Disclosed]
    by_group: list[Row]
    districts: list[str]
    of_districts: list[Disclosed]
    by_district: list[Row]


def disclosed(number: int) -> Disclosed:
    """Return a number that may be shown, None for one to keep back."""
    return number if number == 0 or number >= MIN_DISCLOSED else None


def disclosed_parts(numbers: Sequence[int]) -> list[Disclosed]:
    """Return the numbers of a row whose sum is shown, None for the kept back.

    None that is kept back can be worked out from the others and the sum.
    """
    parts = [disclosed(number) for number in numbers]
    while True:
        kept_back = [number for number, part in zip(numbers, parts, strict=True) if part is None]
        others = [index for index, part in enumerate(parts) if part]
        if not others or not kept_back or (len(kept_back) > 1 and sum(kept_back) >= MIN_DISCLOSED):
            return parts
        parts[min(others, key=lambda index: numbers[index])] = None


def themes_by_answer(dialogue: Dialogue | int) -> set[tuple[int, int]]:
    """Return pairs of the keys of an answer and of a theme that it names.

    A theme is named when the writer ticked it or staff coded it.
    """
    pairs: set[tuple[int, int]] = set()
    for model in (RankedTheme, CodedTheme):
        themed = model.objects.filter(submission__dialogue=dialogue, submission__withdrawn_at=None)
        pairs.update(themed.values_list("submission", "theme"))
    return pairs


def counts(dialogue: Dialogue) -> Counts:
    """Count a dialogue's answers, in a fixed number of queries."""
    answers = dialogue.submissions.counted().values_list("pk", "group", "district")
    group_of = {key: group for key, group, _district in answers}
    district_of = {key: district for key, _group, district in answers}
    pairs = themes_by_answer(dialogue)
    themes = list(Theme.objects.filter(municipality=dialogue.municipality_id).in_order())
    districts = list(District.objects.filter(municipality=dialogue.municipality_id).in_order())
    groups = [*Submission.Group.values, ""]
    places = [*(district.pk for district in districts), None]
    totals = Counter(theme for _answer, theme in pairs)
    by_group = Counter((theme, group_of[answer]) for answer, theme in pairs if answer in group_of)
    by_place = Counter(
        (theme, district_of[answer]) for answer, theme in pairs if answer in group_of
    )
    shown = [theme for theme in themes if totals[theme.pk] or not theme.is_retired]
    return Counts(
        answers=len(group_of),
        groups=[str(Submission.Group(group).label) if group else "" for group in groups],
        of_groups=disclosed_parts([Counter(group_of.values())[group] for group in groups]),
        by_group=[
            _row(theme, totals[theme.pk], [by_group[theme.pk, group] for group in groups])
            for theme in shown
        ],
        districts=[*(district.name for district in districts), ""],
        of_districts=disclosed_parts([Counter(district_of.values())[place] for place in places]),
        by_district=[
            _row(theme, totals[theme.pk], [by_place[theme.pk, place] for place in places])
            for theme in shown
        ],
    )


def _row(theme: Theme, total: int, parts: list[int]) -> Row:
    if disclosed(total) is None:
        # All of it is small: nothing of it is told.
        return Row(theme, None, [None if part else 0 for part in parts])
    return Row(theme, total, disclosed_parts(parts))


@dataclass(frozen=True)
class Share:
    """How many of a dialogue's answers named a theme, and their percentage."""

    number: Disclosed
    percent: int | None


def compare(
    dialogues: Sequence[Dialogue], themes: Sequence[Theme]
) -> list[tuple[Theme, list[Share]]]:
    """Return each theme's share of the answers in each of the dialogues.

    The shares come in the order of the dialogues; themes that nobody named are left out.
    """
    numbers = [
        Counter(theme for _answer, theme in themes_by_answer(dialogue)) for dialogue in dialogues
    ]
    answers = [dialogue.submissions.counted().count() for dialogue in dialogues]
    return [
        (
            theme,
            [
                _share(number[theme.pk], among)
                for number, among in zip(numbers, answers, strict=True)
            ],
        )
        for theme in themes
        if any(number[theme.pk] for number in numbers)
    ]


def _share(number: int, among: int) -> Share:
    shown = disclosed(number)
    return Share(shown, round(100 * shown / among) if shown is not None and among else None)

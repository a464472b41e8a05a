"""Find what was published earlier of a round's pupils."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Q

from pledges.models import SurveyPublication, SurveyRound
from pledges.models.survey import CHAINS
from pledges.surveys.answer_chains import Answers, Group
from pledges.surveys.corrections import EarlierPublication, may_be_same_pupils
from pledges.surveys.disclosure_rule import Published, Rule, Share

_CHAINS = tuple(tuple(measure.value for measure in chain) for chain in CHAINS)


def rule() -> Rule:
    """Return the thresholds that this portal is set to."""
    return Rule(settings.SURVEY_SMALLEST_GROUP, settings.SURVEY_SMALLEST_CELL)


def answers_of(sums: dict[str, Any]) -> Answers:
    """Return the answers that a publication was made of."""
    return Answers(
        {Group(group): number for group, number in sums["answered"].items()},
        {
            measure: {Group(group): number for group, number in numbers.items()}
            for measure, numbers in sums["yes"].items()
        },
        _CHAINS,
    )


def earlier_publications(
    survey_round: SurveyRound, answers: Answers
) -> tuple[list[EarlierPublication], tuple[SurveyRound, ...]]:
    """Return all that was published of a round's pupils, and rounds alike.

    The pupils may have been published as another round, which was taken back before this one was
    first published. While that is still public, and this isn't, it may be `alike`: of the same
    school year or the one beside, and by its numbers of the same pupils. One query.
    """
    own = [
        publication
        for publication in survey_round.publications.all()
        if publication.published_figures
    ]
    others: dict[SurveyRound, list[SurveyPublication]] = {}
    for publication in (
        SurveyPublication.objects.filter(
            Q(round__municipality=survey_round.municipality_id)
            | Q(round__commitment=survey_round.commitment_id)
        )
        .exclude(round=survey_round.pk)
        .select_related("round__municipality")
        .order_by("pk")
    ):
        if not own or publication.pk < own[0].pk:
            others.setdefault(publication.round, []).append(publication)
    earlier: list[EarlierPublication] = []
    alike: list[SurveyRound] = []
    for other, publications in others.items():
        of_same = [
            other_publication
            for other_publication in _told(publications, f"{other.municipality}, {other}")
            if may_be_same_pupils(answers, other_publication, rule())
        ]
        if not publications[-1].published_figures:
            earlier += of_same
        elif of_same and not own and abs(other.school_year - survey_round.school_year) <= 1:
            alike.append(other)
    return [*earlier, *_told(own)], tuple(alike)


def _told(publications: Iterable[SurveyPublication], name: str = "") -> list[EarlierPublication]:
    """Return what was published; a withdrawal published nothing."""
    return [
        EarlierPublication(
            answers_of(publication.sums), published_of(publication.published_figures), name
        )
        for publication in publications
        if publication.published_figures
    ]


def published_of(published_json: dict[str, Any]) -> Published:
    """Return a publication's content in the form that the rule compares with."""
    return Published(
        {Group(group): number for group, number in published_json["groups"].items()},
        {
            (measure, Group(group)): Share(percent)
            for measure, group, percent in published_json["shares"]
        },
    )


def content_json(published: Published) -> dict[str, Any]:
    """Return the content that a publication keeps, in a fixed order."""
    shares = sorted(published.shares.items(), key=lambda item: (item[0][0], item[0][1].value))
    return {
        "groups": {group.value: number for group, number in sorted(published.groups.items())},
        "shares": [[measure, group.value, share.percent] for (measure, group), share in shares],
    }

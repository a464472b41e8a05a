"""Statistics of dog searches in schools, by school year.

Everything comes from the public part of actions, so that nothing is told here that isn't told in
the list of actions; a school year that can't be told of in full yet says so, since a sum that seems
whole would be read as one (and a missing search as one still to come).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Subquery

from pledge_portal.accounts.permissions import Person
from pledges.actions import action_disclosure
from pledges.actions.days import Days
from pledges.models import (
    Commitment,
    CompletedAction,
    Municipality,
    PublishedAction,
    ValidityPeriod,
)


@dataclass(frozen=True)
class SearchYear:
    """The searches of one school year.

    The outcome is None unless all of them may tell it. `is_whole` says that all of it can be told,
    `is_promised_throughout` that a pledge of searches was in force all of it.
    """

    school_year: int
    searches: int
    premises: int | None
    indications: int | None
    finds: int | None
    is_whole: bool
    is_demonstration: bool
    is_promised_throughout: bool = True


def searches_of(municipality: Municipality, on: date) -> list[SearchYear]:
    """Return a municipality's school years with searches, the earliest first.

    One query without any, else four. Years between the first and the last without any search are
    there too, with zero.
    """
    commitments = Commitment.objects.public().filter(
        kind=Commitment.Kind.DRUG_DOG_SEARCH, pledge__parties__municipality=municipality
    )
    in_force = ValidityPeriod.objects.filter(
        pledge=OuterRef("pledge"), municipality=municipality
    ).order_by("during")
    commitments = (
        commitments.select_related("pledge", "origin__pledge")
        .prefetch_related("pledge__prolongations", "target_changes")
        .annotate(in_force=Subquery(in_force.values("during")[:1]))
    )
    rows = PublishedAction.objects.public(on).filter(municipality=municipality)
    return _years(rows.searches_by_school_year(), commitments.distinct(), on)


@dataclass(frozen=True)
class OwnSearchYear:
    """The searches of one school year as those who work with them see it.

    `published` is how many of them the public is told of on the day; `untold_outcomes` how many
    have no outcome recorded.
    """

    municipality: Municipality
    school_year: int
    searches: int
    premises: int
    indications: int
    finds: int
    untold_outcomes: int
    published: int


def own_searches(user: Person, on: date) -> list[OwnSearchYear]:
    """Return every search that counts in the places of a person's actions.

    By municipality and with the latest school year first; three queries.
    """
    mine = CompletedAction.objects.visible_to(user).counted()
    rows = list(mine.searches_by_school_year())
    places = Municipality.objects.in_bulk({row["municipality_id"] for row in rows})
    public = PublishedAction.objects.public(on).filter(municipality__in=places)
    published = {
        (row["municipality_id"], row["school_year"]): row["searches"]
        for row in public.searches_by_school_year()
    }
    years = [
        OwnSearchYear(
            municipality=places[row["municipality_id"]],
            school_year=row["school_year"],
            searches=row["searches"],
            premises=row["premises"] or 0,
            indications=row["indications"] or 0,
            finds=row["finds"] or 0,
            untold_outcomes=row["entries"] - row["telling"],
            published=published.get((row["municipality_id"], row["school_year"]), 0),
        )
        for row in rows
    ]
    return sorted(years, key=lambda year: (year.municipality.sort_key, -year.school_year))


def _years(rows: Iterable[dict], promised: Iterable[Commitment], on: date) -> list[SearchYear]:
    by_year = {row["school_year"]: row for row in rows}
    if not by_year:
        return []
    commitments = list(promised)
    years = []
    for year in range(min(by_year), max(by_year) + 1):
        row = by_year.get(year)
        tells = row is not None and row["telling"] == row["entries"]
        years.append(
            SearchYear(
                school_year=year,
                searches=row["searches"] if row else 0,
                premises=row["premises"] if row and tells else None,
                indications=row["indications"] if row and tells else None,
                finds=row["finds"] if row and tells else None,
                is_whole=all(_is_whole(year, commitment, on) for commitment in commitments),
                is_promised_throughout=_is_promised_throughout(year, commitments),
                is_demonstration=bool(row and row["is_demonstration"]),
            )
        )
    return years


def _is_promised_throughout(school_year: int, commitments: Iterable[Any]) -> bool:
    """Return whether pledges were in force from a school year's first day on."""
    day, last = date(school_year, 8, 1), date(school_year + 1, 7, 31)
    for during in sorted(commitment.in_force for commitment in commitments if commitment.in_force):
        if during.lower <= day:
            day = max(day, during.upper or date.max)
    return day > last


def _is_whole(school_year: int, commitment: Commitment, on: date) -> bool:
    """Return whether a school year's last search would be told by now.

    As the kind and the target have it. Embargoes aren't counted in: how long they are is not for
    the public.
    """
    last = date(school_year + 1, 7, 31)
    if last < commitment.pledge.valid_from:
        return True
    return (
        action_disclosure.public_from(
            commitment, Days(last, last), None, action_disclosure.disclosure_of_kind(commitment)
        )
        <= on
    )

"""Begin the next pledge: from nothing, or from an earlier one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import count

from django.db import transaction
from django.utils.translation import gettext as _

from pledge_portal.accounts.models import User
from pledge_portal.accounts.permissions import Action, Person, keys_of_own_places
from pledge_portal.pages.refusals import Refused
from pledge_portal.pages.text import day
from pledges.models import (
    Commitment,
    Municipality,
    Pledge,
    PledgeParty,
    PledgeVersion,
    PoliceArea,
    PoliceAreaCoverage,
    TargetChange,
)
from pledges.writing import parts
from pledges.writing.editing import keep_first_version, refusals
from pledges.writing.front import write_front
from pledges.writing.parts import FRONT, PartKind


@dataclass(frozen=True)
class Beginning:
    """What has to be said of a pledge before anything else."""

    title: str
    municipalities: list[Municipality]
    holds_in: list[Municipality]
    police_area: PoliceArea
    valid_from: date
    valid_to: date
    until_replaced: bool
    period: str


def period_of(valid_from: date, valid_to: date) -> str:
    """Return the usual part of the address: "2026-2028", or "2026".

    The latter within a year.
    """
    if valid_from.year == valid_to.year:
        return str(valid_from.year)
    return f"{valid_from.year}-{valid_to.year}"


def areas_to_write_for(user: Person) -> list[PoliceArea]:
    """Return the police areas that a person can begin a pledge with.

    Their own, and those that cover their municipalities.
    """
    own = keys_of_own_places(user, Action.WRITE_PLEDGES)
    areas = PoliceArea.objects.order_by("name")
    if own is None:
        return list(areas)
    municipalities, keys = own
    covering = PoliceAreaCoverage.objects.filter(municipality__in=municipalities)
    return list(areas.filter(pk__in={*keys, *covering.values_list("police_area", flat=True)}))


def municipalities_to_write_for(user: Person, areas: list[PoliceArea]) -> list[Municipality]:
    """Return the municipalities that can be parties, by name.

    Those that the areas cover.
    """
    covered = PoliceAreaCoverage.objects.filter(police_area__in=areas).values("municipality")
    return list(Municipality.objects.filter(pk__in=covered).order_by("sort_key"))


def may_begin(user: Person, beginning: Beginning) -> bool:
    """Return whether a person writes for one of the parties.

    Nobody begins a pledge for others alone.
    """
    own = keys_of_own_places(user, Action.WRITE_PLEDGES)
    if own is None:
        return True
    municipalities, areas = own
    return beginning.police_area.pk in areas or any(
        municipality.pk in municipalities for municipality in beginning.municipalities
    )


def revisions_being_written(pledge: Pledge) -> list[Pledge]:
    """Return the drafts that revise a pledge, and what waits for signatures."""
    revisions = pledge.revisions.exclude(stage=Pledge.Stage.DROPPED)
    return list(revisions.filter(validity_periods=None).order_by("created_at", "pk"))


def being_revised_sentence(revision: Pledge) -> str:
    """Return that a revision is being written already, in a sentence."""
    return _("Löftet revideras redan: %(title)s, från den %(day)s.") % {
        "title": revision.title,
        "day": day(revision.valid_from),
    }


def free_period(pledge: Pledge) -> str:
    """Return a free part of the address for a new text of a pledge."""
    taken = set(
        PledgeParty.objects.filter(municipality__in=pledge.municipalities.all()).values_list(
            "period", flat=True
        )
    )
    names = (f"{pledge.period[:9]}-rev{number}".removesuffix("1") for number in count(1))
    return next(name for name in names if name not in taken)


@transaction.atomic
def begin_revision(
    revised: Pledge,
    *,
    valid_from: date,
    period: str,
    by: User,
    at: datetime,
    begins_another: bool = False,
) -> PledgeVersion:
    """Begin a new text of a signed pledge, from a day on.

    It is for the same places to the same last day, and its commitments carry on those of the
    pledge. Raises Refused when it doesn't hold on the day, when a revision is being written already
    unless it `begins_another`, or as `begin` does.
    """
    Pledge.objects.select_for_update().get(pk=revised.pk)
    if not begins_another and (others := revisions_being_written(revised)):
        raise Refused({"begins_another": being_revised_sentence(others[0])})
    if valid_from > revised.full_end:
        sentence = _("Den nya texten ska gälla före löftets sista dag, den %(day)s.")
        raise Refused({"valid_from": sentence % {"day": day(revised.full_end)}})
    if not any(valid_from in row.during for row in revised.validity_periods.all()):
        raise Refused({"valid_from": _("Löftet gäller inte den dagen.")})
    if valid_from == revised.valid_from:
        raise Refused({"valid_from": _("Den nya texten börjar gälla efter löftets första dag.")})
    beginning = Beginning(
        title=revised.title_sv,
        municipalities=revised.giving_municipalities,
        holds_in=[party.municipality for party in revised.parties.all() if not party.gives],
        police_area=revised.police_area,
        valid_from=valid_from,
        valid_to=revised.full_end,
        until_replaced=revised.until_replaced,
        period=period,
    )
    return begin(beginning, after=revised, by=by, at=at, is_revision=True)


@transaction.atomic
def begin(
    beginning: Beginning,
    *,
    after: Pledge | None,
    by: User,
    at: datetime,
    is_revision: bool = False,
) -> PledgeVersion:
    """Begin a draft, and return its first version.

    It says all that `after` does, if there is one, and gives its text anew if it `is_revision`.
    Raises Refused when a municipality has a pledge at the address already.
    """
    pledge = Pledge(
        title_sv=beginning.title,
        period=beginning.period,
        police_area=beginning.police_area,
        valid_from=beginning.valid_from,
        valid_to=beginning.valid_to,
        until_replaced=beginning.until_replaced,
    )
    if after is not None:
        pledge.revises = after if is_revision else None
        pledge.summary_sv, pledge.summary_en = after.summary_sv, after.summary_en
        pledge.older_english = [name for name in after.older_english if name == "summary"]
        # What was made up for the demonstration is no less so in the next pledge.
        pledge.is_demonstration = after.is_demonstration
        pledge.invented = [name for name in after.invented if name != "valid_from"]
    with refusals():
        pledge.save()
        places = [*beginning.municipalities, *beginning.holds_in]
        for position, municipality in enumerate(places, 1):
            PledgeParty.objects.create(
                pledge=pledge,
                municipality=municipality,
                position=position,
                gives=municipality in beginning.municipalities,
            )
    if after is not None:
        _copy(after, pledge)
    return keep_first_version(pledge, by=by, at=at)


def _copy(after: Pledge, pledge: Pledge) -> None:
    """Copy the text of a pledge; signatories of those that are parties still."""
    contents = parts.contents_of(after)
    parties = {municipality.code for municipality in pledge.giving_municipalities}
    front = parts.part_of(parts.contents_of(pledge), FRONT) or {}
    before = contents["front"]
    carried = {**front, "further_police_areas": before["further_police_areas"]}
    carried["parts"] = [part for part in before["parts"] if part.partition(":")[0] in parties]
    write_front(pledge, carried)
    areas: dict[int, int] = {}
    origins = _origins(after) if pledge.revises_id else {}
    targets = _targets(after, is_revision=bool(pledge.revises_id))
    for part in parts.parts_of(contents):
        values = parts.part_of(contents, part)
        if part.kind == PartKind.FRONT or values is None:
            continue
        if part.kind == PartKind.SIGNATORY and values["municipality"] not in {"", *parties}:
            continue
        older = parts.older_english_of(contents, part)
        if part.kind == PartKind.COMMITMENT:
            values["focus_area"] = areas[values["focus_area"]]
            values["origin"] = origins.get(part.key, "")
            if change := targets.get(part.key):
                values |= parts.plain_values(change.fields())
                older = [*change.older_english, *(name for name in older if name != "target_unit")]
        written = parts.write_row(
            pledge,
            parts.Part(part.kind),
            values,
            parts.invented_of(contents, part),
            older_english=older,
        )
        if part.kind == PartKind.FOCUS_AREA:
            areas[part.key] = written.key


def _targets(after: Pledge, *, is_revision: bool) -> dict[int, TargetChange]:
    """Return by commitment the changes of targets since.

    A wrong one isn't written again. A number that a prolongation gave is for its time, which a
    revision has too and the next pledge hasn't.
    """
    changes = TargetChange.objects.for_pledges([after])
    if not is_revision:
        changes = changes.corrections()
    return {change.commitment_id: change for change in changes}


def _origins(revised: Pledge) -> dict[int, int]:
    """Return by commitment the first that whoever carries it on carries on.

    A number of searches for the whole pledge begins anew: how many are left of it stays secret.
    """
    return {
        commitment.pk: commitment.origin_id or commitment.pk
        for commitment in Commitment.objects.filter(pledge=revised).prefetch_related(
            "target_changes"
        )
        if not commitment.hides_how_many_are_left
    }

"""Record, correct and strike out completed actions.

An acknowledged action is stored once, whatever happens to the connection: each sending of the form
bears a number of its own (`submission`), and the same number sent again gives the same action.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pledge_portal.accounts.models import User
from pledge_portal.accounts.permissions import Action, may
from pledge_portal.database.acting import on_behalf_of
from pledge_portal.pages.refusals import ChangedMeanwhile, Refused, check_is_same
from pledge_portal.pages.text import day as day_in_words
from pledges.actions import action_disclosure
from pledges.actions.days import Days, crossed_border
from pledges.lifecycle import standing
from pledges.models import (
    ActionCorrection,
    Commitment,
    CompletedAction,
    InternalNote,
    Municipality,
    Place,
    Pledge,
    PoliceArea,
)
from pledges.models.action import MAX_AMOUNT, MAX_EMBARGO_DAYS
from pledges.targets import Shape

Side = CompletedAction.Side
MAX_UNIT_LENGTH = 80


@dataclass(frozen=True)
class Entry:
    """What a person says of a completed action.

    It was done on `done_on`, or from then to `last_day`. `unit` says what `amount` counts where
    that isn't what the target counts. `internal_note` None leaves the note as it is.
    """

    commitment: Commitment
    municipality: Municipality
    done_on: date
    last_day: date | None = None
    place: Place | None = None
    amount: int = 1
    unit: str = ""
    requests: int | None = None
    outcome: str = CompletedAction.Outcome.AS_PLANNED
    premises_searched: int | None = None
    indications: int | None = None
    finds: int | None = None
    public_note: str = ""
    is_public: bool = True
    embargo_until: date | None = None
    internal_note: str | None = None

    @classmethod
    def from_action(cls, action: CompletedAction) -> Entry:
        """Return what a stored action says, its internal note left out."""
        names = [field.name for field in fields(cls) if field.name != "internal_note"]
        return cls(**{name: getattr(action, name) for name in names})

    @property
    def days(self) -> Days:
        """The first and the last day, often the same."""
        return Days(self.done_on, self.last_day or self.done_on)

    def stored(self) -> dict[str, Any]:
        """Return the values of the action's own columns."""
        stored = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "internal_note"}
        return {**stored, "last_day": self.last_day if self.days.are_several else None}


def faults(entry: Entry, today: date) -> dict[str, str]:
    """Return a sentence for each field that the rules don't accept.

    Empty when all is well. The commitment's pledge must be fetched by `with_standing()` for the
    days to cost no query.
    """
    faults: dict[str, str] = {}
    if fault := _day_fault(entry, entry.done_on, today):
        faults["done_on"] = fault
    elif fault := _last_day_fault(entry, today):
        faults["last_day"] = fault
    if entry.municipality.pk not in {
        p.municipality_id for p in entry.commitment.pledge.parties.all()
    }:
        faults["municipality"] = _("Kommunen är inte part i löftet.")
    if entry.place is not None and entry.place.municipality_id != entry.municipality.pk:
        faults["place"] = _("Platsen ligger inte i kommunen.")
    faults |= _amount_faults(entry)
    if entry.unit and entry.commitment.kind == Commitment.Kind.DRUG_DOG_SEARCH:
        faults["unit"] = _("Hundsök räknas alltid i sök. Lämna tomt.")
    elif len(entry.unit) > MAX_UNIT_LENGTH:
        faults["unit"] = _("Skriv högst %(most)s tecken.") % {"most": MAX_UNIT_LENGTH}
    faults |= _search_faults(entry)
    latest = today + timedelta(days=MAX_EMBARGO_DAYS)
    if entry.embargo_until is not None and entry.embargo_until > latest:
        faults["embargo_until"] = _("Välj en dag inom två år.")
    return faults


def _day_fault(entry: Entry, day: date, today: date) -> str:
    pledge = entry.commitment.pledge
    if day > today:
        if entry.commitment.is_secret_kind:
            return _(
                "Datumet har inte varit än. Kommande hundsök sparas aldrig här, eftersom de är "
                "hemliga tills de är gjorda. Registrera söket när det är klart."
            )
        return _("Datumet har inte varit än. Här sparas bara det som är gjort.")
    if day < pledge.valid_from:
        return _("Löftet gällde inte då. Det började gälla den %(day)s.") % {
            "day": day_in_words(pledge.valid_from)
        }
    standing_then = standing(pledge, day, entry.municipality)
    if not standing_then.is_in_force:
        return _("Löftet gällde inte den dagen.")
    return ""


def _last_day_fault(entry: Entry, today: date) -> str:
    days = entry.days
    if days.last < days.first:
        return _("Den sista dagen kan inte vara före den första.")
    if fault := _day_fault(entry, days.last, today):
        return fault
    standing_then = standing(entry.commitment.pledge, days.last, entry.municipality)
    border = crossed_border(entry.commitment, days, standing_then)
    if border is None:
        return ""
    return _(
        "Målet räknas period för period, och en period slutar den %(last)s. Dela upp det: skriv "
        "det som gjordes till och med den %(last)s för sig, och det som gjordes från och med den "
        "%(first)s för sig."
    ) % {"last": day_in_words(border), "first": day_in_words(border + timedelta(days=1))}


def _amount_faults(entry: Entry) -> dict[str, str]:
    faults: dict[str, str] = {}
    on_demand = entry.commitment.target_in_force.shape == Shape.ON_DEMAND
    if not 0 <= entry.amount <= MAX_AMOUNT:
        faults["amount"] = _("Skriv ett antal mellan 1 och %(most)s.") % {"most": MAX_AMOUNT}
    if on_demand:
        if entry.requests is None or not 1 <= entry.requests <= MAX_AMOUNT:
            faults["requests"] = _("Skriv hur många som bad om det, minst 1.")
        elif entry.amount > entry.requests:
            faults["amount"] = _("Fler än de som bad om det kan inte ha fått det.")
    elif entry.amount < 1:
        faults["amount"] = _("Skriv ett antal som är minst 1.")
    elif entry.requests is not None:
        faults["requests"] = _("Åtagandet gäller inte på begäran.")
    return faults


def _search_faults(entry: Entry) -> dict[str, str]:
    faults: dict[str, str] = {}
    outcome = {
        "premises_searched": entry.premises_searched,
        "indications": entry.indications,
        "finds": entry.finds,
    }
    if entry.commitment.kind != Commitment.Kind.DRUG_DOG_SEARCH:
        return {
            name: _("Bara hundsök har ett sådant utfall.")
            for name, value in outcome.items()
            if value is not None
        }
    if all(value is None for value in outcome.values()):
        return {}
    for name, value in outcome.items():
        if value is None:
            faults[name] = _("Fyll i alla tre, med 0 där det inte fanns något.")
        elif not 0 <= value <= 1000:
            faults[name] = _("Skriv ett antal mellan 0 och 1000.")
    return faults


def is_recorded_already(entry: Entry, by: User, submission: UUID, at: datetime) -> bool:
    """Return whether a person has said the same within a day.

    By another sending of the form: an answer that was lost on the way leaves its sender in doubt,
    and the form is filled in anew.
    """
    alike = CompletedAction.objects.like(CompletedAction(**entry.stored(), recorded_by=by))
    sent = alike.filter(recorded_at__gt=at - timedelta(days=1))
    return (
        sent.exclude(submission=submission).exists()
        and not CompletedAction.objects.filter(submission=submission).exists()
    )


def recording_place(
    user: Any, pledge: Pledge, municipality: Municipality
) -> PoliceArea | Municipality | None:
    """Return the place for which a person may record actions.

    Of the pledge, in the municipality. The police area comes before the municipality for who serves
    both; None when they may not.
    """
    municipalities = [municipality] if municipality in pledge.giving_municipalities else []
    places: list[PoliceArea | Municipality] = [*pledge.police_areas, *municipalities]
    for place in places:
        if may(user, Action.RECORD_ACTIONS, place):
            return place
    return None


def recorded_for(action: CompletedAction) -> PoliceArea | Municipality:
    """Return the place whose people recorded an action."""
    if action.recorded_side == Side.POLICE:
        return action.police_area or action.commitment.pledge.police_area
    return action.municipality


def columns_of_side(place: PoliceArea | Municipality) -> dict[str, Any]:
    """Return the columns of an action that say whose people recorded it."""
    if isinstance(place, PoliceArea):
        return {"recorded_side": Side.POLICE, "police_area": place}
    return {"recorded_side": Side.MUNICIPALITY, "police_area": None}


def may_change(user: Any, action: CompletedAction) -> bool:
    """Return whether a person is of the side that recorded an action.

    They alone may change it.
    """
    places: list[PoliceArea | Municipality] = [action.municipality]
    if action.recorded_side == Side.POLICE:
        places = [*action.commitment.pledge.police_areas]
    return any(may(user, Action.RECORD_ACTIONS, place) for place in places)


@transaction.atomic
def record(
    entry: Entry,
    *,
    by: User | None,
    place: PoliceArea | Municipality,
    submission: UUID,
    at: datetime,
    is_another: bool = False,
    is_demonstration: bool = False,
) -> tuple[CompletedAction, bool]:
    """Store a completed action for the side of `place`.

    Returns it and whether it is new: not new means that the same sending had come already. Raises
    SentBefore when it had, and said something else, unless this `is_another` action; and Refused
    for what `faults` finds and for a submission that somebody else has used.
    """
    refused = faults(entry, timezone.localdate(at))
    if refused:
        raise Refused(refused)
    action = CompletedAction(
        **entry.stored(),
        submission=submission,
        recorded_by=by,
        recorded_at=at,
        **columns_of_side(place),
        is_demonstration=is_demonstration,
    )
    try:
        with transaction.atomic():
            action.save(force_insert=True)
    except IntegrityError as fault:
        earlier = CompletedAction.objects.filter(submission=submission, recorded_by=by).first()
        if earlier is None:
            raise Refused({"": _("Uppgiften gick inte att spara.")}) from fault
        is_same = entry.stored() == Entry.from_action(earlier).stored()
        is_same = is_same and not _is_another_note(earlier, entry.internal_note)
        if is_another and not is_same:
            # Named after the first, so that this one too is stored once.
            named = uuid5(submission, "another")
            return record(entry, by=by, place=place, submission=named, at=at)
        check_is_same(earlier, True, is_same)
        return earlier, False
    if entry.internal_note:
        _write_note(action, place, entry.internal_note)
    action_disclosure.publish(action)
    return action, True


@transaction.atomic
def correct(
    action: CompletedAction,
    entry: Entry,
    *,
    version: int,
    reason: str,
    by: User | None,
    at: datetime,
) -> CompletedAction:
    """Change what an action says and keep how it was.

    `version` is the one that the person saw. Raises
    ChangedMeanwhile when it has moved on, and Refused for what `faults` finds, a missing reason, an
    action struck out, or when nothing differs.
    """
    refused = faults(entry, timezone.localdate(at))
    if entry.commitment.pk != action.commitment_id:
        refused[""] = _("Ett annat åtagande kräver en ny registrering. Stryk den här i stället.")
    if not reason.strip():
        refused["reason"] = _("Skriv varför du rättar.")
    if refused:
        raise Refused(refused)
    stored = _locked(action, version)
    if stored.is_struck:
        raise Refused({"": _("Insatsen är struken och kan inte rättas.")})
    differs = entry.stored() != Entry.from_action(stored).stored()
    is_another_note = _is_another_note(stored, entry.internal_note)
    if not differs and not is_another_note:
        raise Refused({"": _("Du har inte ändrat något, så inget är sparat.")})
    _change(stored, entry.stored() if differs else {}, reason, by, at)
    if entry.internal_note is not None and is_another_note:
        _write_note(stored, recorded_for(stored), entry.internal_note)
        if not differs:
            # Whoever read the note before sees first what it has become.
            stored.version += 1
            with on_behalf_of(reason=reason.strip()):
                stored.save(update_fields=["version"])
    action_disclosure.publish(stored)
    return stored


@transaction.atomic
def strike_out(
    action: CompletedAction, *, version: int, reason: str, by: User | None, at: datetime
) -> CompletedAction:
    """Strike an action out: it stays, with the reason, and counts no longer.

    Raises ChangedMeanwhile, or Refused without a reason or when it is struck out already.
    """
    if not reason.strip():
        raise Refused({"reason": _("Skriv varför du stryker insatsen.")})
    stored = _locked(action, version)
    if stored.is_struck:
        raise Refused({"": _("Insatsen är redan struken.")})
    stored.struck_at, stored.struck_by, stored.strike_reason = at, by, reason.strip()
    stored.version += 1
    with on_behalf_of(reason=stored.strike_reason):
        stored.save()
    action_disclosure.publish(stored)
    return stored


@transaction.atomic
def reinstate(
    action: CompletedAction, *, version: int, reason: str, by: User | None, at: datetime
) -> CompletedAction:
    """Undo a strike-out, with the reason.

    Raises ChangedMeanwhile, or Refused when there is no reason or nothing to undo.
    """
    if not reason.strip():
        raise Refused({"reason": _("Skriv varför insatsen ska räknas igen.")})
    stored = _locked(action, version)
    if not stored.is_struck:
        raise Refused({"": _("Insatsen är inte struken.")})
    _change(stored, {"struck_at": None, "struck_by": None, "strike_reason": ""}, reason, by, at)
    action_disclosure.publish(stored)
    return stored


def _locked(action: CompletedAction, version: int) -> CompletedAction:
    stored = (
        CompletedAction.objects.select_for_update(of=("self",))
        .select_related("commitment__pledge__police_area", "commitment__disclosure")
        .select_related("municipality", "place")
        .get(pk=action.pk)
    )
    if stored.version != version:
        raise ChangedMeanwhile(
            {"": _("Någon annan har ändrat insatsen. Läs den nya lydelsen och försök igen.")}
        )
    return stored


def _change(
    action: CompletedAction, new: dict[str, Any], reason: str, by: User | None, at: datetime
) -> None:
    """Set the columns and keep in a correction how those that differ were."""
    before = {name: _plain(getattr(action, name)) for name in new}
    differing = {name: was for name, was in before.items() if was != _plain(new[name])}
    if not differing:
        return
    for name, value in new.items():
        setattr(action, name, value)
    action.version += 1
    with on_behalf_of(reason=reason.strip()):
        action.save()
    ActionCorrection.objects.create(
        action=action,
        version=action.version,
        reason=reason.strip(),
        before=differing,
        corrected_by=by,
        corrected_at=at,
    )


def _plain(value: Any) -> Any:
    """Return a column's value as JSON can hold it.

    Rows by their key, days as they are written.
    """
    if isinstance(value, date | datetime):
        return value.isoformat()
    return getattr(value, "pk", value)


def note_of_side(place: PoliceArea | Municipality, text: str) -> dict[str, Any]:
    """Return the columns of an internal note of the side of `place`."""
    return {
        "police_area": place if isinstance(place, PoliceArea) else None,
        "municipality": place if isinstance(place, Municipality) else None,
        "text": text.strip(),
    }


def _is_another_note(action: CompletedAction, text: str | None) -> bool:
    """Return whether an internal note, None for no word of it, is new."""
    if text is None:
        return False
    before = InternalNote.objects.filter(action=action).values_list("text", flat=True).first()
    return text.strip() != (before or "")


def _write_note(action: CompletedAction, place: PoliceArea | Municipality, text: str) -> None:
    InternalNote.objects.update_or_create(action=action, defaults=note_of_side(place, text))

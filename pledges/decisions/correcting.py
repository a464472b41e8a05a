"""Tell that the target of a signed pledge is wrong, by a dated correction.

What was signed stays as it is and is always quoted; the figures are counted against what is right.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pledge_portal.accounts.models import User
from pledge_portal.database.acting import on_behalf_of
from pledge_portal.database.english import older_beside
from pledge_portal.pages.refusals import ChangedMeanwhile, Refused
from pledge_portal.pages.text import day as day_in_words
from pledges.actions.action_disclosure import publish
from pledges.decisions.rules import fault_of_decided_day
from pledges.models import Commitment, Pledge, TargetChange
from pledges.models.has_target import TARGET_FIELDS
from pledges.targets import Shape


@transaction.atomic
def correct_target(
    commitment: Commitment,
    target: Mapping[str, Any],
    *,
    corrected_on: date,
    reason: str,
    by: User | None,
    at: datetime,
    version: int | None = None,
) -> TargetChange:
    """Let another target count from a day on than the one that was signed.

    `target` is what is right, by the names of the columns. Raises Refused when the pledge isn't
    signed by all, when the target can't be or is the one that counts, when the day is to come or
    before an earlier change, and without a reason; ChangedMeanwhile when `version`, how often the
    target had been changed when it was read, isn't how often it has been now.
    """
    pledge = Pledge.objects.select_for_update().get(pk=commitment.pledge_id)
    commitment = Commitment.objects.select_for_update(of=("self",)).get(pk=commitment.pk)
    if not pledge.validity_periods.exists():
        raise Refused(_("Löftet är inte undertecknat av alla. Rätta texten i stället."))
    if version is not None and version != commitment.target_changes.count():
        raise ChangedMeanwhile(
            _(
                "Målet ändrades nyss av någon annan, och räknas nu som %(target)s. Inget är "
                "sparat. Läs igenom och tryck igen, om rättelsen fortfarande behövs."
            )
            % {"target": commitment.target_in_force.sentence()}
        )
    change = TargetChange(
        commitment=commitment,
        from_day=corrected_on,
        reason=reason.strip(),
        entered_by=by,
        entered_at=at,
        **{name: target.get(name) for name in TARGET_FIELDS},
    )
    change.older_english = older_beside(change, commitment.source_in_force, ["target_unit"])
    if faults := _faults(pledge, commitment, change, timezone.localdate(at)):
        raise Refused(faults)
    with on_behalf_of(reason=change.reason):
        change.save(force_insert=True)
    # When actions of a secret kind are told follows the target's periods.
    for action in commitment.actions.select_related("commitment__pledge"):
        publish(action)
    return change


def target_field(part: str) -> str:
    """Return the column of a part of a target."""
    return "target_unit_sv" if part == "unit" else f"target_{part}"


def _faults(
    pledge: Pledge, commitment: Commitment, change: TargetChange, today: date
) -> dict[str, str]:
    faults = {}
    source = commitment.source_in_force
    for part, sentence in change.target.faults():
        faults[target_field(part)] = sentence
    if source.target_unit_sv and change.target_amount and not change.target_unit_sv:
        faults["target_unit_sv"] = _("Skriv vad som räknas. Målet som gäller räknar %(unit)s.") % {
            "unit": source.target_unit_sv
        }
    for part, sentence in change.target.faults_outside(pledge.valid_from, pledge.full_end):
        faults[target_field(part)] = sentence
    if _as_plain(change) == _as_plain(source):
        faults["target_shape"] = _("Det är det mål som redan räknas. Ändra det som är fel.")
    on_demand = [row.target.shape == Shape.ON_DEMAND for row in (source, change)]
    if on_demand[0] != on_demand[1] and commitment.actions.exists():
        faults["target_shape"] = _(
            "Det som är redovisat räknas på ett annat sätt på begäran. Det går inte att byta."
        )
    if change.from_day > today:
        faults["corrected_on"] = _("Dagen har inte varit än.")
    elif fault := fault_of_decided_day(pledge, change.from_day):
        faults["corrected_on"] = fault
    elif isinstance(source, TargetChange) and change.from_day < source.from_day:
        faults["corrected_on"] = _("Målet ändrades senare än så, den %(day)s.") % {
            "day": day_in_words(source.from_day)
        }
    elif (day := _told_earlier(pledge, commitment, change, today)) is not None:
        faults["target_period"] = _(
            "Det som är hemligt visas först när periodens sista dag är över, den %(day)s. Med den "
            "här perioden skulle det visas tidigare. Rätta målet efter den dagen."
        ) % {"day": day_in_words(day)}
    if not change.reason:
        faults["reason"] = _("Skriv vad som blev fel och varför.")
    return faults


def _told_earlier(
    pledge: Pledge, commitment: Commitment, change: TargetChange, today: date
) -> date | None:
    """Return the last secret day of what a correction would tell before it.

    None where it tells nothing earlier. Every day of the pledge is tried, whatever is recorded: the
    answer says nothing of that.
    """
    if not commitment.is_secret_kind:
        return None
    end = pledge.full_end
    targets = (commitment.target_in_force, change.target)
    for ordinal in range(pledge.valid_from.toordinal(), min(today, end).toordinal() + 1):
        day = date.fromordinal(ordinal)
        until, sooner = (target.secret_until(pledge.valid_from, end, day) for target in targets)
        if sooner < until and until >= today:
            return until
    return None


def _as_plain(source: Commitment | TargetChange | Any) -> dict[str, Any]:
    """Return a target's columns; no unit is the same as an empty one."""
    return {name: value or None for name, value in source.fields().items()}

"""What the writers of the next pledge have to draw on from the last one."""

from __future__ import annotations

from dataclasses import dataclass

from pledges.models import Assessment, Commitment, Pledge


@dataclass(frozen=True)
class Earlier:
    """A commitment of the last pledge, and its latest published assessment."""

    commitment: Commitment
    assessment: Assessment | None


def last_pledge(draft: Pledge) -> Pledge | None:
    """Return the latest signed pledge before a draft, where it is to hold.

    That is, of any of the draft's municipalities.
    """
    municipalities = draft.parties.values("municipality")
    return (
        Pledge.objects.public()
        .filter(parties__municipality__in=municipalities, valid_from__lt=draft.valid_from)
        .exclude(pk=draft.pk)
        .order_by("-valid_from", "-pk")
        .first()
    )


def of_the_last_pledge(draft: Pledge) -> list[Earlier]:
    """Return the outcome of each commitment of the last pledge.

    Empty without one. Only what is published: what the parties have agreed on and residents can
    read. Three queries.
    """
    last = last_pledge(draft)
    if last is None:
        return []
    latest: dict[int, Assessment] = {}
    for assessment in (
        Assessment.objects.public()
        .given()
        .filter(follow_up__pledge=last)
        .select_related("follow_up")
        .order_by("follow_up__meeting_on", "pk")
    ):
        latest[assessment.commitment_id] = assessment
    return [Earlier(commitment, latest.get(commitment.pk)) for commitment in last.commitments.all()]

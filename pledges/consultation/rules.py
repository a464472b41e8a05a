"""Ask residents about a draft before it is adopted, and answer them.

    published -> open until its last day, or closed earlier by hand -> outcome published

A round shows the draft as it was; what is written of the draft afterwards is seen by nobody until
the next round is published. There is at most one open round of a draft at a time, and none of an
adopted pledge. What was published stays readable, whatever becomes of the pledge.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from pledge_portal.accounts.models import User
from pledge_portal.pages.personal_data import Sort, find_personal_data
from pledge_portal.pages.refusals import Refused
from pledges.lifecycle import is_on_consultation
from pledges.models import (
    Consultation,
    ConsultationAnnex,
    ConsultationParty,
    Municipality,
    Pledge,
)
from pledges.writing.editing import latest_version
from pledges.writing.parts import Contents, contents_of

# Longer than this is a slip of the pen.
MAX_DURATION = timedelta(days=365)


def without_signatories(contents: Contents) -> Contents:
    """Return what of a version residents are shown.

    All but the names of those who are to sign; annexes by their titles and fingerprints.
    """
    return {**contents, "signatories": []}


def preview(pledge: Pledge) -> Contents:
    """Return what a round would show if it were published now.

    Writes nothing.
    """
    return without_signatories(contents_of(pledge))


def fingerprint(contents: Contents) -> str:
    """Return a fingerprint of what residents are shown: 64 hexadecimal digits."""
    return sha256(json.dumps(contents, sort_keys=True).encode()).hexdigest()


@transaction.atomic
def publish(
    pledge: Pledge,
    texts: Mapping[str, str | None],
    closes_on: date,
    *,
    read: str,
    by: User | None,
    at: datetime,
) -> Consultation:
    """Publish a consultation on the draft as it is now.

    It is open until `closes_on`. `texts` are introduction_sv and introduction_en; `read` is the
    fingerprint of what the publisher had before them. Raises Refused when the draft has changed
    since, is adopted, has an open round already or can't be shown.
    """
    try:
        version = latest_version(pledge, at)
    except Refused as refused:
        raise Refused({"": str(refused)}) from refused
    # Whoever has the latest version holds the draft's lock: another round waits for this one.
    pledge = Pledge.objects.get(pk=pledge.pk)
    contents = without_signatories(version.contents)
    on = timezone.localdate(at)
    faults = _faults_of(pledge, contents, texts, closes_on, on)
    if not faults and read != fingerprint(contents):
        faults[""] = _(
            "Utkastet har ändrats sedan du läste det. Läs det som står nu och försök igen."
        )
    if faults:
        raise Refused(faults)
    parties = [party.municipality for party in pledge.parties.select_related("municipality")]
    consultation = Consultation.objects.create(
        pledge=pledge,
        police_area_id=pledge.police_area_id,
        period=pledge.period,
        number=_next_number(pledge, parties),
        version=version.number,
        contents=contents,
        introduction_sv=texts["introduction_sv"],
        introduction_en=texts["introduction_en"] or None,
        closes_on=closes_on,
        published_at=at,
        published_by=by,
        is_demonstration=pledge.is_demonstration,
    )
    for position, municipality in enumerate(parties, 1):
        ConsultationParty.objects.create(
            consultation=consultation,
            municipality=municipality,
            period=consultation.period,
            number=consultation.number,
            position=position,
        )
    for position, annex in enumerate(pledge.annexes.all(), 1):
        ConsultationAnnex.copy(consultation, annex, position)
    _put_stage(consultation, Pledge.Stage.CONSULTATION)
    return consultation


def _faults_of(
    pledge: Pledge,
    contents: Contents,
    texts: Mapping[str, str | None],
    closes_on: date,
    on: date,
) -> dict[str, str]:
    faults = {}
    if is_on_consultation(pledge, on):
        faults[""] = _(
            "Ett samråd om utkastet är redan öppet. Avsluta det innan du publicerar nästa."
        )
    elif not contents["front"]["municipalities"] + contents["front"]["holds_in"]:
        faults[""] = _("Utkastet saknar kommun.")
    elif not contents["commitments"] and not contents["annexes"]:
        faults[""] = _("Utkastet har inga åtaganden att tycka till om.")
    elif numbers := _identity_numbers(contents):
        faults[""] = _(
            "I utkastet står något som ser ut som ett personnummer: %(pieces)s. Ta bort det först."
        ) % {"pieces": ", ".join(f"”{number}”" for number in numbers)}
    if not texts["introduction_sv"]:
        faults["introduction_sv"] = _("Skriv vad ni vill veta av invånarna.")
    if closes_on < on:
        faults["closes_on"] = _("Sista dagen har redan passerat.")
    elif closes_on - on > MAX_DURATION:
        faults["closes_on"] = _("Ett samråd kan vara öppet i högst ett år.")
    return faults


def _identity_numbers(contents: Any) -> list[str]:
    return [
        match.text
        for text in texts_in(contents)
        for match in find_personal_data(text)
        if match.sort == Sort.IDENTITY_NUMBER
    ]


def texts_in(contents: Any) -> Iterator[str]:
    """Yield every text of a version's contents, or of a piece of them."""
    if isinstance(contents, str):
        yield contents
    elif isinstance(contents, dict | list):
        for part in contents.values() if isinstance(contents, dict) else contents:
            yield from texts_in(part)


def _next_number(pledge: Pledge, parties: list[Municipality]) -> int:
    """Return the number after those of the draft's rounds.

    And after any at the same address: the draft may have had another period then.
    """
    of_draft = pledge.consultations.aggregate(last=Max("number"))["last"] or 0
    at_address = ConsultationParty.objects.filter(municipality__in=parties, period=pledge.period)
    return max(of_draft, at_address.aggregate(last=Max("number"))["last"] or 0) + 1


@transaction.atomic
def close(consultation: Consultation, *, by: User, at: datetime) -> Consultation:
    """Close a round before its last day.

    Raises Refused when it isn't open.
    """
    locked = _locked(consultation)
    if not locked.is_open(timezone.localdate(at)):
        raise Refused({"": _("Samrådet är redan avslutat.")})
    locked.closed_at, locked.closed_by = at, by
    locked.save(update_fields=["closed_at", "closed_by"])
    _put_stage(locked, Pledge.Stage.DRAFT)
    return locked


@transaction.atomic
def publish_outcome(
    consultation: Consultation, texts: Mapping[str, str | None], *, at: datetime
) -> Consultation:
    """Publish how residents' views changed the pledge.

    `texts` are outcome_sv and outcome_en. Raises Refused while the round is open, and when the
    outcome is published already.
    """
    locked = _locked(consultation)
    if locked.is_open(timezone.localdate(at)):
        raise Refused({"": _("Samrådet pågår fortfarande. Vänta tills det är avslutat.")})
    if locked.outcome_published_at is not None:
        raise Refused({"": _("Det är redan publicerat hur synpunkterna påverkade löftet.")})
    if not texts["outcome_sv"]:
        raise Refused({"outcome_sv": _("Skriv vad som ändrades, och vad som inte gjorde det.")})
    locked.outcome_sv, locked.outcome_en = texts["outcome_sv"], texts["outcome_en"] or None
    locked.outcome_published_at = at
    locked.save(update_fields=["outcome_sv", "outcome_en", "outcome_published_at"])
    if not is_on_consultation(locked.pledge, timezone.localdate(at)):
        _put_stage(locked, Pledge.Stage.DRAFT)
    return locked


def _locked(consultation: Consultation) -> Consultation:
    # Whoever comments holds the round too: a comment is in before it closes, or too late.
    return Consultation.objects.select_for_update(of=("self",)).get(pk=consultation.pk)


def _put_stage(consultation: Consultation, stage: str) -> None:
    # An adopted pledge is locked; its stage says nothing any more.
    rows = Pledge.objects.filter(pk=consultation.pledge_id, adopted_at=None)
    rows.exclude(stage=stage).update(stage=stage)

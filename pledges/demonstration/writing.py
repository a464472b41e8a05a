"""Load the demonstration's next pledge, half written: made up, marked so."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from pledge_portal.accounts.models import User
from pledges.consultation import rules as consultation_rules
from pledges.models import Indicator, Pledge
from pledges.writing import adoption, editing, remarking, starting
from pledges.writing.parts import FIELDS, Part, PartKind, Values

# The dialogue is open for 60 of them (demo/alvsbyn-dialoger.toml).
_DAYS_TO_HEAR_AND_SIGN = 120
NEXT_PLEDGE_FILE = settings.BASE_DIR / "demo" / "alvsbyn-nasta-lofte.toml"


@dataclass(frozen=True)
class Writers:
    """Who writes: an officer of the police, a coordinator of the municipality."""

    officer: User
    coordinator: User

    def named(self, name: str) -> User:
        """Return the writer that the demonstration's file calls `name`."""
        return self.officer if name == "polis" else self.coordinator


@transaction.atomic
def load_next_pledge(after: Pledge, writers: Writers, on: date) -> Pledge | None:
    """Write the draft that comes after the demonstration's pledge.

    Residents are asked about it. Its texts are written in the weeks before the day `on`, and it is
    to hold once residents' answers can have been read. Returns None, and does nothing, when there
    is a later pledge or draft already.
    """
    place = after.municipalities.get()
    if Pledge.objects.filter(parties__municipality=place, valid_from__gt=after.valid_to).exists():
        return None
    written = tomllib.loads(NEXT_PLEDGE_FILE.read_text(encoding="utf-8"))
    first = _begins(on)
    last = date(first.year + 2, 12, 31)
    begun = starting.begin(
        starting.Beginning(
            title=f"Medborgarlöfte {first.year}–{last.year}",
            municipalities=[place],
            holds_in=[],
            police_area=after.police_area,
            valid_from=first,
            valid_to=last,
            until_replaced=True,
            period=starting.period_of(first, last),
        ),
        after=after,
        by=writers.coordinator,
        at=_moment(on, 30),
    )
    draft = begun.pledge
    _change(draft, written["andrat"], writers.officer, on)
    _add(draft, written, writers, on)
    for comment in written["kommentar"]:
        _remark(draft, comment, writers, on)
    _consult(draft, written["samrad"], writers.coordinator, on)
    # The other party waits for what residents say.
    approved_at = _moment(on, 11)
    version = editing.latest_version(draft, approved_at).number
    adoption.approve(draft, draft.police_area, version=version, by=writers.officer, at=approved_at)
    return draft


def _begins(on: date) -> date:
    """Return the first half-year that begins when all can be heard.

    The dialogue and the consultation are open for weeks from the day `on`.
    """
    after_answers = on + timedelta(days=_DAYS_TO_HEAR_AND_SIGN)
    if after_answers <= date(on.year + 1, 1, 1):
        return date(on.year + 1, 1, 1)
    return date(on.year + 1, 7, 1)


def _change(draft: Pledge, written: dict[str, Any], by: User, on: date) -> None:
    at = _moment(on, written["dag"])
    latest = editing.latest_version(draft, at)
    row = latest.contents["commitments"][written["atagande"] - 1]
    part = Part(PartKind.COMMITMENT, row["id"])
    values = {**row, **_texts(written, PartKind.COMMITMENT)}
    editing.save(draft, part, values, base=latest.number, by=by, at=at)


def _add(draft: Pledge, written: dict[str, Any], writers: Writers, on: date) -> None:
    area = editing.add(
        draft,
        PartKind.FOCUS_AREA,
        {
            **dict.fromkeys(FIELDS[PartKind.FOCUS_AREA], ""),
            **_texts(written["inriktning"], PartKind.FOCUS_AREA),
        },
        by=writers.coordinator,
        at=_moment(on, written["inriktning"]["dag"]),
        invented=["name", "problem", "cause"],
    )
    for entry in written["atagande"]:
        nothing = dict.fromkeys(FIELDS[PartKind.COMMITMENT], "")
        keys = Indicator.objects.filter(source_code=entry.get("indikator"))
        values = {
            **nothing,
            "target_at_least": True,
            "target_at_most": False,
            "target_every_year": False,
            "responsible_municipalities": [],
            "third_parties": [],
            **_texts(entry, PartKind.COMMITMENT),
            "focus_area": area.part.key,
            "indicators": list(keys.values_list("key", flat=True)),
        }
        editing.add(
            draft,
            PartKind.COMMITMENT,
            values,
            by=writers.named(entry["av"]),
            at=_moment(on, entry["dag"]),
            invented=["text", "target"],
        )


def _remark(draft: Pledge, written: dict[str, Any], writers: Writers, on: date) -> None:
    at = _moment(on, written["dag"])
    contents = editing.latest_version(draft, at).contents
    key = next(
        row["id"] for row in contents["commitments"] if row["text_sv"] == written["atagande"]
    )
    remark = remarking.remark(
        draft,
        Part(PartKind.COMMITMENT, key),
        contents,
        quoted=written["citat"],
        text=written["text"],
        by=writers.named(written["av"]),
        at=at,
    )
    if "avklarad" in written:
        settled_at = _moment(on, written["avklarad"])
        remarking.settle(remark, is_settled=True, by=writers.officer, at=settled_at)


def _consult(draft: Pledge, written: dict[str, Any], by: User, on: date) -> None:
    at = _moment(on, written["dag"])
    consultation_rules.publish(
        draft,
        {name: written[name] for name in ("introduction_sv", "introduction_en")},
        timezone.localdate(at) + timedelta(days=written["oppet_i_dagar"]),
        read=consultation_rules.fingerprint(consultation_rules.preview(draft)),
        by=by,
        at=at,
    )


def _texts(written: dict[str, Any], kind: PartKind) -> Values:
    return {name: written[name] for name in FIELDS[kind] if name in written}


def _moment(on: date, days_before: int) -> datetime:
    return timezone.make_aware(datetime.combine(on - timedelta(days=days_before), time(10, 30)))

"""Load the demonstration's pledges, signed as DEMO on days long past."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.utils import timezone

from pledges.demonstration.contacts import load_contacts, plan_meeting
from pledges.demonstration.marks import load_marks
from pledges.documents.pledge_html import party_name
from pledges.documents.signing import Pkcs12Backend
from pledges.documents.store import adopt_with_document, sign_document
from pledges.documents.trusted_authorities import demo_authority
from pledges.exchange.importing import import_pledge
from pledges.exchange.pledge_file import read
from pledges.models import FollowUpPlan, Pledge, Signatory
from pledges.municipality_list import load_municipalities

FOLDER = settings.BASE_DIR / "demo"
STORY_FILE = FOLDER / "loften.toml"
# The names of the files of the pledges that the rest of the demonstration is about.
ALVSBYN, LULEA = "alvsbyn-2023-2025", "lulea-exempelby-2025-2026"


@dataclass(frozen=True)
class Loaded:
    """What loading the demonstration came to; zeros when all was there.

    `pledges` are those of the demonstration by the names of their files.
    """

    municipalities: int
    signatures: int
    pledges: dict[str, Pledge]


def load_demonstration() -> Loaded:
    """Bring the demonstration into the portal, going on where it broke off.

    Raises PledgeFileError or Refused only when the database holds something else at the
    demonstration's addresses.
    """
    municipalities = load_municipalities()
    loaded = {entry["fil"]: _load_pledge(entry) for entry in _entries()}
    return Loaded(
        municipalities,
        sum(signed for _pledge, signed in loaded.values()),
        {name: pledge for name, (pledge, _signed) in loaded.items()},
    )


def load_pledge(name: str) -> Pledge:
    """Bring in one pledge of the demonstration, and the municipalities."""
    load_municipalities()
    [entry] = [entry for entry in _entries() if entry["fil"] == name]
    return _load_pledge(entry)[0]


def _entries() -> list[dict[str, Any]]:
    """Return what is told of the pledges: their files, and their days."""
    entries: list[dict[str, Any]] = tomllib.loads(STORY_FILE.read_text(encoding="utf-8"))["lofte"]
    return entries


def _load_pledge(entry: dict[str, Any]) -> tuple[Pledge, int]:
    pledge_file = read((FOLDER / f"{entry['fil']}.toml").read_bytes())
    # One that is there stays as it is, even when a newer version of the portal has another file.
    uid = pledge_file.pledge.uid
    pledge = Pledge.objects.filter(uid=uid).first() if uid is not None else None
    if pledge is None:
        pledge, _outcome = import_pledge(pledge_file)
    # Before the document, which bears them.
    load_marks([pledge])
    load_contacts([pledge])
    if pledge.adopted_at is None:
        adopt_with_document(pledge, _at(entry["antaget"]))
    if "foljs_upp" in entry:
        plan, _is_new = FollowUpPlan.objects.get_or_create(
            pledge=pledge, defaults={"every": entry["foljs_upp"]}
        )
        plan_meeting(plan, timezone.localdate())
    days = entry["undertecknat"]
    waiting = pledge.signatories.filter(signature=None).select_related("municipality", "pledge")
    signed = 0
    for signatory in waiting:
        _sign(signatory, _at(days[signatory.position - 1]))
        signed += 1
    return pledge, signed


def _sign(signatory: Signatory, at: datetime) -> None:
    """Sign as on a day of the story.

    Nobody else signs on another day than today: pages and commands take the time from the clock,
    and whoever has a certificate of their own has none that is older.
    """
    key = demo_authority().issue(signatory.name, party_name(signatory), valid_from=at)
    sign_document(signatory, Pkcs12Backend(key.path, key.passphrase), at)


def _at(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(10, 30)))

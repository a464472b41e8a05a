"""Load the demonstration: Älvsbyn's pledge, signed as DEMO."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from pledges.documents.pledge_html import party_name
from pledges.documents.signing import Pkcs12Backend
from pledges.documents.store import adopt_with_document, sign_document
from pledges.documents.trusted_authorities import demo_authority
from pledges.exchange.importing import import_pledge
from pledges.exchange.pledge_file import read
from pledges.models import Pledge
from pledges.municipality_list import load_municipalities

PLEDGE_FILES = (
    settings.BASE_DIR / "demo" / "alvsbyn-2022.toml",
    settings.BASE_DIR / "demo" / "alvsbyn-2023-2025.toml",
)


@dataclass(frozen=True)
class Loaded:
    """What loading the demonstration came to; zeros when all was there.

    `pledge_uid` names the pledge of today.
    """

    municipalities: int
    signatures: int
    pledge_uid: UUID


def load_demonstration() -> Loaded:
    """Bring the demonstration into the portal, going on where it broke off.

    Raises PledgeFileError or Refused only when the database holds something else at the
    demonstration's addresses.
    """
    municipalities = load_municipalities()
    loaded = [_load_pledge(file) for file in PLEDGE_FILES]
    return Loaded(municipalities, sum(signed for _pledge, signed in loaded), loaded[-1][0].uid)


def _load_pledge(file: Path) -> tuple[Pledge, int]:
    pledge_file = read(file.read_bytes())
    # One that is there stays as it is, even when a newer version of the portal has another file.
    pledge = Pledge.objects.filter(uid=pledge_file.pledge.uid or UUID(int=0)).first()
    if pledge is None:
        pledge, _outcome = import_pledge(pledge_file)
    if pledge.adopted_at is None:
        adopt_with_document(pledge, timezone.now())
    signed = 0
    waiting = pledge.signatories.filter(signature=None).select_related("municipality", "pledge")
    for signatory in waiting:
        key = demo_authority().issue(signatory.name, party_name(signatory))
        sign_document(signatory, Pkcs12Backend(key.path, key.passphrase), timezone.now())
        signed += 1
    return pledge, signed

"""Give the demonstration's parties marks: neutral, and made up.

They are nobody's: a municipality's arms and the police's mark are protected, and are never shipped.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.utils import timezone
from django.utils.text import capfirst

from pledges.documents.picture import take_picture
from pledges.models import Municipality, Pledge
from pledges.pictures.rules import keep_mark, mark_of


def load_marks(pledges: Iterable[Pledge]) -> int:
    """Give each party of the pledges a mark if it has none; return how many."""
    parties = dict.fromkeys(party for pledge in pledges for party in pledge.givers)
    number = 0
    for party in parties:
        if mark_of(party) is not None:
            continue
        is_municipality = isinstance(party, Municipality)
        kind = "kommun" if is_municipality else "polis"
        light, dark = (
            (settings.BASE_DIR / "demo" / "marken" / f"{kind}-{shade}.png")
            for shade in ("ljus", "mork")
        )
        # The files are the portal's own: they need no sandbox.
        keep_mark(
            party,
            alternative_text=f"{party}, påhittat märke"[:1].upper()
            + f"{party}, påhittat märke"[1:],
            alternative_text_en=capfirst(f"{party}, made-up mark"),
            light=light.read_bytes(),
            dark=dark.read_bytes(),
            by=None,
            at=timezone.now(),
            take=take_picture,
        )
        number += 1
    return number

"""What colleagues say to each other of the parts of a draft."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from pledge_portal.accounts.models import User
from pledge_portal.pages.refusals import Refused
from pledges.models import Pledge, Remark
from pledges.writing.parts import Contents, Part, part_of


def remark(
    pledge: Pledge,
    part: Part,
    contents: Contents,
    *,
    quoted: str,
    text: str,
    by: User,
    at: datetime,
) -> Remark:
    """Say something of a part, or of the passage `quoted` of it.

    What the same person says twice is kept once: a page that is loaded anew sends it again. The
    passage must read so in `contents`. Raises Refused for one that isn't there.
    """
    passage = " ".join(quoted.split())
    values = part_of(contents, part) or {}
    texts = [" ".join(value.split()) for value in values.values() if isinstance(value, str)]
    if passage and not any(passage in text for text in texts):
        raise Refused(_("De orden står inte i texten. Klistra in dem som de står där."))
    fields = {"pledge": pledge, "part": str(part), "quoted": passage, "text": text.strip()}
    before = Remark.objects.filter(**fields, written_by=by, settled_at=None).first()
    return before or Remark.objects.create(**fields, written_by=by, written_at=at)


def settle(remark: Remark, *, is_settled: bool, by: User, at: datetime) -> None:
    """Mark a remark as settled by somebody, or open it again."""
    remark.settled_by, remark.settled_at = (by, at) if is_settled else (None, None)
    remark.save(update_fields=["settled_by", "settled_at"])

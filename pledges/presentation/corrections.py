"""Dated corrections as they stand beside what was published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pledge_portal.pages.text import Wording


@dataclass(frozen=True)
class CorrectionView:
    """A correction beside something published.

    components/corrections.html shows it. `number` is the commitment's, if it is of one.
    """

    when: datetime
    text: Wording
    number: int | None = None

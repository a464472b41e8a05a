"""Dated corrections as they stand beside what was published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pledge_portal.pages.text import Wording


@dataclass(frozen=True)
class CorrectionView:
    """A correction beside something published.

    components/corrections.html shows it. `about` names the commitment that it is of, if any.
    """

    when: datetime
    text: Wording
    about: Wording | None = None

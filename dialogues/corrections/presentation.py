"""Corrections in words, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable

from dialogues.models import TextCorrection
from pledge_portal.pages.text import wording
from pledges.presentation.corrections import CorrectionView


def correction_views(corrections: Iterable[TextCorrection]) -> list[CorrectionView]:
    """Return corrections in words, the first one first."""
    return [
        CorrectionView(correction.corrected_at, wording(correction, "text"))
        for correction in corrections
    ]

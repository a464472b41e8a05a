"""What stands around the form of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from dialogues.answers import rules
from dialogues.models import Dialogue
from dialogues.presentation import dialogue_view


def answer_context(dialogue: Dialogue, at: datetime) -> Mapping[str, Any]:
    """Return the dialogue that is answered; `closed` says why it can't be."""
    return {
        "municipality": dialogue.municipality,
        "dialogue": dialogue_view(dialogue, timezone.localdate(at)),
        "closed": rules.closed_because(dialogue, at),
    }

"""The nouns of dialogues."""

from dialogues.models.dialogue import Dialogue, Heard
from dialogues.models.reception import Reception
from dialogues.models.submission import ContactDetails, RankedTheme, Submission
from dialogues.models.theme import District, Theme

__all__ = [
    "ContactDetails",
    "Dialogue",
    "District",
    "Heard",
    "RankedTheme",
    "Reception",
    "Submission",
    "Theme",
]

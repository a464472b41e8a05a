"""The nouns of dialogues."""

from dialogues.models.dialogue import Dialogue, Heard
from dialogues.models.reception import Reception
from dialogues.models.submission import ContactDetails, RankedTheme, Submission
from dialogues.models.theme import District, Theme
from dialogues.models.thread import HeardCount, Quote, ThemeAnswer

__all__ = [
    "ContactDetails",
    "Dialogue",
    "District",
    "Heard",
    "HeardCount",
    "Quote",
    "RankedTheme",
    "Reception",
    "Submission",
    "Theme",
    "ThemeAnswer",
]

"""The nouns of dialogues."""

from dialogues.models.coding import CodedTheme
from dialogues.models.comment import (
    Comment,
    CommentReport,
    CommentSender,
    Letter,
    ModerationDecision,
)
from dialogues.models.correction import TextCorrection
from dialogues.models.dialogue import Dialogue, Heard
from dialogues.models.disposal import Disposal, DisposalPlan
from dialogues.models.page_report import PageReport
from dialogues.models.reception import Reception
from dialogues.models.submission import ContactDetails, RankedTheme, Submission
from dialogues.models.theme import District, Theme
from dialogues.models.thread import HeardCount, Quote, RemovedQuote, ThemeAnswer

__all__ = [
    "CodedTheme",
    "Comment",
    "CommentReport",
    "CommentSender",
    "ContactDetails",
    "Dialogue",
    "Disposal",
    "DisposalPlan",
    "District",
    "Heard",
    "HeardCount",
    "Letter",
    "ModerationDecision",
    "PageReport",
    "Quote",
    "RankedTheme",
    "Reception",
    "RemovedQuote",
    "Submission",
    "TextCorrection",
    "Theme",
    "ThemeAnswer",
]

"""What pages say about a pledge: domain facts put into words, with no rules of their own."""

from pledges.presentation.commitment import (
    CommitmentView,
    SpanView,
    commitment_view,
    parties_in_words,
    short_period,
    spans_in_words,
    target_meaning,
)
from pledges.presentation.language import is_partly_swedish
from pledges.presentation.pledge import (
    FocusAreaView,
    PledgeView,
    SectionView,
    SignatoryView,
    focus_area_view,
    focus_areas,
    other_pledge,
    pledge_view,
    sections,
    signatories,
)
from pledges.presentation.validity import Answer, Event, answer, events, signings

__all__ = [
    "Answer",
    "CommitmentView",
    "Event",
    "FocusAreaView",
    "PledgeView",
    "SectionView",
    "SignatoryView",
    "SpanView",
    "answer",
    "commitment_view",
    "events",
    "focus_area_view",
    "focus_areas",
    "is_partly_swedish",
    "other_pledge",
    "parties_in_words",
    "pledge_view",
    "sections",
    "short_period",
    "signatories",
    "signings",
    "spans_in_words",
    "target_meaning",
]

"""What pages say about a pledge: facts put into words, with no rules."""

from pledges.presentation.commitment import (
    CommitmentView,
    commitment_view,
    municipality_names,
    short_period,
    target_meaning,
)
from pledges.presentation.language import in_swedish_only, is_partly_swedish
from pledges.presentation.pledge import (
    FocusAreaView,
    PledgeView,
    SectionView,
    SignatoryView,
    focus_area_view,
    focus_areas,
    other_pledge,
    pledge_label,
    pledge_label_with_places,
    pledge_view,
    sections,
    signatories,
)
from pledges.presentation.progress import (
    ProgressView,
    SpanView,
    progress_view,
)
from pledges.presentation.progress_summary import progress_summary
from pledges.presentation.validity import (
    Answer,
    Event,
    answer,
    day,
    events,
    recalls_of,
    signings,
)

__all__ = [
    "Answer",
    "CommitmentView",
    "Event",
    "FocusAreaView",
    "PledgeView",
    "ProgressView",
    "SectionView",
    "SignatoryView",
    "SpanView",
    "answer",
    "commitment_view",
    "day",
    "events",
    "focus_area_view",
    "focus_areas",
    "in_swedish_only",
    "is_partly_swedish",
    "municipality_names",
    "other_pledge",
    "pledge_label",
    "pledge_label_with_places",
    "pledge_view",
    "progress_summary",
    "progress_view",
    "recalls_of",
    "sections",
    "short_period",
    "signatories",
    "signings",
    "target_meaning",
]

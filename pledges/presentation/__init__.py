"""What pages say about a pledge: facts put into words, with no rules."""

from pledges.presentation.amount_sentences import amounts_text
from pledges.presentation.commitment import (
    CommitmentView,
    commitment_name,
    commitment_names,
    commitment_view,
    given_name,
    municipality_names,
    numbered_name,
    prolonged_text,
    short_period,
    target_meaning,
    target_text,
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
from pledges.presentation.target_changes import target_change_views, target_events
from pledges.presentation.units import unit_of
from pledges.presentation.validity import (
    Answer,
    Event,
    answer,
    day,
    events,
    recalls_of,
    signings,
)
from pledges.presentation.voices import (
    CommitmentVoices,
    CouncilAssessment,
    Fulfilment,
    fulfilment,
    voices_differ,
)

__all__ = [
    "Answer",
    "CommitmentView",
    "CommitmentVoices",
    "CouncilAssessment",
    "Event",
    "FocusAreaView",
    "Fulfilment",
    "PledgeView",
    "ProgressView",
    "SectionView",
    "SignatoryView",
    "SpanView",
    "amounts_text",
    "answer",
    "commitment_name",
    "commitment_names",
    "commitment_view",
    "day",
    "events",
    "focus_area_view",
    "focus_areas",
    "fulfilment",
    "given_name",
    "in_swedish_only",
    "is_partly_swedish",
    "municipality_names",
    "numbered_name",
    "other_pledge",
    "pledge_label",
    "pledge_label_with_places",
    "pledge_view",
    "progress_summary",
    "progress_view",
    "prolonged_text",
    "recalls_of",
    "sections",
    "short_period",
    "signatories",
    "signings",
    "target_change_views",
    "target_events",
    "target_meaning",
    "target_text",
    "unit_of",
    "voices_differ",
]

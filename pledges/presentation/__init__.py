"""What pages say about a pledge: domain facts put into words, with no rules of their own."""

from pledges.actions.disclosure_text import (
    CorrectionView,
    RowView,
    corrections,
    disclosure_in_words,
    foretold,
    more_open_in_words,
    row_view,
    told,
)
from pledges.actions.presentation import ActionView, action_view, days_in_words
from pledges.follow_ups.presentation import assessment_view, history
from pledges.presentation.commitment import (
    CommitmentView,
    commitment_view,
    parties_in_words,
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
    pledge_in_short,
    pledge_of_places,
    pledge_view,
    sections,
    signatories,
)
from pledges.presentation.progress import (
    ProgressView,
    SpanView,
    progress_view,
    promise_in_short,
)
from pledges.presentation.validity import Answer, Event, answer, day, events, signings

__all__ = [
    "ActionView",
    "Answer",
    "CommitmentView",
    "CorrectionView",
    "Event",
    "FocusAreaView",
    "PledgeView",
    "ProgressView",
    "RowView",
    "SectionView",
    "SignatoryView",
    "SpanView",
    "action_view",
    "answer",
    "assessment_view",
    "commitment_view",
    "corrections",
    "day",
    "days_in_words",
    "disclosure_in_words",
    "events",
    "focus_area_view",
    "focus_areas",
    "foretold",
    "history",
    "in_swedish_only",
    "is_partly_swedish",
    "more_open_in_words",
    "other_pledge",
    "parties_in_words",
    "pledge_in_short",
    "pledge_of_places",
    "pledge_view",
    "progress_view",
    "promise_in_short",
    "row_view",
    "sections",
    "short_period",
    "signatories",
    "signings",
    "target_meaning",
    "told",
]

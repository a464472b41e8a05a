"""Addresses of dialogues: `public` for everyone, `workspace` for staff."""

from dialogues.analysis import urls as analysis
from dialogues.answers import urls as answers
from dialogues.calendar import urls as calendar
from dialogues.comments import urls as comments
from dialogues.corrections import urls as corrections
from dialogues.moderation import urls as moderation
from dialogues.page_reports import urls as page_reports
from dialogues.private_links import urls as private_links
from dialogues.retention import urls as retention
from dialogues.thread import urls as thread

public = [
    *page_reports.public,
    *calendar.public,
    *answers.public,
    *thread.public,
    *comments.public,
    *private_links.public,
]
workspace = [
    *calendar.workspace,
    *answers.workspace,
    *analysis.workspace,
    *thread.workspace,
    *corrections.workspace,
    *moderation.workspace,
    *page_reports.workspace,
    *retention.workspace,
]

"""All modules of the app that declare jobs or chores."""

from pledges import retention
from pledges.documents import jobs
from pledges.follow_ups import publishing, reminders
from pledges.link_pictures import store as link_pictures
from pledges.open_data import stored_file
from pledges.records import packages
from pledges.sheets import stored
from pledges.signing import paper
from pledges.statistics import stored_document
from pledges.surveys import thresholds

__all__ = [
    "jobs",
    "link_pictures",
    "packages",
    "paper",
    "publishing",
    "reminders",
    "retention",
    "stored",
    "stored_document",
    "stored_file",
    "thresholds",
]

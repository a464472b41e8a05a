"""Make signed documents last, by the queue.

An authority that is away hinders nobody. What is heavy is imported where it is used.
"""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy

from pledge_portal.queue.chores import chore
from pledge_portal.queue.jobs import defer, job


def make_to_last(pledge: int) -> None:
    """Have a pledge's finished document made to last, if that is set up."""
    if settings.TIMESTAMP_URL:
        defer(make_document_last, once=f"make_document_last {pledge}", pledge=pledge)


@job("make_document_last", gettext_lazy("Tidsstämpel över ett undertecknat dokument"))
def make_document_last(pledge: int) -> None:
    """Make a pledge's finished document last, if that is due.

    Raises NotMadeToLast.
    """
    from pledges.documents.renewal import renew, to_renew

    for document in to_renew(timezone.now()).filter(pledge=pledge):
        renew(document)


@chore("renew_documents", gettext_lazy("Dokument som ska få en ny tidsstämpel"))
def renew_documents() -> None:
    """Have every document renewed that is due."""
    from pledges.documents.renewal import to_renew

    for pledge in to_renew(timezone.now()).values_list("pledge", flat=True):
        make_to_last(pledge)

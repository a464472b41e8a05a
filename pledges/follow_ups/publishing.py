"""Publish a follow-up: its pages at once, its PDF by the queue."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy

from pledge_portal.queue.jobs import defer, job
from pledges.follow_ups import rules
from pledges.models import FollowUp


@transaction.atomic
def publish_with_document(follow_up: FollowUp, at: datetime) -> FollowUp:
    """Publish a follow-up and have its document made.

    Raises Refused as `publish` does.
    """
    published = rules.publish(follow_up, at)
    defer(make_follow_up_document, follow_up=published.pk)
    return published


@job("make_follow_up_document", gettext_lazy("Uppföljningens PDF"), priority=1)
def make_follow_up_document(follow_up: int) -> None:
    """Make and store the document of a published follow-up, once."""
    from pledges.follow_ups.document import store_document  # heavy: only where it is used

    with transaction.atomic():
        published = FollowUp.objects.select_for_update().get(pk=follow_up)
        if published.published_at is not None and not hasattr(published, "document"):
            store_document(published, published.published_at)


def texts_of(follow_up: FollowUp) -> list[str]:
    """Return everything that people wrote in a follow-up."""
    assessments = follow_up.assessments.order_by("commitment__number")
    texts = [getattr(assessment, name) for assessment in assessments for name in rules.TEXTS]
    return [follow_up.assessed_by, follow_up.introduction, *texts]

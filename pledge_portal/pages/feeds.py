"""Feeds that change when what they hold does."""

from __future__ import annotations

from datetime import datetime

from django.utils.feedgenerator import Atom1Feed


class DatedFeed(Atom1Feed):
    """An Atom feed whose time is its latest entry's.

    Never the moment that somebody asks. An empty one's is what the feed calls `begins`.
    """

    def latest_post_date(self) -> datetime:
        """Return the time of the entry that was published or corrected last."""
        dates = [item["updateddate"] for item in self.items]
        return max(dates, default=self.feed["begins"])

"""Addresses of the public pages about municipalities and their pledges."""

from datetime import date

from django.urls import path, register_converter

from pledges.models import PERIOD_PATTERN
from pledges.views import done, followed_up, public


class MunicipalitySlug:
    """A municipality's part of an address, such as "upplands-vasby"."""

    regex = "[a-z0-9]+(?:-[a-z0-9]+)*"

    def to_python(self, value: str) -> str:
        """Return the slug as it is."""
        return value

    def to_url(self, value: str) -> str:
        """Return the slug as it is."""
        return value


class PledgePeriod(MunicipalitySlug):
    """A pledge's part of an address, such as "2023-2025"."""

    regex = PERIOD_PATTERN.replace("(", "(?:")


class Day:
    """A day in an address, such as "2026-02-11"."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        """Return the day; ValueError, and so another address, when there is no such day."""
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        """Return the day as it is written."""
        return value.isoformat()


register_converter(Day, "dag")
register_converter(MunicipalitySlug, "kommun")
register_converter(PledgePeriod, "period")

urlpatterns = [
    path("", public.start, name="start"),
    path("<kommun:slug>/", public.municipality, name="municipality"),
    path("<kommun:slug>/<period:period>/", public.pledge, name="pledge"),
    path(
        "<kommun:slug>/<period:period>/uppfoljningar/",
        followed_up.follow_ups,
        name="follow_ups_public",
    ),
    path(
        "<kommun:slug>/<period:period>/uppfoljningar/<dag:meeting_on>/",
        followed_up.follow_up,
        name="follow_up",
    ),
    path("<kommun:slug>/<period:period>/insatser/", done.actions, name="actions"),
    path("<kommun:slug>/<period:period>/insatser.atom", done.feed, name="actions_feed"),
    path(
        "<kommun:slug>/<period:period>/ataganden/<int:number>/",
        public.commitment,
        name="commitment",
    ),
]

# The document has one address, whatever language its page is read in.
plain = [
    path(
        "<kommun:slug>/<period:period>/medborgarlofte.pdf",
        public.pledge_document,
        name="pledge_document",
    ),
    path(
        "<kommun:slug>/<period:period>/insatser.csv",
        done.actions_file,
        name="actions_file",
    ),
    path(
        "<kommun:slug>/<period:period>/uppfoljningar/<dag:meeting_on>/uppfoljning.pdf",
        followed_up.document,
        name="follow_up_document",
    ),
    path("sitemap.xml", public.sitemap, name="sitemap"),
]

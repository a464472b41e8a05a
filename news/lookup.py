"""Find the news that addresses name."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from news.models import News, NewsQuerySet
from pledge_portal.accounts.models import User
from pledge_portal.pages.errors import NotHere
from pledges.models import Municipality


def news_of(municipality: Municipality, on: date) -> NewsQuerySet:
    """Return what anyone may read of a municipality's news, the latest first."""
    published = News.objects.public(on).filter(municipality=municipality)
    return published.select_related("municipality", "pledge").latest_first()


def get_news_or_404(municipality: Municipality, uid: UUID, on: date) -> News:
    """Return a piece of public news, or raise NotHere."""
    news = news_of(municipality, on).filter(uid=uid).first()
    if news is None:
        raise NotHere(
            _("Det finns ingen nyhet på den här adressen."),
            reverse("news", args=[municipality.slug]),
            _("Visa alla nyheter"),
        )
    return news


def news_written_by(user: User, uid: UUID) -> News:
    """Return news that a person may change, or raise Http404."""
    own = News.objects.visible_to(user).select_related("municipality", "taken_back")
    return get_object_or_404(own, uid=uid)

"""Keep each municipality's statistics as a document, made by the queue.

A reader gets the kept document while it shows what the page does, and never one that shows
something else, such as what was withdrawn since. The queue makes another as soon as figures have
changed, and by the hour where something else has (a pledge that begins, a day that passes).
Documents are made beforehand for the municipalities with a pledge; for another when somebody has
asked for its own. There is one for each municipality and language, the latest.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils import timezone, translation
from django.utils.translation import get_language, gettext_lazy

from pledge_portal.database.acting import as_portal, as_public
from pledge_portal.queue.chores import chore
from pledge_portal.queue.jobs import defer, job
from pledge_portal.version import version
from pledges.models import (
    IndicatorLink,
    Municipality,
    PublishedRound,
    StatisticsDocument,
    StatisticsImport,
    ValidityPeriod,
)
from pledges.statistics.document import statistics_html, statistics_pdf
from pledges.statistics.figures import Overview, overview

# What a document shows is compared without the moment that it was made.
_AT_ANY_TIME = datetime(2000, 1, 1, tzinfo=timezone.get_default_timezone())


def current_document(place: Municipality, shown: Overview) -> StatisticsDocument | None:
    """Return the kept document that shows this, in the language in use."""
    with as_portal():
        return _kept(place, _digest(place, shown)).first()


def _kept(place: Municipality, digest: str) -> QuerySet[StatisticsDocument]:
    return StatisticsDocument.objects.filter(
        municipality=place, language=get_language(), shows=digest
    )


def ask_for_document(municipality: int) -> None:
    """Have a municipality's documents made anew, if they have to be."""
    name = f"renew_statistics_document {municipality}"
    defer(renew_statistics_document, once=name, municipality=municipality)


# After what somebody waits for.
@job("renew_statistics_document", gettext_lazy("Statistik som PDF"), priority=-1)
def renew_statistics_document(municipality: int) -> None:
    """Make a municipality's documents unless they show what they should."""
    place = Municipality.objects.get(pk=municipality)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            _renew(place, timezone.now())


def _renew(place: Municipality, at: datetime) -> None:
    language = get_language()
    # As everybody sees it.
    with as_public():
        shown = overview(place, timezone.localdate(at))
    if shown.is_empty:
        StatisticsDocument.objects.filter(municipality=place, language=language).delete()
    elif not _kept(place, digest := _digest(place, shown)).exists():
        content = statistics_pdf(place, shown, at)
        StatisticsDocument.objects.update_or_create(
            municipality=place,
            language=language,
            defaults={
                "content": content,
                "sha256": hashlib.sha256(content).hexdigest(),
                "shows": digest,
                "made_at": at,
            },
        )


@job("renew_statistics_documents_of_all", gettext_lazy("Statistik som PDF"), priority=-1)
def renew_statistics_documents_of_all() -> None:
    """Have every document looked at that is made beforehand."""
    places = Municipality.objects.filter(
        Q(pk__in=ValidityPeriod.objects.values("municipality"))
        | Q(pk__in=StatisticsDocument.objects.values("municipality"))
    )
    for municipality in places.order_by("pk").values_list("pk", flat=True):
        ask_for_document(municipality)


@chore("renew_statistics_documents", gettext_lazy("Statistik som PDF"))
def renew_statistics_documents() -> None:
    """Have every document looked at, whatever has changed."""
    defer(renew_statistics_documents_of_all, once="renew_statistics_documents_of_all")


@receiver([post_save, post_delete], sender=StatisticsImport)
def _of_all(**_signal: Any) -> None:
    renew_statistics_documents()


@receiver([post_save, post_delete], sender=PublishedRound)
def _of_the_round(instance: PublishedRound, **_signal: Any) -> None:
    ask_for_document(instance.municipality_id)


@receiver([post_save, post_delete], sender=IndicatorLink)
def _of_the_pledge(instance: IndicatorLink, **_signal: Any) -> None:
    for party in instance.focus_area.pledge.parties.all():
        ask_for_document(party.municipality_id)


def _digest(place: Municipality, shown: Overview) -> str:
    html = statistics_html(place, shown, _AT_ANY_TIME)
    return hashlib.sha256(f"{version()}\n{html}".encode()).hexdigest()

"""What anyone may read of what has been done, as a page and as files.

What is reported never stands without what the council says of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pledge_portal.pages.csv_files import csv_file
from pledge_portal.pages.feeds import DatedFeed
from pledge_portal.pages.page_versions import Shows, public_file, public_page
from pledges import presentation
from pledges.actions.presentation import action_view, listed_actions
from pledges.follow_ups.rules import plan_of
from pledges.follow_ups.voices import promises, words_of
from pledges.lifecycle import standing
from pledges.models import EarlierAmount, Municipality, Pledge, PublishedAction
from pledges.models.published_action import PublishedActionQuerySet
from pledges.presentation.lookup import get_pledge_or_404
from pledges.presentation.voices import word_of_time

_A_PAGE = 50
_MAX_IN_FEED = 50
_MAX_IN_FILE = 50_000


@require_safe
@public_page(shows=Shows.MUNICIPALITY, parameters=("atagande", "sida"))
def actions(request: HttpRequest, slug: str, period: str) -> HttpResponse:
    """List what has been done, all of it or for one commitment.

    The latest first.
    """
    pledge, municipality, _rows = get_pledge_or_404(slug, period)
    prefetch_related_objects([pledge], "commitments")
    commitments = list(pledge.commitments.all())
    chosen = next(
        (
            commitment
            for commitment in commitments
            if str(commitment.number) == request.GET.get("atagande")
        ),
        None,
    )
    published = _public(pledge)
    if chosen is not None:
        published = published.filter(commitment=chosen)
    page = Paginator(published.latest_first(), _A_PAGE).get_page(request.GET.get("sida"))
    municipalities = presentation.municipality_names(pledge)
    names = presentation.commitment_names(commitments)
    pledge_view = presentation.pledge_view(pledge, municipality, timezone.localdate())
    both_voices = promises(pledge, pledge_view.standing)
    views = listed_actions(page, pledge, names)
    context = {
        "municipality": municipality,
        "pledge": pledge_view,
        "promise": both_voices[chosen.pk] if chosen else None,
        "fulfilment": presentation.fulfilment(
            both_voices.values(), pledge_view.standing, plan_of(pledge).every
        ),
        "page": page,
        "actions": views,
        "commitments": [
            presentation.commitment_view(commitment, municipalities, names=names)
            for commitment in commitments
        ],
        "chosen": chosen.number if chosen else None,
        "chosen_name": names[chosen.number] if chosen else None,
        "chosen_query": f"atagande={chosen.number}&" if chosen else "",
        "shows_commitment": chosen is None,
    }
    context["swedish_texts"] = presentation.is_partly_swedish(*context.values())
    return render(request, "pledges/actions.html", context)


@require_safe
@public_file
def actions_file(request: HttpRequest, slug: str, period: str) -> HttpResponse:
    """Give what has been done as a CSV file, as far as it is public.

    A row for each action, with the newest word about its commitment and its own time.
    """
    pledge, _place, _rows = get_pledge_or_404(slug, period)
    published = _public(pledge).latest_first()[:_MAX_IN_FILE]
    words = words_of([pledge], timezone.localdate())
    headings = [
        *("atagande", "fran_och_med", "till_och_med", "kommun", "plats", "stadium", "antal"),
        *("enhet", "bad_om_det", "hur_det_gick", "lokaler", "markeringar", "fynd", "text"),
        *("demonstration", "bedomning", "bedomd_av", "mote", "bedomd_fran_och_med"),
        *("bedomd_till_och_med", "skal", "lokalpolisomrade"),
    ]
    lines = (
        [
            *(action.commitment.number, action.shown_first, action.shown_last),
            action.municipality.official_name,
            action.place.name if action.place else "",
            action.get_place_level_display() if action.place_level else "",
            *(action.amount, action.unit or action.commitment.target_unit_sv, action.requests),
            action.get_outcome_display(),
            *(action.premises_searched, action.indications, action.finds, action.note),
            "ja" if action.is_demonstration else "",
            *_assessed(_word_of(action, words)),
            action.police_area.name if action.police_area else "",
        ]
        for action in published
    )
    return csv_file(f"insatser-{slug}-{period}.csv", headings, lines)


def _word_of(
    action: PublishedAction, words: Mapping[int, Sequence[presentation.CouncilAssessment]]
) -> presentation.CouncilAssessment | None:
    of_commitment = words.get(action.commitment_id, ())
    return word_of_time(of_commitment, action.shown_first, action.shown_last)


def _assessed(word: presentation.CouncilAssessment | None) -> list[object]:
    """Return what was said of a commitment, as the last columns of a row."""
    if word is None:
        return [""] * 6
    by = word.by or "rådet"
    return [word.label, by, word.meeting_on, word.first, word.last, word.reason.text]


class ActionFeed(Feed):
    """The latest public actions of a pledge, for feed readers."""

    feed_type = DatedFeed
    description_template = None

    def get_object(
        self, request: HttpRequest, slug: str, period: str
    ) -> tuple[Pledge, Municipality]:
        """Return the pledge and the municipality that it is read at."""
        pledge, municipality, _rows = get_pledge_or_404(slug, period)
        return pledge, municipality

    def title(self, read_at: tuple[Pledge, Municipality]) -> str:
        """Return the feed's name."""
        pledge, municipality = read_at
        name = pledge.place_name(municipality)
        return _("Gjort för medborgarlöftet i %(name)s") % {"name": name}

    def link(self, read_at: tuple[Pledge, Municipality]) -> str:
        """Return the address of the page that lists the same."""
        return settings.SITE_URL + reverse("actions", args=[read_at[1].slug, read_at[0].period])

    def subtitle(self, read_at: tuple[Pledge, Municipality]) -> str:
        """Return whether the pledge is kept, before what was done.

        And before that, that it is a demonstration.
        """
        pledge, municipality = read_at
        prefetch_related_objects([pledge], "commitments")
        standing_today = standing(pledge, timezone.localdate(), municipality)
        both_voices = promises(pledge, standing_today)
        fulfilment = presentation.fulfilment(
            both_voices.values(), standing_today, plan_of(pledge).every
        )
        invented = f"{_('Demonstrationsuppgift')}. " if pledge.is_demonstration else ""
        return f"{invented}{fulfilment} {_('Genomförda insatser, som de får visas för alla.')}"

    def feed_extra_kwargs(self, read_at: tuple[Pledge, Municipality]) -> dict[str, Any]:
        """Return what an empty feed's time is."""
        return {"begins": _midnight(read_at[0].valid_from)}

    def items(self, read_at: tuple[Pledge, Municipality]) -> list[dict[str, Any]]:
        """Return the latest actions."""
        pledge, municipality = read_at
        prefetch_related_objects([pledge], "commitments")
        names = presentation.commitment_names(pledge.commitments.all())
        on = timezone.localdate()
        corrected_on = EarlierAmount.objects.public(on).superseded(on)
        latest = _public(pledge).latest_first().annotate(corrected_on=corrected_on)
        return [
            {
                "action": action,
                "updated_on": max(action.public_from, action.corrected_on or date.min),
                "view": action_view(action, pledge, names),
                "address": settings.SITE_URL
                + reverse(
                    "commitment", args=[municipality.slug, pledge.period, action.commitment.number]
                ),
            }
            for action in latest[:_MAX_IN_FEED]
        ]

    def item_title(self, item: Any) -> str:
        """Return what was done, when, and how much."""
        return item["view"].title

    def item_description(self, item: Any) -> str:
        """Return how many, where and the public note."""
        view = item["view"]
        place = [str(view.where), strip_tags(view.by)]
        # A reader of feeds shows an entry alone, outside of the pages' own mark.
        invented = _("Demonstrationsuppgift") if item["action"].is_demonstration else ""
        done = [view.how_much, view.how_it_went]
        how = [part for part in done if part] or [_("Genomförd")]
        parts = [invented, *how, *place, view.search, view.note.text]
        return ". ".join(part for part in parts if part)

    def item_link(self, item: Any) -> str:
        """Return the commitment's page."""
        return item["address"]

    def item_guid(self, item: Any) -> str:
        """Return a name drawn by lot, which tells nothing of how many there are."""
        return f"urn:uuid:{item['action'].uid}"

    item_guid_is_permalink = False

    def item_updateddate(self, item: Any) -> Any:
        """Return the day from which it is public, or counts otherwise.

        Never when it was typed in.
        """
        return _midnight(item["updated_on"])


@require_safe
@public_file
def feed(request: HttpRequest, slug: str, period: str) -> HttpResponse:
    """Give what has been done as an Atom feed."""
    response = ActionFeed()(request, slug=slug, period=period)
    # Its first sentence changes without a new entry.
    del response.headers["Last-Modified"]
    return response


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _public(pledge: Pledge) -> PublishedActionQuerySet:
    return PublishedAction.objects.public(timezone.localdate()).for_pledge(pledge)

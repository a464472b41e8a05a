"""What everyone reads of news, as pages and as a feed."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from news.lookup import get_news_or_404, news_of
from news.models import TakenBack
from news.presentation import NewsView, news_view, news_views
from pledge_portal.pages.feeds import DatedFeed
from pledge_portal.pages.page_versions import Shows, public_file, public_page
from pledges import presentation
from pledges.models import Municipality, Pledge
from pledges.presentation.lookup import get_municipality_or_404

_A_PAGE = 20
_MAX_IN_FEED = 50


@require_safe
@public_page(shows=Shows.MUNICIPALITY, parameters=("lofte", "sida"))
def news(request: HttpRequest, slug: str) -> HttpResponse:
    """List the news of a municipality, all of it or of one pledge."""
    municipality, on = get_municipality_or_404(slug), timezone.localdate()
    published = news_of(municipality, on)
    pledges = list(
        Pledge.objects.public()
        .filter(parties__municipality=municipality, news__in=published.order_by().values("pk"))
        .distinct()
        .order_by("-valid_from", "-pk")
    )
    chosen = next((pledge for pledge in pledges if pledge.period == request.GET.get("lofte")), None)
    if chosen is not None:
        published = published.filter(pledge=chosen)
    page = Paginator(published, _A_PAGE).get_page(request.GET.get("sida"))
    views = news_views(page, on)
    context: dict[str, Any] = {
        "municipality": municipality,
        "page": page,
        "news": views,
        "pledges": [(pledge.period, presentation.pledge_label(pledge)) for pledge in pledges],
        "chosen": chosen.period if chosen else "",
        "chosen_query": f"lofte={chosen.period}&" if chosen else "",
        "swedish_texts": presentation.is_partly_swedish(views),
    }
    return render(request, "news/list.html", context)


@require_safe
@public_page(shows=Shows.MUNICIPALITY)
def piece_of_news(request: HttpRequest, slug: str, uid: UUID) -> HttpResponse:
    """Show a piece of news, or that it was taken back."""
    municipality, on = get_municipality_or_404(slug), timezone.localdate()
    taken_back = TakenBack.objects.filter(municipality=municipality, uid=uid).first()
    if taken_back is not None:
        context = {
            "municipality": municipality,
            "day": timezone.localdate(taken_back.taken_back_at),
            "reason": presentation.in_swedish_only(taken_back.reason),
        }
        return render(request, "news/taken_back.html", context, status=410)
    piece = get_news_or_404(municipality, uid, on)
    view = news_view(piece, on)
    context = {
        "municipality": municipality,
        "piece": view,
        "swedish_texts": presentation.is_partly_swedish(view),
    }
    return render(request, "news/piece.html", context)


class NewsFeed(Feed):
    """The latest news of a municipality, for feed readers."""

    feed_type = DatedFeed
    description_template = None
    item_guid_is_permalink = False

    def get_object(self, request: HttpRequest, slug: str) -> Municipality:
        """Return the municipality."""
        return get_municipality_or_404(slug)

    def title(self, municipality: Municipality) -> str:
        """Return the feed's name."""
        name = municipality.official_name
        return _("Nyheter om medborgarlöften i %(name)s") % {"name": name}

    def link(self, municipality: Municipality) -> str:
        """Return the address of the page that lists the same."""
        return settings.SITE_URL + reverse("news", args=[municipality.slug])

    def feed_extra_kwargs(self, municipality: Municipality) -> dict[str, Any]:
        """Return what an empty feed's time is."""
        first = timezone.localdate().replace(month=1, day=1)
        return {"begins": timezone.make_aware(datetime.combine(first, time.min))}

    def items(self, municipality: Municipality) -> list[dict[str, Any]]:
        """Return the latest news, with their addresses."""
        on = timezone.localdate()
        published = news_of(municipality, on).prefetch_related("corrections")[:_MAX_IN_FEED]
        return [
            {
                "view": view,
                "address": settings.SITE_URL
                + reverse("piece_of_news", args=[municipality.slug, view.uid]),
            }
            for view in news_views(published, on, with_corrections=True)
        ]

    def item_title(self, item: Any) -> str:
        """Return the title."""
        return str(item["view"].title)

    def item_description(self, item: Any) -> str:
        """Return the whole text, and what is quoted and corrected."""
        view: NewsView = item["view"]
        parts = [
            # A reader of feeds shows an entry alone, outside of the pages' own mark.
            f"{_('Demonstrationsuppgift')}." if view.is_demonstration else "",
            view.text,
            f"”{view.quotation}” – {view.speaker}" if view.quotation else "",
            *(
                _("Rättelse %(day)s: %(text)s")
                % {"day": presentation.day(correction.when.date()), "text": correction.text}
                for correction in view.corrections
            ),
        ]
        return "\n\n".join(filter(None, parts))

    def item_link(self, item: Any) -> str:
        """Return the address of the news."""
        return item["address"]

    def item_guid(self, item: Any) -> str:
        """Return a name drawn by lot, which tells nothing of how many there are."""
        return f"urn:uuid:{item['view'].uid}"

    def item_pubdate(self, item: Any) -> datetime:
        """Return the day that it was published, and no time of the day."""
        return timezone.make_aware(datetime.combine(item["view"].day, time.min))

    def item_updateddate(self, item: Any) -> datetime:
        """Return when it was corrected last, else when it was published."""
        corrected = [correction.when for correction in item["view"].corrections]
        return max([self.item_pubdate(item), *corrected])


@require_safe
@public_file
def feed(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the news of a municipality as an Atom feed."""
    response = NewsFeed()(request, slug=slug)
    # News that is taken back changes it without a new entry.
    response.headers.pop("Last-Modified", None)
    return response

"""Tell search engines of all public pages."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pledge_portal.pages.addresses import in_english
from pledge_portal.pages.page_versions import Shows, public_page
from pledges.models import ConsultationParty, Pledge, PledgeParty

# The pages of each municipality and of each pledge that search engines are told of.
_OF_MUNICIPALITIES = ("municipality", "news", "archive", "dialogues", "statistics_public")
_OF_PLEDGES = ("pledge", "thread", "actions", "follow_ups_public")


@require_safe
@public_page(shows=Shows.EVERYTHING, keeps="application/xml")
def sitemap(request: HttpRequest) -> HttpResponse:
    """List the addresses of all public pages, in both languages.

    For search engines.
    """
    parties = PledgeParty.objects.filter(pledge__in=Pledge.objects.public()).order_by("pk")
    pledges = parties.values_list("municipality__slug", "period")
    numbered = parties.filter(pledge__commitments__isnull=False).values_list(
        "municipality__slug", "period", "pledge__commitments__number"
    )
    numbered = numbered.order_by("pk", "pledge__commitments__number")
    paths = [
        reverse("start"),
        reverse("about"),
        *[reverse(name, args=[slug]) for slug in dict(pledges) for name in _OF_MUNICIPALITIES],
        *[reverse(name, args=address) for address in pledges for name in _OF_PLEDGES],
        *[reverse("commitment", args=address) for address in numbered],
        *_paths_of_consultations(),
    ]
    pages = [(settings.SITE_URL + path, settings.SITE_URL + in_english(path)) for path in paths]
    return render(request, "sitemap.xml", {"pages": pages}, content_type="application/xml")


def _paths_of_consultations() -> list[str]:
    rounds = ConsultationParty.objects.order_by("pk").values_list("municipality__slug", "period")
    addresses = list(dict.fromkeys(rounds))
    return [
        *[reverse("consultations", args=[slug]) for slug in dict(addresses)],
        *[reverse("consultation", args=address) for address in addresses],
    ]

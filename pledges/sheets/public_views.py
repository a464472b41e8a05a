"""Hand out a pledge's poster and leaflet, as the queue has made them."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pledge_portal.pages.errors import NotHere
from pledge_portal.pages.fault_pages import not_ready_yet
from pledge_portal.pages.page_versions import Shows, public_page
from pledge_portal.pages.pdf_files import unchanging_pdf
from pledges.models import PledgeSheet
from pledges.presentation.lookup import get_pledge_or_404
from pledges.sheets.stored import ask_for_sheets, current_sheet, has_sheets

_NAMES = {
    PledgeSheet.Kind.POSTER_A4: "affisch-a4",
    PledgeSheet.Kind.POSTER_A3: "affisch-a3",
    PledgeSheet.Kind.LEAFLET: "flygblad",
}


@require_safe
@public_page(shows=Shows.MUNICIPALITY, keeps="application/pdf")
def sheet(request: HttpRequest, slug: str, period: str, kind: str) -> HttpResponseBase:
    """Return a sheet that the queue has made, or ask to wait."""
    pledge, _municipality, _pledges = get_pledge_or_404(slug, period)
    on = timezone.localdate()
    if not has_sheets(pledge, on):
        raise NotHere(
            _("Löftets tid är över, och det finns ingen affisch av det."),
            reverse("pledge", args=[slug, period]),
            _("Till löftet"),
        )
    stored = current_sheet(pledge, kind, on)
    if stored is None:
        ask_for_sheets(pledge.pk)
        return not_ready_yet(request)
    return unchanging_pdf(request, stored, f"{_NAMES[PledgeSheet.Kind(kind)]}-{slug}-{period}.pdf")

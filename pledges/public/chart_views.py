"""A pledge's own charts as files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pledge_portal.pages.errors import NotHere
from pledge_portal.pages.page_versions import public_file
from pledges.charts.files import chart_file
from pledges.charts.kinds import Chart
from pledges.follow_ups.charts import matrix_of, targets_in_both_voices
from pledges.models import Municipality, Pledge
from pledges.presentation.lookup import get_pledge_or_404


@require_safe
@public_file
def pledge_chart(
    request: HttpRequest, slug: str, period: str, name: str, form: str
) -> HttpResponse:
    """Give a chart of a pledge as a drawing or as a table."""
    pledge, municipality, _rows = get_pledge_or_404(slug, period)
    make = _CHARTS.get(name)
    chart = make(pledge, municipality, timezone.localdate()) if make else None
    if chart is None:
        raise NotHere(
            _("Det finns inget sådant diagram."),
            reverse("follow_ups_public", args=[slug, period]),
            _("Visa hur löftet följs upp"),
        )
    return chart_file(chart, f"{name}-{slug}-{period}", form)


_CHARTS: dict[str, Callable[[Pledge, Municipality, date], Chart | None]] = {
    "mal": targets_in_both_voices,
    "uppfoljningar": matrix_of,
}

"""Serve the pictures beside shared links to anyone.

An address names what the picture says. One that says what isn't so any longer leads to the one that
does, and until that is made to the portal's own, which says nothing of any pledge.
"""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.http import require_safe

from pledge_portal.pages.page_versions import public_file
from pledge_portal.pages.unchanging import unchanging, whole
from pledges.link_pictures.lookup import texts_of
from pledges.link_pictures.store import picture_that_says
from pledges.presentation.lookup import get_pledge_or_404, no_commitment

PORTALS_OWN = "marks/link-picture.png"


@require_safe
@public_file
def link_picture(
    request: HttpRequest, slug: str, period: str, digest: str, number: int | None = None
) -> HttpResponseBase:
    """Serve the picture of a pledge, or of a commitment by its number."""
    pledge, municipality, _pledges = get_pledge_or_404(slug, period)
    text = texts_of(pledge, municipality, timezone.localdate()).get(number)
    if text is None:
        raise no_commitment(pledge, municipality)
    if digest != text.digest:
        return redirect(text.picture_path)
    picture = picture_that_says(text)
    if picture is None:
        return redirect(static(PORTALS_OWN))
    return unchanging(request, picture.sha256, lambda: whole(picture.content, "image/png"))

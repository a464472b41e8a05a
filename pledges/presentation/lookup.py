"""Find the public pledge that an address names, or say it isn't there."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from pledge_portal.pages.errors import NotHere
from pledge_portal.pages.text import proper_name
from pledges.models import Consultation, FollowUp, Municipality, Pledge


def get_municipality_or_404(slug: str) -> Municipality:
    """Return the municipality with the address.

    Raises NotHere when there is none.
    """
    try:
        return Municipality.objects.get(slug=slug)
    except Municipality.DoesNotExist:
        raise NotHere(
            _("Det finns ingen kommun med den adressen."),
            reverse("start"),
            _("Visa alla kommuner"),
        ) from None


def get_pledge_or_404(slug: str, period: str) -> tuple[Pledge, Municipality, list[Pledge]]:
    """Return a public pledge, the municipality it is read at, and all there.

    Raises NotHere when there is no such pledge.
    """
    pledges = list(Pledge.objects.public().at(slug))
    for pledge in pledges:
        if pledge.period == period:
            return pledge, place_of(pledge, slug), pledges
    raise no_pledge(place_of(pledges[0], slug) if pledges else get_municipality_or_404(slug))


def place_of(pledge: Pledge, slug: str) -> Municipality:
    """Return the party of a public pledge that has the address."""
    return next(p.municipality for p in pledge.parties.all() if p.municipality.slug == slug)


def no_pledge(municipality: Municipality) -> NotHere:
    """Return the error that says that the municipality has no such pledge."""
    return NotHere(
        _("Det finns inget medborgarlöfte på den här adressen."),
        reverse("municipality", args=[municipality.slug]),
        format_html(
            _("Visa medborgarlöften i {municipality}"),
            municipality=proper_name(municipality.official_name),
        ),
    )


def no_commitment(pledge: Pledge, municipality: Municipality) -> NotHere:
    """Return the error that says that the pledge has no such commitment."""
    return NotHere(
        _("Löftet har inget åtagande med det numret."),
        reverse("pledge", args=[municipality.slug, pledge.period]),
        _("Visa hela löftet"),
    )


def get_follow_up_or_404(
    pledge: Pledge, municipality: Municipality, meeting_on: date | None
) -> FollowUp:
    """Return the public follow-up of a meeting.

    Raises NotHere when there is none.
    """
    follow_ups = FollowUp.objects.public().filter(pledge=pledge)
    follow_up = None if meeting_on is None else follow_ups.filter(meeting_on=meeting_on).first()
    if follow_up is None:
        raise NotHere(
            _("Det finns ingen uppföljning från den dagen."),
            reverse("follow_ups_public", args=[municipality.slug, pledge.period]),
            _("Visa alla uppföljningar"),
        )
    return follow_up


def get_consultation_or_404(
    slug: str, period: str, number: int | None = None
) -> tuple[Consultation, Municipality]:
    """Return a consultation, and the municipality it is read at.

    The latest one unless its number is given. Raises NotHere when there is none.
    """
    municipality = get_municipality_or_404(slug)
    consultations = (
        Consultation.objects.public().at(municipality, period).select_related("police_area")
    )
    consultation = (
        consultations.first() if number is None else consultations.filter(number=number).first()
    )
    if consultation is None:
        raise NotHere(
            _("Det finns inget samråd på den här adressen."),
            reverse("consultations", args=[slug]),
            _("Visa alla samråd"),
        )
    return consultation, municipality

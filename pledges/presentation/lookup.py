"""Finding the public pledge that an address names, or saying plainly that it isn't there."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from pledge_portal.pages.errors import NotHere
from pledge_portal.pages.text import proper_name
from pledges.models import Consultation, Municipality, Pledge


def get_municipality_or_404(slug: str) -> Municipality:
    """Return the municipality with the address; raises NotHere when there is none."""
    try:
        return Municipality.objects.get(slug=slug)
    except Municipality.DoesNotExist:
        raise NotHere(
            _("Det finns ingen kommun med den adressen."),
            reverse("start"),
            _("Visa alla kommuner"),
        ) from None


def get_pledge_or_404(slug: str, period: str) -> tuple[Pledge, Municipality, list[Pledge]]:
    """Return a public pledge, the municipality it is read at and all public pledges there.

    Three queries. Raises NotHere when there is no such pledge.
    """
    rows = list(Pledge.objects.public().at(slug))
    for row in rows:
        if row.period == period:
            return row, place_of(row, slug), rows
    raise no_pledge(place_of(rows[0], slug) if rows else get_municipality_or_404(slug))


def place_of(row: Pledge, slug: str) -> Municipality:
    """Return the party of a public pledge that has the address."""
    return next(p.municipality for p in row.parties.all() if p.municipality.slug == slug)


def no_pledge(place: Municipality) -> NotHere:
    """Return the error that says that the municipality has no such pledge."""
    return NotHere(
        _("Det finns inget medborgarlöfte på den här adressen."),
        reverse("municipality", args=[place.slug]),
        format_html(
            _("Visa medborgarlöften i {municipality}"),
            municipality=proper_name(place.official_name),
        ),
    )


def get_consultation_or_404(
    slug: str, period: str, number: int | None = None
) -> tuple[Consultation, Municipality]:
    """Return a round of consultation, the latest unless its number is given, and the municipality
    it is read at; raises NotHere when there is none."""
    place = get_municipality_or_404(slug)
    rows = Consultation.objects.public().at(place, period).select_related("police_area")
    row = rows.first() if number is None else rows.filter(number=number).first()
    if row is None:
        raise NotHere(
            _("Det finns inget samråd på den här adressen."),
            reverse("consultations", args=[slug]),
            _("Visa alla samråd"),
        )
    return row, place

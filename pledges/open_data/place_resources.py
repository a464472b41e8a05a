"""Who gives pledges and where: municipalities, the police, places."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from pledges.models import (
    Municipality,
    MunicipalityPart,
    Place,
    PoliceArea,
    PublishedAction,
    ValidityPeriod,
)
from pledges.open_data.columns import Column, Kind, column, of_field
from pledges.open_data.links import address_of
from pledges.open_data.resource import Key, Resource, Terms, register

MUNICIPALITY_CODE = column(
    "municipality_code", Kind.TEXT, _("kommunens kod (SCB)"), "municipality.code"
)
MUNICIPALITY_NAME = column(
    "municipality", Kind.TEXT, _("kommunens namn"), "municipality.official_name"
)


def _contact(model: type[Municipality] | type[PoliceArea]) -> tuple[Column, ...]:
    names = ("contact_role", "contact_phone", "contact_email", "contact_web")
    return tuple(column for name in names for column in of_field(model, name))


register(
    Resource(
        "municipalities",
        _("Kommuner"),
        _("Alla kommuner, med vem man frågar om löftet där kommunen har sagt det."),
        Terms.FREE,
        lambda _on: Municipality.objects.all(),
        (Key("code"),),
        (
            *of_field(Municipality, "code"),
            *of_field(Municipality, "name"),
            *of_field(Municipality, "official_name"),
            column("county", Kind.TEXT, _("län")),
            *_contact(Municipality),
            column(
                "address",
                Kind.ADDRESS,
                _("kommunens sida i portalen"),
                lambda row: address_of("municipality", row.slug),
            ),
        ),
        lambda municipality: Q(pk=municipality.pk),
        shared=Q(),
    ),
    Resource(
        "police-areas",
        _("Lokalpolisområden"),
        _("Polisens lokalpolisområden och vilka kommuner de täcker."),
        Terms.FREE,
        lambda _on: PoliceArea.objects.prefetch_related("municipalities"),
        (Key("name"),),
        (
            *of_field(PoliceArea, "name"),
            column(
                "municipality_codes",
                Kind.TEXTS,
                _("koder för kommunerna det täcker"),
                lambda row: sorted(municipality.code for municipality in row.municipalities.all()),
            ),
            *_contact(PoliceArea),
        ),
        lambda municipality: Q(municipalities=municipality),
        shared=Q(),
    ),
    Resource(
        "municipality-parts",
        _("Delar av kommuner"),
        _("Stadsdelar, områden och orter som något löfte gäller för."),
        Terms.FREE,
        lambda _on: MunicipalityPart.objects.filter(
            Exists(ValidityPeriod.objects.filter(part=OuterRef("pk")))
        ).select_related("municipality"),
        (Key("municipality__code"), Key("slug")),
        (
            MUNICIPALITY_CODE,
            *of_field(MunicipalityPart, "slug", name="part"),
            *of_field(MunicipalityPart, "name"),
        ),
        lambda municipality: Q(municipality=municipality),
    ),
    Resource(
        "places",
        _("Platser"),
        _("Skolor och andra platser som nämns vid något som är gjort och får visas."),
        Terms.FREE,
        lambda on: Place.objects.filter(
            Exists(PublishedAction.objects.public(on).filter(place=OuterRef("pk")))
        ).select_related("municipality"),
        (Key("municipality__code"), Key("name")),
        (
            MUNICIPALITY_CODE,
            *of_field(Place, "name"),
            *of_field(Place, "kind"),
            *of_field(Place, "level"),
        ),
        lambda municipality: Q(municipality=municipality),
    ),
)

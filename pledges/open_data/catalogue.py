"""The catalogue of open data for the national portal (DCAT-AP-SE 3).

A dataset for each resource, and the read API as a data service. Its source is the resources' own
declarations. It tells no moment of anything: not when something was last changed either.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pledge_portal.pages.xlsx_files import XLSX_TYPE
from pledges.open_data.openapi import API_DESCRIPTION, API_TITLE
from pledges.open_data.resource import CC0, Resource

if TYPE_CHECKING:
    from rdflib import Graph, URIRef

_LANGUAGES = {"sv": "SWE", "en": "ENG"}
_EUROPE = "http://publications.europa.eu/resource/authority"
_SWEDEN = "http://publications.europa.eu/resource/authority/country/SWE"
_FORMS = {
    "json": ("application/json", "JSON"),
    "csv": ("text/csv", "CSV"),
    "xlsx": (XLSX_TYPE, "XLSX"),
}
_KEYWORDS = (_("medborgarlöften"), _("brottsförebyggande arbete"), _("trygghet"))
# What the dataset of all of them is called.
EVERYTHING = "everything"
_EACH_ITS_TERMS = _("Allt i en fil. Vad som gäller för vad står i LICENSER.txt i den.")
_PUBLISHER = _("Portalen Medborgarlöften")


def catalogue(resources: Iterable[Resource]) -> Graph:
    """Return the catalogue as a graph."""
    # Loaded by who asks for it: it takes 20 MB of a process.
    from rdflib import DCAT, DCTERMS, FOAF, RDF, Graph, Literal, Namespace, URIRef

    vcard = Namespace("http://www.w3.org/2006/vcard/ns#")
    dcatap = Namespace("http://data.europa.eu/r5r/")
    graph = Graph()
    for prefix, namespace in (("vcard", vcard), ("dcatap", dcatap)):
        graph.bind(prefix, namespace)
    home = URIRef(f"{settings.SITE_URL}{reverse('open_data')}")
    whole, publisher, contact, service = (URIRef(f"{home}#{name}") for name in _PARTS)
    openness = URIRef(f"{_EUROPE}/access-right/PUBLIC")

    def say(subject: URIRef, predicate: URIRef, text: str | Promise) -> None:
        for language in _LANGUAGES:
            with translation.override(language):
                graph.add((subject, predicate, Literal(str(text), lang=language)))

    def add(subject: URIRef, predicate: URIRef, *objects: URIRef) -> None:
        for object_ in objects:
            graph.add((subject, predicate, object_))

    languages = [URIRef(f"{_EUROPE}/language/{code}") for code in _LANGUAGES.values()]
    themes = [URIRef(f"{_EUROPE}/data-theme/{theme}") for theme in ("JUST", "GOVE")]

    add(whole, RDF.type, DCAT.Catalog)
    say(whole, DCTERMS.title, API_TITLE)
    say(whole, DCTERMS.description, API_DESCRIPTION)
    add(whole, DCTERMS.publisher, publisher)
    add(whole, DCTERMS.license, URIRef(CC0))
    add(whole, DCTERMS.language, *languages)
    add(whole, DCTERMS.spatial, URIRef(_SWEDEN))
    add(whole, FOAF.homepage, home)
    add(whole, DCAT.themeTaxonomy, URIRef(f"{_EUROPE}/data-theme"))
    add(whole, DCAT.service, service)

    add(publisher, RDF.type, FOAF.Agent)
    say(publisher, FOAF.name, _PUBLISHER)
    kind = URIRef("http://purl.org/adms/publishertype/LocalAuthority")
    add(publisher, DCTERMS.type, kind)
    add(publisher, FOAF.homepage, URIRef(settings.SITE_URL))

    add(contact, RDF.type, vcard.Organization)
    graph.add((contact, vcard.fn, Literal(f"Medborgarlöften, {_host()}")))
    add(contact, vcard.hasEmail, URIRef(f"mailto:{settings.DEFAULT_FROM_EMAIL}"))

    add(service, RDF.type, DCAT.DataService)
    say(service, DCTERMS.title, API_TITLE)
    say(service, DCTERMS.description, API_DESCRIPTION)
    add(service, DCAT.endpointURL, URIRef(f"{settings.SITE_URL}{reverse('api')}"))
    described = URIRef(f"{settings.SITE_URL}{reverse('api_openapi')}")
    add(service, DCAT.endpointDescription, described)
    add(service, DCAT.contactPoint, contact)
    add(service, DCTERMS.publisher, publisher)
    add(service, DCTERMS.accessRights, openness)
    graph.add((service, DCTERMS.format, URIRef(f"{_EUROPE}/file-type/JSON")))
    add(service, DCAT.landingPage, home)
    add(service, DCAT.theme, *themes)

    def add_dataset(name: str, title: str | Promise, description: str | Promise) -> URIRef:
        dataset = URIRef(f"{home}#{name}")
        add(whole, DCAT.dataset, dataset)
        add(dataset, RDF.type, DCAT.Dataset)
        say(dataset, DCTERMS.title, title)
        say(dataset, DCTERMS.description, description)
        graph.add((dataset, DCTERMS.identifier, Literal(str(dataset))))
        add(dataset, DCTERMS.publisher, publisher)
        add(dataset, DCTERMS.language, *languages)
        add(dataset, DCTERMS.spatial, URIRef(_SWEDEN))
        add(dataset, DCTERMS.accessRights, openness)
        add(dataset, DCTERMS.accrualPeriodicity, URIRef(f"{_EUROPE}/frequency/UPDATE_CONT"))
        add(dataset, DCAT.contactPoint, contact)
        add(dataset, DCAT.landingPage, home)
        add(dataset, DCAT.theme, *themes)
        for keyword in _KEYWORDS:
            say(dataset, DCAT.keyword, keyword)
        return dataset

    def add_distribution(
        dataset: URIRef, form: str, path: str, media_type: str, file_type: str
    ) -> URIRef:
        distribution = URIRef(f"{dataset}-{form}")
        add(dataset, DCAT.distribution, distribution)
        add(distribution, RDF.type, DCAT.Distribution)
        add(distribution, DCAT.accessURL, URIRef(f"{settings.SITE_URL}{path}"))
        add(distribution, DCTERMS.format, URIRef(f"{_EUROPE}/file-type/{file_type}"))
        media = URIRef(f"https://www.iana.org/assignments/media-types/{media_type}")
        add(distribution, DCAT.mediaType, media)
        add(distribution, DCTERMS.language, *languages)
        add(distribution, dcatap.availability, URIRef(f"{_EUROPE}/planned-availability/STABLE"))
        return distribution

    everything = add_dataset(EVERYTHING, API_TITLE, API_DESCRIPTION)
    path = reverse("open_data_of_all")
    zipped = add_distribution(everything, "zip", path, "application/zip", "ZIP")
    add(zipped, DCAT.downloadURL, URIRef(f"{settings.SITE_URL}{path}"))
    say(zipped, DCTERMS.description, _EACH_ITS_TERMS)
    for resource in resources:
        dataset = add_dataset(resource.name, resource.title, resource.description)
        add(service, DCAT.servesDataset, dataset)
        for form, (media_type, file_type) in _FORMS.items():
            path = reverse(f"api_{form}", args=[resource.name])
            distribution = add_distribution(dataset, form, path, media_type, file_type)
            add(distribution, DCAT.accessService, service)
            say(distribution, DCTERMS.title, resource.title)
            say(distribution, DCTERMS.description, resource.terms.text)
            if resource.terms.licence is not None:
                add(distribution, DCTERMS.license, URIRef(resource.terms.licence))
    # Of what lies elsewhere it says itself what it is, so that nobody has to look there.
    for predicate, class_ in (
        (DCAT.contactPoint, vcard.Kind),
        (DCAT.landingPage, FOAF.Document),
        (DCAT.mediaType, DCTERMS.MediaType),
        (DCTERMS.accessRights, DCTERMS.RightsStatement),
        (DCTERMS.accrualPeriodicity, DCTERMS.Frequency),
        (DCTERMS.format, DCTERMS.MediaTypeOrExtent),
        (DCTERMS.language, DCTERMS.LinguisticSystem),
        (DCTERMS.license, DCTERMS.LicenseDocument),
        (DCTERMS.spatial, DCTERMS.Location),
        (FOAF.homepage, FOAF.Document),
    ):
        for named in set(graph.objects(None, predicate)):
            graph.add((named, RDF.type, class_))
    return graph


_PARTS = ("catalogue", "publisher", "contact", "api")


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or ""

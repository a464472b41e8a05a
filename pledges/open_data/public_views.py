"""The page that explains open data to people."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pledge_portal.pages.fault_pages import not_ready_yet
from pledge_portal.pages.page_versions import Shows, public_file, public_page
from pledge_portal.pages.problems import open_to_all
from pledge_portal.pages.unchanging import unchanging
from pledges.models import Municipality
from pledges.open_data import stored_file
from pledges.open_data.catalogue import catalogue
from pledges.open_data.resource import Terms, resources
from pledges.presentation.lookup import get_municipality_or_404


@require_safe
@public_page(shows=Shows.SHARED)
def open_data(request: HttpRequest) -> HttpResponse:
    """Say what there is, on what terms, and how to fetch it."""
    context = {
        "resources": resources(),
        "terms": [
            (terms.text, [resource for resource in resources() if resource.terms is terms])
            for terms in Terms
        ],
        "api": f"{settings.SITE_URL}{reverse('api')}",
        "of_all": f"{settings.SITE_URL}{reverse('open_data_of_all')}",
        "of_one": f"{settings.SITE_URL}{reverse('open_data_file', args=['alvsbyn'])}",
        "turtle": f"{settings.SITE_URL}{reverse('catalogue_turtle')}",
        "xml": f"{settings.SITE_URL}{reverse('catalogue_xml')}",
        "api_openapi": f"{settings.SITE_URL}{reverse('api_openapi')}",
    }
    return render(request, "open_data/open_data.html", context)


@open_to_all
@public_page(shows=Shows.SHARED, keeps="text/turtle")
def catalogue_turtle(request: HttpRequest) -> HttpResponse:
    """Give the catalogue as Turtle."""
    return HttpResponse(
        catalogue(resources()).serialize(format="turtle"), content_type="text/turtle; charset=utf-8"
    )


@open_to_all
@public_page(shows=Shows.SHARED, keeps="application/rdf+xml")
def catalogue_xml(request: HttpRequest) -> HttpResponse:
    """Give the catalogue as RDF/XML."""
    return HttpResponse(
        catalogue(resources()).serialize(format="xml"), content_type="application/rdf+xml"
    )


@open_to_all
@public_file
def file(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Give all open data of a municipality, or ask to wait for it."""
    return _file(request, get_municipality_or_404(slug))


@open_to_all
@public_file
def shared_file(request: HttpRequest) -> HttpResponseBase:
    """Give what all municipalities share, or ask to wait for it."""
    return _file(request, None)


def _file(request: HttpRequest, municipality: Municipality | None) -> HttpResponseBase:
    stored = stored_file.current_file(municipality)
    if stored is None:
        stored_file.ask_for_file(municipality)
        return not_ready_yet(request)
    name = f"oppna-data-{stored_file.name_of(municipality)}.zip"
    response = _zip(request, stored.sha256, name, lambda: stored_file.bytes_of(stored))
    if response.status_code == 200:
        response.headers["Content-Length"] = str(stored.size)
    return response


@open_to_all
@public_file
def file_of_all(request: HttpRequest) -> HttpResponseBase:
    """Give all open data of all municipalities, or ask to wait for it."""
    files = stored_file.current_files()
    if files is None:
        return not_ready_yet(request)
    etag = stored_file.etag_of(files)
    return _zip(request, etag, "oppna-data.zip", lambda: stored_file.bytes_of_all(files))


def _zip(
    request: HttpRequest, etag: str, name: str, parts: Callable[[], Iterator[bytes]]
) -> HttpResponseBase:
    """Return a ZIP file as it is read, or that the reader has it already."""

    def streamed() -> StreamingHttpResponse:
        content = parts() if request.method == "GET" else iter(())
        response = StreamingHttpResponse(content, content_type="application/zip")
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    return unchanging(request, etag, streamed)

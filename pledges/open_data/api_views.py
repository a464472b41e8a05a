"""The read API: pages of resources as JSON, CSV and workbooks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pledge_portal.pages.csv_files import csv_file
from pledge_portal.pages.page_versions import Shows, public_page
from pledge_portal.pages.problems import open_to_all, problem
from pledge_portal.pages.xlsx_files import XLSX_TYPE, xlsx_file
from pledges.open_data.openapi import openapi_document
from pledges.open_data.paging import PARAMETERS, BadQuestion, Page, page_of, question_of
from pledges.open_data.resource import Resource, resource_named, resources

OPENAPI_TYPE = "application/vnd.oai.openapi+json;version=3.1"


def _json(content: Any, content_type: str = "application/json") -> JsonResponse:
    return JsonResponse(
        content, content_type=content_type, json_dumps_params={"ensure_ascii": False}
    )


@open_to_all
@public_page(shows=Shows.SHARED, keeps="application/json")
def index(request: HttpRequest) -> HttpResponse:
    """List the resources and where each is read."""
    return _json(
        {
            "version": "v1",
            "openapi": f"{settings.SITE_URL}{reverse('api_openapi')}",
            "resources": [
                {
                    "name": resource.name,
                    "title": str(resource.title),
                    "licence": resource.terms.licence,
                    "terms": str(resource.terms.text),
                    "json": _address(resource, "json"),
                    "csv": _address(resource, "csv"),
                    "xlsx": _address(resource, "xlsx"),
                }
                for resource in resources()
            ],
        }
    )


@open_to_all
@public_page(shows=Shows.SHARED, keeps=OPENAPI_TYPE)
def openapi(request: HttpRequest) -> HttpResponse:
    """Describe the API as OpenAPI 3.1."""
    return _json(openapi_document(resources()), OPENAPI_TYPE)


def _address(resource: Resource, form: str) -> str:
    return f"{settings.SITE_URL}{reverse(f'api_{form}', args=[resource.name])}"


def _answered(
    request: HttpRequest, name: str, form: str, answer: Callable[[Resource, Page], HttpResponse]
) -> HttpResponse:
    """Return a page of a resource, or what is wrong with the question."""
    resource = resource_named(name)
    if resource is None:
        return problem(404, _("Det finns ingen resurs med det namnet."))
    try:
        question = question_of(resource, request.GET)
        page = page_of(resource, question, timezone.localdate())
    except BadQuestion as error:
        return problem(400, error.reason, parameter=error.parameter)
    response = answer(resource, page)
    if page.next:
        response.headers["Link"] = f'<{_next(request, resource, form, page)}>; rel="next"'
    return response


def _next(request: HttpRequest, resource: Resource, form: str, page: Page) -> str:
    asked = {name: request.GET[name] for name in PARAMETERS if name in request.GET}
    return f"{_address(resource, form)}?{urlencode({**asked, 'cursor': page.next})}"


@open_to_all
@public_page(shows=Shows.EVERYTHING, parameters=PARAMETERS, keeps="application/json")
def as_json(request: HttpRequest, name: str) -> HttpResponse:
    """Give a page of a resource as JSON."""

    def answer(resource: Resource, page: Page) -> HttpResponse:
        return _json(
            {
                "resource": resource.name,
                "as_of": timezone.localdate().isoformat(),
                "licence": resource.terms.licence,
                "terms": str(resource.terms.text),
                "next": _next(request, resource, "json", page) if page.next else None,
                "records": [resource.record(item) for item in page.items],
            }
        )

    return _answered(request, name, "json", answer)


@open_to_all
@public_page(shows=Shows.EVERYTHING, parameters=PARAMETERS, keeps="text/csv")
def as_csv(request: HttpRequest, name: str) -> HttpResponse:
    """Give a page of a resource as CSV."""

    def answer(resource: Resource, page: Page) -> HttpResponse:
        headings = [column.name for column in resource.columns]
        rows = ([column.csv_cell(item) for column in resource.columns] for item in page.items)
        return csv_file(f"{resource.name}.csv", headings, rows)

    return _answered(request, name, "csv", answer)


@open_to_all
@public_page(shows=Shows.EVERYTHING, parameters=PARAMETERS, keeps=XLSX_TYPE)
def as_workbook(request: HttpRequest, name: str) -> HttpResponse:
    """Give a page of a resource as a workbook."""

    def answer(resource: Resource, page: Page) -> HttpResponse:
        headings = [column.name for column in resource.columns]
        rows = ([column.cell(item) for column in resource.columns] for item in page.items)
        return xlsx_file(f"{resource.name}.xlsx", {resource.name: [headings, *rows]})

    return _answered(request, name, "xlsx", answer)

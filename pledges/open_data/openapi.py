"""The OpenAPI document, made of the resources themselves.

Texts are in Swedish and in English, since the document has one address.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pledge_portal.pages.problems import PROBLEM_TYPE
from pledge_portal.pages.xlsx_files import XLSX_TYPE
from pledges.open_data.columns import Column
from pledges.open_data.paging import DEFAULT_LIMIT, MAX_LIMIT
from pledges.open_data.resource import Resource

_FORMS = {"json": "application/json", "csv": "text/csv", "xlsx": XLSX_TYPE}
API_TITLE = _("Medborgarlöften, öppna data")
API_DESCRIPTION = _(
    "Allt som är offentligt om medborgarlöften, för vem som helst att läsa och använda. Utan konto"
    " och utan nyckel. Fält kan tillkomma; inget fält byter namn eller betydelse inom v1."
)
_COUNTED = _("Högst så många på varje sida, räknat i: ")
_RECORDS = _("poster")
_PARAMETERS = {
    "municipality": _("Bara det som hör till en kommun: dess kod med fyra siffror (SCB)."),
    "from": _("Bara det som gäller den dagen eller senare."),
    "to": _("Bara det som gäller den dagen eller tidigare."),
    "limit": _COUNTED,
    "cursor": _("Var sidan börjar. Ta adressen till nästa sida ur svaret."),
}
_SCHEMAS: dict[str, dict[str, Any]] = {
    "municipality": {"type": "string", "pattern": "^[0-9]{4}$"},
    "from": {"type": "string", "format": "date"},
    "to": {"type": "string", "format": "date"},
    "limit": {
        "type": "integer",
        "minimum": 1,
        "maximum": MAX_LIMIT,
        "default": DEFAULT_LIMIT,
    },
    "cursor": {"type": "string", "maxLength": 300},
}


def in_both(text: str | Promise) -> str:
    """Return a text in Swedish and in English."""
    texts = []
    for language in ("sv", "en"):
        with translation.override(language):
            texts.append(str(text))
    return " / ".join(dict.fromkeys(texts))


def openapi_document(resources: Iterable[Resource]) -> dict[str, Any]:
    """Return what describes the API."""
    resources = list(resources)
    paths: dict[str, Any] = {}
    for resource in resources:
        for form, content_type in _FORMS.items():
            path = reverse(f"api_{form}", args=[resource.name])
            paths[path] = {"get": _operation(resource, form, content_type)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": in_both(API_TITLE),
            "version": "1.0.0",
            "description": in_both(API_DESCRIPTION),
            "license": {"name": "CC0 1.0", "identifier": "CC0-1.0"},
        },
        "servers": [{"url": settings.SITE_URL}],
        "tags": [
            {"name": resource.name, "description": in_both(resource.description)}
            for resource in resources
        ],
        "paths": paths,
        "components": {
            "schemas": {
                "problem": _PROBLEM,
                **{resource.name: _record(resource) for resource in resources},
            }
        },
    }


def _operation(resource: Resource, form: str, content_type: str) -> dict[str, Any]:
    schema = {"json": _page(resource), "csv": {"type": "string"}}.get(form, {})
    return {
        "operationId": f"{resource.name}-{form}",
        "tags": [resource.name],
        "summary": in_both(resource.title),
        "description": f"{in_both(resource.description)} {in_both(resource.terms.text)}",
        "parameters": [_parameter(resource, name) for name in _names(resource)],
        "responses": {
            "200": {
                "description": in_both(resource.title),
                "headers": {
                    "ETag": {"schema": {"type": "string"}},
                    "Link": {"schema": {"type": "string"}, "description": 'rel="next"'},
                },
                "content": {content_type: {"schema": schema}},
            },
            "304": {"description": "ETag"},
            "400": {
                "description": in_both(_("Frågan går inte att förstå")),
                "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/problem"}}},
            },
        },
    }


def _names(resource: Resource) -> list[str]:
    return [name for name in _PARAMETERS if resource.days or name not in {"from", "to"}]


def _parameter(resource: Resource, name: str) -> dict[str, Any]:
    description = in_both(_PARAMETERS[name])
    if name == "limit":
        description += in_both(resource.counted or _RECORDS)
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": _SCHEMAS[name],
    }


def _page(resource: Resource) -> dict[str, Any]:
    members: dict[str, Any] = {
        "resource": {"const": resource.name},
        "as_of": {"type": "string", "format": "date"},
        "licence": {"type": ["string", "null"], "format": "uri"},
        "terms": {"type": "string"},
        "next": {"type": ["string", "null"], "format": "uri"},
        "records": {
            "type": "array",
            "items": {"$ref": f"#/components/schemas/{resource.name}"},
        },
    }
    return {"type": "object", "required": list(members), "properties": members}


def _record(resource: Resource) -> dict[str, Any]:
    return {
        "type": "object",
        "title": in_both(resource.title),
        "required": [column.name for column in resource.columns],
        "properties": {column.name: _property(column) for column in resource.columns},
        "additionalProperties": False,
    }


def _property(column: Column) -> dict[str, Any]:
    schema = column.kind.schema
    schema["type"] = [schema["type"], "null"]
    schema["description"] = in_both(column.meaning)
    if column.choices:
        schema["enum"] = [*(value for value, _label in column.choices), None]
        meanings = (f"{value}: {in_both(label)}" for value, label in column.choices)
        schema["description"] += f" ({'; '.join(meanings)})"
    return schema


_PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457",
    "required": ["type", "status", "title", "title_en"],
    "properties": {
        "type": {"type": "string"},
        "status": {"type": "integer"},
        "title": {"type": "string"},
        "title_en": {"type": "string"},
        "detail": {"type": "string"},
        "detail_en": {"type": "string"},
        "parameter": {"type": "string"},
    },
}

"""The portal's fixed addresses, and how a mistyped address is put right."""

from __future__ import annotations

import unicodedata

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.http import escape_leading_slashes

# The first segments of addresses that are not a municipality's. A test holds that no municipality
# of Sweden has one of them as its slug. Addresses that are planned are kept free already.
RESERVED = frozenset(
    {
        "api",
        "arbetsyta",
        "d",
        "dokument",
        "en",
        "favicon.ico",
        "healthz",
        "kommentar",
        "logga-in",
        "om",
        "oppna-data",
        "personuppgifter",
        "readyz",
        "robots.txt",
        "sitemap.xml",
        "sok",
        "static",
        "sv",
        "svar",
        "tillganglighet",
        "verifiera",
    }
)

ENGLISH_PREFIX = "/en"
# Where staff log in and work; everything else is for everyone.
STAFF_DOORS = ("/logga-in/", "/arbetsyta/")


def in_swedish(path: str) -> str:
    """Return the Swedish address of the page at `path`, which is absolute."""
    if path == ENGLISH_PREFIX or path.startswith(ENGLISH_PREFIX + "/"):
        return path[len(ENGLISH_PREFIX) :] or "/"
    return path


def in_english(path: str) -> str:
    """Return the English address of the page at `path`, which is absolute."""
    return ENGLISH_PREFIX + in_swedish(path)


def language_of(path: str) -> str:
    """Return the code of the language that an address asks for."""
    return translation.get_language_from_path(path) or settings.LANGUAGE_CODE


def corrected_address(request: HttpRequest) -> str | None:
    """Return the address that a mistyped one stands for, None if none.

    Capitals, a missing last slash and "älvsbyn" for "alvsbyn" are put right, and the query is kept.
    An address that is known as it is (what it names isn't there) stands for no other.
    """
    if request.resolver_match is not None:
        return None
    path = unicodedata.normalize("NFKD", request.path_info.casefold())
    path = "".join(sign for sign in path if not unicodedata.combining(sign))
    for candidate in (path, f"{path}/"):
        if candidate == request.path_info:
            continue
        with translation.override(language_of(candidate)):
            try:
                resolve(candidate)
            except Resolver404:
                continue
        query = request.META.get("QUERY_STRING", "")
        address = escape_leading_slashes(candidate)
        return f"{address}?{query}" if query else address
    return None

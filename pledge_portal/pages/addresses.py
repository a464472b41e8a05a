"""The portal's fixed addresses, and how a mistyped address is put right."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import translation
from django.utils.http import escape_leading_slashes

# The first segments of addresses that are not a municipality's. A test holds that no municipality
# of Sweden has one of them as its slug. Addresses that are planned are kept free already.
RESERVED = frozenset(
    {
        "api",
        "arbetsyta",
        "bilder",
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
# How a route names a part of any letters, and one that is a regular expression.
_FREE_TEXT, _IS_EXPRESSION = "<str:", "(?P<"
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


def can_be_named(match: ResolverMatch | None) -> bool:
    """Return whether a page's address may be told to others.

    Those of public pages may, and of what everyone finds from a municipality's. What a private link
    opens may not.
    """
    return match is not None and (hasattr(match.func, "public_page") or "slug" in match.kwargs)


class CorrectedAddress(NamedTuple):
    """The address that a mistyped one stands for.

    `is_private` when it holds a secret, such as that of a resident's own answer.
    """

    address: str
    is_private: bool


def corrected_address(request: HttpRequest) -> CorrectedAddress | None:
    """Return the address that a mistyped one stands for, None if none.

    Capitals, a missing last slash and "älvsbyn" for "alvsbyn" are put right, and the query is kept.
    What an address takes as free text, such as a secret, stands as it was sent: its capitals count.
    An address that is known as it is (what it names isn't there) stands for no other.
    """
    if request.resolver_match is not None:
        return None
    for candidate in _candidates(request.path_info):
        with translation.override(language_of(candidate)):
            try:
                match = resolve(candidate)
            except Resolver404:
                continue
        if _IS_EXPRESSION in match.route and candidate != f"{request.path_info}/":
            continue
        path, is_private = _with_free_text(match.route, candidate, request.path_info)
        address = escape_leading_slashes(path)
        query = request.META.get("QUERY_STRING", "")
        return CorrectedAddress(f"{address}?{query}" if query else address, is_private)
    return None


def _candidates(path: str) -> Iterator[str]:
    """Yield what an address may stand for, the likeliest first."""
    folded = unicodedata.normalize("NFKD", path.casefold())
    folded = "".join(sign for sign in folded if not unicodedata.combining(sign))
    for candidate in (f"{path}/", folded, f"{folded}/"):
        if candidate != path:
            yield candidate


def _with_free_text(route: str, candidate: str, sent: str) -> tuple[str, bool]:
    """Return the candidate with the free text as it was sent.

    And whether it has any, or may have.
    """
    if _IS_EXPRESSION in route:
        return candidate, True
    named, parts, as_sent = (path.strip("/").split("/") for path in (route, candidate, sent))
    is_private = any(name.startswith(_FREE_TEXT) for name in named)
    if not is_private:
        return candidate, False
    segments = [
        own if name.startswith(_FREE_TEXT) else part
        for name, part, own in zip(named, parts, as_sent, strict=True)
    ]
    return f"/{'/'.join(segments)}/", True

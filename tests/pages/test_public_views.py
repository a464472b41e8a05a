"""Which views' pages are kept, and what each says of its page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import URLResolver, get_resolver

from pledge_portal.pages.addresses import STAFF_DOORS
from pledge_portal.pages.page_versions import PublicPage, Shows

NOT_KEPT = {
    # Files, and what leads on to one.
    "<kommun:slug>/<period:period>/bilaga-<int:number>.pdf",
    "<kommun:slug>/<period:period>/diagram/<slug:name>.<diagramfil:form>",
    "<kommun:slug>/<period:period>/insatser.atom",
    "<kommun:slug>/<period:period>/insatser.csv",
    "<kommun:slug>/<period:period>/ataganden/<int:number>/lankbild/<sha256:digest>.png",
    "<kommun:slug>/<period:period>/lankbild/<sha256:digest>.png",
    "<kommun:slug>/<period:period>/medborgarlofte.pdf",
    "<kommun:slug>/<period:period>/underskrift-<int:number>.pdf",
    "<kommun:slug>/<period:period>/uppfoljningar/<dag:meeting_on>/uppfoljning.pdf",
    "<kommun:slug>/dialoger.ics",
    "<kommun:slug>/nyheter.atom",
    "<kommun:slug>/dialoger/<int:number>/dialog.ics",
    "<kommun:slug>/statistik/<slug:key>/siffror.csv",
    "<kommun:slug>/statistik/diagram/<slug:name>.<diagramfil:form>",
    "<kommun:slug>/samrad/<period:period>/<int:number>/bilaga-<int:position>.pdf",
    "<kommun:slug>/statistik/drogvanor.csv",
    "bilder/<bildfil:name>",
    "d/<kortnamn:name>/",
    "oppna-data/<kommun:slug>.zip",
    "oppna-data/alla.zip",
    "oppna-data/gemensamt.zip",
    "dokument/<sha256:sha256>.pdf",
    "favicon.ico",
    "robots.txt",
    # Forms, each with its own hidden fields.
    "<kommun:slug>/<samtal:subject_path>/kommentarer/<uuid:uid>/anmal/",
    "<kommun:slug>/<samtal:subject_path>/kommentera/",
    "<kommun:slug>/dialoger/<int:number>/svara/",
    "om/fel-pa-sidan/",
    # A resident's receipt, and what else a private link opens.
    "kommentar/<str:secret>/",
    "kommentar/<str:secret>/andra/",
    "kommentar/<str:secret>/mejla/",
    "kommentar/<str:secret>/omprova/",
    "kommentar/<str:secret>/ta-tillbaka/",
    "kommentar/brev/<str:token>/",
    "kommentar/brev/<str:token>/av/",
    "svar/<str:secret>/",
    "svar/<str:secret>/andra/",
    "svar/<str:secret>/mejla/",
    "svar/<str:secret>/ta-tillbaka/",
}


def public_views() -> dict[str, PublicPage | None]:
    """Return what each view says of its page, by address.

    The addresses are those outside of the staff's doors.
    """

    def below(patterns: Any, prefix: str) -> Iterator[tuple[str, PublicPage | None]]:
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from below(pattern.url_patterns, route)
            else:
                yield route, getattr(pattern.callback, "public_page", None)

    doors = tuple(door.lstrip("/") for door in STAFF_DOORS)
    pages = below(get_resolver().url_patterns, "")
    return {route: page for route, page in pages if not route.startswith(doors)}


def test_what_is_not_kept_is_files_forms_and_what_private_links_open() -> None:
    not_kept = {route for route, page in public_views().items() if page is None}
    assert not_kept == NOT_KEPT


def test_a_page_of_one_municipality_has_it_in_its_address() -> None:
    for route, page in public_views().items():
        if page is not None:
            assert page.parameters is not None, route
            of_one = page.shows == Shows.MUNICIPALITY
            assert of_one == ("<kommun:slug>" in route), route

"""Addresses of one's own answer and one's own comment."""

from __future__ import annotations

from django.urls import URLPattern, path

from dialogues.private_links import views
from dialogues.private_links.own import Own, OwnAnswer, OwnComment


def _addresses(root: str, kind: type[Own]) -> list[URLPattern]:
    """Return the addresses below `root` of one kind of thing that one sent."""
    return [
        path(f"{root}<str:secret>/", views.own, {"kind": kind}, name=kind.address),
        path(f"{root}<str:secret>/andra/", views.change, {"kind": kind}, name=kind.change_address),
        path(
            f"{root}<str:secret>/ta-tillbaka/",
            views.withdraw,
            {"kind": kind},
            name=kind.withdraw_address,
        ),
        path(f"{root}<str:secret>/mejla/", views.mail, {"kind": kind}, name=kind.mail_address),
    ]


public = [
    *_addresses("svar/", OwnAnswer),
    *_addresses("kommentar/", OwnComment),
    path("kommentar/<str:secret>/omprova/", views.appeal, name="appeal_comment"),
]

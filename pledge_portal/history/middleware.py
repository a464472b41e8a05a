"""Recording who makes a change, for all that is done through the pages."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.http import HttpRequest, HttpResponse

from pledge_portal.database.acting import on_behalf_of
from pledge_portal.pages.addresses import STAFF_DOORS

Handler = Callable[[HttpRequest], HttpResponse]

_CHANGE_NOTHING = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class ChangeAuthor:
    """Records the changes of a request at the staff's doors as its sender's.

    Reading costs nothing, and neither do the public pages. The address is recorded as it is written
    in the code: what fills it in can be a secret, as an invitation's link is.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; whatever `process_view` begins ends here."""
        with ExitStack() as acting:
            request.acting = acting  # type: ignore[attr-defined]
            return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Handler, args: Any, kwargs: Any) -> None:
        """Record who asks, once it is known which view answers."""
        if request.method in _CHANGE_NOTHING or not request.path_info.startswith(STAFF_DOORS):
            return
        match = request.resolver_match
        details: dict[str, Any] = {"address": f"/{match.route}" if match else ""}
        if request.user.is_authenticated:
            details |= {
                "person": request.user.pk,
                "name": str(request.user),
                "email": request.user.email,
            }
        request.acting.enter_context(on_behalf_of(**details))  # type: ignore[attr-defined]

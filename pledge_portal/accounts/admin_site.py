"""Django's administration, behind the portal's own login."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.contrib.contenttypes.views import shortcut
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy

from pledge_portal.accounts.permissions import Action, may


def _shut(request: HttpRequest, **_parts: str) -> HttpResponse:
    raise PermissionDenied


class PortalAdminSite(AdminSite):
    """The administration, for those who may administer."""

    site_header = site_title = gettext_lazy("Medborgarlöften: administration")
    index_title = gettext_lazy("Administration")
    site_url = "/arbetsyta/"

    def has_permission(self, request: HttpRequest) -> bool:
        """Return whether the person may administer.

        The middleware has seen to the second factor.
        """
        return may(request.user, Action.ADMINISTER)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Guard a page.

        The way to any row's public address, which knows no places, is shut.
        """
        if view is shortcut:
            view = _shut
        return super().admin_view(view, cacheable)

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        """Lead to the portal's own page, which asks once more who it is."""
        return redirect("account_change_password")

    def password_change_done(  # type: ignore[override]
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        """Lead to one's own account."""
        return redirect("own_account")

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Lead to the portal's login, or refuse who has logged in already."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next", request.get_full_path()))

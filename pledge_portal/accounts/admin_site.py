"""Django's administration, behind the portal's own login."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from pledge_portal.accounts.permissions import Action, may


class PortalAdminSite(AdminSite):
    """The administration, for those who may administer."""

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the person may be here; the middleware has seen to the second factor."""
        return may(request.user, Action.ADMINISTER)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Lead to the portal's login, or refuse somebody who has logged in already."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next", request.get_full_path()))

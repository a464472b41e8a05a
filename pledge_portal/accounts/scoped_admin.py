"""Pages of the administration for a place's administrators: its own rows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest

from pledge_portal.accounts.models import User
from pledge_portal.accounts.permissions import Action, may, of_own_places
from pledge_portal.pages.rule_forms import lead_through_the_door


def is_operator(request: HttpRequest) -> bool:
    """Return whether the person runs the portal, and so reaches everything."""
    return isinstance(request.user, User) and request.user.is_active and request.user.is_superuser


class TypedTextMixin:
    """Lets texts through the door that all others pass (pages.typed_text).

    Goes before ModelAdmin or an inline.
    """

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the field, which refuses signs that can't be shown."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if isinstance(field, forms.CharField):
            lead_through_the_door(field)
        return field


class ScopedAdminMixin(TypedTextMixin):
    """Shows administrators the rows of their own places.

    They change what the flags let them. `municipality` and `police_area` name the paths to the
    row's places. The operator's rights are Django's own. Goes before ModelAdmin.
    """

    municipality: str
    police_area: str
    administrators_add = administrators_change = administrators_delete = False

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the rows that the person may know of."""
        rows = super().get_queryset(request)  # type: ignore[misc]
        if is_operator(request):
            return rows
        own = of_own_places(
            request.user,
            Action.ADMINISTER,
            municipality=self.municipality,
            police_area=self.police_area,
        )
        # By key, since a row that belongs to two of their places would else be found twice.
        model = self.model  # type: ignore[attr-defined]
        return rows.filter(pk__in=model._default_manager.filter(own).order_by().values("pk"))

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Return whether the person sees any of it."""
        return may(request.user, Action.ADMINISTER)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person may read this row."""
        return self._is_own(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return whether the person may add a row."""
        if is_operator(request):
            return bool(super().has_add_permission(request))  # type: ignore[misc]
        return self.administrators_add and may(request.user, Action.ADMINISTER)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person may change this row."""
        if is_operator(request):
            return bool(super().has_change_permission(request, obj))  # type: ignore[misc]
        return self.administrators_change and self._is_own(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person may delete this row."""
        if is_operator(request):
            return bool(super().has_delete_permission(request, obj))  # type: ignore[misc]
        return self.administrators_delete and self._is_own(request, obj)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Let administrators filter by what the page offers alone.

        Asking for rows by what others' rows say would tell what those say.
        """
        if is_operator(request):
            return bool(super().lookup_allowed(lookup, value, request))  # type: ignore[misc]
        offered = tuple(self.get_list_filter(request))  # type: ignore[attr-defined]
        return lookup.removesuffix("__exact") in offered

    def _is_own(self, request: HttpRequest, obj: Any) -> bool:
        if is_operator(request):
            return True
        if not may(request.user, Action.ADMINISTER):
            return False
        return obj is None or self.get_queryset(request).filter(pk=obj.pk).exists()


class OperatorsInlineMixin:
    """Rows beside another's page that the operator alone changes.

    Administrators read them. Goes before an inline.
    """

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person may read the rows, as they may the page."""
        return may(request.user, Action.ADMINISTER)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person may add a row."""
        return is_operator(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person may change a row."""
        return is_operator(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person may delete a row."""
        return is_operator(request)

"""The administration of pledges and of reference data.

Pledges are for the operator, reference data for administrators too. Adopted pledges can only be
read here. Actions, their notes and follow-ups have no pages here at all: what is secret of them is
told in the workspace, to whom it may be told.

The permissions below save the user from trying; what holds is the database, whose refusals are
shown as messages.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modeltranslation.admin import TranslationAdmin, TranslationStackedInline

from pledge_portal.accounts.permissions import Action, of_own_places
from pledge_portal.accounts.scoped_admin import (
    OperatorsInlineMixin,
    ScopedAdminMixin,
    TypedTextMixin,
    is_operator,
)
from pledge_portal.pages.refusals import Refused
from pledges.actions.places import add_place, change_place, is_used
from pledges.lifecycle import standing, take_back_adoption
from pledges.models import (
    Annulment,
    Commitment,
    FocusArea,
    Municipality,
    Place,
    Pledge,
    PledgeDocument,
    PledgeParty,
    PoliceArea,
    PoliceAreaCoverage,
    Section,
    Signatory,
    Signature,
)

_RESTRICT_VIOLATION = "23001"


class _ShowsRefusals:
    """Shows the database's own refusal as a message, not an error page."""

    def _guarded(self, view: Callable[..., HttpResponse], request: HttpRequest, *args: Any) -> Any:
        try:
            return view(request, *args)
        except IntegrityError as error:
            if getattr(error.__cause__, "sqlstate", None) != _RESTRICT_VIOLATION:
                raise
            messages.error(request, str(error).splitlines()[0])
            return HttpResponseRedirect(request.get_full_path())

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        view = super().changeform_view  # type: ignore[misc]
        return self._guarded(lambda request, *a: view(request, *a, **kwargs), request, *args)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        view = super().delete_view  # type: ignore[misc]
        return self._guarded(lambda request, *a: view(request, *a, **kwargs), request, *args)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        view = super().changelist_view  # type: ignore[misc]
        return self._guarded(lambda request, *a: view(request, *a, **kwargs), request, *args)


def _is_open(pledge: Pledge | None) -> bool:
    return pledge is None or pledge.adopted_at is None


class _PledgePartInline(TypedTextMixin, admin.StackedInline):
    extra = 0
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_open(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_open(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_open(obj) and super().has_delete_permission(request, obj)


class PartyInline(_PledgePartInline):
    """The municipalities that give the pledge."""

    model = PledgeParty
    autocomplete_fields = ("municipality",)


class SectionInline(_PledgePartInline, TranslationStackedInline):
    """The running text."""

    model = Section


class FocusAreaInline(_PledgePartInline, TranslationStackedInline):
    """The focus areas."""

    model = FocusArea


class CommitmentInline(_PledgePartInline, TranslationStackedInline):
    """The commitments."""

    model = Commitment

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Offer the focus areas of the pledge alone."""
        if db_field.name == "focus_area":
            pledge_id = request.resolver_match.kwargs.get("object_id")
            kwargs["queryset"] = FocusArea.objects.filter(pledge_id=pledge_id)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class SignatoryInline(_PledgePartInline, TranslationStackedInline):
    """Those who sign."""

    model = Signatory
    autocomplete_fields = ("municipality",)


@admin.register(Pledge)
class PledgeAdmin(_ShowsRefusals, TypedTextMixin, TranslationAdmin):
    """Drafts can be written here; adopted pledges can be read."""

    list_display = ("title", "period", "police_area", "state")
    list_select_related = ("police_area", "annulment")
    search_fields = ("title", "period", "municipalities__name")
    inlines = (PartyInline, SectionInline, FocusAreaInline, CommitmentInline, SignatoryInline)
    actions = ("adopt", "take_back_adoption")

    def get_queryset(self, request: HttpRequest) -> Any:
        # Its states are told from signatures and dates: fetched at once, not row by row.
        """Return the pledges with what their states are derived from.

        Fetched at once, not row by row.
        """
        pledges: Any = super().get_queryset(request)
        return pledges.with_standing()

    @admin.display(description=gettext_lazy("läge"))
    def state(self, pledge: Pledge) -> str:
        """Return the state today, in words."""
        return str(standing(pledge, timezone.localdate()).state.label)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the pledge is still open, and may be changed."""
        return _is_open(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the pledge is still open, and may be deleted."""
        return _is_open(obj) and super().has_delete_permission(request, obj)

    @admin.action(description=gettext_lazy("Anta: lås texten och gör dokumentet"))
    def adopt(self, request: HttpRequest, chosen: Any) -> None:
        """Adopt the chosen pledges, each by itself."""
        # What makes PDFs takes a second to load, and no other page of the portal needs it.
        from pledges.documents.store import adopt_with_document

        for pledge in chosen:
            try:
                adopt_with_document(pledge, timezone.now())
            except Refused as error:
                self.message_user(request, f"{pledge}: {error}", messages.ERROR)
            else:
                self.message_user(request, _("%(title)s är antaget.") % {"title": pledge})

    @admin.action(description=gettext_lazy("Ta tillbaka antagandet (före första underskriften)"))
    def take_back_adoption(self, request: HttpRequest, chosen: Any) -> None:
        """Open the chosen pledges again, each by itself."""
        for pledge in chosen:
            try:
                take_back_adoption(pledge)
            except Refused as error:
                self.message_user(request, f"{pledge}: {error}", messages.ERROR)
            else:
                self.message_user(request, _("%(title)s är öppet igen.") % {"title": pledge})


class CoverageInline(OperatorsInlineMixin, admin.TabularInline):
    """The municipalities that a police area covers.

    The operator's alone to change: an area's people work for every municipality that it covers.
    """

    model = PoliceAreaCoverage
    extra = 1
    autocomplete_fields = ("municipality",)


@admin.register(PoliceArea)
class PoliceAreaAdmin(_ShowsRefusals, ScopedAdminMixin, admin.ModelAdmin):
    """Police areas and what they cover; administrators read them."""

    municipality = "municipalities"
    police_area = "pk"
    search_fields = ("name",)
    inlines = (CoverageInline,)


@admin.register(Municipality)
class MunicipalityAdmin(_ShowsRefusals, ScopedAdminMixin, admin.ModelAdmin):
    """The municipalities, as SCB has them; administrators read their own."""

    municipality = "pk"
    police_area = "police_areas"
    list_display = ("official_name", "code", "county")
    search_fields = ("name", "official_name", "code")


@admin.register(Place)
class PlaceAdmin(_ShowsRefusals, ScopedAdminMixin, admin.ModelAdmin):
    """Schools and other places.

    One where something was done is closed, and never deleted.
    """

    municipality = "municipality"
    police_area = "municipality__police_areas"
    administrators_add = administrators_change = administrators_delete = True
    list_display = ("name", "municipality", "level", "is_closed")
    list_filter = ("is_closed", "level")
    list_select_related = ("municipality",)
    search_fields = ("name",)
    fields = ("municipality", "name", "level", "is_closed")
    actions = None

    def get_readonly_fields(self, request: HttpRequest, obj: Place | None = None) -> Any:
        """Keep a place in its municipality."""
        return ("municipality",) if obj is not None else ("is_closed",)

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Offer an administrator their own municipalities alone."""
        if db_field.name == "municipality" and not is_operator(request):
            own = of_own_places(
                request.user, Action.ADMINISTER, municipality="pk", police_area="police_areas"
            )
            keys = Municipality.objects.filter(own).order_by().values("pk")
            kwargs["queryset"] = Municipality.objects.filter(pk__in=keys)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Place, form: Any, change: bool) -> None:
        """Save as the workspace does, so that what the public is told follows."""
        if change:
            change_place(obj, name=obj.name, level=obj.level, is_closed=obj.is_closed)
        else:
            obj.pk = add_place(obj.municipality, obj.name, obj.level).pk

    def has_delete_permission(self, request: HttpRequest, obj: Place | None = None) -> bool:
        """Return whether the place may be deleted: nothing was done there."""
        used = obj is not None and is_used(obj)
        return not used and super().has_delete_permission(request, obj)


class _ReadOnlyAdmin(_ShowsRefusals, admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(PledgeDocument)
class PledgeDocumentAdmin(_ReadOnlyAdmin):
    """The documents that were made, without their bytes."""

    list_display = ("pledge", "step", "size", "sha256", "created_at")
    fields = ("pledge", "step", "size", "sha256", "created_at")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the documents without their bytes."""
        return super().get_queryset(request).defer("content")


@admin.register(Signature)
class SignatureAdmin(_ReadOnlyAdmin):
    """The signatures that were set."""

    list_display = ("signatory", "pledge", "signed_at", "certificate_name", "is_demonstration")
    list_select_related = ("signatory", "pledge")


@admin.register(Annulment)
class AnnulmentAdmin(_ReadOnlyAdmin):
    """Pledges that were annulled."""

    list_display = ("pledge", "from_day", "reason")

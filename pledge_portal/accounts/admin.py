"""The administration of people."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from pledge_portal.accounts.invitations import end
from pledge_portal.accounts.models import Membership, User
from pledge_portal.accounts.scoped_admin import ScopedAdminMixin, is_operator

# Their pages would show secrets, or what the portal has no use for.
for model in (EmailAddress, Authenticator, UserSession, SocialAccount, SocialApp, SocialToken):
    admin.site.unregister(model)


@admin.register(User)
class UserAdmin(ScopedAdminMixin, DjangoUserAdmin):
    """People, by e-mail address.

    Administrators read who works at their places.
    """

    municipality = "memberships__municipality"
    police_area = "memberships__police_area"
    ordering = ("email",)
    list_display = ("email", "first_name", "last_name", "is_staff")
    search_fields = ("email", "first_name", "last_name")
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        (_("Namn"), {"fields": ("first_name", "last_name")}),
        (_("Behörighet"), {"fields": ("is_active", "is_staff", "is_superuser")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("email", "usable_password", "password1", "password2"),
            },
        ),
    )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: who has left is erased (pledges.erasing.people)."""
        return False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the fields; administrators see no rights and no password."""
        if is_operator(request):
            return super().get_fieldsets(request, obj)
        return ((None, {"fields": ("email", "first_name", "last_name")}),)

    def get_list_display(self, request: HttpRequest) -> Any:
        """Return the columns, for administrators without the operators' mark."""
        shown = super().get_list_display(request)
        return shown if is_operator(request) else [name for name in shown if name != "is_staff"]

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Return the filters: about rights, which administrators don't see."""
        return super().get_list_filter(request) if is_operator(request) else ()


@admin.register(Membership)
class MembershipAdmin(ScopedAdminMixin, admin.ModelAdmin):
    """The roles that people hold, given by invitation.

    They are ended here or in the workspace.
    """

    municipality = "municipality"
    police_area = "police_area"
    administrators_delete = True
    list_display = ("person", "role", "municipality", "police_area", "created_at")
    list_filter = ("role",)
    list_select_related = ("person", "municipality", "police_area")
    search_fields = ("person__email", "person__first_name", "person__last_name")
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: they come by the pages of the workspace alone."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: they are ended, and made anew."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person may end a role.

        As in the workspace, nobody shuts themselves out.
        """
        is_own_role = obj is not None and obj.person_id == request.user.pk
        return not is_own_role and super().has_delete_permission(request, obj)

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        """End a role as the workspace does, with a letter."""
        assert isinstance(request.user, User)  # noqa: S101  (of the administration)
        end(obj, request.user)


@admin.register(Authenticator)
class AuthenticatorAdmin(admin.ModelAdmin):
    """People's second factors, without their secrets.

    What is lost is taken away by two people in the workspace (see accounts.factor_resets).
    """

    actions = None

    list_display = ("user", "type", "created_at", "last_used_at")
    fields = ("user", "type", "created_at", "last_used_at")
    list_select_related = ("user",)
    search_fields = ("user__email",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: they come by the pages of the workspace alone."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: they are ended, and made anew."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: nobody takes another's factor away alone."""
        return False

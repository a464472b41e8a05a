"""Addresses of logging in and of one's own account: allauth's views."""

from allauth.account import views as account
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as security_keys
from allauth.usersessions import views as sessions
from django.urls import include, path, re_path
from django.views.decorators.http import require_safe

from pledge_portal.accounts import factor_reset_views, single_sign_on, views
from pledge_portal.accounts.step_up import factor_shown

_entrance = [
    path("", account.login, name="account_login"),
    path("kod/", second_factor.authenticate, name="mfa_authenticate"),
    path("avstangt/", account.account_inactive, name="account_inactive"),
    path("glomt-losenord/", account.password_reset, name="account_reset_password"),
    path(
        "glomt-losenord/skickat/", account.password_reset_done, name="account_reset_password_done"
    ),
    re_path(
        r"^nytt-losenord/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[0-9A-Za-z-]+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "nytt-losenord/klart/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("organisation/<slug:provider_id>/", single_sign_on.login, name="openid_connect_login"),
    path(
        "organisation/<slug:provider_id>/svar/",
        single_sign_on.callback,
        name="openid_connect_callback",
    ),
    path("inbjudan/<str:token>/", views.accept_invitation, name="accept_invitation"),
    path("tappad-kod/<str:token>/", factor_reset_views.stop, name="stop_factor_reset"),
]

_second_factor = [
    path("", second_factor.index, name="mfa_index"),
    path("borja/", views.second_factor_needed, name="second_factor_needed"),
    path("app/", factor_shown(totp.activate_totp), name="mfa_activate_totp"),
    path("app/ta-bort/", factor_shown(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("nycklar/", security_keys.list_webauthn, name="mfa_list_webauthn"),
    path("nycklar/ny/", factor_shown(security_keys.add_webauthn), name="mfa_add_webauthn"),
    path("nycklar/<int:pk>/", factor_shown(security_keys.edit_webauthn), name="mfa_edit_webauthn"),
    path(
        "nycklar/<int:pk>/ta-bort/",
        factor_shown(security_keys.remove_webauthn),
        name="mfa_remove_webauthn",
    ),
    path(
        "reservkoder/",
        require_safe(factor_shown(recovery_codes.view_recovery_codes)),
        name="mfa_view_recovery_codes",
    ),
    path(
        "reservkoder/nya/",
        factor_shown(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "reservkoder/fil/",
        factor_shown(recovery_codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
]

_account = [
    path("", views.own_account, name="own_account"),
    path("losenord/", account.password_change, name="account_change_password"),
    path("inloggningar/", sessions.list_usersessions, name="usersessions_list"),
    path("bekrafta/", account.reauthenticate, name="account_reauthenticate"),
    path("bekrafta/kod/", second_factor.reauthenticate, name="mfa_reauthenticate"),
    path(
        "bekrafta/nyckel/",
        security_keys.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "organisation/ta-bort/",
        views.unbind_organisation_account,
        name="unbind_organisation_account",
    ),
    path("tva-steg/", include(_second_factor)),
]

_people = [
    path("", views.people, name="people"),
    path("bjud-in/", views.invite_person, name="invite_person"),
    path("<int:pk>/avsluta/", views.end_membership, name="end_membership"),
    path("avslutade/<int:pk>/ge-tillbaka/", views.give_back_role, name="give_back_role"),
    path("inbjudningar/<int:pk>/aterkalla/", views.revoke_invitation, name="revoke_invitation"),
    path("<int:person>/tappad-kod/", factor_reset_views.ask, name="ask_factor_reset"),
    path("tappade-koder/<int:pk>/", factor_reset_views.confirm, name="confirm_factor_reset"),
    path(
        "tappade-koder/<int:pk>/ta-tillbaka/",
        factor_reset_views.withdraw,
        name="withdraw_factor_reset",
    ),
]

urlpatterns = [
    path("logga-in/", include(_entrance)),
    path("arbetsyta/logga-ut/", account.logout, name="account_logout"),
    path("arbetsyta/konto/", include(_account)),
    path("arbetsyta/personer/", include(_people)),
]

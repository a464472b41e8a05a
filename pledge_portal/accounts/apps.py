from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "pledge_portal.accounts"
    label = "accounts"
    verbose_name = _("Konton")


class PortalAdminConfig(AdminConfig):
    default_site = "pledge_portal.accounts.admin_site.PortalAdminSite"

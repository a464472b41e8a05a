from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class AccountsConfig(AppConfig):
    name = "pledge_portal.accounts"
    label = "accounts"


class PortalAdminConfig(AdminConfig):
    default_site = "pledge_portal.accounts.admin_site.PortalAdminSite"

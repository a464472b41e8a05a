from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "pledge_portal.pages"
    label = "pages"

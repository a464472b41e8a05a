from django.apps import AppConfig


class DatabaseConfig(AppConfig):
    name = "pledge_portal.database"
    label = "database"

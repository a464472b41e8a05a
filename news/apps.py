from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsConfig(AppConfig):
    name = "news"
    verbose_name = _("Nyheter")

    def ready(self) -> None:
        """Add news to municipalities' pages, the workspace and packages."""
        from news import records, slots  # noqa: F401  (they register what they have)

from django.apps import AppConfig


class PledgesConfig(AppConfig):
    name = "pledges"
    verbose_name = "Medborgarlöften"

    def ready(self) -> None:
        """Say what of a pledge an archive package has."""
        from pledges.records import pledge_parts  # noqa: F401  (registers them)

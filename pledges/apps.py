from django.apps import AppConfig


class PledgesConfig(AppConfig):
    name = "pledges"
    verbose_name = "Medborgarlöften"

    def ready(self) -> None:
        """Say what archive packages and pages have, and what makes documents."""
        from pledges.contacts import foot  # noqa: F401  (fills its slot)
        from pledges.open_data.resource import declared_in
        from pledges.public import feeds  # noqa: F401  (fills its slot)
        from pledges.records import pledge_parts  # noqa: F401  (registers them)
        from pledges.statistics import stored_document  # noqa: F401  (hears of changes)

        for subject in ("place", "pledge", "commitment", "follow_up", "statistics"):
            declared_in(f"pledges.open_data.{subject}_resources")

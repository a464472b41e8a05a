"""How often public content has changed; see freshness."""

from django.db import models

from pledge_portal.database.triggers import Trigger

# Of every table that public pages are made from.
ANNOUNCE_CHANGE = Trigger(
    function="announce_change",
    fires="AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE",
    each="STATEMENT",
)


class PublicChange(models.Model):
    """A count of committed changes, spread over rows so that writers do not wait for each other.

    Triggers (ANNOUNCE_CHANGE) add to it inside the transaction that makes the change, so that the
    sum moves at the very moment the change can be seen.
    """

    shard = models.PositiveSmallIntegerField(primary_key=True)
    count = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.shard}: {self.count}"

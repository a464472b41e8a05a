"""How public content has changed; see page_versions."""

from django.db import models


class PublicChange(models.Model):
    """A part of the version of what the public sees.

    What it sees is of one municipality, or shared by all. `topic` is the municipality's part of the
    address, empty for what all share. A version is the tokens of all its rows, so that writers
    needn't wait for each other: triggers draw one anew inside the transaction that makes the change
    (sql/announce_change.sql), so that the version moves at the very moment the change can be seen.
    """

    topic = models.CharField(max_length=60, blank=True, db_index=True)
    token = models.UUIDField()

    def __str__(self) -> str:
        return f"{self.topic or '*'}: {self.token}"

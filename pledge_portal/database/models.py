"""What the portal asks its database with."""

from django.db import models


class WriteProbe(models.Model):
    """What /readyz writes, and takes back, to see whether the disk has room.

    It is always empty.
    """

    filler = models.BinaryField()

    def __str__(self) -> str:
        return str(self.pk)

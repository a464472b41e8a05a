"""All open data of a municipality in one file, made by the queue."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from pledges.models.municipality import Municipality


class OpenDataFile(models.Model):
    """The latest file of a municipality's open data, or of what all share.

    `shows` is the digest of the versions and the day that it was made under. The public's role
    can't read it: it is given to readers only while those are today's (open_data.stored_file).
    """

    municipality = models.OneToOneField(
        Municipality, on_delete=models.CASCADE, null=True, related_name="+"
    )
    shows = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = _("fil med öppna data")
        verbose_name_plural = _("filer med öppna data")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality"], nulls_distinct=False, name="one_open_data_file"
            )
        ]

    def __str__(self) -> str:
        return self.sha256


class OpenDataFilePiece(models.Model):
    """A piece of a file's bytes, numbered from 1."""

    file = models.ForeignKey(OpenDataFile, on_delete=models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        verbose_name = _("del av en fil med öppna data")
        verbose_name_plural = _("delar av filer med öppna data")
        constraints = [
            models.UniqueConstraint(fields=["file", "number"], name="open_data_piece_once")
        ]

    def __str__(self) -> str:
        return f"{self.file_id}: {self.number}"

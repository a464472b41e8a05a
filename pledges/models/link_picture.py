"""The pictures beside shared links, made by the queue."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from pledges.models.municipality import Municipality
from pledges.models.stored_file import StoredFile


class LinkPicture(StoredFile):
    """A picture of a pledge or a commitment, for those who share a link to it.

    `shows` is the digest of what it says, and `made_under` the versions that this was true under.
    The public's role can't read it: it is given to readers only while what they may see says the
    same (`link_pictures.public_views`).
    """

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="+")
    shows = models.CharField(max_length=64, unique=True)
    made_under = models.CharField(max_length=120, blank=True)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("länkbild")
        verbose_name_plural = _("länkbilder")

    @classmethod
    def store(cls, municipality: Municipality, content: bytes, *, shows: str) -> LinkPicture:
        """Write the bytes with their SHA-256."""
        return cls._write(content, municipality=municipality, shows=shows)

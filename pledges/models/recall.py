"""That an adopted pledge was called back, and what was signed until then.

The rows are written once. What they keep is void: it is told as history, and counts as nothing.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from pledge_portal.database.triggers import REFUSE_TRUNCATE
from pledges.models.guards import GUARD_RECALL, GUARD_VOID
from pledges.models.pledge import Pledge
from pledges.models.signatory import Way
from pledges.models.stored_file import StoredFile, matches_sha256


class Recall(models.Model):
    """That a pledge's parties called its adoption back before all had signed.

    `adopted_at` is the adoption that fell. The reason is public once the pledge is.
    """

    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="recalls")
    reason = models.TextField(_("skäl"), max_length=2000)
    adopted_at = models.DateTimeField(_("antaget"))
    recalled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("kallat tillbaka av"),
    )
    recalled_at = models.DateTimeField(_("kallat tillbaka"))

    class Meta:
        verbose_name = _("återkallelse")
        verbose_name_plural = _("återkallelser")
        ordering = ["recalled_at", "pk"]
        constraints = [GUARD_RECALL, REFUSE_TRUNCATE]

    def __str__(self) -> str:
        return f"{self.pledge} {self.recalled_at:%Y-%m-%d}"


class VoidSignature(models.Model):
    """A signature that fell with an adoption, as it was.

    `party` is whom it was for, in words: the signatory may be another since.
    """

    recall = models.ForeignKey(Recall, on_delete=models.PROTECT, related_name="signatures")
    position = models.PositiveSmallIntegerField(_("ordning"))
    name = models.CharField(_("namn"), max_length=120)
    title = models.CharField(_("titel"), max_length=160)
    party = models.CharField(_("för"), max_length=200)
    signed_at = models.DateTimeField(_("undertecknat"))
    way = models.CharField(_("sätt"), max_length=10, choices=Way)
    field_name = models.CharField(_("fält i dokumentet"), max_length=200, blank=True)
    certificate_name = models.CharField(_("certifikatets namn"), max_length=200, blank=True)
    certificate_issuer = models.CharField(_("certifikatets utfärdare"), max_length=200, blank=True)
    is_demonstration = models.BooleanField(_("demonstration"), default=False)
    document_sha256 = models.CharField(_("dokument"), max_length=64)

    class Meta:
        verbose_name = _("ogiltig underskrift")
        verbose_name_plural = _("ogiltiga underskrifter")
        ordering = ["recall", "position"]
        constraints = [
            models.UniqueConstraint(fields=["recall", "position"], name="void_signature_once"),
            GUARD_VOID,
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.title}"


class VoidFile(StoredFile):
    """The document or the scan of a signature that fell with an adoption.

    `number` is the step of a document, or the position of the signatory of a scan.
    """

    class Kind(models.TextChoices):
        """What the file is."""

        DOCUMENT = "document", _("dokument")
        SCAN = "scan", _("skanning")

    recall = models.ForeignKey(Recall, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(_("slag"), max_length=10, choices=Kind)
    number = models.PositiveSmallIntegerField(_("nummer"))
    size = models.PositiveIntegerField(_("storlek"))

    class Meta:
        verbose_name = _("ogiltig fil")
        verbose_name_plural = _("ogiltiga filer")
        ordering = ["recall", "kind", "number"]
        constraints = [
            models.UniqueConstraint(fields=["recall", "kind", "number"], name="void_file_once"),
            matches_sha256("void_file_matches_its_sha256"),
            GUARD_VOID,
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    @classmethod
    def store(cls, recall: Recall, kind: str, number: int, content: bytes) -> VoidFile:
        """Write the bytes with their SHA-256 and size."""
        return cls._write(content, recall=recall, kind=kind, number=number, size=len(content))

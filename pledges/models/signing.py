"""How each signatory signs, and what is kept of the way there.

Files given back, scans, a no.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from pledge_portal.database.triggers import REFUSE_TRUNCATE
from pledges.models.guards import GUARD_DECLINE, GUARD_PAPER_SCAN, GUARD_SIGNING_WAY
from pledges.models.pledge import Pledge
from pledges.models.signatory import Signatory, Way
from pledges.models.stored_file import StoredFile, matches_sha256


class SigningWay(models.Model):
    """How a signatory of an adopted pledge signs, and as whom they log in.

    `key_name` names a key of the party's folder in SIGNING_KEYS; it is empty for the other ways,
    and for the demonstration's own key. Not to be changed once they have signed.
    """

    signatory = models.OneToOneField(
        Signatory, on_delete=models.CASCADE, related_name="signing_way"
    )
    way = models.CharField(_("sätt att underteckna"), max_length=10, choices=Way)
    key_name = models.CharField(_("nyckel"), max_length=80, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("konto"),
    )
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("valt av"),
    )
    chosen_at = models.DateTimeField(_("valt"), db_default=Now())

    class Meta:
        verbose_name = _("sätt att underteckna")
        verbose_name_plural = _("sätt att underteckna")
        ordering = ["signatory__position"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(way=Way.KEY) | Q(person__isnull=False),
                name="who_signs_with_a_key_has_an_account",
            ),
            models.CheckConstraint(
                condition=Q(way=Way.KEY) | Q(key_name=""), name="key_named_for_its_way_only"
            ),
            GUARD_SIGNING_WAY,
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return str(self.get_way_display())


class Decline(models.Model):
    """A signatory's no to a document, and why.

    It holds until they are asked again.
    """

    signatory = models.ForeignKey(Signatory, on_delete=models.CASCADE, related_name="declines")
    document_sha256 = models.CharField(_("dokument"), max_length=64)
    reason = models.TextField(_("skäl"), max_length=1000)
    declined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("avböjt av"),
    )
    declined_at = models.DateTimeField(_("avböjt"), db_default=Now())
    asked_again_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("tillfrågad igen av"),
    )
    asked_again_at = models.DateTimeField(_("tillfrågad igen"), null=True)

    class Meta:
        verbose_name = _("avböjd underskrift")
        verbose_name_plural = _("avböjda underskrifter")
        ordering = ["-declined_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["signatory", "document_sha256"],
                condition=Q(asked_again_at=None),
                name="one_open_decline_of_a_document",
            ),
            GUARD_DECLINE,
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return self.reason[:60]


class ReturnedDocument(StoredFile):
    """A file that was signed outside, examined and kept.

    Until somebody says yes to it.
    """

    signatory = models.OneToOneField(
        Signatory, on_delete=models.CASCADE, related_name="returned_document"
    )
    base_sha256 = models.CharField(max_length=64)
    certificate_name = models.CharField(max_length=200)
    certificate_organisation = models.CharField(max_length=200, blank=True)
    certificate_issuer = models.CharField(max_length=200)
    signed_at = models.DateTimeField()
    names_match = models.BooleanField()
    is_demonstration = models.BooleanField()
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    given_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("återlämnad fil")
        verbose_name_plural = _("återlämnade filer")


# So long a confirmed signature on paper waits before it counts: whoever finds it wrong can say so.
WAITING = timedelta(days=1)


class PaperScan(StoredFile):
    """The signature page of the document as it was signed on paper.

    One person hands it in, another confirms it, and it counts a day later at the earliest: then it
    has a Signature and is never changed. Until then it can be replaced or taken back.
    """

    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="paper_scans")
    signatory = models.OneToOneField(Signatory, on_delete=models.PROTECT, related_name="paper_scan")
    size = models.PositiveIntegerField(_("storlek"))
    pages = models.PositiveSmallIntegerField(_("sidor"))
    signed_on = models.DateField(_("dagen på papperet"))
    # Where to write to a signatory who has no account; gone once the signature counts.
    letter_to = models.EmailField(_("e-postadress"), blank=True, default="")
    vouched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("intygat av"),
    )
    vouched_at = models.DateTimeField(_("intygat"), db_default=Now())
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("bekräftat av"),
    )
    confirmed_at = models.DateTimeField(_("bekräftat"), null=True, blank=True)
    counted_at = models.DateTimeField(_("räknas sedan"), null=True, blank=True)

    class Meta:
        verbose_name = _("skannad underskrift")
        verbose_name_plural = _("skannade underskrifter")
        constraints = [
            matches_sha256("scan_matches_its_sha256"),
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(confirmed_by__isnull=False, confirmed_at__gte=F("vouched_at"))
                & ~Q(confirmed_by=F("vouched_by")),
                name="a_scan_is_confirmed_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(counted_at=None)
                | Q(
                    confirmed_at__isnull=False,
                    counted_at__gte=F("confirmed_at") + WAITING,
                    letter_to="",
                ),
                name="a_confirmed_scan_waits_before_it_counts",
            ),
            GUARD_PAPER_SCAN,
            REFUSE_TRUNCATE,
        ]

    @classmethod
    def store(
        cls,
        signatory: Signatory,
        content: bytes,
        *,
        pages: int,
        signed_on: date,
        by: object,
        at: datetime,
        letter_to: str = "",
    ) -> PaperScan:
        """Write the bytes with their SHA-256 and size.

        What was there before is replaced, and has to be confirmed anew.
        """
        values = {
            "content": content,
            "sha256": hashlib.sha256(content).hexdigest(),
            "size": len(content),
            "pages": pages,
            "signed_on": signed_on,
            "letter_to": letter_to,
            "vouched_by": by,
            "vouched_at": at,
            "confirmed_by": None,
            "confirmed_at": None,
        }
        scan, _is_new = cls.objects.update_or_create(
            signatory=signatory, defaults={**values, "pledge_id": signatory.pledge_id}
        )
        return scan

    @property
    def counts_at(self) -> datetime | None:
        """When a confirmed signature counts at the earliest."""
        return None if self.confirmed_at is None else self.confirmed_at + WAITING

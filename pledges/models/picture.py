"""Marks of parties, and pictures of pledges, as the portal made them anew."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pledge_portal.database.english import TELL_OLDER_ENGLISH, HasEnglish
from pledge_portal.database.triggers import REFUSE_TRUNCATE, REFUSE_UPDATE
from pledges.models.municipality import Municipality, PoliceArea
from pledges.models.pledge import Pledge
from pledges.models.stored_file import StoredFile, matches_sha256

Party = Municipality | PoliceArea


class Picture(HasEnglish):
    """The mark of a municipality or a police area, or a pledge's picture.

    `fingerprint` and `dark_fingerprint` are the SHA-256 of what was uploaded for light and dark
    pages; those bytes are kept nowhere.
    """

    municipality = models.OneToOneField(
        Municipality,
        on_delete=models.CASCADE,
        null=True,
        related_name="mark",
        verbose_name=_("kommun"),
    )
    police_area = models.OneToOneField(
        PoliceArea,
        on_delete=models.CASCADE,
        null=True,
        related_name="mark",
        verbose_name=_("lokalpolisområde"),
    )
    pledge = models.OneToOneField(
        Pledge,
        on_delete=models.CASCADE,
        null=True,
        related_name="picture",
        verbose_name=_("löfte"),
    )
    alternative_text = models.CharField(_("alternativtext"), max_length=200)
    credit = models.CharField(_("fotograf eller upphovsperson"), max_length=120, blank=True)
    fingerprint = models.CharField(max_length=64)
    dark_fingerprint = models.CharField(_("fingeravtryck, mörk version"), max_length=64, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("uppladdad av"),
    )
    uploaded_at = models.DateTimeField(_("uppladdad"))

    # Added by modeltranslation (translation.py).
    alternative_text_sv: str
    alternative_text_en: str | None

    class Meta:
        verbose_name = _("märke eller bild")
        verbose_name_plural = _("märken och bilder")
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(municipality__isnull=False, police_area=None, pledge=None)
                    | Q(municipality=None, police_area__isnull=False, pledge=None)
                    | Q(municipality=None, police_area=None, pledge__isnull=False)
                ),
                name="picture_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(alternative_text_sv__gt=""), name="picture_said_in_words"
            ),
            REFUSE_TRUNCATE,
            TELL_OLDER_ENGLISH,
        ]

    def __str__(self) -> str:
        return self.alternative_text


class PictureFileQuerySet(models.QuerySet["PictureFile"]):
    """The files of pictures."""

    def public(self) -> PictureFileQuerySet:
        """Return what anyone may see: all marks, and signed pledges' pictures."""
        return self.filter(Q(picture__pledge=None) | Q(picture__pledge__in=Pledge.objects.public()))

    def of_marks(self, parties: Iterable[Party]) -> PictureFileQuerySet:
        """Return the files of parties' marks, without their bytes; one query."""
        parties = list(parties)
        return (
            self.filter(
                Q(picture__municipality__in=[p.pk for p in parties if isinstance(p, Municipality)])
                | Q(picture__police_area__in=[p.pk for p in parties if isinstance(p, PoliceArea)])
            )
            .select_related("picture")
            .defer("content")
            .order_by("pk")
        )


class PictureFile(StoredFile):
    """A picture in one size: PNG for paper, WebP for screens.

    Made by the portal (`documents.picture`), and written once. `is_dark` is for dark pages.
    """

    PNG, WEBP = "image/png", "image/webp"

    picture = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="files")
    is_dark = models.BooleanField(default=False)
    content_type = models.CharField(max_length=20)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()

    objects = PictureFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("bildfil")
        verbose_name_plural = _("bildfiler")
        indexes = [models.Index(fields=["sha256"], name="picture_file_sha256")]
        constraints = [
            models.UniqueConstraint(
                fields=["picture", "is_dark", "content_type", "width"], name="picture_size_once"
            ),
            matches_sha256("picture_matches_its_sha256"),
            REFUSE_UPDATE,
            REFUSE_TRUNCATE,
        ]

    @classmethod
    def store(
        cls,
        picture: Picture,
        content: bytes,
        *,
        content_type: str,
        width: int,
        height: int,
        is_dark: bool = False,
    ) -> PictureFile:
        """Write the bytes with their SHA-256."""
        return cls._write(
            content,
            picture=picture,
            content_type=content_type,
            width=width,
            height=height,
            is_dark=is_dark,
        )

    @property
    def name(self) -> str:
        """The last part of its address: "<sha256>.webp"."""
        return f"{self.sha256}.{self.content_type.partition('/')[2]}"

"""Who signs a pledge, the document that is signed, and the signatures."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from pledge_portal.database.english import TELL_OLDER_ENGLISH, HasEnglish
from pledge_portal.database.triggers import REFUSE_TRUNCATE
from pledges.models.guards import (
    GUARD_DOCUMENT,
    GUARD_SIGNATURE,
    REFUSE_WHEN_LOCKED,
    WITHHOLD_LATER_STEP,
)
from pledges.models.municipality import Municipality, MunicipalityPart, PoliceArea
from pledges.models.pledge import MAX_PARTY_NAME_LENGTH, Pledge, invented_parts
from pledges.models.stored_file import StoredFile, matches_sha256


class Way(models.TextChoices):
    """The ways to sign a pledge.

    On paper is no electronic signature, and never counts as one. Elsewhere is how a pledge was
    signed that was taken in with its own document: what that document bears was not made here.
    """

    KEY = "key", _("med ett certifikat i portalen")
    OUTSIDE = "outside", _("i organisationens egen tjänst för e-underskrift")
    PAPER = "paper", _("på papper")
    ELSEWHERE = "elsewhere", _("utanför portalen")


# No signature of these ways is in the document as the portal's own are.
NOT_ELECTRONIC = (Way.PAPER, Way.ELSEWHERE)


class Signatory(HasEnglish):
    """A person who signs for a party.

    They sign in the order of `position`, from 1.
    """

    class Party(models.TextChoices):
        """Whom the person signs for."""

        POLICE = "police", _("Polisen")
        MUNICIPALITY = "municipality", _("Kommunen")
        THIRD_PARTY = "third_party", _("Någon annan")

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="signatories")
    position = models.PositiveSmallIntegerField(_("ordning"))
    name = models.CharField(_("namn"), max_length=120)
    title = models.CharField(_("titel"), max_length=160)
    party = models.CharField(_("för"), max_length=20, choices=Party)
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("kommun")
    )
    # The part of the municipality that the person signs for, when not for all of it.
    part = models.ForeignKey(
        MunicipalityPart,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("del av kommunen"),
    )
    # None is the pledge's own.
    police_area = models.ForeignKey(
        PoliceArea,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("lokalpolisområde"),
    )
    third_party = models.CharField(
        _("annan part"), max_length=MAX_PARTY_NAME_LENGTH, blank=True, default=""
    )
    invented = invented_parts()

    # Added by modeltranslation (translation.py); Swedish is what was signed.
    title_sv: str
    title_en: str | None

    class Meta:
        verbose_name = _("undertecknare")
        verbose_name_plural = _("undertecknare")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["pledge", "position"], name="signatory_position_once"),
            models.CheckConstraint(
                condition=Q(position__gte=1), name="signatory_position_from_one"
            ),
            models.CheckConstraint(
                condition=Q(party="police", municipality=None, part=None, third_party="")
                | Q(party="municipality", police_area=None, third_party="")
                & Q(municipality__isnull=False)
                | Q(party="third_party", municipality=None, part=None, police_area=None)
                & Q(third_party__gt=""),
                name="signatory_signs_for_one_party",
            ),
            REFUSE_WHEN_LOCKED,
            REFUSE_TRUNCATE,
            TELL_OLDER_ENGLISH,
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.title}"

    @property
    def side(self) -> Municipality | PoliceArea | None:
        """Whose side the person is on; None on a third party's."""
        if self.party == self.Party.POLICE:
            return self.police_area or self.pledge.police_area
        return self.municipality

    @property
    def municipality_name(self) -> str:
        """The municipality, or its part: "Göteborgs Stad (Centrum)".

        Empty for others than municipalities.
        """
        if self.municipality is None:
            return ""
        name = self.municipality.official_name
        return f"{name} ({self.part.name})" if self.part else name

    @property
    def field_name(self) -> str:
        """The name of the signature field in the PDF."""
        return f"underskrift-{self.position}"


class PledgeDocumentQuerySet(models.QuerySet["PledgeDocument"]):
    """Documents; their bytes are left out unless asked for."""

    def of_record(self) -> PledgeDocumentQuerySet:
        """Return the steps that are ours.

        Ready for signing, signed by one more, or made to last. A later step that bears no signature
        of record is none of ours.
        """
        return self.filter(Q(step=0) | Q(signature__isnull=False) | Q(timestamped_at__isnull=False))

    def latest_of(self, pledge: Pledge) -> PledgeDocument | None:
        """Return the last step of a pledge's document, with its bytes."""
        return self.of_record().filter(pledge=pledge).order_by("-step").first()

    def finished(self) -> PledgeDocumentQuerySet:
        """Return every document of public pledges that all have signed.

        Never a step on the way. There are several of a pledge whose document was made to last
        later.
        """
        everyone = (
            Signatory.objects.filter(pledge=OuterRef("pledge"))
            .order_by()
            .values("pledge")
            .annotate(number=Count("pk"))
            .values("number")
        )
        return self.filter(
            Q(timestamped_at__isnull=False) | Q(signature__isnull=False, step=Subquery(everyone)),
            pledge__in=Pledge.objects.public(),
        )

    def public(self) -> PledgeDocumentQuerySet:
        """Return the documents of public pledges as they are today.

        Of each the last finished step.
        """
        last = (
            PledgeDocument.objects.of_record()
            .filter(pledge=OuterRef("pledge"))
            .order_by("-step")
            .values("pk")
        )
        return self.filter(pledge__in=Pledge.objects.public(), pk=Subquery(last[:1]))


class PledgeDocument(StoredFile):
    """The pledge as a PDF; written once.

    Step 0 is ready for signing, step n when n have signed. The step of a signature on paper has the
    same bytes as the one before it. Once all have signed, further steps make the signatures last:
    each adds a timestamp over the whole document to the bytes of the one before. `timestamped_at`
    and `timestamp_valid_to` (when the certificate of the timestamp ends) are set on those steps
    only.
    """

    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="documents")
    step = models.PositiveSmallIntegerField()
    size = models.PositiveIntegerField()
    created_at = models.DateTimeField(db_default=Now())
    timestamped_at = models.DateTimeField(_("tidsstämplat"), null=True, editable=False)
    timestamp_valid_to = models.DateTimeField(
        _("tidsstämpelns certifikat gäller till"), null=True, editable=False
    )

    objects = PledgeDocumentQuerySet.as_manager()

    class Meta:
        # Its permanent address is found by it.
        indexes = [models.Index(fields=["sha256"], name="pledge_document_sha256")]
        verbose_name = _("dokument")
        verbose_name_plural = _("dokument")
        ordering = ["pledge", "step"]
        constraints = [
            models.UniqueConstraint(fields=["pledge", "step"], name="document_step_once"),
            matches_sha256("document_matches_its_sha256"),
            models.CheckConstraint(
                condition=Q(timestamped_at=None, timestamp_valid_to=None)
                | Q(timestamp_valid_to__gt=F("timestamped_at")),
                name="timestamp_set_while_valid",
            ),
            GUARD_DOCUMENT,
            WITHHOLD_LATER_STEP,
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return f"{self.pledge} ({self.step})"

    @classmethod
    def store(cls, pledge: Pledge, step: int, content: bytes, **times: datetime) -> PledgeDocument:
        """Write the bytes with their SHA-256 and size.

        `times` are when it was made, if not now, and of a lasting step its timestamp.
        """
        return cls._write(content, pledge=pledge, step=step, size=len(content), **times)


class Signature(models.Model):
    """A signature that was set. Never changed, never removed.

    `signed_at` of one on paper or elsewhere is the beginning of its day. `field_name` is the
    signature field in the PDF when it isn't the signatory's own.
    """

    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="signatures")
    signatory = models.OneToOneField(Signatory, on_delete=models.PROTECT, related_name="signature")
    document = models.OneToOneField(
        PledgeDocument, on_delete=models.PROTECT, related_name="signature"
    )
    signed_at = models.DateTimeField(_("undertecknat"))
    way = models.CharField(_("sätt"), max_length=10, choices=Way, default=Way.KEY, editable=False)
    field_name = models.CharField(_("fält i dokumentet"), max_length=200, blank=True)
    certificate_name = models.CharField(_("certifikatets namn"), max_length=200, blank=True)
    certificate_issuer = models.CharField(_("certifikatets utfärdare"), max_length=200, blank=True)
    is_demonstration = models.BooleanField(_("demonstration"), default=False)

    class Meta:
        verbose_name = _("underskrift")
        verbose_name_plural = _("underskrifter")
        ordering = ["signed_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(way__in=[Way.PAPER, Way.ELSEWHERE])
                | Q(
                    field_name="",
                    certificate_name="",
                    certificate_issuer="",
                    is_demonstration=False,
                ),
                name="on_paper_there_is_no_certificate",
            ),
            GUARD_SIGNATURE,
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return f"{self.signatory} {self.signed_at:%Y-%m-%d}"

    @property
    def is_electronic(self) -> bool:
        """Whether it is a signature in the PDF itself."""
        return self.way not in NOT_ELECTRONIC

    @property
    def field(self) -> str:
        """The signature field that it fills in the PDF, or ""."""
        return (self.field_name or self.signatory.field_name) if self.is_electronic else ""

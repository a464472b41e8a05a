"""The public consultation on a draft.

What residents were shown, until when, and what came of it.
"""

from __future__ import annotations

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pledge_portal.accounts.permissions import Action, Person
from pledge_portal.database.english import TELL_OLDER_ENGLISH, HasEnglish
from pledge_portal.database.triggers import REFUSE_CHANGE, REFUSE_TRUNCATE
from pledges.models.annex import PledgeAnnex
from pledges.models.guards import GUARD_CONSULTATION
from pledges.models.municipality import Municipality, PoliceArea
from pledges.models.pledge import PERIOD_PATTERN, Pledge, of_own_pledges
from pledges.models.stored_file import StoredFile, matches_sha256


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    """Rounds of consultations. Public code begins with `public()`."""

    def public(self) -> ConsultationQuerySet:
        """Return what anyone may read: all of them.

        A row is made by publishing it, and stays.
        """
        return self.all()

    def visible_to(self, user: Person) -> ConsultationQuerySet:
        """Return those on the drafts that a person consults residents on."""
        own = of_own_pledges(user, Action.CONSULT_ON_PLEDGES, "pledge__")
        return self.filter(pk__in=Consultation.objects.filter(own).order_by().values("pk"))

    def for_municipality(self, municipality: Municipality) -> ConsultationQuerySet:
        """Return those of a municipality, the latest first."""
        return self.filter(parties__municipality=municipality).order_by("-published_at", "-pk")

    def at(self, municipality: Municipality, period: str) -> ConsultationQuerySet:
        """Return the rounds at one address, the latest first."""
        return self.filter(parties__municipality=municipality, parties__period=period).order_by(
            "-number"
        )

    def open(self, on: date) -> ConsultationQuerySet:
        """Return those that can be commented on, on the day `on`."""
        return self.filter(closed_at=None, closes_on__gte=on)

    def without_the_draft(self) -> ConsultationQuerySet:
        """Fetch for a list: only the draft's front, as `front`."""
        return self.annotate(front=F("contents__front")).defer("contents")


class Consultation(HasEnglish):
    """A published round in which residents comment on a draft.

    Numbered by pledge and address. `contents` is the draft's version `version` as
    `parts.contents_of` has it, without those who are to sign
    (`pledges.consultation.rules.without_signatories`). `period` is the address's, as the draft had
    it then.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="consultations")
    police_area = models.ForeignKey(PoliceArea, on_delete=models.PROTECT, related_name="+")
    municipalities = models.ManyToManyField(
        Municipality, through="ConsultationParty", related_name="consultations"
    )
    period = models.CharField(max_length=20)
    number = models.PositiveSmallIntegerField(_("omgång"))
    version = models.PositiveIntegerField(_("version"))
    contents = models.JSONField()
    introduction = models.TextField(_("vad ni vill veta"), max_length=3000)
    closes_on = models.DateField(_("sista dag"))
    published_at = models.DateTimeField(_("publicerat"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    closed_at = models.DateTimeField(_("avslutat i förtid"), null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("avslutat av"),
    )
    outcome = models.TextField(_("så påverkade synpunkterna löftet"), max_length=5000, blank=True)
    outcome_published_at = models.DateTimeField(_("svaret publicerat"), null=True)
    is_demonstration = models.BooleanField(_("demonstration"), default=False)

    # Added by modeltranslation (translation.py).
    introduction_sv: str
    introduction_en: str | None
    outcome_sv: str
    outcome_en: str | None
    # Added by `without_the_draft`.
    front: dict[str, object]

    pledge_id: int
    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = _("samråd")
        verbose_name_plural = _("samråd")
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["pledge", "number"], name="consultation_number_once"),
            models.UniqueConstraint(
                fields=["id", "period", "number"], name="consultation_id_with_address"
            ),
            models.CheckConstraint(
                condition=Q(period__regex=f"^{PERIOD_PATTERN}$"), name="consultation_period_form"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=999), name="consultation_number_range"
            ),
            models.CheckConstraint(
                condition=Q(outcome_published_at=None) | Q(outcome_sv__gt=""),
                name="consultation_outcome_says_something",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("published_at")),
                name="consultation_closes_after_its_start",
            ),
            GUARD_CONSULTATION,
            REFUSE_TRUNCATE,
            TELL_OLDER_ENGLISH,
        ]

    def __str__(self) -> str:
        return f"{self.period}, {self.number}"

    def is_open(self, on: date) -> bool:
        """Return whether residents can comment, on the day `on`."""
        return self.closed_at is None and on <= self.closes_on

    def commitment_numbers(self) -> dict[int, int]:
        """Return the number of each commitment shown, by its key in the draft."""
        return {row["id"]: n for n, row in enumerate(self.contents["commitments"], 1)}


class ConsultationParty(models.Model):
    """A municipality where a round is read.

    Period and number repeat the round's own, held equal by the database, so that a municipality
    can't have two rounds at one address.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="parties")
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="consultation_parties"
    )
    period = models.CharField(max_length=20)
    number = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        verbose_name = _("kommun i ett samråd")
        verbose_name_plural = _("kommuner i samråd")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "period", "number"], name="one_round_at_an_address"
            ),
            models.UniqueConstraint(
                fields=["consultation", "municipality"], name="consultation_party_once"
            ),
            REFUSE_CHANGE,
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id}, {self.period}, {self.number}"


class ConsultationAnnex(StoredFile):
    """An annex of a draft as residents were asked about it.

    The draft may lose its own afterwards; what was published stays readable.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="annexes")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("titel"), max_length=200)
    size = models.PositiveIntegerField(_("storlek"))

    class Meta:
        verbose_name = _("bilaga till ett samråd")
        verbose_name_plural = _("bilagor till samråd")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "position"], name="consultation_annex_position_once"
            ),
            matches_sha256("consultation_annex_matches_its_sha256"),
            REFUSE_CHANGE,
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def copy(cls, consultation: Consultation, annex: PledgeAnnex, position: int) -> None:
        """Write an annex of the draft as one of a round."""
        cls._write(
            bytes(annex.content),
            consultation=consultation,
            position=position,
            title=annex.title,
            size=annex.size,
        )

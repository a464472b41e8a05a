"""The pledge (medborgarlöfte), its parties and its sections of text."""

from __future__ import annotations

import uuid
from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q
from django.utils.translation import gettext_lazy as _

from pledge_portal.accounts.permissions import Action, Person, of_own_places
from pledge_portal.database.english import TELL_OLDER_ENGLISH, HasEnglish
from pledge_portal.database.triggers import REFUSE_TRUNCATE
from pledges.models.decision import HasDecision
from pledges.models.guards import GUARD_PLEDGE, REFUSE_WHEN_LOCKED
from pledges.models.municipality import Municipality, MunicipalityPart, PoliceArea

MAX_PARTY_NAME_LENGTH = 120
PERIOD_PATTERN = r"[0-9]{4}(-[0-9]{4})?(-[a-z0-9]{1,10})?"


def invented_parts() -> ArrayField:
    """Make the field that names which parts of a row are made up.

    For the demonstration.
    """
    return ArrayField(models.CharField(max_length=40), default=list, blank=True)


def of_own_pledges(user: Person, action: Action, pledge: str = "") -> Q:
    """Return the filter for what belongs to pledges of a person's places.

    Those are the ones that the places give.

    `pledge` is the path of fields to the pledge, such as "pledge__". A municipality where a pledge
    holds, and that doesn't give it, has no part in it.
    """
    return of_own_places(
        user,
        action,
        municipality=f"{pledge}parties__municipality",
        police_area=(f"{pledge}police_area", f"{pledge}further_police_areas__police_area"),
        municipality_only_if=Q(**{f"{pledge}parties__gives": True}),
    )


def prefetched_places(pledge: str = "") -> list[Prefetch]:
    """Return what `Pledge.givers` and `Pledge.places` need, in three queries.

    `pledge` is the path of fields to the pledge, such as "pledge__"; its police area is fetched
    with it.
    """
    from pledges.models.pledge_places import FurtherPoliceArea, PledgePart

    return [
        Prefetch(f"{pledge}parties", PledgeParty.objects.select_related("municipality")),
        Prefetch(f"{pledge}pledge_parts", PledgePart.objects.select_related("part")),
        Prefetch(
            f"{pledge}further_police_areas",
            FurtherPoliceArea.objects.select_related("police_area"),
        ),
    ]


class PledgeQuerySet(models.QuerySet["Pledge"]):
    """Pledges, in the words of the field. Public code begins with `public()`."""

    def public(self) -> PledgeQuerySet:
        """Return only what anyone may read: pledges that all have signed."""
        from pledges.models.validity import ValidityPeriod

        return self.filter(Exists(ValidityPeriod.objects.filter(pledge=OuterRef("pk"))))

    def visible_to(self, user: Person) -> PledgeQuerySet:
        """Return what a person may read in the workspace.

        Pledges of their places, drafts too.
        """
        own = of_own_pledges(user, Action.READ_PLEDGES)
        # By key, since a pledge of two municipalities of theirs would else be found twice.
        return self.filter(pk__in=Pledge.objects.filter(own).order_by().values("pk"))

    def writable_by(self, user: Person) -> PledgeQuerySet:
        """Return the pledges whose follow-ups a person writes."""
        own = of_own_pledges(user, Action.WRITE_FOLLOW_UPS)
        return self.filter(pk__in=Pledge.objects.filter(own).order_by().values("pk"))

    def drafted_by(self, user: Person) -> PledgeQuerySet:
        """Return the pledges whose text a person writes on.

        Adopted ones too.
        """
        own = of_own_pledges(user, Action.WRITE_PLEDGES)
        return self.filter(pk__in=Pledge.objects.filter(own).order_by().values("pk"))

    def consulted_on_by(self, user: Person) -> PledgeQuerySet:
        """Return the pledges whose drafts a person may ask residents about.

        Adopted ones too.
        """
        own = of_own_pledges(user, Action.CONSULT_ON_PLEDGES)
        return self.filter(pk__in=Pledge.objects.filter(own).order_by().values("pk"))

    def for_municipality(self, municipality: Municipality) -> PledgeQuerySet:
        """Return the pledges of a municipality, the latest first."""
        return self.filter(parties__municipality=municipality).order_by("-valid_from", "-pk")

    def at(self, slug: str) -> PledgeQuerySet:
        """Return the pledges at a municipality's address, the latest first.

        Each comes with its parties, its police areas, its third parties and what `lifecycle` needs
        to tell the state of a signed pledge; six queries.
        """
        from pledges.models.signatory import Signatory
        from pledges.models.validity import ValidityPeriod

        third_parties = Signatory.objects.filter(pledge=OuterRef("pk"), third_party__gt="")
        names = third_parties.order_by("position").values("third_party")
        return (
            self.filter(parties__municipality__slug=slug)
            .annotate(third_party_names=ArraySubquery(names))
            .select_related("police_area", "annulment", "signed_elsewhere", "follow_up_plan")
            .prefetch_related(
                *prefetched_places(),
                Prefetch("validity_periods", ValidityPeriod.objects.all()),
                "prolongations",
            )
            .order_by("-valid_from", "-pk")
        )

    def in_force(self, on: date) -> PledgeQuerySet:
        """Return the pledges in force somewhere on the day.

        Those held over included.
        """
        from pledges.models.validity import ValidityPeriod

        return self.filter(
            Exists(ValidityPeriod.objects.filter(pledge=OuterRef("pk"), during__contains=on))
        )

    def with_standing(self) -> PledgeQuerySet:
        """Fetch with what `lifecycle` needs to tell the state.

        In a fixed number of queries.
        """
        from pledges.models.signatory import Signatory
        from pledges.models.validity import ValidityPeriod

        return self.select_related(
            "police_area", "annulment", "signed_elsewhere", "follow_up_plan"
        ).prefetch_related(
            *prefetched_places(),
            Prefetch("signatories", Signatory.objects.select_related("signature", "municipality")),
            Prefetch("validity_periods", ValidityPeriod.objects.all()),
            "prolongations",
        )


class Pledge(HasEnglish, HasDecision):
    """A citizen pledge.

    Given by the police, most often by one area, and by one or several municipalities. The police
    may also give one alone, for municipalities that it holds in and that don't give it. The
    decision is the one to give it.
    """

    class Stage(models.TextChoices):
        """How far the text has come before it is adopted.

        Later states are derived.
        """

        DRAFT = "draft", _("utkast")
        CONSULTATION = "consultation", _("på samråd")
        DROPPED = "dropped", _("nedlagt")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("titel"), max_length=200)
    period = models.CharField(
        _("period i adressen"), max_length=20, help_text=_("Till exempel 2023-2025.")
    )
    police_area = models.ForeignKey(
        PoliceArea, on_delete=models.PROTECT, verbose_name=_("lokalpolisområde")
    )
    municipalities = models.ManyToManyField(
        Municipality, through="PledgeParty", related_name="pledges", verbose_name=_("kommuner")
    )
    valid_from = models.DateField(_("gäller från"))
    valid_to = models.DateField(_("gäller till"))
    until_replaced = models.BooleanField(
        _("gäller tills ett nytt löfte ges"),
        default=False,
        help_text=_("Löftet gäller efter slutdatum tills det ersätts."),
    )
    registry_number = models.CharField(_("diarienummer"), max_length=60, blank=True)
    summary = models.TextField(_("sammanfattning"), blank=True)
    source_note = models.TextField(_("källa"), blank=True)
    is_demonstration = models.BooleanField(_("demonstration"), default=False)
    invented = invented_parts()
    stage = models.CharField(_("skede"), max_length=20, choices=Stage, default=Stage.DRAFT)
    # The signed pledge whose text this one gives anew.
    revises = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="revisions",
        verbose_name=_("reviderar"),
    )
    signs_side_by_side = models.BooleanField(
        _("undertecknas i valfri ordning"),
        default=False,
        help_text=_("Annars undertecknar var och en när de före har gjort det."),
    )
    adopted_at = models.DateTimeField(_("antaget"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    # Those that sign, as `at` fetches them.
    third_party_names: list[str] | None = None

    # Added by modeltranslation (translation.py); Swedish is what was signed.
    title_sv: str
    title_en: str | None
    summary_sv: str
    summary_en: str | None
    source_note_sv: str
    source_note_en: str | None

    objects = PledgeQuerySet.as_manager()

    class Meta:
        verbose_name = _("medborgarlöfte")
        verbose_name_plural = _("medborgarlöften")
        ordering = ["-valid_from", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")), name="pledge_ends_after_its_start"
            ),
            models.CheckConstraint(
                condition=Q(period__regex=f"^{PERIOD_PATTERN}$"), name="pledge_period_form"
            ),
            models.UniqueConstraint(fields=["id", "period"], name="pledge_id_with_period"),
            GUARD_PLEDGE,
            REFUSE_TRUNCATE,
            TELL_OLDER_ENGLISH,
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def full_end(self) -> date:
        """The last day that is planned for it, as prolonged.

        Asks the database once for a pledge, however often it is asked of many actions, or nothing
        when `prolongations` are fetched.
        """
        models.prefetch_related_objects([self], "prolongations")
        return max([self.valid_to, *(longer.valid_to for longer in self.prolongations.all())])

    @property
    def police_areas(self) -> list[PoliceArea]:
        """The police areas that give the pledge, its own first."""
        return [self.police_area, *(row.police_area for row in self.further_police_areas.all())]

    @property
    def giving_municipalities(self) -> list[Municipality]:
        """The municipalities that give the pledge, in its order."""
        return [party.municipality for party in self.parties.all() if party.gives]

    @property
    def givers(self) -> list[Municipality | PoliceArea]:
        """Everybody that gives the pledge: its municipalities, then the police."""
        return [*self.giving_municipalities, *self.police_areas]

    @property
    def signing_third_parties(self) -> list[str]:
        """The names of those beside municipalities and police that sign it."""
        names = self.third_party_names
        if names is None:
            names = [signatory.third_party for signatory in self.signatories.all()]
        return [*dict.fromkeys(filter(None, names))]

    def parts_in(self, municipality: Municipality) -> list[MunicipalityPart]:
        """Return the parts of a municipality that it holds for, if not all."""
        return [
            row.part
            for row in self.pledge_parts.all()
            if row.part.municipality_id == municipality.pk
        ]

    def parts_in_a_row(self, municipality: Municipality) -> str:
        """Return the names of those parts, empty when it holds for all."""
        return ", ".join(part.name for part in self.parts_in(municipality))

    def place_name(self, municipality: Municipality) -> str:
        """Return where in a municipality it holds: "Göteborgs Stad (Centrum)"."""
        parts = self.parts_in_a_row(municipality)
        return f"{municipality.official_name} ({parts})" if parts else municipality.official_name

    @property
    def places(self) -> str:
        """Where it holds and which police give it, for lists of many pledges."""
        names = [self.place_name(party.municipality) for party in self.parties.all()]
        return ", ".join([*names, *map(str, self.police_areas)])


class PledgePartyManager(models.Manager["PledgeParty"]):
    """Parties with their municipalities, which are always asked for."""

    def get_queryset(self) -> models.QuerySet[PledgeParty]:
        """Return them with their municipalities."""
        return super().get_queryset().select_related("municipality")


class PledgeParty(models.Model):
    """A municipality that a pledge holds in, and most often one that gives it.

    `period` repeats the pledge's, held equal by the database, so that a municipality can't have two
    pledges at one address.
    """

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="parties")
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="pledge_parties"
    )
    period = models.CharField(max_length=20, editable=False)
    position = models.PositiveSmallIntegerField(default=1)
    gives = models.BooleanField(_("ger löftet"), default=True)

    objects = PledgePartyManager()

    class Meta:
        verbose_name = _("part")
        verbose_name_plural = _("parter")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "period"], name="one_pledge_per_municipality_and_period"
            ),
            models.UniqueConstraint(fields=["pledge", "municipality"], name="party_once"),
            REFUSE_WHEN_LOCKED,
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return self.municipality.official_name

    def save(self, *args, **kwargs) -> None:  # type: ignore[no-untyped-def]
        """Save with the pledge's own period."""
        self.period = self.pledge.period
        super().save(*args, **kwargs)


class Section(HasEnglish):
    """A part of the pledge's running text, written in Markdown."""

    class Kind(models.TextChoices):
        """What the section is about; decides where pages and the document show it."""

        INTRODUCTION = "introduction", _("inledning")
        GROUNDWORK = "groundwork", _("så togs löftet fram")
        FOLLOW_UP = "follow_up", _("så följs löftet upp")
        OTHER = "other", _("övrigt")

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("slag"), max_length=20, choices=Kind, default=Kind.OTHER)
    heading = models.CharField(_("rubrik"), max_length=200)
    text = models.TextField(_("text"))
    invented = invented_parts()

    # Added by modeltranslation (translation.py); Swedish is what was signed.
    heading_sv: str
    heading_en: str | None
    text_sv: str
    text_en: str | None

    class Meta:
        verbose_name = _("avsnitt")
        verbose_name_plural = _("avsnitt")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["pledge", "position"], name="section_position_once"),
            REFUSE_WHEN_LOCKED,
            REFUSE_TRUNCATE,
            TELL_OLDER_ENGLISH,
        ]

    def __str__(self) -> str:
        return self.heading

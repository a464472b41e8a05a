"""People who log in, their roles and invitations, and lost second factors."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, ClassVar

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from pledge_portal.database.triggers import REFUSE_CHANGE, REFUSE_TRUNCATE, Trigger


class UserManager(BaseUserManager["User"]):
    """Makes people by their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make a person; raise ValueError without an address."""
        if not email:
            raise ValueError("An e-mail address is needed.")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make a person who may do everything in the administration."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """Find by e-mail address, whatever its case."""
        return self.get(email__iexact=username)


class User(AbstractUser):
    """A person, known by e-mail address."""

    username = None  # type: ignore[assignment]
    email = models.EmailField(_("e-postadress"), unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("personer")
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="one_person_per_email_address_whatever_its_case"
            )
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.email


class Role(models.TextChoices):
    """What a person does for a municipality or a police area."""

    EDITOR = "editor", _("redaktör")
    COORDINATOR = "coordinator", _("BRÅ-samordnare")
    MODERATOR = "moderator", _("moderator")
    OFFICER = "officer", _("polis")
    SIGNATORY = "signatory", _("undertecknare")
    ADMINISTRATOR = "administrator", _("administratör")


# What each role may do (permissions.ALLOWED), where it is given.
ROLE_TEXTS = {
    Role.EDITOR: _(
        "Skriver löften, frågar invånarna och svarar dem, redovisar insatser och lägger in "
        "undersökningar och statistik."
    ),
    Role.COORDINATOR: _(
        "Gör det som en redaktör gör. Godkänner också löften, skriver uppföljningar, granskar "
        "kommentarer och bestämmer hur mycket som visas."
    ),
    Role.MODERATOR: _("Läser vad invånare skickar och avgör vilka kommentarer som visas."),
    Role.OFFICER: _(
        "Skriver och godkänner löften för Polisen, redovisar insatser, godkänner uppföljningar "
        "och svarar på kommentarer."
    ),
    Role.SIGNATORY: _("Godkänner löften och uppföljningar, och undertecknar löften."),
    Role.ADMINISTRATOR: _(
        "Bjuder in personer och avslutar roller, sköter platser och kontaktuppgifter. Skriver "
        "inga löften."
    ),
}

# The crime-prevention council (BRÅ) and the dialogues are the municipality's own; officers log
# their work for the police area. The other roles exist on both sides of a pledge.
MUNICIPAL_ROLES = (Role.COORDINATOR, Role.MODERATOR)
POLICE_ROLES = (Role.OFFICER,)


def _place_rules(name: str) -> list[models.BaseConstraint]:
    """Return the checks that a role is held for one place that can have it."""
    return [
        models.CheckConstraint(
            condition=Q(municipality=None, police_area__isnull=False)
            | Q(municipality__isnull=False, police_area=None),
            name=f"{name}_for_one_place",
        ),
        models.CheckConstraint(condition=Q(role__in=Role.values), name=f"{name}_of_known_role"),
        models.CheckConstraint(
            condition=~Q(role__in=[*POLICE_ROLES]) | Q(municipality=None),
            name=f"{name}_of_police_for_an_area",
        ),
        models.CheckConstraint(
            condition=~Q(role__in=[*MUNICIPAL_ROLES]) | Q(police_area=None),
            name=f"{name}_of_municipality_for_one",
        ),
    ]


class _RoleForPlace(models.Model):
    """A role for the municipality or the police area that it is held for."""

    role = models.CharField(_("roll"), max_length=20, choices=Role)
    municipality = models.ForeignKey(
        "pledges.Municipality",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss",
        verbose_name=_("kommun"),
    )
    police_area = models.ForeignKey(
        "pledges.PoliceArea",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss",
        verbose_name=_("lokalpolisområde"),
    )

    class Meta:
        abstract = True

    @property
    def place(self) -> models.Model:
        """The municipality or the police area."""
        place = self.municipality if self.municipality_id else self.police_area
        assert place is not None  # noqa: S101  (held by the database)
        return place

    @property
    def party_key(self) -> str:
        """What the operator's settings call the municipality or the police area."""
        party = self.municipality or self.police_area
        return party.party_key if party is not None else ""


class Membership(_RoleForPlace):
    """That a person holds a role for a municipality or a police area."""

    person = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    created_at = models.DateTimeField(_("från"), auto_now_add=True)

    class Meta:
        verbose_name = _("uppdrag")
        verbose_name_plural = _("uppdrag")
        constraints = [
            *_place_rules("membership"),
            models.UniqueConstraint(
                fields=["person", "role", "municipality", "police_area"],
                nulls_distinct=False,
                name="role_held_once_for_a_place",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()}, {self.place}"


def _fingerprint(token: str) -> str:
    return sha256(token.encode()).hexdigest()


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations."""

    def open(self, at: datetime) -> InvitationQuerySet:
        """Keep those that can still be accepted."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=at)

    def by_token(self, token: str) -> InvitationQuerySet:
        """Keep the one that a link leads to; none when the link is not ours."""
        return self.filter(token_sha256=_fingerprint(token))


class Invitation(_RoleForPlace):
    """An invitation by e-mail to hold a role.

    Its link works once; only its hash is kept.
    """

    HOLDS_FOR = timedelta(days=7)

    email = models.EmailField(_("e-postadress"))
    token_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("inbjuden av")
    )
    created_at = models.DateTimeField(_("skickad"))
    expires_at = models.DateTimeField(_("går ut"))
    accepted_at = models.DateTimeField(_("använd"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("återkallad"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("inbjudan")
        verbose_name_plural = _("inbjudningar")
        ordering = ["-created_at"]
        constraints = [
            *_place_rules("invitation"),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(revoked_at=None),
                name="invitation_used_or_revoked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email}: {self.get_role_display()}, {self.place}"

    @classmethod
    def new(
        cls, email: str, role: Role, place: models.Model, by: User, at: datetime
    ) -> tuple[Invitation, str]:
        """Make an invitation to a place; return it and its link's token.

        The token can't be had again: only its SHA-256 is kept.
        """
        token = secrets.token_urlsafe(32)
        invitation = cls.objects.create(
            email=email.lower(),
            role=role,
            token_sha256=_fingerprint(token),
            invited_by=by,
            created_at=at,
            expires_at=at + cls.HOLDS_FOR,
            **{str(place._meta.model_name).replace("policearea", "police_area"): place},
        )
        return invitation, token


class FactorResetQuerySet(models.QuerySet["FactorReset"]):
    """Lost second factors."""

    def unsettled(self) -> FactorResetQuerySet:
        """Keep those that came to nothing yet, however old."""
        return self.filter(done_at=None, withdrawn_at=None)

    def open(self, at: datetime) -> FactorResetQuerySet:
        """Keep those that can still be confirmed."""
        return self.unsettled().filter(expires_at__gt=at)


class FactorReset(models.Model):
    """That somebody's second factor is lost and is to be taken away.

    One person asks and another confirms. Without them there is the command of who owns the
    database (`command_account` is then its account in the operating system). The database holds it,
    and that what came of it stands (sql/guard_factor_reset.sql).
    """

    HOLDS_FOR = timedelta(days=7)

    class Because(models.TextChoices):
        """Why it came to nothing."""

        STOPPED = "stopped", _("personen stoppade det")
        FACTOR_USED = "factor_used", _("personen loggade in med sitt andra steg")
        WITHDRAWN = "withdrawn", _("en administratör tog tillbaka det")
        EXPIRED = "expired", _("ingen bekräftade det i tid")
        ASKER_MAY_NOT = "asker_may_not", _("den som begärde det får inte längre göra det")
        REPLACED = "replaced", _("den som driver portalen tog bort det i stället")

    person = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="factor_resets", verbose_name=_("person")
    )
    asked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("begärt av")
    )
    command_account = models.CharField(_("kommandots konto"), max_length=100, blank=True)
    asked_at = models.DateTimeField(_("begärt"))
    identified_by = models.CharField(_("så vet man att det är personen"), max_length=500)
    expires_at = models.DateTimeField(_("går ut"))
    confirmed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("bekräftat av")
    )
    done_at = models.DateTimeField(_("borttaget"), null=True)
    withdrawn_at = models.DateTimeField(_("inställt"), null=True)
    withdrawn_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("inställt av")
    )
    withdrawn_because = models.CharField(
        _("inställt eftersom"), max_length=20, choices=Because, blank=True
    )

    objects = FactorResetQuerySet.as_manager()

    class Meta:
        verbose_name = _("tappat andra steg")
        verbose_name_plural = _("tappade andra steg")
        constraints = [
            models.CheckConstraint(
                condition=Q(asked_by__isnull=False) ^ ~Q(command_account=""),
                name="factor_reset_asked_for_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(asked_by=None) | ~Q(asked_by=F("person")),
                name="factor_reset_asked_for_by_another",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None)
                | ~Q(command_account="")
                | Q(confirmed_by__isnull=False)
                & ~Q(confirmed_by=F("asked_by"))
                & ~Q(confirmed_by=F("person")),
                name="factor_reset_done_by_two",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(done_at__lte=F("expires_at"), withdrawn_at=None),
                name="factor_reset_done_in_time_and_not_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_because="")
                | Q(withdrawn_at__isnull=False) & ~Q(withdrawn_because=""),
                name="factor_reset_withdrawn_because",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(done_at=None, withdrawn_at=None),
                name="one_factor_reset_at_a_time",
            ),
            Trigger(function="guard_factor_reset", fires="BEFORE INSERT OR UPDATE OR DELETE"),
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.asked_at:%Y-%m-%d}"


class PersonErasure(models.Model):
    """That it is no longer said who a person was that has left.

    Written once. What they did stands, as done by this number (sql/erase_person.sql).
    """

    person = models.OneToOneField(User, on_delete=models.PROTECT, related_name="erasure")
    decision = models.CharField(max_length=80)
    decided_on = models.DateField()
    reason = models.CharField(max_length=500)
    erased_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    erased_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(erased_by=F("person")), name="nobody_erases_themselves"
            ),
            REFUSE_CHANGE,
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.decision}"

"""What procrastinate's own tables don't hold: why a try of a job failed."""

from __future__ import annotations

import smtplib
from typing import Any

from cryptography.fernet import InvalidToken
from django.db import DatabaseError, models
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django.models import ProcrastinateJob


class JobFault(models.Model):
    """Why a try of a job came to nothing: the sort of error.

    Its text isn't kept, since it can name people. The job may be gone: procrastinate deletes it
    when a later try succeeds. Then the row goes with the next chores.
    """

    class Kind(models.TextChoices):
        """What sort of error it was, in words for the operator."""

        RECIPIENT = "recipient", _("E-postservern tar inte emot mottagarens adress")
        MAIL_LOGIN = "mail login", _("E-postservern godtar inte portalens inloggning")
        MAIL = "mail", _("E-postservern sa nej till brevet")
        NO_ANSWER = "no answer", _("Den andra tjänsten svarar inte")
        DATABASE = "database", _("Databasen sa nej")
        SEAL = "seal", _("Innehållet är förseglat med en SECRET_KEY som inte finns kvar")
        KILLED = "killed", _("Processen stoppades mitt i arbetet")
        OTHER = "other", _("Ett annat fel: se loggen")

        @classmethod
        def from_error(cls, error: BaseException | None) -> JobFault.Kind:
            """Return the sort of an error, or of the one that it came from."""
            while error is not None:
                for types, kind in _KINDS:
                    if isinstance(error, types):
                        return kind
                error = error.__cause__
            return cls.OTHER

    job = models.ForeignKey(
        ProcrastinateJob, on_delete=models.DO_NOTHING, db_constraint=False, related_name="faults"
    )
    at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=Kind)
    error = models.CharField(max_length=200)

    class Meta:
        verbose_name = _("fel i ett bakgrundsjobb")
        verbose_name_plural = _("fel i bakgrundsjobb")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.job_id}: {self.error}"


# The first that fits; SMTP's errors are OSErrors too.
_KINDS: list[tuple[Any, JobFault.Kind]] = [
    (smtplib.SMTPRecipientsRefused, JobFault.Kind.RECIPIENT),
    (smtplib.SMTPAuthenticationError, JobFault.Kind.MAIL_LOGIN),
    ((smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError), JobFault.Kind.NO_ANSWER),
    (smtplib.SMTPException, JobFault.Kind.MAIL),
    (OSError, JobFault.Kind.NO_ANSWER),
    (DatabaseError, JobFault.Kind.DATABASE),
    (InvalidToken, JobFault.Kind.SEAL),
]

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DialoguesConfig(AppConfig):
    name = "dialogues"
    verbose_name = _("Medborgardialoger")

    def ready(self) -> None:
        """Let objections to assessments be answered before the next follow-up is published, and
        archive packages have what residents have said."""
        from dialogues import records  # noqa: F401  (registers its parts)
        from dialogues.comments.objections import unanswered_objections
        from pledges.follow_ups.rules import hindrances

        if unanswered_objections not in hindrances:
            hindrances.append(unanswered_objections)

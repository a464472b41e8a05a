from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DialoguesConfig(AppConfig):
    name = "dialogues"
    verbose_name = _("Medborgardialoger")

    def ready(self) -> None:
        """Add to pledges what residents have a part in.

        Objections to assessments are answered before the next follow-up is published, archive
        packages have what residents have said, and what they leave is erased in its time.
        """
        from dialogues import records, slots  # noqa: F401  (they register what they have)
        from dialogues.comments import slots as _comments  # noqa: F401
        from dialogues.comments.objections import unanswered_objections
        from dialogues.retention.rules import erase_due
        from pledges.follow_ups.rules import hindrances
        from pledges.open_data.resource import declared_in
        from pledges.retention import erasures

        if unanswered_objections not in hindrances:
            hindrances.append(unanswered_objections)
        if erase_due not in erasures:
            erasures.append(erase_due)
        declared_in("dialogues.open_data")

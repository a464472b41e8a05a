"""`manage.py chores`: everything that is due, in one command."""

import logging
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from pledge_portal.queue.chores import CHORES
from pledge_portal.queue.jobs import error_name
from pledge_portal.queue.worker import check_schema_is_current, run_worker

_logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Does what is due; run again it does nothing twice."""

    help = (
        "Gör allt som är dags: påminnelser, brev som väntar, gallring, tidsstämplar, och de"
        " bakgrundsjobb som väntar. För cron där manage.py work inte är igång hela tiden."
        " Slutar med kod 1 om något inte gick."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do each chore whatever becomes of the others, then the jobs that wait."""
        check_schema_is_current()
        app.perform_import_paths()
        failed = []
        for chore in CHORES:
            try:
                chore.run()
            except Exception as error:
                _logger.exception("chore.failed", extra={"chore": chore.name})
                failed.append(f"{chore.title} ({error_name(error)})")
            else:
                self.stdout.write(_("%(what)s: klart") % {"what": chore.title})
        run_worker(until_empty=True)
        if failed:
            raise CommandError(_("Det här gick inte: %(what)s") % {"what": ", ".join(failed)})

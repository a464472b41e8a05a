"""Name a pledge to a command: by municipality and period.

As in the web address.
"""

from argparse import ArgumentParser

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from pledges.models import Pledge


def add_pledge_arguments(parser: ArgumentParser) -> None:
    """Take MUNICIPALITY and PERIOD, as in `alvsbyn 2023-2025`."""
    parser.add_argument("municipality", metavar="MUNICIPALITY", help="till exempel alvsbyn")
    parser.add_argument("period", metavar="PERIOD", help="till exempel 2023-2025")


def pledge_from(options: dict[str, str]) -> Pledge:
    """Return the pledge that the arguments name.

    Raises CommandError when there is none.
    """
    pledge = (
        Pledge.objects.with_standing()
        .filter(
            parties__municipality__slug=options["municipality"], parties__period=options["period"]
        )
        .first()
    )
    if pledge is None:
        raise CommandError(
            _("Det finns inget löfte för %(municipality)s %(period)s.")
            % {"municipality": options["municipality"], "period": options["period"]}
        )
    return pledge

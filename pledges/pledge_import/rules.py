"""Take in a pledge file for somebody: as a draft, of their own places.

A file can say more than a person may do. By clicking nobody writes for others alone, changes which
municipalities a police area covers, or replaces a draft that they don't write on.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from pledge_portal.accounts.models import User
from pledge_portal.pages.refusals import Refused
from pledges.exchange.faults import Fault, PledgeFileError
from pledges.exchange.importing import Annexed, Outcome, import_pledge, planned_import
from pledges.exchange.pledge_file import PledgeFile
from pledges.exchange.police_areas import near_areas
from pledges.models import Municipality, Pledge, PoliceArea
from pledges.writing import starting
from pledges.writing.editing import keep_first_version
from pledges.writing.parts import Contents, contents_of


@transaction.atomic
def plan(pledge_file: PledgeFile, *, by: User) -> Outcome:
    """Return what it would come to if a person took in a file; writes nothing.

    Raises PledgeFileError, with every fault named, when they may not.
    """
    faults = [*_faults_of_areas(pledge_file), *_faults_of_writer(pledge_file, by)]
    if faults:
        raise PledgeFileError(faults)
    existing, outcome = planned_import(pledge_file)
    if existing and not Pledge.objects.drafted_by(by).filter(pk=existing.pk).exists():
        sentence = _("Det finns redan ett löfte med den perioden, som du inte skriver på.")
        raise PledgeFileError([Fault("pledge.period", sentence)])
    return outcome


def preview(pledge_file: PledgeFile) -> Contents:
    """Return what the draft of a file that can be taken in would say.

    It is written as it would be, and nothing is kept of it. Raises PledgeFileError as an import.
    """
    with transaction.atomic():
        pledge, outcome = planned_import(pledge_file)
        if pledge is None or outcome != Outcome.UNCHANGED:
            without_annexes = pledge_file.model_copy(update={"annex": []})
            pledge, _done = import_pledge(without_annexes, replace=True)
        contents = contents_of(pledge)
        transaction.set_rollback(True)
    return contents


@transaction.atomic
def take_in(
    pledge_file: PledgeFile,
    *,
    replace: bool,
    annexes: Iterable[Annexed],
    by: User,
    at: datetime,
) -> tuple[Pledge, Outcome]:
    """Write the pledge of a file as a draft, its first version by a person.

    Raises Refused, and nothing is written, when they may not, when a draft is there that isn't to
    be replaced, or when an annex is missing.
    """
    try:
        plan(pledge_file, by=by)
        pledge, outcome = import_pledge(pledge_file, replace=replace, annexes=annexes)
    except PledgeFileError as error:
        raise Refused(str(error)) from error
    if outcome != Outcome.UNCHANGED:
        keep_first_version(pledge, by=by, at=at)
    return pledge, outcome


def _faults_of_areas(pledge_file: PledgeFile) -> Iterable[Fault]:
    """Yield what a file says of police areas that the portal doesn't know."""
    for part in pledge_file.police_areas:
        area = PoliceArea.objects.filter(name=part.name).first()
        if area is None:
            sentence = _("Det finns inget lokalpolisområde som heter %(name)s i portalen.")
            sentence %= {"name": part.name}
            if near := near_areas(part.name):
                names = get_text_list(near, _("eller"))
                sentence += " " + _("Menade du %(names)s?") % {"names": names}
            else:
                sentence += " " + _("Den driftansvariga lägger till det i administrationen.")
            yield Fault("police_area.name", sentence)
            continue
        covered = set(area.municipalities.values_list("code", flat=True))
        for code in part.covers:
            if code not in covered:
                sentence = _("%(area)s omfattar inte kommunen %(code)s i portalen.")
                yield Fault("police_area.covers", sentence % {"area": area, "code": code})


def _faults_of_writer(pledge_file: PledgeFile, by: User) -> Iterable[Fault]:
    area = PoliceArea.objects.filter(name=pledge_file.police_area.name).first()
    pledge = pledge_file.pledge
    if area is not None and not starting.may_begin(
        by,
        starting.Beginning(
            title=pledge.title,
            municipalities=list(Municipality.objects.filter(code__in=pledge.municipalities)),
            holds_in=[],
            police_area=area,
            valid_from=pledge.valid_from,
            valid_to=pledge.valid_to,
            until_replaced=pledge.until_replaced,
            period=pledge.period,
        ),
    ):
        yield Fault("pledge.municipalities", _("Välj en kommun som du skriver för."))

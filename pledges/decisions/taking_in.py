"""Take in a pledge that was signed elsewhere, with its own document.

On paper, or in another system: the portal shows the document that a party handed in and the days on
which it was signed, and never says that it was signed here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledge_portal.accounts.models import User
from pledge_portal.pages.refusals import Refused
from pledges.decided import Decision
from pledges.documents.judgement import ScanProblem
from pledges.documents.sandbox import check_document_in_sandbox
from pledges.lifecycle import check_adoptable, is_on_consultation, put_in_force
from pledges.models import Pledge, PledgeDocument, PledgeSignedElsewhere, Signature, Way
from pledges.writing.adoption_checklist import check
from pledges.writing.editing import latest_version

# Further before the pledge's first day a day of signing is a slip of the keyboard.
EARLIEST_SIGNING = timedelta(days=2 * 366)

_PROBLEMS: dict[ScanProblem, Promise] = {
    ScanProblem.EMPTY: gettext_lazy("Filen är tom."),
    ScanProblem.NOT_PDF: gettext_lazy("Filen är ingen PDF."),
    ScanProblem.ENCRYPTED: gettext_lazy(
        "PDF-filen är skyddad med lösenord. Lämna den utan lösenord."
    ),
    ScanProblem.DAMAGED: gettext_lazy(
        "PDF-filen går inte att läsa. Den är skadad, eller gjord på ett ovanligt sätt."
    ),
    ScanProblem.TOO_HEAVY: gettext_lazy("Filen är så tung att den inte går att pröva."),
    ScanProblem.BUSY: gettext_lazy("Just nu prövas många filer. Försök igen om en stund."),
    ScanProblem.UNEXAMINED: gettext_lazy(
        "Filen kunde inte prövas här. Felet är portalens och har antecknats: det säger inget om "
        "din fil. Försök igen senare."
    ),
    ScanProblem.TOO_MANY_PAGES: gettext_lazy("Dokumentet har fler än 200 sidor."),
    ScanProblem.ACTIVE: gettext_lazy(
        "PDF-filen har skript eller något annat som gör något i läsarens dator. Lämna dokumentet "
        "utan det."
    ),
    ScanProblem.ATTACHMENT: gettext_lazy(
        "PDF-filen har en bifogad fil. Lämna dokumentet utan den."
    ),
}


@dataclass(frozen=True)
class SignedElsewhere:
    """What is known of a pledge that was signed elsewhere.

    `days` are the days of signing by the keys of the signatories.
    """

    document: bytes
    days: Mapping[int, date]
    decision: Decision = field(default_factory=Decision)


def take_in(
    pledge: Pledge,
    signed: SignedElsewhere,
    *,
    version: int | None,
    vouched_for: str,
    by: User | None,
    at: datetime,
) -> PledgeSignedElsewhere:
    """Put a draft in force as the pledge that was signed elsewhere.

    `version` is the text that has been compared with the document, None for whatever it says now;
    `vouched_for` names the party that answers for it. Raises Refused, also for each signatory
    (`day_<key>`) and for the file (`file`).
    """
    signatories = list(pledge.signatories.all())
    faults = {
        f"day_{signatory.pk}": fault
        for signatory in signatories
        if (fault := _fault_of_day(pledge, signed.days.get(signatory.pk), timezone.localdate(at)))
    }
    if faults:
        raise Refused(faults)
    decision = signed.decision.fields(timezone.localdate(at))
    if signed.decision.decided_on is not None and signed.decision.decided_on > pledge.valid_to:
        raise Refused({"decided_on": _("Löftets sista dag hade redan varit.")})
    pages = _pages_of(signed.document)
    with transaction.atomic():
        pledge = Pledge.objects.select_for_update().get(pk=pledge.pk)
        check_adoptable(pledge)
        _check_text(pledge, version, at)
        _refuse_known(signed.document)
        Pledge.objects.filter(pk=pledge.pk).update(adopted_at=at, **decision)
        PledgeDocument.store(pledge, 0, signed.document)
        signed_elsewhere = PledgeSignedElsewhere.objects.create(
            pledge=pledge, vouched_for=vouched_for, vouched_by=by, taken_in_at=at, pages=pages
        )
        for step, signatory in enumerate(signatories, start=1):
            Signature.objects.create(
                pledge=pledge,
                signatory=signatory,
                document=PledgeDocument.store(pledge, step, signed.document),
                way=Way.ELSEWHERE,
                signed_at=timezone.make_aware(datetime.combine(signed.days[signatory.pk], time())),
            )
        put_in_force(pledge)
    return signed_elsewhere


def _fault_of_day(pledge: Pledge, day: date | None, today: date) -> str:
    if day is None:
        return _("Skriv vilken dag personen undertecknade.")
    if day > today:
        return _("Dagen har inte varit än.")
    if day > pledge.valid_to:
        return _("Löftets sista dag hade redan varit.")
    if pledge.valid_from - day > EARLIEST_SIGNING:
        return _("Ingen undertecknar ett löfte mer än två år innan det börjar gälla.")
    return ""


def _pages_of(document: bytes) -> int:
    """Return a harmless document's number of pages; raises Refused."""
    result = check_document_in_sandbox(document)
    if result.problem is not None:
        raise Refused({"file": str(_PROBLEMS[result.problem])})
    return result.pages


def _check_text(pledge: Pledge, version: int | None, at: datetime) -> None:
    """Refuse what no pledge may have; its wording stands as it was signed."""
    latest = latest_version(pledge, at)
    if version is not None and latest.number != version:
        raise Refused(_("Texten har ändrats sedan du läste den. Läs den igen."))
    today = timezone.localdate(at)
    if is_on_consultation(pledge, today):
        raise Refused(_("Ett samråd om löftet pågår. Avsluta det först."))
    checked = check(pledge, latest.contents, latest.number, today)
    stops = [point.sentence for point in checked.stops if not point.is_of_wording]
    if stops:
        raise Refused(stops[0])


def _refuse_known(document: bytes) -> None:
    # One address can't answer for two pledges.
    sha256 = hashlib.sha256(document).hexdigest()
    other = PledgeDocument.objects.filter(sha256=sha256).select_related("pledge").defer("content")
    if (known := other.first()) is not None:
        raise Refused(
            {
                "file": _("Den här filen är redan dokumentet för %(title)s.")
                % {"title": known.pledge.title}
            }
        )

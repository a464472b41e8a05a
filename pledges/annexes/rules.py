"""Annex a plan to a draft, and take it away again, while the text is open.

An annex is a part of what is approved and signed: whoever approved before it came approves again.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledge_portal.accounts.models import User
from pledge_portal.pages.refusals import Refused
from pledges.documents.judgement import ScanProblem
from pledges.documents.sandbox import check_document_in_sandbox
from pledges.models import Pledge, PledgeAnnex, PledgeVersion
from pledges.signing.refusals import SCAN_PROBLEMS
from pledges.writing.editing import annexes_changed

ANNEX_BYTES = 10 * 1024 * 1024
MAX_ANNEXES = 10
_PROBLEMS: dict[ScanProblem, Promise] = {
    **SCAN_PROBLEMS,
    ScanProblem.TOO_MANY_PAGES: gettext_lazy("Bilagan har fler än 200 sidor. Dela den."),
    ScanProblem.ACTIVE: gettext_lazy(
        "PDF-filen har skript, formulär, ljud eller film. Spara den som en vanlig PDF."
    ),
    ScanProblem.ATTACHMENT: gettext_lazy("PDF-filen har en bifogad fil. Spara den utan."),
}
_Act = PledgeVersion.Act


class AnnexNotTaken(Refused):
    """An annex that isn't taken; `problem` says why."""

    def __init__(self, problem: ScanProblem) -> None:
        self.problem = problem
        super().__init__({"file": str(_PROBLEMS[problem])})


def annex(pledge: Pledge, content: bytes, *, title: str, by: User, at: datetime) -> PledgeAnnex:
    """Examine a PDF and annex it to a draft.

    Raises AnnexNotTaken, or Refused when the text is locked, when it is there already or when there
    are too many.
    """
    result = check_document_in_sandbox(content)
    if result.problem is not None:
        raise AnnexNotTaken(result.problem)
    with annexes_changed(pledge, _Act.ANNEXED, by=by, at=at) as locked:
        sha256 = hashlib.sha256(content).hexdigest()
        if locked.annexes.filter(sha256=sha256).exists():
            raise Refused({"file": _("Filen är redan bilaga till löftet.")})
        if locked.annexes.count() >= MAX_ANNEXES:
            raise Refused(
                {"file": _("Ett löfte kan ha högst %(most)s bilagor.") % {"most": MAX_ANNEXES}}
            )
        return PledgeAnnex.store(locked, content, title=title, pages=result.pages, by=by, at=at)


def remove(pledge: Pledge, annex: PledgeAnnex, *, by: User, at: datetime) -> None:
    """Take an annex away from a draft; raises Refused when the text is locked."""
    with annexes_changed(pledge, _Act.UNANNEXED, by=by, at=at):
        annex.delete()

"""Show what a pledge file says, and take it in after a yes."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pledge_portal.accounts.permissions import Action, StaffRequest, permitted
from pledge_portal.pages.form_views import form_page, posted, posted_files
from pledge_portal.pages.text import Wording, wording
from pledges.exchange.faults import PledgeFileError
from pledges.exchange.importing import Outcome, commitment_of
from pledges.exchange.pledge_file import MAX_BYTES, PledgeFile, PledgePart
from pledges.exchange.police_areas import with_known_areas
from pledges.exchange.uploads import tell_if_too_large
from pledges.models import Pledge
from pledges.pledge_import import rules
from pledges.pledge_import.forms import ConfirmForm, PledgeFileForm, ReadFile, read_again
from pledges.presentation.commitment import responsible_text
from pledges.presentation.target_preview import TargetPreview, target_previews
from pledges.presentation.validity import decision_in_words
from pledges.progress.imagined import PledgeTime
from pledges.writing.draft_presentation import DraftView, draft_view, names_of_municipalities
from pledges.writing.parts import Contents


@dataclass(frozen=True)
class CommitmentPreview:
    """A commitment of a file, and what the public will read of its target."""

    number: int
    text: Wording
    responsible: SafeString
    public: list[TargetPreview]


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.WRITE_PLEDGES)
def pledge_file(request: StaffRequest) -> HttpResponse:
    """Take a pledge file, show what it would write, and write it after a yes."""
    shown = read_again(request.POST["content"]) if "content" in request.POST else None
    form = PledgeFileForm(posted(request), posted_files(request))
    tell_if_too_large(form, "file", request.headers.get("Content-Length", ""), MAX_BYTES)

    def submit() -> HttpResponse | None:
        return _preview(request, form.cleaned_data["file"], is_answered=False)

    try:
        if shown is not None:
            return _preview(request, shown, is_answered=True)
        return form_page(request, "writing/import.html", form, submit)
    except PledgeFileError as error:
        form = PledgeFileForm({}, {})
        form.errors["file"] = form.error_class([str(fault) for fault in error.faults])
        return form_page(request, "writing/import.html", form, submit)


def _preview(request: StaffRequest, read_file: ReadFile, *, is_answered: bool) -> HttpResponse:
    """Show what a file says, or take it in when that was shown before.

    Raises PledgeFileError when the file can't be taken in by whoever asks.
    """
    pledge_file = with_known_areas(read_file.pledge_file, takes_near=True)
    outcome = rules.plan(pledge_file, by=request.user)
    form = ConfirmForm(
        request.POST if is_answered else None,
        request.FILES if is_answered else None,
        has_annexes=bool(pledge_file.annex),
        replaces=outcome == Outcome.REPLACED,
        initial={"content": read_file.text},
    )

    def submit() -> HttpResponse:
        pledge, done = rules.take_in(
            pledge_file,
            replace=bool(form.cleaned_data.get("replace")),
            annexes=form.cleaned_data.get("annexes") or [],
            by=request.user,
            at=timezone.now(),
        )
        sentence = {
            Outcome.NEW: _("Filen är inläst som utkast."),
            Outcome.REPLACED: _("Utkastet är ersatt av filens."),
            Outcome.UNCHANGED: _("Utkastet säger redan det som filen säger."),
        }[done]
        messages.success(request, sentence)
        return redirect("draft", uid=pledge.uid)

    def context() -> dict[str, object]:
        contents, area = rules.preview(pledge_file), pledge_file.police_area.name
        written = zip(read_file.pledge_file.police_areas, pledge_file.police_areas, strict=True)
        return {
            "draft": draft_view(contents, area),
            "other_drafts": _in_other_languages(contents, area),
            "decision": _decision(pledge_file.pledge),
            "source_note": pledge_file.pledge.source_note,
            "near_areas": [(part.name, own.name) for part, own in written if part != own],
            "annexes": pledge_file.annex,
            "commitments": _commitments(pledge_file),
        }

    return form_page(request, "writing/import_preview.html", form, submit, context)


def _in_other_languages(contents: Contents, area: str) -> list[tuple[str, str, DraftView]]:
    """Return what the draft says in each language but the page's own.

    With the code and the name of the language.
    """
    drafts = []
    for code, name in settings.LANGUAGES:
        if code != (get_language() or settings.LANGUAGE_CODE).partition("-")[0]:
            with override(code):
                drafts.append((code, str(name), draft_view(contents, area)))
    return drafts


def _commitments(pledge_file: PledgeFile) -> list[CommitmentPreview]:
    pledge = pledge_file.pledge
    names = names_of_municipalities(pledge_file.places)
    giving = {code: name for code, name in names.items() if code in pledge.municipalities}
    time = PledgeTime(pledge.valid_from, pledge.valid_to, pledge.until_replaced)
    commitments = [commitment_of(part) for part in pledge_file.commitments]
    return [
        CommitmentPreview(
            commitment.number,
            wording(commitment, "text"),
            responsible_text(commitment, giving),
            target_previews(commitment, time),
        )
        for commitment in commitments
    ]


def _decision(pledge: PledgePart) -> str:
    """Return the decision that a file says, in words."""
    return decision_in_words(
        Pledge(
            decided_on=pledge.decided_on,
            decided_by=pledge.decided_by or "",
            decision_paragraph=pledge.decision_paragraph or "",
        )
    )

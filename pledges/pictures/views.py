"""Show, change and take away the marks of one's own places."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pledge_portal.accounts.permissions import Action, StaffRequest, permitted
from pledge_portal.pages.form_views import (
    Question,
    act,
    confirm_page,
    form_page,
    posted,
    posted_files,
)
from pledges.contacts.own_places import own_place
from pledges.exchange.uploads import tell_if_too_large
from pledges.models import Picture, Pledge
from pledges.pictures import rules
from pledges.pictures.forms import MarkForm, PledgePictureForm
from pledges.presentation.marks import marks_on_page, picture_on_page


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.KEEP_CONTACTS)
def mark(request: StaffRequest, key: str) -> HttpResponse:
    """Show a place's mark, and take a new one or other words for it."""
    place = own_place(request.user, key)
    picture = rules.mark_of(place)
    initial = _initial(picture) if picture is not None else {"alternative_text": str(place)}
    form = MarkForm(posted(request), posted_files(request), initial=initial)
    tell_if_too_large(form, "light", request.headers.get("Content-Length", ""), rules.MARK_BYTES)

    def submit() -> HttpResponse:
        rules.keep_mark(
            place,
            **{
                name: form.cleaned_data[name]
                for name in ("light", "dark", "alternative_text", "alternative_text_en")
            },
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, _("Märket är sparat."))
        return redirect("mark", key=key)

    context = {"place": place, "key": key, "marks": marks_on_page([place])}
    return form_page(request, "pictures/mark.html", form, submit, context)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.KEEP_CONTACTS)
def remove_mark(request: StaffRequest, key: str) -> HttpResponse:
    """Ask before a place's mark is taken away, and take it away."""
    place = own_place(request.user, key)
    if rules.mark_of(place) is None:
        raise Http404
    back = reverse("mark", args=[key])
    question = Question(
        title=_("Ta bort märket?"),
        text=_("Märket försvinner från sidorna. I dokument som är undertecknade står det kvar."),
        button=_("Ta bort märket"),
        back=back,
        trail=[(_("Märke"), back)],
        lead=str(place),
    )
    return _ask_to_remove(
        request, question, lambda: rules.remove_mark(place), _("Märket är borttaget.")
    )


def _initial(picture: Picture) -> dict[str, str]:
    """Return what a form about a picture that is there begins with."""
    return {
        "alternative_text": picture.alternative_text_sv,
        "alternative_text_en": picture.alternative_text_en or "",
        "credit": picture.credit,
    }


def _ask_to_remove(
    request: StaffRequest, question: Question, remove: Callable[[], None], done: str
) -> HttpResponse:
    return confirm_page(request, question, lambda: act(request, remove, done, question.back))


def _own_pledge(request: StaffRequest, uid: object) -> Pledge:
    return get_object_or_404(Pledge.objects.drafted_by(request.user), uid=uid)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.WRITE_PLEDGES)
def pledge_picture(request: StaffRequest, uid: object) -> HttpResponse:
    """Show a pledge's picture, and take a new one or other words for it."""
    pledge = _own_pledge(request, uid)
    picture = rules.picture_of(pledge)
    initial = _initial(picture) if picture is not None else {}
    form = PledgePictureForm(posted(request), posted_files(request), initial=initial)
    tell_if_too_large(form, "file", request.headers.get("Content-Length", ""), rules.PICTURE_BYTES)

    def submit() -> HttpResponse:
        rules.keep_picture(
            pledge,
            **{
                name: form.cleaned_data[name]
                for name in ("file", "alternative_text", "alternative_text_en", "credit")
            },
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, _("Bilden är sparad."))
        return redirect("pledge_picture", uid=pledge.uid)

    # Its files are served to everybody or nobody: those of a draft's are seen by nobody yet.
    shown = picture_on_page(pledge) if pledge.validity_periods.exists() else None
    context = {"pledge": pledge, "picture": picture, "shown": shown}
    return form_page(request, "pictures/picture.html", form, submit, context)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.WRITE_PLEDGES)
def remove_pledge_picture(request: StaffRequest, uid: object) -> HttpResponse:
    """Ask before a pledge's picture is taken away, and take it away."""
    pledge = _own_pledge(request, uid)
    if rules.picture_of(pledge) is None:
        raise Http404
    back = reverse("pledge_picture", args=[pledge.uid])
    question = Question(
        title=_("Ta bort bilden?"),
        text=_("Bilden försvinner från löftets sida, och dess filer raderas."),
        button=_("Ta bort bilden"),
        back=back,
        trail=[(_("Bild"), back)],
        lead=str(pledge.title),
    )
    return _ask_to_remove(
        request, question, lambda: rules.remove_picture(pledge), _("Bilden är borttagen.")
    )

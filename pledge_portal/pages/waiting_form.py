"""Work that waits while its writer logs in again.

A form of the workspace that is sent when the login has run out, or when another tab has logged in
meanwhile, is not lost: what was typed is put aside in the session, leads its writer through the
login, and stands in the form when they are back, once. It is never sent by itself.

Each form names its writer and its page in a signed mark (see templatetags.form_token). Whoever else
logs in with that browser never sees what waits: it is deleted. Files, passwords and codes are not
put aside, and no more than MAX_SIZE bytes of the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from pledge_portal.pages.addresses import STAFF_DOORS
from pledge_portal.pages.typed_text import OPENING_FIELDS

# The hidden field with the mark.
MARK = "typed_by"
MAX_SIZE = 100_000
# Of several tabs.
MAX_FORMS = 5
_IN_SESSION = "waiting_form"
_ON_REQUEST = "waiting_form"
_MARKS = signing.Signer(salt="who typed a form, and where")
NEVER_KEPT = OPENING_FIELDS | {"csrfmiddlewaretoken", MARK}


@dataclass
class WaitingForm:
    """What was typed before a login, on its own page again.

    `action` is the address that it was sent to, `data` its fields as they were sent; `is_shown`
    when the page has told of it.
    """

    action: str
    data: str
    is_too_large: bool
    had_files: bool
    is_shown: bool = False


def mark_of(request: HttpRequest) -> str:
    """Return the mark of a form on the page; empty for nobody's."""
    if not request.user.is_authenticated:
        return ""
    return _MARKS.sign_object([request.user.pk, page_of_form(request)])


def page_of_form(request: HttpRequest) -> str:
    """Return the address that gives the form on the page that is answered.

    The answer to a POST stands for the page that the first form stood on; empty when that isn't
    known.
    """
    return request.get_full_path() if request.method == "GET" else _writer_and_page(request)[1]


def _writer_and_page(request: HttpRequest) -> tuple[int | None, str]:
    """Return what the mark of a form that was sent says, if it has one."""
    try:
        writer, page = _MARKS.unsign_object(request.POST.get(MARK, ""))
    except signing.BadSignature:
        return None, ""
    return writer, page


def put_aside(request: HttpRequest) -> str | None:
    """Keep what was sent until its writer is back; return its page.

    Return None, and keep nothing, of a form without a mark of ours, or of somebody else than who is
    logged in, or of what a script sends while one types, or of a public page, which looks at
    nobody.
    """
    if not request.path_info.startswith(STAFF_DOORS):
        return None
    writer, page = _writer_and_page(request)
    is_of_another = request.user.is_authenticated and request.user.pk != writer
    if writer is None or is_of_another or "HX-Request" in request.headers:
        return None
    typed = request.POST.copy()
    for name in NEVER_KEPT & set(typed):
        del typed[name]
    data = typed.urlencode()
    is_too_large = len(data) > MAX_SIZE
    here = request.get_full_path()
    form = {
        "writer": writer,
        "action": here,
        "data": "" if is_too_large else data,
        "is_too_large": is_too_large,
        "had_files": bool(request.FILES),
    }
    keep_latest(request, _IN_SESSION, page or here, form, most=MAX_FORMS)
    return page or here


def keep_latest(
    request: HttpRequest, kind: str, name: str, value: dict[str, Any], *, most: int
) -> None:
    """Keep something of a kind in the session, with the latest others."""
    others = request.session.get(kind, {})
    others.pop(name, None)
    request.session[kind] = {**dict([*others.items()][1 - most :]), name: value}


def take_out(request: HttpRequest) -> None:
    """Take out what waits for this page; delete what others typed."""
    waiting = request.session.get(_IN_SESSION)
    if waiting is None:
        return
    own = {page: form for page, form in waiting.items() if form["writer"] == request.user.pk}
    form = own.pop(request.get_full_path(), None) if request.method == "GET" else None
    if own != waiting:
        request.session[_IN_SESSION] = own
    if form is None:
        return
    del form["writer"]
    setattr(request, _ON_REQUEST, WaitingForm(**form))
    if form["action"] != request.get_full_path():
        messages.info(
            request, _("Du var utloggad när du tryckte på knappen, så inget hände. Gör det igen.")
        )


def typed_before_login(request: HttpRequest, *actions: str) -> QueryDict | None:
    """Return what was typed in this page's form before a login, or None.

    The form is sent to the page's own address, or to one of `actions`.
    """
    form: WaitingForm | None = getattr(request, _ON_REQUEST, None)
    if form is None or form.action.partition("?")[0] not in {request.path, *actions}:
        return None
    if not form.is_shown:
        form.is_shown = True
        messages.info(request, _sentence(form))
    return None if form.is_too_large else QueryDict(form.data)


def _sentence(form: WaitingForm) -> str:
    if form.is_too_large:
        return _("Det du skrev var för stort för att finnas kvar.")
    if form.had_files:
        return _("Det du skrev finns kvar. Välj filen igen och tryck på knappen en gång till.")
    return _("Det du skrev finns kvar. Tryck på knappen en gång till.")

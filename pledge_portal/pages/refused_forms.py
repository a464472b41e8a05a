"""Answers to forms that were refused, at addresses of their own.

The workspace's pages are kept by no browser, so that whoever has it next reads none of them. Where
no script keeps what is typed, Firefox then says "document expired" when one goes back to the answer
to a form. So such a form's answer is put in the session and led to, and can be gone back to and
loaded again for an hour, by whoever may still see the form: what it shows can be erased meanwhile.
"""

from __future__ import annotations

import zlib
from base64 import b85decode, b85encode
from datetime import timedelta
from secrets import token_urlsafe

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.utils import timezone

from pledge_portal.pages.waiting_form import keep_latest, page_of_form

# The hidden field of forms on pages where no script runs.
WITHOUT_SCRIPTS = "without_scripts"
# In the address of the answer.
PARAMETER = "provning"
MAX_SIZE = 100_000  # packed
MAX_AGE = timedelta(hours=1)
# Of several tabs, and steps back.
MAX_ANSWERS = 5
_IN_SESSION = "refused_forms"


def answer_apart(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
    """Return a redirect to the answer of a refused form, or the answer."""
    if (
        answer.status_code != 422
        or WITHOUT_SCRIPTS not in request.POST
        or not isinstance(answer, HttpResponse)
        # Elsewhere a form without an action would be sent to another address.
        or (page := page_of_form(request)).partition("?")[0] != request.path
    ):
        return answer
    packed = b85encode(zlib.compress(answer.content)).decode()
    if len(packed) > MAX_SIZE:
        return answer
    key = token_urlsafe(9)
    refused = {"path": request.path, "at": timezone.now().timestamp(), "answer": packed}
    keep_latest(request, _IN_SESSION, key, refused, most=MAX_ANSWERS)
    return HttpResponseRedirect(_address(page, {PARAMETER: key}))


def kept_answer(request: HttpRequest) -> HttpResponse | None:
    """Return the answer that an address names, or None.

    One that isn't there any longer leads to the form.
    """
    if request.method not in {"GET", "HEAD"} or not (key := request.GET.get(PARAMETER)):
        return None
    answer = request.session.get(_IN_SESSION, {}).get(key)
    is_there = answer is not None and answer["path"] == request.path
    if not is_there or timezone.now().timestamp() - answer["at"] > MAX_AGE.total_seconds():
        return HttpResponseRedirect(_address(request.get_full_path(), {}))
    return HttpResponse(zlib.decompress(b85decode(answer["answer"])), status=422)


def _address(page: str, more: dict[str, str]) -> str:
    """Return an address that names no answer but the one in `more`."""
    path, _mark, query = page.partition("?")
    parameters = QueryDict(query, mutable=True)
    parameters.pop(PARAMETER, None)
    parameters.update(more)
    return f"{path}?{parameters.urlencode()}" if parameters else path

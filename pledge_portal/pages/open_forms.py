"""Forms that anyone sends without logging in, guarded against floods.

No cookie, no third party and no puzzle for the reader. A form carries a signed note of when it was
fetched, a field that people don't see, and room for a proof of work that the browser makes while
one writes. Who sends without such a proof, because scripts are off, is asked to send once more, and
may send less often.
"""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledge_portal.pages.decorators import KEPT_BY_THE_SENDER
from pledge_portal.pages.network_limits import sent_this_hour
from pledge_portal.pages.refusals import SentBefore
from pledge_portal.pages.rule_forms import RuleForm

# So many zero bits begin the SHA-256 of the note and the proof: some 16,000 tries, a second or two
# on an old phone.
WORK_BITS = 14
MIN_SECONDS = 3
MAX_AGE_SECONDS = 24 * 60 * 60
_AN_HOUR = 60 * 60

_fetched = signing.TimestampSigner(salt="open form fetched")
_asked = signing.TimestampSigner(salt="open form asked to send once more")


class OpenForm(RuleForm):
    """A form for anyone.

    `step` says why it has to be sent once more, when nothing in it is wrong; `asks_again` is True
    when that is all there is to it. `work_bits` is how hard the proof of work is. `sent_before` is
    what came in by the same sending with other words, if anything.
    """

    work_bits = WORK_BITS

    sending = forms.CharField(widget=forms.HiddenInput, required=False)
    fetched = forms.CharField(widget=forms.HiddenInput, required=False)
    work = forms.CharField(widget=forms.HiddenInput, required=False)
    asked = forms.CharField(widget=forms.HiddenInput, required=False)
    webbplats = forms.CharField(
        label=gettext_lazy("Lämna det här fältet tomt"), required=False, max_length=200
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.request = request
        self.asks_again = False
        self.step = ""
        self.sent_before: SentBefore | None = None
        data = request.POST if request.method == "POST" else None
        super().__init__(data, *args, **kwargs)
        if not self.data.get("work"):
            # Without scripts the browser must keep the page: Firefox gives what was typed back in
            # no other way, and says of the answer to a form that it has expired.
            self.cache_control = KEPT_BY_THE_SENDER
        self.fields["webbplats"].widget.attrs.update(tabindex="-1", autocomplete="off")
        if data is None:
            sending = str(uuid.uuid4())
            self.initial = {**self.initial, "sending": sending, "fetched": _fetched.sign(sending)}
        for field in self.fields.values():
            widget = field.widget
            if not isinstance(
                widget,
                forms.HiddenInput
                | forms.CheckboxInput
                | forms.RadioSelect
                | forms.CheckboxSelectMultiple,
            ):
                widget.attrs["class"] = "input"

    def full_clean(self) -> None:
        """Judge the fields, and then who sends, once nothing else is left to mend."""
        super().full_clean()
        if self.is_bound and not self.errors:
            self._judge_sender()
        if self.is_bound and self.errors:
            self._renew()

    def shown_fields(self) -> list[forms.BoundField]:
        """Return the fields that people fill in."""
        return [field for field in self.visible_fields() if field.name != "webbplats"]

    def typed(self) -> list[tuple[str, str]]:
        """Return what is filled in, with the labels, as it will be sent."""
        return [
            (str(field.label), words)
            for field in self.shown_fields()
            if (words := _in_words(field, self.cleaned_data.get(field.name)))
        ]

    @property
    def replaces(self) -> bool:
        """Whether it is to take the place of what came in by the same sending."""
        return "byt" in self.request.POST

    def show_sent_before(self, refused: SentBefore) -> None:
        """Show what came in before; what can't take its place is sent by itself."""
        self.sent_before = refused
        if not refused.can_be_replaced:
            sending = str(uuid.uuid4())
            self.change_typed(sending=sending, fetched=_fetched.sign(sending), work="")

    def _judge_sender(self) -> None:
        sending, note = self.cleaned_data["sending"], self.cleaned_data["fetched"]
        if self.cleaned_data["webbplats"]:
            return self._ask(_("Ett dolt fält är ifyllt. Det är tömt nu. Skicka en gång till."))
        age = _age(_fetched, note, sending)
        if age is None or age > MAX_AGE_SECONDS:
            return self._ask(_("Sidan var öppen länge. Det du skrev är kvar. Skicka en gång till."))
        if age < MIN_SECONDS:
            return self._ask(_("Det gick väldigt fort. Vänta ett par sekunder och skicka igen."))
        has_worked = is_worked(note, self.cleaned_data["work"])
        if not has_worked and _age(_asked, self.cleaned_data["asked"], sending) is None:
            self.asks_again, self.status = True, 200
            return self._ask(
                _("Läs igenom det du har skrivit och skicka en gång till. Inget är skickat än.")
            )
        most = settings.OPEN_FORMS_PER_HOUR if has_worked else settings.OPEN_FORMS_WITHOUT_SCRIPT
        if sent_this_hour(self.request, "worked" if has_worked else "unworked") > most:
            self.status = 429
            self._refuse(
                _(
                    "Det har kommit mycket från din uppkoppling. Vänta en stund och skicka igen. "
                    "Det du skrev är kvar."
                )
            )
        return None

    def _ask(self, sentence: str) -> None:
        """Ask for it to be sent once more, which is no fault of who sends."""
        self.step = sentence
        self._refuse(sentence)

    def _refuse(self, sentence: str) -> None:
        self.add_error(None, ValidationError(sentence))

    def _renew(self) -> None:
        """Let the same sending go on, whatever was wrong with its notes."""
        sending, fetched = self.data.get("sending", ""), self.data.get("fetched", "")
        self.change_typed(webbplats="")
        age = _age(_fetched, fetched, sending)
        if age is None or age > MAX_AGE_SECONDS - _AN_HOUR:
            sending = sending if _is_uuid(sending) else str(uuid.uuid4())
            self.change_typed(sending=sending, fetched=_fetched.sign(sending), work="")
        if self.asks_again:
            self.change_typed(asked=_asked.sign(sending))


def _in_words(field: forms.BoundField, value: Any) -> str:
    """Return what a field holds, as people read it."""
    if isinstance(value, bool):
        return _("Ja") if value else ""
    names = {str(key): str(name) for key, name in getattr(field.field, "choices", ())}
    values = value if isinstance(value, list) else [value or ""]
    return ", ".join(names.get(str(one), str(one)) for one in values if one)


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def is_worked(note: str, work: str) -> bool:
    """Return whether `work` is a proof of work for the form's note."""
    if not work:
        return False
    digest = hashlib.sha256(f"{note}:{work}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - WORK_BITS) == 0


def _age(signer: signing.TimestampSigner, note: str, sending: str) -> float | None:
    """Return how many seconds ago we signed a note for a sending, or None."""
    try:
        if signer.unsign(note) != sending:
            return None
        stamp = note.rsplit(signer.sep, 2)[1]
    except signing.BadSignature:
        return None
    return timezone.now().timestamp() - signing.b62_decode(stamp)

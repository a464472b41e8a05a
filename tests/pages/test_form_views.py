"""Pages with a form: what the rules refuse stands beside its field."""

from __future__ import annotations

import re
from pathlib import Path

from django import forms
from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.test.utils import override_settings

from pledge_portal.pages.form_views import act, form_page, posted
from pledge_portal.pages.refusals import ChangedMeanwhile, Refused
from pledge_portal.pages.workspace_forms import WorkspaceForm

_TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.locmem.Loader",
                    {"t.html": "{{ form.name.value }}|{{ form.errors.name.0 }}|{{ more }}"},
                )
            ]
        },
    }
]


class _Form(WorkspaceForm):
    name = forms.CharField(required=True)


@override_settings(TEMPLATES=_TEMPLATES)
def _answer(data: dict[str, str] | None, refusal: Refused | None = None) -> HttpResponse:
    factory = RequestFactory()
    request = factory.get("/") if data is None else factory.post("/", data)

    def submit() -> HttpResponse:
        if refusal:
            raise refusal
        return HttpResponse("saved", status=201)

    return form_page(request, "t.html", _Form(posted(request)), submit, lambda: {"more": "more"})


def test_a_page_that_is_asked_for_shows_no_faults() -> None:
    assert (_answer(None).status_code, _answer(None).content) == (200, b"None||more")


def test_what_can_not_be_asked_of_the_rules_is_shown_with_its_fault() -> None:
    answer = _answer({"name": ""})
    assert answer.status_code == 422
    assert "|Fyll i ”Name”.|" in answer.content.decode()


def test_a_summary_names_the_field_of_each_error() -> None:
    class Form(WorkspaceForm):
        version = forms.IntegerField(widget=forms.HiddenInput)
        name = forms.CharField(label="Namn")
        shape = forms.ChoiceField(label="Hur mäts målet?", choices=[("a", "A")])
        day = forms.DateField(label="Dag")
        sure = forms.BooleanField(label="Jag är säker")
        paper = forms.FileField(label="Papper")

    form = Form({"day": "x"})
    form.add_error(None, "Det går inte.")
    html = render_to_string("components/error_summary.html", {"form": form})
    assert re.findall(r"<li>(.*?)</li>", html) == [
        "Det går inte.",
        "Något på sidan saknas. Läs in den på nytt och försök igen.",
        '<a href="#id_name">Fyll i ”Namn”.</a>',
        '<a href="#id_shape">Välj ett svar under ”Hur mäts målet?”.</a>',
        '<a href="#id_day">Dag: Fyll i ett giltigt datum.</a>',
        '<a href="#id_sure">Kryssa i ”Jag är säker”.</a>',
        '<a href="#id_paper">Välj en fil i ”Papper”.</a>',
    ]


def test_what_the_rules_refuse_is_shown_with_what_was_typed() -> None:
    for refusal in (Refused({"name": "Nej."}), ChangedMeanwhile({"name": "Nej."})):
        answer = _answer({"name": "Anna"}, refusal)
        assert (answer.status_code, answer.content) == (422, b"Anna|Nej.|more")


def test_a_refusal_in_one_sentence_is_about_the_whole() -> None:
    assert Refused("Nej.").faults == {"": "Nej."}
    assert str(Refused({"a": "Ja.", "b": "Nej."})) == "Ja. Nej."


def test_what_is_done_is_answered_by_who_did_it() -> None:
    assert _answer({"name": "Anna"}).status_code == 201


def test_an_act_says_what_came_of_it_where_it_leads() -> None:
    def refuse() -> None:
        raise Refused("Det går inte.")

    for change, sentence in ((lambda: None, "Klart."), (refuse, "Det går inte.")):
        request = RequestFactory().post("/")
        request._messages = CookieStorage(request)  # type: ignore[attr-defined]
        answer = act(request, change, "Klart.", "start")
        assert (answer.status_code, answer["Location"]) == (302, "/")
        assert [str(message) for message in request._messages] == [sentence]  # type: ignore[attr-defined]


class _FileForm(_Form):
    scan = forms.FileField(required=False, label="Skanning")


def _summary(data: dict[str, str], **files: SimpleUploadedFile) -> str:
    form = _FileForm(data, files)
    form.is_valid()
    return render_to_string("components/error_summary.html", {"form": form})


def test_a_file_that_was_sent_has_to_be_chosen_again_and_that_is_said() -> None:
    sent = SimpleUploadedFile("skanning.pdf", b"%PDF-")
    assert "Välj filen igen: ”Skanning”." in _summary({"name": ""}, scan=sent)
    assert "Välj filen igen" not in _summary({"name": ""})
    # The file itself is at fault: that is said of it.
    empty = SimpleUploadedFile("skanning.pdf", b"")
    assert "Välj filen igen" not in _summary({"name": "Namn"}, scan=empty)


def test_every_page_with_a_file_to_choose_has_the_summary() -> None:
    folder = Path(settings.BASE_DIR) / "templates"
    pages = [page for page in folder.rglob("*.html") if "multipart/form-data" in page.read_text()]
    assert len(pages) > 10
    # What was typed when the database was away has no form: it is sent once more as it was.
    without = {page.name for page in pages if "error_summary.html" not in page.read_text()}
    assert without == {"503.html"}

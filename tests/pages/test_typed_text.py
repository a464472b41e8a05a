"""The door that typed text passes, whichever form or file it comes by."""

from __future__ import annotations

import pytest
from django import forms
from django.http import QueryDict

from pledge_portal.pages.typed_text import clean, clean_of_unseen
from pledge_portal.pages.workspace_forms import WorkspaceForm

_MAX_LENGTH = 20


class AForm(WorkspaceForm):
    free_texts = ("text",)
    text = forms.CharField(max_length=_MAX_LENGTH, widget=forms.Textarea)
    note = forms.CharField(required=False)
    password = forms.CharField(required=False, widget=forms.PasswordInput)
    uid = forms.UUIDField(required=False)


def a_form(**values: str) -> AForm:
    data = QueryDict(mutable=True)
    data.update({"text": "Fler lampor", **values})
    return AForm(data)


def test_ends_of_lines_are_single_line_feeds_and_count_as_one() -> None:
    form = a_form(text="\r\n".join("a" * 10))
    assert form.is_valid(), form.errors
    assert form.cleaned_data["text"] == "\n".join("a" * 10)
    assert not a_form(text="\r\n".join("a" * 11)).is_valid()


@pytest.mark.parametrize(
    "sign", ["\x07", "\x0b", "\x7f", "\u202e", "\u2066", "\ud800", "\uf0b7", "\U000f0001"]
)
@pytest.mark.parametrize("name", ["text", "note"])
def test_staff_are_told_of_a_sign_that_can_not_be_shown(name: str, sign: str) -> None:
    form = a_form(**{name: f"a{sign}b"})
    assert list(form.errors) == [name]
    assert f"Ta bort U+{ord(sign):04X}." in form.errors[name][0]


@pytest.mark.parametrize(
    "text", ["rad\n\nrad", "tabb\tad", "mjukt\u00adstreck", "e\u0301", "👨\u200d👩"]
)
def test_nothing_else_of_what_staff_write_is_refused_or_altered(text: str) -> None:
    form = a_form(text=text)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["text"] == text


def test_passwords_and_keys_are_no_texts() -> None:
    form = a_form(password="a\u202eb", uid="6d1f4bfa-3c5b-4f0e-9d8a-52f6a1c0d2b7")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["password"] == "a\u202eb"


def test_a_null_is_refused_once() -> None:
    assert len(a_form(text="a\x00b").errors["text"]) == 1


def test_files_pass_the_same_door() -> None:
    typed = clean("Ring 070-123 45 67\r\nom 121212-1212", 100)
    assert typed.text == "Ring 070-123 45 67\nom 121212-1212"
    assert [finding.text for finding in typed.identity_numbers] == ["121212-1212"]
    assert [finding.text for finding in typed.doubts] == ["070-123 45 67"]
    assert typed.fault == ""
    assert clean("a" * 101, 100).fault == "Texten får ha högst 100 tecken."
    assert "U+202E" in clean("a\u202eb").fault


@pytest.mark.parametrize(
    "text", ["Bra \U0001fae8", "Bra \U0001fadf!", "👨\u200d👩\u200d👧", "❤\ufe0f"]
)
def test_a_residents_emoji_are_kept_even_those_younger_than_this_python(text: str) -> None:
    assert clean_of_unseen(text) == text


def test_what_is_never_a_sign_is_taken_away() -> None:
    assert clean_of_unseen("a\uffffb\ufdd0c\ue000d\x07e") == "abcde"

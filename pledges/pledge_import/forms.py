"""The file that somebody takes in, and their yes to what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from pledge_portal.pages.workspace_forms import WorkspaceForm
from pledges.annexes.rules import ANNEX_BYTES, AnnexNotTaken
from pledges.documents.sandbox import check_document_in_sandbox
from pledges.exchange.faults import PledgeFileError
from pledges.exchange.importing import Annexed
from pledges.exchange.pledge_file import MAX_BYTES, PledgeFile, read
from pledges.exchange.uploads import WholeFileField, too_large

# Whoever has more faults than these has made the same one all the way down.
_MAX_FAULTS = 200


@dataclass(frozen=True)
class ReadFile:
    """A pledge file: its text, and what it says."""

    text: str
    pledge_file: PledgeFile


def _read(content: bytes) -> ReadFile:
    """Return a file that can be read; raises ValidationError with every fault."""
    try:
        pledge_file = read(content)
    except PledgeFileError as error:
        raise ValidationError([str(fault) for fault in error.faults[:_MAX_FAULTS]]) from error
    return ReadFile(content.decode("utf-8-sig"), pledge_file)


class PledgeFileForm(WorkspaceForm):
    """A pledge file; its clean value is a ReadFile."""

    file = WholeFileField(
        label=gettext_lazy("Löftesfil"),
        help_text=gettext_lazy("En textfil (TOML), högst 2 MB."),
        accept=".toml,.txt",
        max_bytes=MAX_BYTES,
    )

    def clean_file(self) -> ReadFile:
        """Return what the file says."""
        return _read(self.cleaned_data["file"])


class _ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class _AnnexesField(forms.FileField):
    """PDFs that are annexed; its clean value is a list of Annexed."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the files, each examined."""
        files = data if isinstance(data, list | tuple) else [data] if data else []
        return [self._examined(super(_AnnexesField, self).clean(file)) for file in files]

    def _examined(self, file: Any) -> Annexed:
        if file.size > ANNEX_BYTES:
            raise ValidationError(too_large(ANNEX_BYTES))
        content = file.read()
        result = check_document_in_sandbox(content)
        if result.problem is not None:
            raise ValidationError(f"{file.name}: {AnnexNotTaken(result.problem)}")
        return Annexed(content, result.pages)


class ConfirmForm(WorkspaceForm):
    """The yes to a file that was shown. `content` is its text once more."""

    free_texts = ("content",)

    content = forms.CharField(widget=forms.HiddenInput, strip=False)
    annexes = _AnnexesField(
        label=gettext_lazy("Bilagor (PDF)"),
        help_text=gettext_lazy(
            "Löftesfilen nämner bilagor. Välj alla på en gång. De som utkastet redan har behövs "
            "inte."
        ),
        required=False,
        allow_empty_file=True,
        widget=_ManyFiles(attrs={"accept": "application/pdf,.pdf"}),
    )
    replace = forms.BooleanField(
        label=gettext_lazy(
            "Ersätt utkastet som redan finns. Dess versioner, godkännanden och kommentarer "
            "försvinner."
        ),
        error_messages={"required": gettext_lazy("Det finns redan ett utkast. Kryssa i rutan.")},
    )

    def __init__(self, *args: Any, has_annexes: bool, replaces: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_annexes:
            del self.fields["annexes"]
        if not replaces:
            del self.fields["replace"]

    def clean_content(self) -> str:
        """Return all that people have written in the file, one after the other."""
        read_file = read_again(self.cleaned_data["content"])
        return "\n".join(_texts_in(read_file.pledge_file.model_dump())) if read_file else ""


def _texts_in(value: Any) -> Iterator[str]:
    """Yield the texts of a file, not the fingerprints of its annexes."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts_in(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key != "sha256":
                yield from _texts_in(item)


def read_again(text: str) -> ReadFile | None:
    """Return what a text that was shown says, None when it is no file."""
    content = text.encode()
    if len(content) > 2 * MAX_BYTES:
        return None
    try:
        return _read(content)
    except ValidationError:
        return None

"""The marks of parties: on pages, and for what is printed.

`marks_of` is for documents and pictures, `marks_on_page` for pages. A party without a mark is left
out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from pledge_portal.pages.text import Wording, wording
from pledges.models import Picture, PictureFile, Pledge
from pledges.models.picture import Party


@dataclass(frozen=True)
class Mark:
    """A party's mark for light paper, as PNG, perhaps with transparent parts.

    `name` is the party's own, `alt` what the mark shows, in the language in use.
    """

    name: str
    alt: str
    png_bytes: bytes
    width: int
    height: int


@dataclass(frozen=True)
class ShownFile:
    """A file's address and its size in pixels."""

    address: str
    width: int
    height: int


@dataclass(frozen=True)
class ShownMark:
    """A mark on a page; `dark` is what dark pages show instead, if any."""

    alt: Wording
    light: ShownFile
    dark: ShownFile | None


def marks_of(pledge: Pledge) -> list[Mark]:
    """Return the marks of those who give a pledge, for what is printed.

    The municipalities' first, then the police's; one query.
    """
    parties = pledge.givers
    files = PictureFile.objects.of_marks(parties).defer(None)
    by_party = _by_party(files.filter(content_type=PictureFile.PNG, is_dark=False))
    return [
        Mark(
            str(party),
            str(wording(file.picture, "alternative_text")),
            bytes(file.content),
            file.width,
            file.height,
        )
        for party in parties
        for file in by_party.get(_key(party), ())
    ]


def marks_on_page(parties: Iterable[Party]) -> list[ShownMark]:
    """Return the marks of parties, in their order; one query."""
    parties = list(parties)
    files = PictureFile.objects.of_marks(parties).filter(content_type=PictureFile.WEBP)
    by_party = _by_party(files)
    return [_shown(by_party[_key(party)]) for party in parties if by_party.get(_key(party))]


def address_of(file: PictureFile) -> str:
    """Return the address that a file is read at, of which there is one."""
    return reverse("picture_file", args=[file.name])


def _shown(files: list[PictureFile]) -> ShownMark:
    by_shade = {
        file.is_dark: ShownFile(address_of(file), file.width, file.height) for file in files
    }
    alt = wording(files[0].picture, "alternative_text")
    return ShownMark(alt, by_shade[False], by_shade.get(True))


def _key(party: Party) -> tuple[str, int | None]:
    return str(party._meta.model_name), party.pk


def _by_party(files: Iterable[PictureFile]) -> dict[tuple[str, int | None], list[PictureFile]]:
    by_party: dict[tuple[str, int | None], list[PictureFile]] = {}
    for file in files:
        by_party.setdefault(_key_of(file.picture), []).append(file)
    return by_party


def _key_of(mark: Picture) -> tuple[str, int | None]:
    if mark.municipality_id is not None:
        return "municipality", mark.municipality_id
    return "policearea", mark.police_area_id


@dataclass(frozen=True)
class ShownPicture:
    """A pledge's picture on its page, in its sizes, the smallest first."""

    alt: Wording
    credit: str
    files: list[ShownFile]

    @property
    def sources(self) -> str:
        """The files with their widths, as a browser chooses among them."""
        return ", ".join(f"{file.address} {file.width}w" for file in self.files)

    @property
    def largest(self) -> ShownFile:
        """The file with the most to see."""
        return self.files[-1]


def picture_on_page(pledge: Pledge) -> ShownPicture | None:
    """Return a pledge's picture, if it has one; one query."""
    files = list(
        PictureFile.objects.filter(picture__pledge=pledge)
        .select_related("picture")
        .defer("content")
        .order_by("width")
    )
    if not files:
        return None
    picture = files[0].picture
    return ShownPicture(
        wording(picture, "alternative_text"),
        picture.credit,
        [ShownFile(address_of(file), file.width, file.height) for file in files],
    )

"""A party's mark: made anew, kept by its own people, shown beside titles."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from PIL import Image, PngImagePlugin

from pledge_portal.accounts.models import Role
from pledge_portal.database.acting import as_public
from pledge_portal.database.history import history_of
from pledges.documents.judgement import PictureProblem
from pledges.documents.picture import take_picture
from pledges.models import Municipality, Picture, PictureFile
from pledges.presentation.marks import marks_of
from tests.builders import a_mark, a_municipality, a_person, a_picture, a_pledge
from tests.pages.conftest import Reader
from tests.pledges.actions.test_recording_pages import words
from tests.pledges.signing.conftest import logged_in

pytestmark = pytest.mark.django_db

SECRET_PLACE = b"Skolgatan 1, rum 12"


def a_file(kind: str = "PNG", size: tuple[int, int] = (300, 200), **options: Any) -> bytes:
    """Return a picture that tells of where it was taken."""
    output = io.BytesIO()
    image = Image.new("RGBA" if kind != "JPEG" else "RGB", size, "#2166a4")
    exif = Image.Exif()
    exif[0x010E] = SECRET_PLACE.decode()
    exif[0x0112] = 6  # it lies on its side
    if kind == "PNG":
        texts = PngImagePlugin.PngInfo()
        texts.add_text("Comment", SECRET_PLACE.decode())
        options["pnginfo"] = texts
    image.save(output, kind, exif=exif, **options)
    return output.getvalue()


def an_animation(kind: str) -> bytes:
    output = io.BytesIO()
    frames = [Image.new("RGB", (200, 200), colour) for colour in ("red", "blue")]
    frames[0].save(output, kind, save_all=True, append_images=frames[1:])
    return output.getvalue()


def a_bomb() -> bytes:
    """Return a PNG of few bytes that unfolds to 400 million dots."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"0"))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_it_is_made_anew_upright_and_tells_nothing_of_the_file(kind: str) -> None:
    file = a_file(kind, (3000, 1500))
    assert SECRET_PLACE in file
    taken = take_picture(file, is_mark=True)
    assert taken.problem is None
    assert [(size.content_type, size.width, size.height) for size in taken.sizes] == [
        ("image/png", 157, 315),
        ("image/webp", 64, 128),
    ]
    for size in taken.sizes:
        assert SECRET_PLACE not in size.content
        with Image.open(io.BytesIO(size.content)) as image:
            assert (image.width, image.height) == (size.width, size.height)
            assert not image.getexif()
            assert not {"icc_profile", "Comment", "exif", "xmp"} & set(image.info)


def test_transparent_parts_stay_so() -> None:
    output = io.BytesIO()
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(output, "PNG")
    for size in take_picture(output.getvalue(), is_mark=True).sizes:
        with Image.open(io.BytesIO(size.content)) as image:
            assert image.convert("RGBA").getpixel((5, 5))[3] == 0


@pytest.mark.parametrize(
    ("file", "problem"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", PictureProblem.NO_PICTURE),
        (an_animation("GIF"), PictureProblem.NO_PICTURE),
        (an_animation("PNG"), PictureProblem.MOVING),
        (an_animation("WEBP"), PictureProblem.MOVING),
        (a_bomb(), PictureProblem.TOO_MANY_PIXELS),
        (a_file(size=(99, 99)), PictureProblem.TOO_SMALL),
        (a_file("JPEG")[:200], PictureProblem.NO_PICTURE),
        (b"%PDF-1.7", PictureProblem.NO_PICTURE),
    ],
    ids=["svg", "gif", "apng", "webp", "bomb", "small", "cut off", "pdf"],
)
def test_what_is_no_still_picture_of_a_size_is_refused(file: bytes, problem: str) -> None:
    assert take_picture(file, is_mark=True).problem == problem


def address_of(municipality: Municipality) -> str:
    return f"/arbetsyta/kontakt/municipality-{municipality.pk}/marke/"


def send(client: Client, address: str, *, follow: bool = True, **fields: Any) -> HttpResponse:
    files = {
        name: SimpleUploadedFile("marke.png", content)
        for name, content in fields.items()
        if isinstance(content, bytes)
    }
    typed = {"alternative_text": "Älvsbyns kommun", **fields, **files}
    return client.post(address, typed, follow=follow)


def test_it_is_uploaded_shown_replaced_and_removed_by_clicking(reader: Reader) -> None:
    pledge = a_pledge()
    place = pledge.municipalities.get()
    client = logged_in(a_person("karin@example.se", Role.ADMINISTRATOR, place))
    address = address_of(place)
    assert f'href="{address}"' in client.get("/arbetsyta/kontakt/").content.decode()
    assert '<p class="marks">' not in reader.get("/alvsbyn/").content.decode()
    nothing = send(client, address, follow=False)
    assert nothing.status_code == 422
    assert "Välj en bildfil först." in words(nothing)
    first = a_file()
    assert "Märket är sparat." in words(
        send(client, address, light=first, dark=a_file(size=(301, 200)))
    )
    mark = Picture.objects.get()
    shown = {file.is_dark: file for file in mark.files.filter(content_type="image/webp")}
    assert all(bytes(file.content) != first for file in mark.files.all())
    for page in ("/alvsbyn/", "/alvsbyn/2023-2025/", "/alvsbyn/2023-2025/ataganden/1/"):
        html = reader.get(page).content.decode()
        assert (
            f'<source srcset="/bilder/{shown[True].name}" media="(prefers-color-scheme: dark)"'
            f' width="{shown[True].width}" height="{shown[True].height}">'
            f'<img src="/bilder/{shown[False].name}" alt="Älvsbyns kommun"'
        ) in html
        assert "on-plate" not in html
        # There is no English yet.
        assert 'alt="Älvsbyns kommun" lang="sv"' in reader.get(f"/en{page}").content.decode()
    # Other words for the same files; then another file, and the dark one goes with the old.
    send(client, address, alternative_text_en="The municipality of Älvsbyn")
    assert mark.files.count() == 4
    assert 'alt="The municipality of Älvsbyn" width' in reader.get("/en/alvsbyn/").content.decode()
    send(client, address, light=a_file(size=(200, 300)))
    assert mark.files.count() == 2
    assert reader.get(f"/bilder/{shown[False].name}").status_code == 404
    assert 'class="on-plate"' in reader.get("/alvsbyn/").content.decode()
    asked = client.get(f"{address}ta-bort/")
    assert "Märket försvinner från sidorna." in words(asked)
    assert Picture.objects.exists()
    assert "Märket är borttaget." in words(client.post(f"{address}ta-bort/", follow=True))
    assert '<p class="marks">' not in reader.get("/alvsbyn/").content.decode()
    assert client.get(f"{address}ta-bort/").status_code == 404
    history = history_of(Picture)
    assert history is not None
    labels = history.events.objects.order_by("pgh_id").values_list("pgh_label", flat=True)
    assert [*labels] == ["insert", "update", "update", "delete"]


def test_a_refused_file_is_told_at_its_field() -> None:
    place = a_municipality()
    client = logged_in(a_person("karin@example.se", Role.ADMINISTRATOR, place))
    response = send(
        client, address_of(place), follow=False, light=a_file(), dark=an_animation("GIF")
    )
    assert response.status_code == 422
    html = response.content.decode()
    assert "SVG och GIF tas inte emot." in html.partition('id="id_dark_error"')[2]
    assert 'id="id_light_error"' not in html
    assert not Picture.objects.exists()


def test_nobody_changes_the_mark_of_another_place() -> None:
    place = a_municipality()
    stranger = logged_in(a_person("olle@example.se", Role.ADMINISTRATOR, a_municipality("Boden")))
    assert send(stranger, address_of(place), light=a_file()).status_code == 404
    officer = logged_in(a_person("pia@example.se", Role.OFFICER, a_pledge(place).police_area))
    assert send(officer, address_of(place), light=a_file()).status_code == 403
    assert not Picture.objects.exists()


def test_its_file_is_served_as_what_it_is_for_good(reader: Reader) -> None:
    mark = a_mark(a_municipality())
    for file in mark.files.all():
        response = reader.get(f"/bilder/{file.name}")
        assert response.content == bytes(file.content)
        assert response.headers["Content-Type"] == file.content_type
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        again = reader.get(f"/bilder/{file.name}", headers={"if-none-match": response["ETag"]})
        assert again.status_code == 304
        other = "png" if file.name.endswith("webp") else "webp"
        assert reader.get(f"/bilder/{file.sha256}.{other}").status_code == 404


def test_a_drafts_picture_is_nobodys_to_see(reader: Reader) -> None:
    draft = a_pledge(signed=False)
    picture = a_picture(draft)
    name = picture.files.first().name  # type: ignore[union-attr]
    assert reader.get(f"/bilder/{name}").status_code == 404
    with as_public():
        assert not Picture.objects.exists()
        assert not PictureFile.objects.exists()


def test_a_document_gets_the_marks_of_those_who_give_the_pledge() -> None:
    pledge = a_pledge()
    place = pledge.municipalities.get()
    assert marks_of(pledge) == []
    a_mark(pledge.police_area, dark=True)
    a_mark(place)
    a_mark(a_municipality("Boden"))
    marks = marks_of(pledge)
    assert [(mark.name, mark.alt, mark.width, mark.height) for mark in marks] == [
        ("Älvsbyns kommun", "Märke: Älvsbyns kommun", 300, 64),
        (str(pledge.police_area), f"Märke: {pledge.police_area}", 300, 64),
    ]
    assert marks[1].png_bytes == f"{pledge.police_area} False image/png".encode()


def test_a_pledges_picture_is_uploaded_shown_and_removed_by_clicking(reader: Reader) -> None:
    pledge = a_pledge()
    client = logged_in(a_person("eva@example.se", Role.EDITOR, pledge.municipalities.get()))
    address = f"/arbetsyta/loften/{pledge.uid}/bild/"
    assert f'href="{address}"' in client.get("/arbetsyta/").content.decode()
    assert '<figure class="picture">' not in reader.get("/alvsbyn/2023-2025/").content.decode()
    typed = {"alternative_text": "Torget", "credit": "Kim Ek"}
    refused = send(client, address, follow=False, file=a_file("JPEG", (1300, 900)), **typed)
    assert refused.status_code == 422
    assert "Kryssa för att bilden får publiceras" in words(refused)
    small = send(client, address, follow=False, file=a_file(), is_agreed="on", **typed)
    assert "minst 800 bildpunkter" in words(small)
    assert not Picture.objects.exists()
    send(client, address, file=a_file("JPEG", (1300, 900)), is_agreed="on", **typed)
    # It lay on its side.
    files = list(Picture.objects.get().files.order_by("width"))
    assert [(file.width, file.height) for file in files] == [(480, 693), (900, 1300)]
    assert all(SECRET_PLACE not in bytes(file.content) for file in files)
    html = reader.get("/alvsbyn/2023-2025/").content.decode()
    small_file, large = (f"/bilder/{file.name}" for file in files)
    assert f'srcset="{small_file} 480w, {large} 900w"' in html
    assert 'width="900" height="1300" alt="Torget" loading="lazy"' in html
    assert "Bild: Kim Ek" in reader.text("/alvsbyn/2023-2025/")
    assert reader.get(large).status_code == 200
    client.post(f"{address}ta-bort/")
    assert reader.get(large).status_code == 404
    assert not PictureFile.objects.exists()

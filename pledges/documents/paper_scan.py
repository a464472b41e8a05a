"""Make the scan that is kept of a PDF or a photo.

What a camera or a scanner tells beside the picture is left out: where and when it was taken, by
whom and with what. Call it through `sandbox`: a hostile file can take time and memory.
"""

import io
import re
from typing import Any

import pikepdf
from PIL import Image, ImageOps, UnidentifiedImageError

from .judgement import ScanProblem, TakenScan
from .scan import FILE_ERRORS, check_scan

# More than any phone's camera gives unless asked for it; takes some 250 MB to read.
MAX_PIXELS = 60_000_000
# Of the longer side. Less can't be read as a page; A4 at 300 dots an inch has no more.
MIN_LENGTH, MAX_LENGTH = 1000, 3508
# How a phone's HEIC calls itself; no library here reads it.
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_JPEG_QUALITY = 85
_A4 = (595, 842)

_ABOUT_THE_FILE = ("/Metadata", "/PieceInfo", "/Thumb", "/LastModified")
# What Pillow raises for a picture that is broken.
_PICTURE_ERRORS = (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError)
# The segments of a JPEG that tell about it: APP1 to APP13 and APP15, and comments. APP0 and APP14
# say how its colours are to be read.
_TELLING = {*range(0xE1, 0xEE), 0xEF, 0xFE}
_BEGINNING, _END_OF_PICTURE, _START_OF_SCAN = b"\xff\xd8", 0xD9, 0xDA
# A segment begins with 0xFF, as often as its writer liked, and its kind.
_MARKER = re.compile(rb"\xff+([^\x00\xff])", re.DOTALL)
# What a scan of the picture ends with: no 0xFF of its own, nor where it can be taken up again.
_AFTER_SCAN = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]", re.DOTALL)


def take_scan(file: bytes) -> TakenScan:
    """Return the scan to keep, or what is wrong with the file.

    Raises nothing that a broken file is known to cause: an error is a fault of our own.
    """
    return _taken_pdf(file) if b"%PDF-" in file[:1024] else _taken_photo(file)


def _taken_pdf(file: bytes) -> TakenScan:
    result = check_scan(file)
    if result.problem is not None:
        return TakenScan(result.problem)
    try:
        with pikepdf.open(io.BytesIO(file)) as pdf:
            _leave_out_what_tells(pdf)
            return TakenScan(pages=result.pages, content=_saved(pdf))
    except MemoryError:
        return TakenScan(ScanProblem.TOO_HEAVY)
    except FILE_ERRORS:
        return TakenScan(ScanProblem.DAMAGED)


def _leave_out_what_tells(pdf: pikepdf.Pdf) -> None:
    for name in ("/Info", "/ID"):
        if name in pdf.trailer:
            del pdf.trailer[name]
    for pdf_object in pdf.objects:
        if not isinstance(pdf_object, pikepdf.Dictionary | pikepdf.Stream):
            continue
        for name in _ABOUT_THE_FILE:
            if name in pdf_object:
                del pdf_object[name]
        if isinstance(pdf_object, pikepdf.Stream):
            _leave_out_of_jpeg(pdf, pdf_object)


def _leave_out_of_jpeg(pdf: pikepdf.Pdf, stream: pikepdf.Stream) -> None:
    """Leave out what a picture tells, if it is a JPEG, however it is packed."""
    filters, parameters = (_as_list(stream.get(name)) for name in ("/Filter", "/DecodeParms"))
    if not filters or filters[-1] != pikepdf.Name.DCTDecode:
        return
    content = stream.read_raw_bytes()
    if outer := filters[:-1]:
        packed = pikepdf.Stream(pdf, content)
        packed.Filter = pikepdf.Array(outer)
        if parameters:
            packed.DecodeParms = pikepdf.Array(parameters[: len(outer)])
        content = packed.read_bytes()
    own = parameters[-1] if len(parameters) == len(filters) else None
    stream.write(without_telling(content), filter=pikepdf.Name.DCTDecode, decode_parms=own)


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, pikepdf.Array) else [value]


def without_telling(jpeg: bytes) -> bytes:
    """Return a JPEG without the segments that tell about it.

    What stands before and after the picture goes too, such as a phone's other pictures. One that
    can't be read is returned as it is.
    """
    place = jpeg.find(_BEGINNING) + 2
    if place < 2:
        return jpeg
    segments = [_BEGINNING]
    while (marker := _MARKER.match(jpeg, place)) is not None:
        kind, place = marker[1][0], marker.end()
        if kind == _END_OF_PICTURE:
            return b"".join([*segments, b"\xff\xd9"])
        end = place + int.from_bytes(jpeg[place : place + 2], "big")
        if kind == _START_OF_SCAN:
            after = _AFTER_SCAN.search(jpeg, end)
            end = len(jpeg) if after is None else after.start()
        if kind not in _TELLING:
            segments.append(b"\xff" + marker[1] + jpeg[place:end])
        place = end
    # Broken off within the picture, or no JPEG.
    return b"".join(segments) if place >= len(jpeg) else jpeg


def _taken_photo(file: bytes) -> TakenScan:
    if file[4:8] == b"ftyp" and file[8:12] in _HEIC:
        return TakenScan(ScanProblem.HEIC)
    try:
        with Image.open(io.BytesIO(file), formats=("JPEG", "PNG")) as photo:
            if photo.width * photo.height > MAX_PIXELS:
                return TakenScan(ScanProblem.TOO_MANY_PIXELS)
            if max(photo.size) < MIN_LENGTH:
                return TakenScan(ScanProblem.TOO_SMALL)
            picture = _upright(photo)
    except Image.DecompressionBombError:  # Pillow's own bound is three times ours
        return TakenScan(ScanProblem.TOO_MANY_PIXELS)
    except MemoryError:
        return TakenScan(ScanProblem.TOO_HEAVY)
    except _PICTURE_ERRORS:
        return TakenScan(ScanProblem.NO_SCAN)
    return TakenScan(pages=1, content=_as_pdf(picture))


def _upright(photo: Image.Image) -> Image.Image:
    """Return the picture alone, upright, no larger than needed."""
    photo.draft("RGB", (MAX_LENGTH, MAX_LENGTH))
    photo.thumbnail((MAX_LENGTH, MAX_LENGTH))
    turned = ImageOps.exif_transpose(photo)
    if turned.has_transparency_data:
        turned = turned.convert("RGBA")
        paper = Image.new("RGBA", turned.size, "white")
        turned = Image.alpha_composite(paper, turned)
    turned = turned.convert("RGB")
    # Pillow writes some of what it has read, such as a comment, unless it has forgotten it.
    turned.info = {}
    return turned


def _as_pdf(picture: Image.Image) -> bytes:
    """Return a page of A4, upright or lying as the picture is, with it on."""
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=_JPEG_QUALITY)
    width, height = _A4 if picture.height >= picture.width else _A4[::-1]
    scale = min(width / picture.width, height / picture.height)
    drawn = (picture.width * scale, picture.height * scale)
    left, bottom = (width - drawn[0]) / 2, (height - drawn[1]) / 2
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(width, height))
        image = pdf.make_stream(
            written.getvalue(),
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=picture.width,
            Height=picture.height,
            ColorSpace=pikepdf.Name.DeviceRGB,
            BitsPerComponent=8,
            Filter=pikepdf.Name.DCTDecode,
        )
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Scan=image))
        place = f"{drawn[0]:.2f} 0 0 {drawn[1]:.2f} {left:.2f} {bottom:.2f} cm /Scan Do"
        page.obj.Contents = pdf.make_stream(place.encode())
        return _saved(pdf)


def _saved(pdf: pikepdf.Pdf) -> bytes:
    """Return the file; the same pages give the same bytes."""
    output = io.BytesIO()
    pdf.save(output, deterministic_id=True)
    return output.getvalue()

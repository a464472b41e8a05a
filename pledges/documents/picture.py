"""Make a mark or a picture anew from what somebody uploads.

Nothing is kept but the picture's own dots: no place, camera or comment, and no byte as it was sent.
Call it through `sandbox`: a hostile file can take time and memory.
"""

import io

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from .judgement import MIN_MARK, MIN_PHOTO, PictureProblem, PictureSize, TakenPicture

# More than any phone's camera gives unless asked for it.
MAX_PIXELS = 40_000_000
FORMATS = ("PNG", "JPEG", "WEBP")
# What Pillow raises for a picture that is broken.
_PICTURE_ERRORS = (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError)
# A mark for paper (2 cm high at 400 dots an inch), and for a screen of double density.
_MARK_ON_PAPER, _MARK_ON_SCREEN = (1000, 315), (400, 128)
_PHOTO_WIDTHS = (480, 960, 1600)
_MAX_PHOTO_HEIGHT = 2000
_PNG, _WEBP = "image/png", "image/webp"


def take_picture(file: bytes, *, is_mark: bool) -> TakenPicture:
    """Return the picture in its sizes, or what is wrong with the file.

    Raises nothing that a broken file is known to cause: an error is a fault of our own.
    """
    try:
        with Image.open(io.BytesIO(file), formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                return TakenPicture(PictureProblem.TOO_MANY_PIXELS)
            if max(image.size) < (MIN_MARK if is_mark else MIN_PHOTO):
                return TakenPicture(PictureProblem.TOO_SMALL)
            # A phone's JPEG can hold further pictures, of which the first is the one taken.
            if image.format in {"PNG", "WEBP"} and getattr(image, "n_frames", 1) > 1:
                return TakenPicture(PictureProblem.MOVING)
            plain = _plain(image)
    except Image.DecompressionBombError:  # Pillow's own bound is four times ours
        return TakenPicture(PictureProblem.TOO_MANY_PIXELS)
    except MemoryError:
        return TakenPicture(PictureProblem.TOO_HEAVY)
    except _PICTURE_ERRORS:
        return TakenPicture(PictureProblem.NO_PICTURE)
    return TakenPicture(sizes=_mark(plain) if is_mark else _photo(plain))


def _plain(image: Image.Image) -> Image.Image:
    """Return the picture alone: upright, in the colours of screens."""
    largest = (_PHOTO_WIDTHS[-1], _MAX_PHOTO_HEIGHT)
    image.draft("RGB", (2 * largest[0], 2 * largest[1]))
    profile = image.info.get("icc_profile")
    turned = ImageOps.exif_transpose(image)
    mode = "RGBA" if turned.has_transparency_data else "RGB"
    if turned.mode not in {"RGB", "RGBA", "CMYK", "P"}:
        profile = None  # of another kind of colours than what it becomes
    if turned.mode not in {mode, "CMYK"}:
        turned = turned.convert(mode)
    # Before the colours, so that these are reckoned for few dots.
    turned.thumbnail(largest)
    if profile:
        turned = _in_srgb(turned, profile, mode)
    turned = turned.convert(mode)
    # Pillow writes some of what it has read, such as a comment, unless it has forgotten it.
    turned.info = {}
    return turned


def _in_srgb(image: Image.Image, profile: bytes, mode: str) -> Image.Image:
    """Return the picture in the colours of screens, if its own are readable."""
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        srgb = ImageCms.createProfile("sRGB")
        changed = ImageCms.profileToProfile(image, own, srgb, outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return changed or image


def _mark(mark: Image.Image) -> tuple[PictureSize, ...]:
    on_screen = _within(mark, _MARK_ON_SCREEN)
    # A drawing is the smaller without loss, a photo with.
    webp = min((_saved(on_screen, _WEBP, lossless=exact) for exact in (True, False)), key=len)
    return (
        _size(_within(mark, _MARK_ON_PAPER), _PNG),
        PictureSize(_WEBP, on_screen.width, on_screen.height, webp),
    )


def _photo(photo: Image.Image) -> tuple[PictureSize, ...]:
    widths = [width for width in _PHOTO_WIDTHS if width < photo.width]
    bounds = [(width, _MAX_PHOTO_HEIGHT) for width in (*widths, photo.width)]
    return tuple(_size(_within(photo, bound), _WEBP) for bound in bounds)


def _within(image: Image.Image, bounds: tuple[int, int]) -> Image.Image:
    smaller = image.copy()
    smaller.thumbnail(bounds, Image.Resampling.LANCZOS)
    return smaller


def _size(image: Image.Image, content_type: str) -> PictureSize:
    return PictureSize(content_type, image.width, image.height, _saved(image, content_type))


def _saved(image: Image.Image, content_type: str, *, lossless: bool = False) -> bytes:
    output = io.BytesIO()
    if content_type == _PNG:
        image.save(output, "PNG", optimize=True)
    else:
        image.save(output, "WEBP", quality=82, method=6, lossless=lossless)
    return output.getvalue()

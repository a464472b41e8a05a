"""The parts of addresses that name municipalities, periods and days."""

from datetime import date

from django.urls import register_converter

from pledges.models import PERIOD_PATTERN


class MunicipalitySlug:
    """A municipality's part of an address, such as "upplands-vasby"."""

    regex = "[a-z0-9]+(?:-[a-z0-9]+)*"

    def to_python(self, value: str) -> str:
        """Return the slug as it is."""
        return value

    def to_url(self, value: str) -> str:
        """Return the slug as it is."""
        return value


class PledgePeriod(MunicipalitySlug):
    """A pledge's part of an address, such as "2023-2025"."""

    regex = PERIOD_PATTERN.replace("(", "(?:")


class Day:
    """A day in an address, such as "2026-02-11"."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        """Return the day; ValueError, and so no such address, if there is none."""
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        """Return the day as it is written."""
        return value.isoformat()


class ChartFile(MunicipalitySlug):
    """The sort of file a chart is asked for as: drawing or numbers."""

    regex = "svg|csv"


class Fingerprint(MunicipalitySlug):
    """A file's SHA-256, in hexadecimal."""

    regex = "[0-9a-f]{64}"


class PictureName(MunicipalitySlug):
    """The name of a mark's or a picture's file: SHA-256, and its kind."""

    regex = r"[0-9a-f]{64}\.(?:png|webp)"


class ShortName(MunicipalitySlug):
    """What stands for a pledge in the address that its document bears."""

    # 80 of the 128 bits of its uid, in base32 (`documents.permanent.short_name`).
    regex = "[a-z2-7]{16}"


register_converter(ChartFile, "diagramfil")
register_converter(Day, "dag")
register_converter(MunicipalitySlug, "kommun")
register_converter(Fingerprint, "sha256")
register_converter(PictureName, "bildfil")
register_converter(PledgePeriod, "period")
register_converter(ShortName, "kortnamn")

"""The part of addresses that names what is talked about."""

from django.urls import register_converter

from pledges.converters import MunicipalitySlug, PledgePeriod


class SubjectPath(MunicipalitySlug):
    """What is talked about: a pledge or a draft on consultation.

    Such as "2023-2025", or "samrad/2026-2028/1".
    """

    regex = f"{PledgePeriod.regex}|samrad/{PledgePeriod.regex}/[1-9][0-9]{{0,2}}"


register_converter(SubjectPath, "samtal")


def period_and_round(subject_path: str) -> tuple[str, int | None]:
    """Return the period in a part of an address, and the round's number.

    The number is None when the part names a pledge.
    """
    if not subject_path.startswith("samrad/"):
        return subject_path, None
    _word, period, number = subject_path.split("/")
    return period, int(number)

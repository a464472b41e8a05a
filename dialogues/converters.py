"""The part of addresses that names what is talked about."""

from django.urls import register_converter

from pledges.converters import MunicipalitySlug, PledgePeriod


class Talk(MunicipalitySlug):
    """What is talked about: a pledge or a draft on consultation.

    Such as "2023-2025", or "samrad/2026-2028/1".
    """

    regex = f"{PledgePeriod.regex}|samrad/{PledgePeriod.regex}/[1-9][0-9]{{0,2}}"


register_converter(Talk, "samtal")


def round_in(talk: str) -> tuple[str, int | None]:
    """Return the period in a part of an address, and the round's number.

    The number is None when the part names a pledge.
    """
    if not talk.startswith("samrad/"):
        return talk, None
    _word, period, number = talk.split("/")
    return period, int(number)

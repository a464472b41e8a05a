"""The part of addresses that names what is talked about."""

from django.urls import register_converter

from pledges.converters import MunicipalitySlug, PledgePeriod


class Talk(MunicipalitySlug):
    """A pledge, such as "2023-2025", or a draft on consultation, such as "samrad/2026-2028/1"."""

    regex = f"{PledgePeriod.regex}|samrad/{PledgePeriod.regex}/[1-9][0-9]{{0,2}}"


register_converter(Talk, "samtal")


def round_in(talk: str) -> tuple[str, int | None]:
    """Return the period in the part of an address, and the number of the round of consultation;
    None when it names a pledge."""
    if not talk.startswith("samrad/"):
        return talk, None
    _word, period, number = talk.split("/")
    return period, int(number)

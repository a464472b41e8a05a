"""The pledge file: a pledge as TOML.

Its format is "medborgarlofte" version 1 (docs/pledge-file.md). `read` turns bytes into a
`PledgeFile` or raises `PledgeFileError` with every fault named; `write` does the reverse, always in
the same order, so that a file read and written twice stays the same.
"""

from __future__ import annotations

import tomllib
import uuid
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

import tomli_w
from django.utils.translation import gettext as _
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from pledge_portal.pages.typed_text import UNSHOWABLE_SIGNS
from pledge_portal.pages.year_limits import FIRST_YEAR, LAST_YEAR
from pledges.exchange.faults import Fault, PledgeFileError, fault_from_pydantic, fault_from_toml
from pledges.models import (
    MAX_COMMITMENT_LENGTH,
    MAX_PARTY_NAME_LENGTH,
    MAX_SHORT_NAME_LENGTH,
    PERIOD_PATTERN,
    Commitment,
    Section,
    Signatory,
)
from pledges.models.municipality import part_slug
from pledges.targets import MAX_DAYS_TO_ANSWER, Period, Shape, Target

MAX_BYTES = 2 * 1024 * 1024


def _one_line(longest: int) -> StringConstraints:
    """Return the rule for a text on one line, 1 to `longest` characters."""
    return StringConstraints(
        strip_whitespace=True,
        min_length=1,
        max_length=longest,
        pattern=rf"^[^\t\n\r{UNSHOWABLE_SIGNS}]*$",
    )


def _lines(longest: int) -> StringConstraints:
    """Return the rule for a text of several lines."""
    return StringConstraints(
        strip_whitespace=True,
        min_length=1,
        max_length=longest,
        pattern=rf"^[^\r{UNSHOWABLE_SIGNS}]*$",
    )


_Text = Annotated[str, _lines(20_000)]
_CommitmentText = Annotated[str, _lines(MAX_COMMITMENT_LENGTH)]
_PartyName = Annotated[str, _one_line(MAX_PARTY_NAME_LENGTH)]
_PartName = Annotated[str, _one_line(80)]
_Code = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]
_Invented = Annotated[
    list[Annotated[str, _one_line(40)]],
    Field(default_factory=list, max_length=40),
]
_Day = Annotated[date, Field(ge=date(FIRST_YEAR, 1, 1), lt=date(LAST_YEAR + 1, 1, 1))]


class _Part(BaseModel):
    """A table of the file.

    Unknown keys are faults, so that a misspelt one is never ignored.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    invented: _Invented
    # The texts whose English is older than the Swedish, by their keys without the language.
    older_english: list[str] | None = None

    @model_validator(mode="after")
    def _older_english_is_there(self) -> Self:
        older = self.older_english
        if older is not None and (not older or sorted({*older} & self._in_english()) != older):
            raise PydanticCustomError("older_english", "")
        return self

    def _in_english(self) -> set[str]:
        """Return the keys of the texts that are in English too."""
        names = (name for name in type(self).model_fields if name.endswith("_en"))
        return {name[:-3] for name in names if getattr(self, name)}


class TargetPart(BaseModel):
    """The target of a commitment."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    shape: Annotated[Shape, Field(strict=False)]
    amount: Annotated[int | float, Field(gt=0, lt=1_000_000, allow_inf_nan=False)] | None = None
    period: Annotated[Period, Field(strict=False)] | None = None
    at_least: bool = True
    at_most: bool | None = None
    first: _Day | None = None
    last: _Day | None = None
    every_year: bool | None = None
    within_days: Annotated[int, Field(ge=1, le=MAX_DAYS_TO_ANSWER)] | None = None
    of: Annotated[int, Field(gt=0, lt=1_000_000_000)] | None = None
    unit: Annotated[str, _one_line(80)] | None = None
    unit_en: Annotated[str, _one_line(80)] | None = None

    def as_target(self) -> Target:
        """Return the target as the rest of the portal knows it.

        Amounts keep two decimals.
        """
        return Target(
            shape=self.shape,
            amount=None if self.amount is None else Decimal(str(self.amount)),
            period=self.period,
            # What is at most isn't at least: the file says only that it is at most.
            at_least=self.at_least and not self.at_most,
            of=self.of,
            unit=self.unit or "",
            at_most=bool(self.at_most),
            first=self.first,
            last=self.last,
            within_days=self.within_days,
            every_year=bool(self.every_year),
        )


class CommitmentPart(_Part):
    """One numbered commitment."""

    number: Annotated[int, Field(ge=1, le=999)]
    kind: Annotated[Commitment.Kind, Field(strict=False)]
    responsible: Annotated[Commitment.Party, Field(strict=False)]
    municipalities: Annotated[list[_Code], Field(default_factory=list, max_length=50)]
    third_parties: Annotated[list[_PartyName], Field(default_factory=list, max_length=20)]
    name: Annotated[str, _one_line(MAX_SHORT_NAME_LENGTH)] | None = None
    name_en: Annotated[str, _one_line(MAX_SHORT_NAME_LENGTH)] | None = None
    text: _CommitmentText
    text_en: _CommitmentText | None = None
    explanation: _Text | None = None
    explanation_en: _Text | None = None
    target: TargetPart = TargetPart(shape=Shape.NONE)

    def _in_english(self) -> set[str]:
        return super()._in_english() | ({"target_unit"} if self.target.unit_en else set())


class FocusAreaPart(_Part):
    """A focus area with its problem picture, the cause and the commitments."""

    name: Annotated[str, _one_line(120)]
    name_en: Annotated[str, _one_line(120)] | None = None
    problem: _Text | None = None
    problem_en: _Text | None = None
    cause: _Text | None = None
    cause_en: _Text | None = None
    expected_effects: _Text | None = None
    expected_effects_en: _Text | None = None
    commitment: Annotated[list[CommitmentPart], Field(default_factory=list, max_length=200)]


class SectionPart(_Part):
    """A section of running text in Markdown."""

    kind: Annotated[Section.Kind, Field(strict=False)] = Section.Kind.OTHER
    heading: Annotated[str, _one_line(200)]
    heading_en: Annotated[str, _one_line(200)] | None = None
    text: _Text
    text_en: _Text | None = None


class SignatoryPart(_Part):
    """A signatory; they sign in the order of the file."""

    name: Annotated[str, _one_line(120)]
    title: Annotated[str, _one_line(160)]
    title_en: Annotated[str, _one_line(160)] | None = None
    party: Annotated[Signatory.Party, Field(strict=False)]
    municipality: _Code | None = None
    part: _PartName | None = None
    police_area: _PartName | None = None
    third_party: _PartyName | None = None


class AnnexPart(BaseModel):
    """A PDF that is annexed to the pledge.

    The file itself goes beside the pledge file.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    title: Annotated[str, _one_line(200)]
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class PoliceAreaPart(BaseModel):
    """The police area, and the codes of the municipalities that it covers."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    name: Annotated[str, _one_line(80)]
    covers: Annotated[list[_Code], Field(min_length=1, max_length=290)]


class MunicipalityPartPart(BaseModel):
    """A part of a municipality that the pledge holds for."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    municipality: _Code
    name: _PartName


class PledgePart(_Part):
    """The pledge as a whole."""

    uid: uuid.UUID | None = None
    title: Annotated[str, _one_line(200)]
    title_en: Annotated[str, _one_line(200)] | None = None
    period: Annotated[str, StringConstraints(pattern=f"^{PERIOD_PATTERN}$", max_length=20)]
    valid_from: _Day
    valid_to: _Day
    until_replaced: bool = False
    municipalities: Annotated[list[_Code], Field(default_factory=list, max_length=50)]
    holds_in: Annotated[list[_Code], Field(default_factory=list, max_length=50)]
    registry_number: Annotated[str, _one_line(60)] | None = None
    decided_on: _Day | None = None
    decided_by: Annotated[str, _one_line(160)] | None = None
    decision_paragraph: Annotated[str, _one_line(40)] | None = None
    summary: _Text | None = None
    summary_en: _Text | None = None
    source_note: _Text | None = None
    source_note_en: _Text | None = None
    demonstration: bool = False


class PledgeFile(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    format: Literal["medborgarlofte"]
    version: Literal[1]
    pledge: PledgePart
    police_area: PoliceAreaPart
    further_police_area: Annotated[list[PoliceAreaPart], Field(default_factory=list, max_length=20)]
    part: Annotated[list[MunicipalityPartPart], Field(default_factory=list, max_length=50)]
    section: Annotated[list[SectionPart], Field(default_factory=list, max_length=50)]
    focus_area: Annotated[list[FocusAreaPart], Field(default_factory=list, max_length=50)]
    signatory: Annotated[list[SignatoryPart], Field(default_factory=list, max_length=20)]
    annex: Annotated[list[AnnexPart], Field(default_factory=list, max_length=10)]

    @property
    def commitments(self) -> list[CommitmentPart]:
        """All commitments in the order of the file."""
        return [commitment for area in self.focus_area for commitment in area.commitment]

    @property
    def police_areas(self) -> list[PoliceAreaPart]:
        """The police areas that give the pledge, its own first."""
        return [self.police_area, *self.further_police_area]

    @property
    def places(self) -> list[str]:
        """The codes of the municipalities that the pledge holds in."""
        return [*self.pledge.municipalities, *self.pledge.holds_in]


def read(content: bytes) -> PledgeFile:
    """Return the pledge in a TOML file.

    Raises PledgeFileError, naming every fault by line or key.
    """
    if len(content) > MAX_BYTES:
        raise PledgeFileError([Fault(_("filen"), _("Filen är större än 2 MB."))])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise PledgeFileError(
            [
                Fault(
                    _("rad %(line)s") % {"line": line},
                    _("Texten är inte UTF-8. Spara filen som UTF-8 och försök igen."),
                )
            ]
        ) from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PledgeFileError([fault_from_toml(error, text)]) from error
    except RecursionError as error:
        raise PledgeFileError(
            [Fault(_("filen"), _("Filen har för många tabeller inuti varandra."))]
        ) from error
    try:
        # TOML has no UUID type: the id is text in the file.
        if isinstance(pledge := data.get("pledge"), dict) and isinstance(pledge.get("uid"), str):
            pledge["uid"] = _uuid(pledge["uid"])
        pledge_file = PledgeFile.model_validate(data)
    except ValidationError as error:
        raise PledgeFileError([fault_from_pydantic(part) for part in error.errors()]) from error
    faults = _content_faults(pledge_file)
    if faults:
        raise PledgeFileError(faults)
    return pledge_file


def _uuid(text: str) -> uuid.UUID | str:
    try:
        return uuid.UUID(text)
    except ValueError:
        return text


def _content_faults(pledge_file: PledgeFile) -> list[Fault]:
    """Return what is wrong although every key by itself is right."""
    faults: list[Fault] = []
    pledge = pledge_file.pledge
    if pledge.valid_to < pledge.valid_from:
        faults.append(Fault("pledge.valid_to", _("Löftet slutar innan det börjar.")))
    faults += _faults_of_places(pledge_file)
    seen: dict[int, str] = {}
    for area_no, area in enumerate(pledge_file.focus_area, 1):
        for commitment_no, commitment in enumerate(area.commitment, 1):
            key = f"focus_area[{area_no}].commitment[{commitment_no}]"
            if commitment.number in seen:
                faults.append(
                    Fault(
                        f"{key}.number",
                        _("Numret %(number)s används redan av %(other)s.")
                        % {"number": commitment.number, "other": seen[commitment.number]},
                    )
                )
            seen.setdefault(commitment.number, key)
            target = commitment.target.as_target()
            amount = target.amount
            if amount is not None and amount != round(amount, 2):
                faults.append(Fault(f"{key}.target.amount", _("Ange högst två decimaler.")))
            faults += [
                Fault(f"{key}.target.{part}", sentence)
                for part, sentence in (
                    *target.faults_outside(pledge.valid_from, pledge.valid_to),
                    *target.faults(),
                )
            ]
            faults += [
                Fault(f"{key}.{part}", sentence)
                for part, sentence in _faults_of_parties(commitment, pledge)
            ]
    for index, signatory in enumerate(pledge_file.signatory, 1):
        faults += [
            Fault(f"signatory[{index}].{part}", sentence)
            for part, sentence in _faults_of_signatory(signatory, pledge_file)
        ]
    return faults


def _faults_of_parties(commitment: CommitmentPart, pledge: PledgePart) -> Iterator[tuple[str, str]]:
    party = Commitment.Party
    if commitment.responsible == party.THIRD_PARTY and not commitment.third_parties:
        yield "third_parties", _("Skriv vem det är som lovar.")
    if len(set(commitment.third_parties)) < len(commitment.third_parties):
        yield "third_parties", _("Samma namn står flera gånger.")
    if commitment.municipalities and commitment.responsible not in {party.MUNICIPALITY, party.BOTH}:
        yield "municipalities", _("Ingen kommun är ansvarig här.")
    if not set(commitment.municipalities) <= set(pledge.municipalities):
        yield "municipalities", _("Kommunen är inte part i löftet.")
    if len(set(commitment.municipalities)) < len(commitment.municipalities):
        yield "municipalities", _("Samma kommun står flera gånger.")


def _faults_of_places(pledge_file: PledgeFile) -> Iterator[Fault]:
    """Yield what is wrong with who gives the pledge and where it holds."""
    places = pledge_file.places
    if not places:
        yield Fault("pledge.municipalities", _("Listan ska ha minst %(least)s.") % {"least": 1})
    for code in sorted({code for code in places if places.count(code) > 1}):
        yield Fault("pledge.municipalities", _("%(code)s står flera gånger.") % {"code": code})
    covered = {code for area in pledge_file.police_areas for code in area.covers}
    for code in places:
        if code not in covered:
            sentence = _("Kommunen %(code)s ger löftet men står inte här.")
            yield Fault("police_area.covers", sentence % {"code": code})
    fingerprints = [annex.sha256 for annex in pledge_file.annex]
    if len(set(fingerprints)) < len(fingerprints):
        yield Fault("annex", _("Samma bilaga står flera gånger."))
    names = [area.name for area in pledge_file.police_areas]
    if len(set(names)) < len(names):
        yield Fault("further_police_area", _("Samma namn står flera gånger."))
    slugs = [(part.municipality, part_slug(part.name)) for part in pledge_file.part]
    for index, (code, slug) in enumerate(slugs):
        if code not in places:
            sentence = _("Löftet gäller inte i kommunen.")
            yield Fault(f"part[{index + 1}].municipality", sentence)
        if not slug:
            yield Fault(f"part[{index + 1}].name", _("Namnet behöver en bokstav eller siffra."))
        if (code, slug) in slugs[:index]:
            yield Fault(f"part[{index + 1}].name", _("Samma namn står flera gånger."))


def _faults_of_signatory(
    signatory: SignatoryPart, pledge_file: PledgeFile
) -> Iterator[tuple[str, str]]:
    party, pledge = Signatory.Party, pledge_file.pledge
    parts = {(part.municipality, part.name) for part in pledge_file.part}
    if signatory.part and (signatory.municipality, signatory.part) not in parts:
        yield "part", _("Löftet gäller inte för den delen av kommunen.")
    areas = [area.name for area in pledge_file.police_areas]
    if signatory.police_area and (
        signatory.party != party.POLICE or signatory.police_area not in areas
    ):
        yield "police_area", _("Polisområdet är inte part i löftet.")
    if signatory.party == party.POLICE and signatory.municipality:
        yield "municipality", _("Den som undertecknar för Polisen har ingen kommun.")
    if signatory.party == party.THIRD_PARTY and signatory.municipality:
        yield "municipality", _("Den som undertecknar för någon annan har ingen kommun.")
    if signatory.party == party.MUNICIPALITY:
        if not signatory.municipality:
            yield "municipality", _("Ange kommunens kod.")
        elif signatory.municipality not in pledge.municipalities:
            yield "municipality", _("Kommunen är inte part i löftet.")
    if (signatory.party == party.THIRD_PARTY) != bool(signatory.third_party):
        yield "third_party", _("Skriv namnet bara när party är third_party, och då alltid.")


def write(pledge_file: PledgeFile) -> bytes:
    """Return the file as TOML in UTF-8; empty and default values are left out."""
    data = pledge_file.model_dump(mode="python", exclude_none=True)
    if "uid" in data["pledge"]:
        data["pledge"]["uid"] = str(data["pledge"]["uid"])
    return tomli_w.dumps(_without_empty_lists(data), multiline_strings=True).encode()


def _without_empty_lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_empty_lists(part) for key, part in value.items() if part != []}
    if isinstance(value, list):
        return [_without_empty_lists(part) for part in value]
    return value

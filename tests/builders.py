"""Small builders of test data with good defaults.

A signed pledge is written row by row, in the order that the database's own rules demand, with a
few bytes for a document: only tests of the document itself need a real PDF.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import cycle
from typing import Any
from uuid import uuid4

from allauth.mfa.totp.internal.auth import TOTP
from django.db import transaction
from django.utils import timezone

from dialogues.answers import rules as answer_rules
from dialogues.answers.rules import Answer
from dialogues.calendar import rules as calendar_rules
from dialogues.models import Comment, CommentSender, Dialogue, Submission, Theme
from news import rules as news_rules
from news.models import News
from news.rules import Draft
from pledge_portal.accounts.models import Membership, Role, User
from pledge_portal.database.acting import as_owner
from pledges import lifecycle
from pledges.actions import action_disclosure
from pledges.actions.recording import Entry
from pledges.consultation import rules as consultation_rules
from pledges.erasing.withholding import File, withhold
from pledges.follow_ups import rules as follow_up_rules
from pledges.models import (
    ActionImport,
    Commitment,
    CompletedAction,
    Consultation,
    Erasure,
    FocusArea,
    FollowUp,
    FollowUpDocument,
    Municipality,
    PaperScan,
    Picture,
    PictureFile,
    Place,
    Pledge,
    PledgeDocument,
    PledgeParty,
    PoliceArea,
    PoliceAreaCoverage,
    Section,
    Signatory,
    Signature,
    SurveyRound,
    WithheldDocument,
)
from pledges.models.follow_up import approving_parties
from pledges.models.municipality import without_diacritics
from pledges.surveys import rounds
from pledges.surveys.rounds import RoundEntry
from pledges.surveys.sums import Sums, cell_name

PASSWORD = "korrekt häst batteri"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SIGNED_AT = datetime(2022, 12, 12, 9, 30, tzinfo=UTC)
A_PDF = b"%PDF-1.7 a document of the tests, signed "

# Codes of no real county.
_codes = cycle(range(3000, 10000))


def a_municipality(
    name: str = "Älvsbyn", code: str | None = None, official_name: str | None = None
) -> Municipality:
    """Make a municipality; its address is drawn from its name."""
    if code is None:
        code = "2560" if name == "Älvsbyn" else str(next(_codes))
    return Municipality.objects.create(
        code=code,
        name=name,
        official_name=official_name or f"{name}s kommun",
        slug=without_diacritics(name).replace(" ", "-"),
    )


def a_police_area(
    name: str = "Piteå älvdal", municipalities: Iterable[Municipality] = ()
) -> PoliceArea:
    """Make a police area, or add to the one of that name."""
    area, _ = PoliceArea.objects.get_or_create(name=name)
    for municipality in municipalities:
        PoliceAreaCoverage.objects.get_or_create(police_area=area, municipality=municipality)
    return area


def a_commitment(
    pledge: Pledge, number: int, focus_area: FocusArea, **fields: object
) -> Commitment:
    """Make a commitment.

    It is to two narcotics-dog searches a year by the police, unless told otherwise.
    """
    commitment = _commitment(pledge, number, focus_area, **fields)
    commitment.save()
    return commitment


def _commitment(pledge: Pledge, number: int, focus_area: FocusArea, **fields: Any) -> Commitment:
    defaults: dict[str, object] = {
        "kind": Commitment.Kind.DRUG_DOG_SEARCH,
        "responsible": Commitment.Party.POLICE,
        "text": f"Polisen söker efter narkotika med hund i skolan ({number})",
        "target_shape": "count",
        "target_amount": Decimal(2),
        "target_period": "year",
        "target_unit": "hundsök",
    }
    if fields.get("target_shape") in {"none", "done", "on_demand", "coverage"}:
        defaults.update(target_amount=None, target_period="", target_unit="")
    return Commitment(pledge=pledge, number=number, focus_area=focus_area, **{**defaults, **fields})


def a_pledge(
    municipality: Municipality | Iterable[Municipality] | None = None,
    *,
    signed: bool | int = True,
    adopted: bool | None = None,
    period: str = "2023-2025",
    valid_from: date = date(2023, 1, 1),
    valid_to: date = date(2025, 12, 31),
    until_replaced: bool = True,
    commitments: int = 3,
    signed_at: datetime = SIGNED_AT,
    document: bytes | None = None,
    commitment: dict[str, object] | None = None,
    **fields: object,
) -> Pledge:
    """Make a pledge with focus area, commitments and signatories.

    `signed` is True for all signatories, False for none, or how many have signed. `adopted` is
    True when anyone has signed unless told otherwise. `municipality` is one, several, or None for
    Älvsbyn (made when it isn't there); `commitment` is fields that every commitment gets;
    `document` the bytes of the finished document; other fields go to the pledge.
    """
    if municipality is None:
        municipality = Municipality.objects.filter(name="Älvsbyn").first() or a_municipality()
    municipalities = [municipality] if isinstance(municipality, Municipality) else [*municipality]
    pledge = Pledge.objects.create(
        **{
            "title": f"Medborgarlöfte {period}",
            "period": period,
            "police_area": a_police_area(municipalities=municipalities),
            "valid_from": valid_from,
            "valid_to": valid_to,
            "until_replaced": until_replaced,
            "summary": "Vi lovar mer trygghet och mindre brottslighet.",
            **fields,
        }
    )
    for position, party in enumerate(municipalities, start=1):
        PledgeParty.objects.create(pledge=pledge, municipality=party, position=position)
    Section.objects.bulk_create(
        Section(
            pledge=pledge,
            position=position,
            kind=kind,
            heading=f"Avsnitt {position}",
            text="Text med **tryck** på orden.",
        )
        for position, kind in enumerate(Section.Kind.values, start=1)
    )
    focus_area = FocusArea.objects.create(
        pledge=pledge,
        position=1,
        name="Narkotika i skolan",
        problem="Narkotika förekommer bland unga.",
        cause="Det är lätt att få tag på.",
    )
    Commitment.objects.bulk_create(
        _commitment(pledge, number, focus_area, **(commitment or {}))
        for number in range(1, commitments + 1)
    )
    _add_signatories(pledge, municipalities)
    how_many = pledge.signatories.count() if signed is True else int(signed)
    if adopted or (adopted is None and how_many):
        lifecycle.adopt(pledge, signed_at, (document or A_PDF) + b"0")
        sign(pledge, how_many, signed_at, document)
    return Pledge.objects.get(pk=pledge.pk)


def a_consultation(
    draft: Pledge,
    *,
    closes_on: date | None = None,
    at: datetime | None = None,
    by: User | None = None,
    **texts: str,
) -> Consultation:
    """Publish a draft for residents to comment on.

    They have a fortnight from now, unless told otherwise. `texts` are the introduction's.
    """
    at = at or timezone.now()
    return consultation_rules.publish(
        draft,
        {"introduction_sv": "Vad tycker du om förslaget?", "introduction_en": "", **texts},
        closes_on or timezone.localdate(at) + timedelta(days=14),
        read=consultation_rules.fingerprint(consultation_rules.preview(draft)),
        by=by,
        at=at,
    )


def a_mark(party: Municipality | PoliceArea, *, dark: bool = False) -> Picture:
    """Make a party's mark of a few dots, made anew by nobody."""
    owner = "municipality" if isinstance(party, Municipality) else "police_area"
    mark = Picture.objects.create(
        **{owner: party},
        alternative_text_sv=f"Märke: {party}",
        alternative_text_en=f"Mark: {party}",
        fingerprint="0" * 64,
        dark_fingerprint="1" * 64 if dark else "",
        uploaded_at=SIGNED_AT,
    )
    for is_dark in (False, True)[: 1 + dark]:
        for content_type, width in (("image/png", 300), ("image/webp", 128)):
            content = f"{party} {is_dark} {content_type}".encode()
            PictureFile.store(
                mark, content, content_type=content_type, width=width, height=64, is_dark=is_dark
            )
    return mark


def a_picture(pledge: Pledge, **fields: Any) -> Picture:
    """Make a pledge's picture in two sizes, made anew by nobody."""
    picture = Picture.objects.create(
        pledge=pledge,
        fingerprint="2" * 64,
        uploaded_at=SIGNED_AT,
        **{"alternative_text_sv": "Torget i Älvsbyn", "credit": "Foto: Kim Ek", **fields},
    )
    for width in (480, 960):
        content = f"{pledge.uid} {width}".encode()
        PictureFile.store(
            picture, content, content_type="image/webp", width=width, height=width // 2
        )
    return picture


def a_place(
    name: str = "Älvåkraskolan", municipality: Municipality | None = None, **fields: object
) -> Place:
    """Make a place: a school of years 7 to 9 in Älvsbyn unless told otherwise."""
    return Place.objects.create(
        **{
            "name": name,
            "municipality": municipality
            or Municipality.objects.filter(name="Älvsbyn").first()
            or a_municipality(),
            "level": Place.Level.LOWER_SECONDARY,
            **fields,
        }
    )


def an_entry(commitment: Commitment, **fields: Any) -> Entry:
    """Return what a person says of an action.

    It is one action, on 3 April 2024, unless told otherwise.
    """
    party = commitment.pledge.parties.select_related("municipality").first()
    assert party is not None
    defaults: dict[str, Any] = {"municipality": party.municipality, "done_on": date(2024, 4, 3)}
    return Entry(commitment=commitment, **{**defaults, **fields})


def an_action(
    commitment: Commitment,
    *,
    recorded_on: date | None = None,
    is_demonstration: bool = False,
    **fields: Any,
) -> CompletedAction:
    """Store an action with its public part, by the police.

    It is as `an_entry` says it, recorded on the day after unless told otherwise.
    """
    entry = an_entry(commitment, **fields)
    day = recorded_on or entry.days.last + timedelta(days=1)
    action = CompletedAction.objects.create(
        **entry.stored(),
        recorded_side=CompletedAction.Side.POLICE,
        recorded_at=datetime.combine(day, time(12), UTC),
        is_demonstration=is_demonstration,
    )
    with transaction.atomic():
        action_disclosure.publish(action)
    return action


def a_follow_up(
    pledge: Pledge,
    *,
    published: bool = True,
    first_day: date = date(2024, 7, 1),
    last_day: date = date(2024, 12, 31),
    meeting_on: date = date(2025, 2, 12),
    assessed_by: str = "",
    **texts: str,
) -> FollowUp:
    """Make a follow-up, published if asked for.

    Every commitment is kept unless told otherwise, but for those of a secret kind whose own period
    runs. `texts` are fields of every assessment.
    """
    at = datetime(2025, 10, 1, 12, tzinfo=UTC)
    opened = follow_up_rules.open_follow_up(
        pledge,
        first_day=first_day,
        last_day=last_day,
        meeting_on=meeting_on,
        assessed_by=assessed_by,
        by=None,
        at=at,
    )
    texts_by_field = dict.fromkeys(follow_up_rules.TEXTS, "") | {"verdict": "kept"} | texts
    for assessment in opened.assessments.filter(verdict=""):
        follow_up_rules.assess(assessment, texts_by_field, version=1)
    if not published:
        return opened
    follow_up_rules.submit(opened, at)
    opened = FollowUp.objects.select_related("pledge__police_area").get(pk=opened.pk)
    for party in approving_parties(opened.pledge):
        follow_up_rules.approve(
            opened, party, digest=follow_up_rules.content_digest(opened), by=None, at=at
        )
    follow_up_rules.publish(opened, at)
    FollowUpDocument.store(opened, A_PDF)
    return FollowUp.objects.get(pk=opened.pk)


def an_import(pledge: Pledge, by: User | None = None) -> ActionImport:
    """Store that the police imported a file, which held nothing."""
    return ActionImport.objects.create(
        pledge=pledge,
        police_area=pledge.police_area,
        file_name="insatser.csv",
        fingerprint="0" * 64,
        sent_by=by or a_person("importerade@example.se"),
        sent_at=SIGNED_AT,
        confirmed_at=SIGNED_AT,
    )


# What a commitment about surveys has; for `a_pledge(commitment=...)`.
SURVEYING: dict[str, object] = {
    "kind": "drug_habit_survey",
    "responsible": "municipality",
    "text": "Kommunen undersöker elevers drogvanor.",
    "target_shape": "none",
}


def some_sums(**changes: dict[str, int]) -> Sums:
    """Return the sums of 38 girls and 39 boys, of which all may be told.

    `changes` are rows by measure or "answered", each with numbers by group, {} for a question that
    wasn't asked.
    """
    rows = {
        "answered": {"girls": 38, "boys": 39},
        "smoking": {"girls": 7, "boys": 6},
        "alcohol": {"girls": 18, "boys": 16},
        "narcotics_ever": {"girls": 12, "boys": 13},
        "narcotics_30_days": {"girls": 6, "boys": 7},
        **changes,
    }
    return Sums.of_cells(
        {
            cell_name(row, group): n
            for row, by_group in rows.items()
            for group, n in by_group.items()
        }
    )


def a_survey_round(commitment: Commitment | None = None, **fields: Any) -> SurveyRound:
    """Enter a round of 84 pupils in year 9, 2024/25.

    It is of a commitment that is made unless given.
    """
    if commitment is None:
        commitment = a_pledge(commitments=1, commitment=SURVEYING).commitments.get()
    defaults = {"school_year": 2024, "grade": "grade_9", "invited": 84, "sums": some_sums()}
    municipality = fields.pop("municipality", None) or commitment.pledge.municipalities.get()
    entry = RoundEntry(commitment, **{"municipality": municipality, **defaults, **fields})
    return rounds.save(entry, is_sure=True, by=None, at=timezone.now())


def _add_signatories(pledge: Pledge, municipalities: list[Municipality]) -> None:
    signatories = [
        Signatory(
            pledge=pledge,
            position=position,
            name="Johan Dahlqvist" if position == 1 else f"Kommunalråd {position}",
            title="kommunalråd",
            party=Signatory.Party.MUNICIPALITY,
            municipality=municipality,
        )
        for position, municipality in enumerate(municipalities, start=1)
    ]
    of_the_police = Signatory(
        pledge=pledge,
        position=len(municipalities) + 1,
        name="Andreas Nyberg",
        title="lokalpolisområdeschef",
        party=Signatory.Party.POLICE,
    )
    Signatory.objects.bulk_create([*signatories, of_the_police])


def sign(
    pledge: Pledge, how_many: int, signed_at: datetime = SIGNED_AT, document: bytes | None = None
) -> None:
    """Set the next `how_many` signatures on an adopted pledge.

    The last puts it in force.
    """
    signatories = pledge.signatories.select_related("signature")
    waiting = [s for s in signatories if not hasattr(s, "signature")]
    total = len(signatories)
    for signatory in waiting[:how_many]:
        is_last = signatory.position == total
        content = document if document and is_last else A_PDF + str(signatory.position).encode()
        Signature.objects.create(
            pledge=pledge,
            signatory=signatory,
            document=PledgeDocument.store(pledge, signatory.position, content),
            signed_at=signed_at,
            certificate_name=f"DEMO {signatory.name}",
            certificate_issuer="DEMO Medborgarlöften CA",
            is_demonstration=True,
        )
    if len(waiting) <= how_many:
        lifecycle.put_in_force(pledge)


def sign_by_hand(pledge: Pledge, by: User, signed_at: datetime = SIGNED_AT) -> None:
    """Let all signatories of an adopted pledge sign on paper.

    Each hands in a scan.
    """
    first = PledgeDocument.objects.get(pledge=pledge)
    for signatory in pledge.signatories.all():
        a_scan_that_counts(signatory, by=by, at=signed_at)
        Signature.objects.create(
            pledge=pledge,
            signatory=signatory,
            document=PledgeDocument.store(pledge, signatory.position, bytes(first.content)),
            signed_at=signed_at,
            way="paper",
        )
    lifecycle.put_in_force(pledge)


def a_scan_that_counts(
    signatory: Signatory,
    *,
    by: User,
    at: datetime = SIGNED_AT,
    content: bytes = A_PDF + b"skannad",
    counts: bool = True,
) -> PaperScan:
    """Hand in a scan of a signature on paper, confirmed by another.

    It counts a day later, unless told that it waits.
    """
    email = "jamforde@example.se"
    scan = PaperScan.store(
        signatory, content, pages=1, signed_on=timezone.localdate(at), by=by, at=at
    )
    scan.confirmed_by = User.objects.filter(email=email).first() or a_person(
        email, second_factor=False
    )
    scan.confirmed_at = at
    # Who serves can't say that it was another day.
    with as_owner():
        scan.save()
        if counts:
            scan.counted_at = scan.counts_at
            scan.save()
    return scan


def a_withheld_file(pledge: Pledge, sha256: str) -> WithheldDocument:
    """Withhold a file of a pledge, by a decision of its municipality."""
    erasure = Erasure.objects.create(
        municipality=pledge.municipalities.first(),
        decision="KS 2026/112",
        decided_on=date(2026, 11, 27),
        reason="Pekar ut en enskild",
        erased_at=SIGNED_AT,
    )
    withhold([File(pledge.pk, sha256)], erasure.pk)
    return WithheldDocument.objects.get(pledge=pledge, sha256=sha256)


def a_person(
    email: str = "karin@example.se",
    role: Role | None = None,
    place: Municipality | PoliceArea | None = None,
    *,
    second_factor: bool = True,
    **fields: object,
) -> User:
    """Make a person with a second factor and, if asked for, a role.

    The password is PASSWORD.
    """
    person = User.objects.create_user(email, PASSWORD, **fields)
    if second_factor:
        TOTP.activate(person, TOTP_SECRET)
    if role is not None:
        give_role(person, role, place)
    return person


def give_role(person: User, role: Role, place: Municipality | PoliceArea | None) -> Membership:
    """Give a person a role for a municipality or a police area."""
    return Membership.objects.create(
        person=person,
        role=role,
        municipality=place if isinstance(place, Municipality) else None,
        police_area=place if isinstance(place, PoliceArea) else None,
    )


def a_dialogue(
    municipality: Municipality | None = None, *, announced: bool = True, **fields: object
) -> Dialogue:
    """Make a dialogue that is open from 2025 to 2027.

    It is announced unless told otherwise.
    """
    if municipality is None:
        municipality = Municipality.objects.filter(name="Älvsbyn").first() or a_municipality()
    dialogue = Dialogue.objects.create(
        **{
            "municipality": municipality,
            "kind": Dialogue.Kind.ONLINE,
            "title": "Vad är viktigt?",
            "question": "Vad ska nästa löfte handla om?",
            "opens_on": date(2025, 1, 1),
            "closes_on": date(2027, 12, 31),
            **fields,
        }
    )
    if announced:
        return calendar_rules.announce(dialogue, SIGNED_AT, dialogue.opens_on)
    return dialogue


def a_theme(name: str = "Narkotika", municipality: Municipality | None = None) -> Theme:
    """Make a theme that residents can choose."""
    place = municipality or Municipality.objects.get(name="Älvsbyn")
    return Theme.objects.create(
        municipality=place, name=name, position=Theme.objects.filter(municipality=place).count()
    )


def a_submission(dialogue: Dialogue, text: str = "Fler lampor", **fields: object) -> Submission:
    """Take in what somebody said on paper."""
    sending = uuid4()
    answer = Answer(text=text, **fields)
    answer_rules.write_in(dialogue, answer, Submission.Source.PAPER, None, sending, timezone.now())
    return Submission.objects.get(sending=sending)


def a_comment(
    pledge: Pledge, text: str = "Bra löfte", *, shown: bool = True, **fields: Any
) -> Comment:
    """Make a comment on a pledge at its first municipality.

    It is let through unless told otherwise.
    """
    state: dict[str, object] = {
        "state": Comment.State.PUBLISHED if shown else Comment.State.PENDING,
        "published_at": SIGNED_AT if shown else None,
        "awaits": "" if shown else Comment.Awaits.NEW,
        "awaits_since": None if shown else SIGNED_AT,
    }
    party = pledge.parties.order_by("position").first()
    assert party is not None
    made = Comment.objects.create(
        **{
            "municipality": party.municipality,
            "pledge": pledge,
            "text": text,
            "submitted_at": SIGNED_AT,
            **state,
            **fields,
        }
    )
    CommentSender.objects.create(comment=made, sending=uuid4())
    return made


def a_piece_of_news(
    municipality: Municipality | None = None, *, published: bool = True, **fields: Any
) -> News:
    """Write a piece of news; published today unless told otherwise."""
    place = municipality or Municipality.objects.filter(name="Älvsbyn").first() or a_municipality()
    texts = {"title_sv": "Fler går ut", "text_sv": "Nu går vi ut på torget.", **fields}
    draft = Draft(texts, texts.pop("pledge", None))
    news = news_rules.save(News(municipality=place), draft, by=None, at=timezone.now())
    if published:
        on = timezone.localdate()
        news = news_rules.publish(news, version=news.version, by=None, on=on)
    return news


def a_superuser(email: str = "drift@example.se") -> User:
    """Make an operator with a second factor."""
    return a_person(email, is_staff=True, is_superuser=True)

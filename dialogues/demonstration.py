"""The demonstration's dialogues: made up, and marked so where shown."""

from __future__ import annotations

import tomllib
import uuid
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from dialogues.answers import rules as answer_rules
from dialogues.answers.rules import Answer
from dialogues.calendar import rules as calendar_rules
from dialogues.calendar.vocabulary import set_lists
from dialogues.models import Comment, CommentSender, Dialogue, District, Submission, Theme
from dialogues.moderation import rules as moderation_rules
from dialogues.thread import rules as thread_rules
from pledges.demonstration.writing import NEXT_PLEDGE_FILE
from pledges.models import Consultation, Municipality, Pledge, PoliceArea

DIALOGUES_FILE = settings.BASE_DIR / "demo" / "alvsbyn-dialoger.toml"
_NAMESPACE = uuid.UUID("6d1f4bfa-3c5b-4f0e-9d8a-52f6a1c0d2b7")


@transaction.atomic
def load_dialogues(municipality: Municipality, on: date) -> int:
    """Load the demonstration's dialogues unless there are any.

    Returns how many.

    One is open for some weeks from the day `on`, and one is to come.
    """
    if Dialogue.objects.filter(municipality=municipality).exists():
        return 0
    data = tomllib.loads(DIALOGUES_FILE.read_text(encoding="utf-8"))
    pairs = [line.partition(";") for line in data["teman"]]
    set_lists(municipality, [(sv.strip(), en.strip()) for sv, _sign, en in pairs], data["delar"])
    for dialogue in data["dialog"]:
        _load(municipality, dialogue, on)
    _tie(municipality, data)
    return len(data["dialog"])


def _load(municipality: Municipality, data: dict[str, Any], on: date) -> None:
    dialogue = Dialogue(municipality=municipality, is_demonstration=True)
    calendar_rules.save(dialogue, {**_times(data, on), **_texts(data)}, _moment(on))
    announced_on = min(dialogue.opens_on, on)
    dialogue = calendar_rules.announce(dialogue, _moment(announced_on), announced_on)
    themes = list(Theme.objects.filter(municipality=municipality).in_order())
    districts = {
        district.name: district.pk
        for district in District.objects.filter(municipality=municipality)
    }
    for number, (group, district, ranked, text, may_quote) in enumerate(data["svar"]):
        answer_rules.write_in(
            dialogue,
            Answer(
                text=text,
                ranked=tuple(themes[rank - 1].pk for rank in ranked),
                group=group,
                district=districts.get(district),
                may_quote=may_quote,
            ),
            data.get("kom_pa", Submission.Source.WEB),
            None,
            uuid.uuid5(_NAMESPACE, f"{dialogue.number}-{number}"),
            _moment(dialogue.opens_on) + timedelta(hours=number),
        )
    if "hort" in data:
        texts = {
            "text_sv": data["hort"].strip(),
            "text_en": data.get("hort_en", "").strip() or None,
        }
        calendar_rules.sum_up(dialogue, texts, _moment(dialogue.closes_on), publishes=True)


def _tie(municipality: Municipality, data: dict[str, Any]) -> None:
    """Quote those who allow it, and tie each theme to the next pledge."""
    allowed = Submission.objects.filter(dialogue__municipality=municipality, may_quote=True)
    for submission in allowed.select_related("dialogue").prefetch_related("ranked__theme"):
        if rows := list(submission.ranked.all()):
            thread_rules.quote(submission, rows[0].theme, submission.text)
    pledge = Pledge.objects.filter(
        parties__municipality=municipality, period=data["ledde_till"]["lofte"]
    ).first()
    if pledge is None:
        return
    commitments = {commitment.number: commitment for commitment in pledge.commitments.all()}
    themes = list(Theme.objects.filter(municipality=municipality).in_order())
    for answer in data["ledde_till"]["tema"]:
        chosen = [commitments[number] for number in answer.get("ataganden", [])]
        reasons = {"reason_sv": answer.get("skal", ""), "reason_en": answer.get("skal_en")}
        thread_rules.answer_theme(pledge, themes[answer["nummer"] - 1], chosen, reasons)


@transaction.atomic
def load_comments(municipality: Municipality) -> int:
    """Load the demonstration's comments unless there are any; return how many."""
    existing = Comment.objects.filter(municipality=municipality, consultation=None)
    if existing.exists():
        return 0
    data = tomllib.loads(DIALOGUES_FILE.read_text(encoding="utf-8"))
    pledges = {pledge.period: pledge for pledge in Pledge.objects.public()}
    loaded = [texts for texts in data["kommentar"] if texts["lofte"] in pledges]
    for number, texts in enumerate(loaded):
        pledge = pledges[texts["lofte"]]
        comment = Comment(
            municipality=municipality,
            pledge=pledge,
            commitment=pledge.commitments.filter(number=texts.get("atagande", 0)).first(),
            follow_up=pledge.follow_ups.public()
            .filter(meeting_on=texts.get("uppfoljning"))
            .first(),
            is_objection=texts.get("invandning", False),
        )
        at = timezone.make_aware(texts["skriven"])
        _save_comment(comment, texts, at, f"comment-{number}", pledge.police_area)
    return len(loaded)


@transaction.atomic
def load_views(municipality: Municipality) -> int:
    """Load residents' views of the demonstration's next pledge.

    Returns how many: none when something was said already, or when it isn't on consultation.
    """
    rounds = Consultation.objects.filter(municipalities=municipality, is_demonstration=True)
    consultation = rounds.filter(comments=None).order_by("published_at").last()
    if consultation is None:
        return 0
    data = tomllib.loads(NEXT_PLEDGE_FILE.read_text(encoding="utf-8"))["samrad"]
    by_key = consultation.commitment_numbers()
    numbers = {
        commitment["text_sv"]: by_key[commitment["id"]]
        for commitment in consultation.contents["commitments"]
    }
    for number, view in enumerate(data["synpunkt"]):
        comment = Comment(
            municipality=municipality,
            pledge_id=consultation.pledge_id,
            consultation=consultation,
            consultation_commitment=numbers.get(view.get("text_om")),
        )
        at = consultation.published_at + timedelta(days=data["dag"] - view["dag"])
        _save_comment(
            comment,
            view,
            at,
            f"view-{consultation.pk}-{number}",
            consultation.pledge.police_area,
        )
    return len(data["synpunkt"])


def _save_comment(
    comment: Comment, data: dict[str, Any], at: datetime, name: str, area: PoliceArea
) -> None:
    comment.name, comment.text, comment.submitted_at = data["namn"], data["text"], at
    comment.is_demonstration = True
    if data.get("vantar"):
        comment.awaits, comment.awaits_since = Comment.Awaits.NEW, at
    else:
        comment.state, comment.published_at = Comment.State.PUBLISHED, at
    comment.save()
    CommentSender.objects.create(comment=comment, sending=uuid.uuid5(_NAMESPACE, name))
    answered_at = at + timedelta(days=2)
    if "svar_kommunen" in data:
        moderation_rules.answer(
            comment, data["svar_kommunen"], comment.municipality, by=None, at=answered_at
        )
    if "svar_polisen" in data:
        moderation_rules.answer(comment, data["svar_polisen"], area, by=None, at=answered_at)


def _texts(data: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": data["slag"],
        "title_sv": data["rubrik"],
        "title_en": data["rubrik_en"],
        "question_sv": data["fraga"],
        "question_en": data["fraga_en"],
        "audience_sv": data["for_vem"],
        "audience_en": data["for_vem_en"],
        "place": data.get("plats", ""),
    }


def _times(data: dict[str, Any], on: date) -> dict[str, Any]:
    if "om_dagar" in data:
        day = on + timedelta(days=data["om_dagar"])
        begins = timezone.make_aware(datetime.combine(day, time(data["klockan"])))
        ends = begins + timedelta(hours=data["timmar"])
        return {"begins_at": begins, "ends_at": ends, "opens_on": day, "closes_on": day}
    closes = data.get("till") or on + timedelta(days=data["oppen_i_dagar"])
    return {
        "begins_at": timezone.make_aware(data["borjar"]) if "borjar" in data else None,
        "ends_at": timezone.make_aware(data["slutar"]) if "slutar" in data else None,
        "opens_on": min(data["fran"], on),
        "closes_on": closes,
    }


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(9)))

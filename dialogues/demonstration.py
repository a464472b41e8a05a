"""The demonstration's dialogues: made up, and marked as such wherever they are shown."""

from __future__ import annotations

import tomllib
import uuid
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from dialogues.answers import submitting
from dialogues.answers.submitting import Answer
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
    """Make the demonstration's dialogues unless the municipality has any; return how many.

    One is open for some weeks from the day `on`, and one is to come.
    """
    if Dialogue.objects.filter(municipality=municipality).exists():
        return 0
    told = tomllib.loads(DIALOGUES_FILE.read_text(encoding="utf-8"))
    pairs = [line.partition(";") for line in told["teman"]]
    set_lists(municipality, [(sv.strip(), en.strip()) for sv, _sign, en in pairs], told["delar"])
    for each in told["dialog"]:
        _load(municipality, each, on)
    _tie(municipality, told)
    return len(told["dialog"])


def _load(municipality: Municipality, told: dict[str, Any], on: date) -> None:
    dialogue = Dialogue(municipality=municipality, is_demonstration=True)
    calendar_rules.save(dialogue, {**_times(told, on), **_texts(told)})
    announced_on = min(dialogue.opens_on, on)
    dialogue = calendar_rules.announce(dialogue, _moment(announced_on), announced_on)
    themes = list(Theme.objects.filter(municipality=municipality).in_order())
    districts = {each.name: each.pk for each in District.objects.filter(municipality=municipality)}
    for number, (group, district, ranked, text, may_quote) in enumerate(told["svar"]):
        submitting.write_in(
            dialogue,
            Answer(
                text=text,
                ranked=tuple(themes[rank - 1].pk for rank in ranked),
                group=group,
                district=districts.get(district),
                may_quote=may_quote,
            ),
            told.get("kom_pa", Submission.Source.WEB),
            None,
            uuid.uuid5(_NAMESPACE, f"{dialogue.number}-{number}"),
            _moment(dialogue.opens_on) + timedelta(hours=number),
        )
    if "hort" in told:
        texts = {
            "text_sv": told["hort"].strip(),
            "text_en": told.get("hort_en", "").strip() or None,
        }
        calendar_rules.sum_up(dialogue, texts, _moment(dialogue.closes_on), publishes=True)


def _tie(municipality: Municipality, told: dict[str, Any]) -> None:
    """Quote those who allow it, and say what each theme led to in the pledge that followed."""
    allowed = Submission.objects.filter(dialogue__municipality=municipality, may_quote=True)
    for submission in allowed.select_related("dialogue").prefetch_related("ranked__theme"):
        if rows := list(submission.ranked.all()):
            thread_rules.quote(submission, rows[0].theme, submission.text)
    pledge = Pledge.objects.filter(
        parties__municipality=municipality, period=told["ledde_till"]["lofte"]
    ).first()
    if pledge is None:
        return
    commitments = {each.number: each for each in pledge.commitments.all()}
    themes = list(Theme.objects.filter(municipality=municipality).in_order())
    for each in told["ledde_till"]["tema"]:
        chosen = [commitments[number] for number in each.get("ataganden", [])]
        reasons = {"reason_sv": each.get("skal", ""), "reason_en": each.get("skal_en")}
        thread_rules.answer_theme(pledge, themes[each["nummer"] - 1], chosen, reasons)


@transaction.atomic
def load_comments(municipality: Municipality) -> int:
    """Make the demonstration's comments unless the municipality has any; return how many."""
    there = Comment.objects.filter(municipality=municipality, consultation=None)
    if there.exists():
        return 0
    told = tomllib.loads(DIALOGUES_FILE.read_text(encoding="utf-8"))
    pledges = {each.period: each for each in Pledge.objects.public()}
    loaded = [each for each in told["kommentar"] if each["lofte"] in pledges]
    for number, each in enumerate(loaded):
        pledge = pledges[each["lofte"]]
        row = Comment(
            municipality=municipality,
            pledge=pledge,
            commitment=pledge.commitments.filter(number=each.get("atagande", 0)).first(),
            follow_up=pledge.follow_ups.public().filter(meeting_on=each.get("uppfoljning")).first(),
            is_objection=each.get("invandning", False),
        )
        at = timezone.make_aware(each["skriven"])
        _say(row, each, at, f"comment-{number}", pledge.police_area)
    return len(loaded)


@transaction.atomic
def load_views(municipality: Municipality) -> int:
    """Make what residents say of the demonstration's next pledge, while it is on consultation.

    Nothing when something was said already; returns how many.
    """
    rounds = Consultation.objects.filter(municipalities=municipality, is_demonstration=True)
    asked = rounds.filter(comments=None).order_by("published_at").last()
    if asked is None:
        return 0
    told = tomllib.loads(NEXT_PLEDGE_FILE.read_text(encoding="utf-8"))["samrad"]
    by_key = asked.commitment_numbers()
    numbers = {row["text_sv"]: by_key[row["id"]] for row in asked.contents["commitments"]}
    for number, each in enumerate(told["synpunkt"]):
        row = Comment(
            municipality=municipality,
            pledge_id=asked.pledge_id,
            consultation=asked,
            consultation_commitment=numbers.get(each.get("text_om")),
        )
        at = asked.published_at + timedelta(days=told["dag"] - each["dag"])
        _say(row, each, at, f"view-{asked.pk}-{number}", asked.pledge.police_area)
    return len(told["synpunkt"])


def _say(row: Comment, told: dict[str, Any], at: datetime, name: str, area: PoliceArea) -> None:
    row.name, row.text, row.submitted_at = told["namn"], told["text"], at
    row.is_demonstration = True
    if told.get("vantar"):
        row.awaits, row.awaits_since = Comment.Awaits.NEW, at
    else:
        row.state, row.published_at = Comment.State.PUBLISHED, at
    row.save()
    CommentSender.objects.create(comment=row, sending=uuid.uuid5(_NAMESPACE, name))
    answered_at = at + timedelta(days=2)
    if "svar_kommunen" in told:
        moderation_rules.answer(
            row, told["svar_kommunen"], row.municipality, by=None, at=answered_at
        )
    if "svar_polisen" in told:
        moderation_rules.answer(row, told["svar_polisen"], area, by=None, at=answered_at)


def _texts(told: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": told["slag"],
        "title_sv": told["rubrik"],
        "title_en": told["rubrik_en"],
        "question_sv": told["fraga"],
        "question_en": told["fraga_en"],
        "audience_sv": told["for_vem"],
        "audience_en": told["for_vem_en"],
        "place": told.get("plats", ""),
    }


def _times(told: dict[str, Any], on: date) -> dict[str, Any]:
    if "om_dagar" in told:
        day = on + timedelta(days=told["om_dagar"])
        begins = timezone.make_aware(datetime.combine(day, time(told["klockan"])))
        ends = begins + timedelta(hours=told["timmar"])
        return {"begins_at": begins, "ends_at": ends, "opens_on": day, "closes_on": day}
    closes = told.get("till") or on + timedelta(days=told["oppen_i_dagar"])
    return {
        "begins_at": timezone.make_aware(told["borjar"]) if "borjar" in told else None,
        "ends_at": timezone.make_aware(told["slutar"]) if "slutar" in told else None,
        "opens_on": min(told["fran"], on),
        "closes_on": closes,
    }


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(9)))

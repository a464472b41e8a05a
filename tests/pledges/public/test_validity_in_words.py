"""Every state of a pledge has its own plain sentence."""

from datetime import date

import pytest
from django.db.models import prefetch_related_objects
from django.template.loader import render_to_string
from django.utils import translation

from pledges import lifecycle, presentation
from pledges.models import Municipality, Pledge
from tests.builders import a_municipality, a_pledge

pytestmark = pytest.mark.django_db

NEXT = {
    "period": "2027-2029",
    "valid_from": date(2027, 1, 1),
    "valid_to": date(2029, 12, 31),
}


def answer(pledge: Pledge, on: date) -> presentation.Answer:
    """Return what the pledge's page answers on a day."""
    row = Pledge.objects.with_standing().get(pk=pledge.pk)
    place = Municipality.objects.get(slug="alvsbyn")
    return presentation.pledge_view(row, place, on).answer


def test_a_signed_pledge_whose_time_has_not_come() -> None:
    verdict = answer(a_pledge(), date(2022, 12, 20))
    assert (verdict.short, verdict.label) == ("Inte ännu", "Undertecknat, gäller inte ännu")
    assert verdict.sentence == "Löftet är undertecknat och börjar gälla den 1 januari 2023."


def test_a_pledge_in_force_that_goes_on_until_it_is_replaced() -> None:
    verdict = answer(a_pledge(), date(2025, 12, 29))
    assert verdict.short == "Ja"
    assert verdict.sentence == (
        "Löftet gäller till och med den 31 december 2025. Om inget nytt löfte har getts då "
        "fortsätter det att gälla tills ett nytt ges."
    )
    assert verdict.days == "2 dagar kvar till slutdatum"


def test_a_pledge_in_force_with_a_fixed_end() -> None:
    pledge = a_pledge(until_replaced=False)
    assert answer(pledge, date(2025, 12, 30)).sentence == (
        "Löftet gäller till och med den 31 december 2025."
    )
    assert answer(pledge, date(2025, 12, 30)).days == "1 dag kvar till slutdatum"
    assert answer(pledge, date(2025, 12, 31)).days == "Slutdatumet är i dag"


def test_a_pledge_in_force_whose_successor_is_signed_already() -> None:
    pledge = a_pledge()
    a_pledge(period="2025-2027", valid_from=date(2025, 7, 1), valid_to=date(2027, 6, 30))
    verdict = answer(pledge, date(2025, 3, 4))
    assert verdict.short == "Ja"
    assert verdict.sentence == (
        "Löftet gäller till och med den 30 juni 2025. Sedan tar ett nytt löfte över."
    )


def test_a_pledge_held_over() -> None:
    verdict = answer(a_pledge(), date(2026, 11, 23))
    assert (verdict.short, verdict.label) == ("Ja, tills vidare", "Gäller tills vidare")
    assert verdict.sentence == (
        "Slutdatumet 31 december 2025 har passerat. Löftet gäller tills ett nytt ges. "
        "Ett nytt löfte väntas."
    )
    assert verdict.days == "Slutdatumet passerade för 327 dagar sedan"


def test_a_pledge_held_over_whose_successor_is_signed_already() -> None:
    pledge = a_pledge()
    a_pledge(**NEXT)
    assert answer(pledge, date(2026, 11, 23)).sentence == (
        "Slutdatumet 31 december 2025 har passerat. Löftet gäller till och med den "
        "31 december 2026. Sedan tar ett nytt löfte över."
    )


def test_a_pledge_that_was_replaced() -> None:
    pledge = a_pledge()
    a_pledge(**NEXT)
    verdict = answer(pledge, date(2027, 1, 1))
    assert (verdict.short, verdict.label) == ("Nej, det är ersatt", "Ersatt")
    assert verdict.sentence == (
        "Löftet gällde till och med den 31 december 2026. Sedan tog ett nytt löfte över."
    )


def test_a_pledge_that_has_ended() -> None:
    verdict = answer(a_pledge(until_replaced=False), date(2026, 1, 1))
    assert (verdict.short, verdict.label) == ("Nej, det har upphört", "Har upphört")
    assert verdict.sentence == "Löftet gällde till och med den 31 december 2025."


def test_an_annulled_pledge_before_and_after_its_last_day() -> None:
    pledge = a_pledge()
    lifecycle.annul(pledge, date(2024, 3, 1), "Parterna är inte överens.", on=date(2024, 3, 1))
    before = answer(pledge, date(2024, 2, 1))
    assert before.short == "Ja"
    assert before.sentence == (
        "Löftet gäller till och med den 29 februari 2024. Sedan är det upphävt."
    )
    after = answer(pledge, date(2024, 3, 1))
    assert (after.short, after.label) == ("Nej, det är upphävt", "Upphävt")
    assert after.sentence == "Löftet är upphävt och gäller inte från och med den 1 mars 2024."


def test_the_same_in_english() -> None:
    pledge = a_pledge()
    with translation.override("en"):
        verdict = answer(pledge, date(2026, 11, 23))
    assert verdict.short == "Yes, until further notice"
    assert verdict.sentence == (
        "The end date 31 December 2025 has passed. The pledge is in force until a new one is "
        "given. A new pledge is awaited."
    )


def test_a_pledge_of_two_municipalities_is_judged_where_it_is_read() -> None:
    here, elsewhere = a_municipality(), a_municipality("Piteå", "2581")
    pledge = a_pledge([here, elsewhere])
    a_pledge(elsewhere, **NEXT)
    row = Pledge.objects.with_standing().get(pk=pledge.pk)
    on = date(2027, 6, 1)
    assert presentation.pledge_view(row, here, on).answer.label == "Gäller tills vidare"
    assert presentation.pledge_view(row, elsewhere, on).answer.label == "Ersatt"


def test_the_timeline_of_a_pledge_held_over() -> None:
    row = Pledge.objects.with_standing().get(pk=a_pledge().pk)
    standing_then = lifecycle.standing(row, date(2026, 11, 23))
    assert [
        (event.when, event.mark, event.text)
        for event in presentation.events(row, standing_then, presentation.signings(row))
    ] == [
        (
            date(2022, 12, 12),
            "done",
            "Löftet undertecknades av Johan Dahlqvist och Andreas Nyberg.",
        ),
        (date(2023, 1, 1), "done", "Löftet började gälla."),
        (date(2025, 12, 31), "done", "Slutdatumet passerade. Löftet fortsatte att gälla."),
        (date(2026, 11, 23), "now", "Gäller tills vidare"),
        (None, "coming", "Ett nytt löfte väntas."),
    ]


def test_what_is_made_up_on_the_timeline_says_so() -> None:
    pledge = a_pledge(
        decided_on=date(2022, 12, 5), decided_by="Parterna", invented=["decided_on", "valid_from"]
    )
    row = Pledge.objects.with_standing().get(pk=pledge.pk)
    standing_then = lifecycle.standing(row, date(2026, 11, 23))
    events = presentation.events(row, standing_then, presentation.signings(row))
    assert [event.is_invented for event in events] == [True, True, True, False, False, False]
    timeline = render_to_string("components/timeline.html", {"events": events})
    assert timeline.count("Demonstrationsuppgift") == 3
    row.invented = []
    prefetch_related_objects([row], "signatories__signature")
    for signatory in row.signatories.all():
        signatory.signature.is_demonstration = False
    events = presentation.events(row, standing_then, presentation.signings(row))
    assert not any(event.is_invented for event in events)


def test_the_timeline_of_a_replaced_pledge_ends_with_its_successor() -> None:
    pledge = a_pledge()
    a_pledge(period="2025-2027", valid_from=date(2025, 7, 1), valid_to=date(2027, 6, 30))
    row = Pledge.objects.with_standing().get(pk=pledge.pk)
    standing_then = lifecycle.standing(row, date(2025, 9, 1))
    events = presentation.events(row, standing_then, [])
    assert [(event.when, event.text) for event in events] == [
        (date(2023, 1, 1), "Löftet började gälla."),
        (date(2025, 7, 1), "Ett nytt löfte tog över."),
        (date(2025, 9, 1), "Ersatt"),
    ]


def test_the_timeline_of_an_annulled_pledge_says_so() -> None:
    pledge = a_pledge()
    lifecycle.annul(pledge, date(2024, 3, 1), "Parterna är inte överens.", on=date(2024, 3, 1))
    row = Pledge.objects.with_standing().get(pk=pledge.pk)
    standing_then = lifecycle.standing(row, date(2024, 4, 1))
    events = presentation.events(row, standing_then, [])
    # When that was decided is another day, that nobody has written down.
    annulled = "Från den här dagen gäller löftet inte: det är upphävt."
    assert (date(2024, 3, 1), annulled) in [(event.when, event.text) for event in events]
    assert not [event for event in events if "Slutdatum" in event.text]

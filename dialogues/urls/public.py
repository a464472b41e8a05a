"""Addresses of dialogues for everyone."""

from django.urls import path

from dialogues.views import answering, public
from dialogues.views import thread as threads
from pledges.urls import converters  # noqa: F401  (known once read)

_ONE = "<kommun:slug>/dialoger/<int:number>/"

urlpatterns = [
    path("<kommun:slug>/dialoger/", public.dialogues, name="dialogues"),
    path("<kommun:slug>/dialoger.ics", public.calendar, name="dialogues_calendar"),
    path(_ONE, public.dialogue, name="dialogue"),
    path(f"{_ONE}dialog.ics", public.one_calendar, name="dialogue_calendar"),
    path(f"{_ONE}svara/", answering.answer, name="answer_dialogue"),
    path("<kommun:slug>/<period:period>/fran-ord-till-handling/", threads.thread, name="thread"),
    path("svar/<str:secret>/", answering.own, name="own_answer"),
    path("svar/<str:secret>/andra/", answering.change, name="change_answer"),
    path("svar/<str:secret>/ta-tillbaka/", answering.withdraw, name="withdraw_answer"),
]

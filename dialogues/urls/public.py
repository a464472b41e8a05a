"""Addresses of dialogues for everyone."""

from django.urls import path

from dialogues.answers import public_views as answer_public_views
from dialogues.calendar import public_views as calendar_public_views
from dialogues.comments import own_views
from dialogues.comments import public_views as comment_public_views
from dialogues.thread import public_views as thread_public_views
from dialogues.urls import converters  # noqa: F401  (known once read)
from pledges import converters as of_pledges  # noqa: F401  (known once read)

_TALK = "<kommun:slug>/<samtal:talk>/"
_ONE = "<kommun:slug>/dialoger/<int:number>/"

urlpatterns = [
    path("<kommun:slug>/dialoger/", calendar_public_views.dialogues, name="dialogues"),
    path("<kommun:slug>/dialoger.ics", calendar_public_views.calendar, name="dialogues_calendar"),
    path(_ONE, calendar_public_views.dialogue, name="dialogue"),
    path(f"{_ONE}dialog.ics", calendar_public_views.one_calendar, name="dialogue_calendar"),
    path(f"{_ONE}svara/", answer_public_views.answer, name="answer_dialogue"),
    path(
        "<kommun:slug>/<period:period>/fran-ord-till-handling/",
        thread_public_views.thread,
        name="thread",
    ),
    path(f"{_TALK}kommentarer/", comment_public_views.comments, name="comments"),
    path(f"{_TALK}kommentarer/<uuid:uid>/", comment_public_views.thread, name="comment_thread"),
    path(
        f"{_TALK}kommentarer/<uuid:uid>/anmal/", comment_public_views.report, name="report_comment"
    ),
    path(f"{_TALK}kommentera/", comment_public_views.write, name="write_comment"),
    path("kommentar/brev/<str:token>/", own_views.letters_confirm, name="letters_confirm"),
    path("kommentar/brev/<str:token>/av/", own_views.letters_off, name="letters_off"),
    path("kommentar/<str:secret>/", own_views.own, name="own_comment"),
    path("kommentar/<str:secret>/andra/", own_views.change, name="change_comment"),
    path("kommentar/<str:secret>/ta-tillbaka/", own_views.withdraw, name="withdraw_comment"),
    path("kommentar/<str:secret>/omprova/", own_views.appeal, name="appeal_comment"),
    path("svar/<str:secret>/", answer_public_views.own, name="own_answer"),
    path("svar/<str:secret>/andra/", answer_public_views.change, name="change_answer"),
    path("svar/<str:secret>/ta-tillbaka/", answer_public_views.withdraw, name="withdraw_answer"),
]

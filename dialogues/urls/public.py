"""Addresses of dialogues for everyone."""

from django.urls import path

from dialogues.urls import converters  # noqa: F401  (known once read)
from dialogues.views import answering, comments, own_comment, public
from dialogues.views import thread as threads
from pledges.urls import converters as of_pledges  # noqa: F401  (known once read)

_TALK = "<kommun:slug>/<samtal:talk>/"
_ONE = "<kommun:slug>/dialoger/<int:number>/"

urlpatterns = [
    path("<kommun:slug>/dialoger/", public.dialogues, name="dialogues"),
    path("<kommun:slug>/dialoger.ics", public.calendar, name="dialogues_calendar"),
    path(_ONE, public.dialogue, name="dialogue"),
    path(f"{_ONE}dialog.ics", public.one_calendar, name="dialogue_calendar"),
    path(f"{_ONE}svara/", answering.answer, name="answer_dialogue"),
    path("<kommun:slug>/<period:period>/fran-ord-till-handling/", threads.thread, name="thread"),
    path(f"{_TALK}kommentarer/", comments.comments, name="comments"),
    path(f"{_TALK}kommentarer/<uuid:uid>/", comments.thread, name="comment_thread"),
    path(f"{_TALK}kommentarer/<uuid:uid>/anmal/", comments.report, name="report_comment"),
    path(f"{_TALK}kommentera/", comments.write, name="write_comment"),
    path("kommentar/brev/<str:token>/", own_comment.letters_confirm, name="letters_confirm"),
    path("kommentar/brev/<str:token>/av/", own_comment.letters_off, name="letters_off"),
    path("kommentar/<str:secret>/", own_comment.own, name="own_comment"),
    path("kommentar/<str:secret>/andra/", own_comment.change, name="change_comment"),
    path("kommentar/<str:secret>/ta-tillbaka/", own_comment.withdraw, name="withdraw_comment"),
    path("kommentar/<str:secret>/omprova/", own_comment.appeal, name="appeal_comment"),
    path("svar/<str:secret>/", answering.own, name="own_answer"),
    path("svar/<str:secret>/andra/", answering.change, name="change_answer"),
    path("svar/<str:secret>/ta-tillbaka/", answering.withdraw, name="withdraw_answer"),
]

"""Addresses of comments for everyone, and of the links in letters."""

from django.urls import path

from dialogues import converters  # noqa: F401  (known once read)
from dialogues.comments import letter_views, public_views

_TALK = "<kommun:slug>/<samtal:talk>/"

public = [
    path(f"{_TALK}kommentarer/", public_views.comments, name="comments"),
    path(f"{_TALK}kommentarer/<uuid:uid>/", public_views.thread, name="comment_thread"),
    path(f"{_TALK}kommentarer/<uuid:uid>/anmal/", public_views.report, name="report_comment"),
    path(f"{_TALK}kommentera/", public_views.write, name="write_comment"),
    path("kommentar/brev/<str:token>/", letter_views.confirm, name="letters_confirm"),
    path("kommentar/brev/<str:token>/av/", letter_views.unsubscribe, name="letters_off"),
]

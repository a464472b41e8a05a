"""Addresses of comments for everyone, and of the links in letters."""

from django.urls import path

from dialogues import converters  # noqa: F401  (known once read)
from dialogues.comments import letter_views, public_views

_SUBJECT = "<kommun:slug>/<samtal:subject_path>/"

public = [
    path(f"{_SUBJECT}kommentarer/", public_views.comments, name="comments"),
    path(f"{_SUBJECT}kommentarer/<uuid:uid>/", public_views.thread, name="comment_thread"),
    path(f"{_SUBJECT}kommentarer/<uuid:uid>/anmal/", public_views.report, name="report_comment"),
    path(f"{_SUBJECT}kommentera/", public_views.write, name="write_comment"),
    path("kommentar/brev/<str:token>/", letter_views.confirm, name="letters_confirm"),
    path("kommentar/brev/<str:token>/av/", letter_views.unsubscribe, name="letters_off"),
]

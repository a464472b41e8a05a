"""Addresses of the thread from word to deed, for everyone and for staff."""

from django.urls import path

from dialogues.thread import public_views, views
from pledges import converters  # noqa: F401  (known once read)

public = [
    path(
        "<kommun:slug>/<period:period>/fran-ord-till-handling/", public_views.thread, name="thread"
    ),
]

workspace = [
    path("dialoger/svar/<uuid:uid>/citera/", views.quote, name="quote_submission"),
    path(
        "dialoger/svar/<uuid:uid>/citera/ta-bort/",
        views.remove_quote,
        name="remove_quote",
    ),
    path("dialoger/tradar/", views.pledges, name="threads"),
    path("dialoger/tradar/<int:pk>/", views.themes, name="thread_work"),
    path("dialoger/tradar/<int:pk>/<int:theme_pk>/", views.answer_theme, name="answer_theme"),
]

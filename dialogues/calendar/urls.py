"""Addresses of dialogues: everyone's calendar, and staff's work."""

from django.urls import path

from dialogues.calendar import public_views, views, vocabulary_views
from pledges import converters  # noqa: F401  (known once read)

_PUBLIC = "<kommun:slug>/dialoger/<int:number>/"
_STAFF = "dialoger/<int:pk>/"

public = [
    path("<kommun:slug>/dialoger/", public_views.dialogues, name="dialogues"),
    path("<kommun:slug>/dialoger.ics", public_views.calendar, name="dialogues_calendar"),
    path(_PUBLIC, public_views.dialogue, name="dialogue"),
    path(f"{_PUBLIC}dialog.ics", public_views.one_calendar, name="dialogue_calendar"),
]

workspace = [
    path("dialoger/", views.dialogues, name="dialogue_list"),
    path("dialoger/ny/", views.add, name="add_dialogue"),
    path(_STAFF, views.detail, name="dialogue_detail"),
    path(f"{_STAFF}andra/", views.change, name="change_dialogue"),
    path(f"{_STAFF}annonsera/", views.announce, name="announce_dialogue"),
    path(f"{_STAFF}stall-in/", views.call_off, name="call_off_dialogue"),
    path(f"{_STAFF}kasta/", views.delete, name="delete_dialogue"),
    path(f"{_STAFF}hort/", views.heard, name="sum_up_dialogue"),
    path("dialoger/listor/", vocabulary_views.municipalities, name="dialogue_municipalities"),
    path("dialoger/listor/<int:pk>/", vocabulary_views.lists, name="dialogue_lists"),
    path("dialoger/mottagning/<int:pk>/", vocabulary_views.reception, name="reception"),
]

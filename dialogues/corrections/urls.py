"""The address of correcting what is published, for staff."""

from django.urls import path

from dialogues.corrections import views

workspace = [
    path("dialoger/ratta/<slug:kind>/<int:pk>/", views.correct, name="correct_words"),
]

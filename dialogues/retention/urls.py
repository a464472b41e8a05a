"""Addresses of the plans for destroying what residents write, for staff."""

from django.urls import path

from dialogues.retention import views

workspace = [
    path("dialoger/gallring/", views.municipalities, name="disposal_plans"),
    path("dialoger/gallring/<int:pk>/", views.plan, name="disposal_plan"),
]

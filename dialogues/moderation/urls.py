"""Addresses of moderating comments and answering them, for staff."""

from django.urls import path

from dialogues.moderation import views

workspace = [
    path("granskning/", views.queue, name="moderation_queue"),
    path("granskning/beslut/", views.handled, name="moderation_handled"),
    path("granskning/<uuid:uid>/", views.decide, name="moderate"),
    path("kommentarer/", views.to_answer, name="comments_to_answer"),
    path("kommentarer/<uuid:uid>/", views.answer, name="answer_comment"),
]

"""Addresses for those who annex plans to pledges."""

from django.urls import path

from pledges.annexes import views

_OF_ONE = "loften/<uuid:uid>/bilagor/"

urlpatterns = [
    path(_OF_ONE, views.annexes, name="annexes"),
    path(f"{_OF_ONE}<int:pk>.pdf", views.annex_file, name="annex_file"),
    path(f"{_OF_ONE}<int:pk>/ta-bort/", views.remove, name="remove_annex"),
]

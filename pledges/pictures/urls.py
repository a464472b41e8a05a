"""Addresses for those who keep marks and pictures."""

from django.urls import path

from pledges.pictures import views

urlpatterns = [
    path("kontakt/<slug:key>/marke/", views.mark, name="mark"),
    path("kontakt/<slug:key>/marke/ta-bort/", views.remove_mark, name="remove_mark"),
]

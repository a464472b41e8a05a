"""Addresses for those who keep a party's contact."""

from django.urls import path

from pledges.contacts import views

urlpatterns = [
    path("kontakt/", views.contacts, name="contacts"),
    path("kontakt/<slug:key>/", views.change, name="change_contact"),
]

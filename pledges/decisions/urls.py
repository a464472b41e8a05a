"""Addresses for those who enter decisions about pledges."""

from django.urls import path

from pledges.decisions import views

_OF_ONE = "loften/<uuid:uid>/beslut/"

urlpatterns = [
    path(_OF_ONE, views.decisions, name="decisions"),
    path(f"{_OF_ONE}upphav/", views.annul, name="annul_pledge"),
]

"""Addresses for those who enter decisions about pledges."""

from django.urls import path

from pledges.decisions import revising_views, taking_in_views, views

_OF_ONE = "loften/<uuid:uid>/beslut/"

urlpatterns = [
    path(_OF_ONE, views.decisions, name="decisions"),
    path(f"{_OF_ONE}upphav/", views.annul, name="annul_pledge"),
    path(f"{_OF_ONE}forlang/", views.prolong, name="prolong_pledge"),
    path(f"{_OF_ONE}revidera/", revising_views.revise, name="revise_pledge"),
    path(f"{_OF_ONE}ratta-mal/", views.choose_target, name="choose_target"),
    path(f"{_OF_ONE}ratta-mal/<int:number>/", views.correct_target, name="correct_target"),
    path(f"{_OF_ONE}kalla-tillbaka/", views.call_back, name="call_pledge_back"),
    path(f"{_OF_ONE}ta-in/", taking_in_views.take_in_signed, name="take_in_signed"),
    path(f"{_OF_ONE}lagg-ned/", views.drop, name="drop_draft"),
    path(f"{_OF_ONE}ta-upp/", views.take_up, name="take_up_draft"),
    path(f"{_OF_ONE}ogiltigt/<int:number>.pdf", views.void_file, name="void_file"),
]

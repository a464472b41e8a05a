"""Addresses for those who take in pledge files."""

from django.urls import path

from pledges.pledge_import import views

urlpatterns = [path("loften/fran-fil/", views.pledge_file, name="import_pledge_file")]

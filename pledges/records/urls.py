"""Addresses of archive packages."""

from django.urls import path

from pledges.records import views

urlpatterns = [
    path("arkiv/", views.overview, name="records"),
    path("arkiv/<int:pledge>/", views.of_pledge, name="pledge_records"),
    path("arkiv/paket/<uuid:uid>/", views.package, name="archive_package"),
    path("arkiv/paket/<uuid:uid>/hamta/", views.download, name="download_archive_package"),
]

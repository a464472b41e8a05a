"""Addresses of archive packages."""

from django.urls import path

from pledges.views import records

urlpatterns = [
    path("arkiv/", records.overview, name="records"),
    path("arkiv/<int:pledge>/", records.of_pledge, name="pledge_records"),
    path("arkiv/paket/<uuid:uid>/", records.package, name="archive_package"),
    path("arkiv/paket/<uuid:uid>/hamta/", records.download, name="download_archive_package"),
]

"""Addresses of open data; `plain` have no language."""

from django.urls import path

from pledges import converters  # noqa: F401  (known once read)
from pledges.open_data import api_views, public_views

urlpatterns = [
    path("oppna-data/", public_views.open_data, name="open_data"),
]

plain = [
    path("oppna-data/alla.zip", public_views.file_of_all, name="open_data_of_all"),
    path("oppna-data/gemensamt.zip", public_views.shared_file, name="open_data_shared"),
    path("oppna-data/<kommun:slug>.zip", public_views.file, name="open_data_file"),
    path("api/v1/", api_views.index, name="api"),
    path("api/v1/openapi.json", api_views.openapi, name="api_openapi"),
    path("oppna-data/katalog.ttl", public_views.catalogue_turtle, name="catalogue_turtle"),
    path("oppna-data/katalog.rdf", public_views.catalogue_xml, name="catalogue_xml"),
    path("api/v1/<slug:name>.json", api_views.as_json, name="api_json"),
    path("api/v1/<slug:name>.csv", api_views.as_csv, name="api_csv"),
    path("api/v1/<slug:name>.xlsx", api_views.as_workbook, name="api_xlsx"),
]

"""Addresses for those who look after statistics."""

from django.urls import path

from pledges.views import statistics, statistics_links

urlpatterns = [
    path("statistik/", statistics.statistics, name="statistics"),
    path("statistik/import/", statistics.imports, name="statistics_imports"),
    path("statistik/import/mall.csv", statistics.template, name="statistics_template"),
    path("statistik/import/<uuid:uid>/", statistics.preview, name="statistics_preview"),
    path("statistik/importerat/<uuid:uid>/", statistics.imported, name="statistics_import"),
    path("statistik/indikatorer/<slug:key>/", statistics.indicator, name="change_indicator"),
    path("statistik/kopplingar/", statistics_links.links, name="statistics_links"),
    path("statistik/kopplingar/ny/<int:pledge>/", statistics_links.add, name="add_link"),
    path("statistik/kopplingar/<int:link>/ta-bort/", statistics_links.remove, name="remove_link"),
]

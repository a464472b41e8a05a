"""Addresses for those who look after statistics."""

from django.urls import path

from pledges.statistics import alias_views, link_views, views

urlpatterns = [
    path("statistik/", views.statistics, name="statistics"),
    path("statistik/import/", views.imports, name="statistics_imports"),
    path("statistik/import/mall.csv", views.template, name="statistics_template"),
    path("statistik/import/<uuid:uid>/", views.preview, name="statistics_preview"),
    path("statistik/importerat/<uuid:uid>/", views.import_detail, name="statistics_import"),
    path(
        "statistik/importerat/<uuid:uid>/ta-tillbaka/",
        views.take_back,
        name="take_back_statistics",
    ),
    path("statistik/namn/", alias_views.aliases, name="statistics_aliases"),
    path("statistik/namn/<int:alias>/ta-bort/", alias_views.remove, name="remove_alias"),
    path("statistik/indikatorer/<slug:key>/", views.indicator, name="change_indicator"),
    path("statistik/kopplingar/", link_views.links, name="statistics_links"),
    path("statistik/kopplingar/ny/<int:pledge>/", link_views.add, name="add_link"),
    path("statistik/kopplingar/<int:link>/ta-bort/", link_views.remove, name="remove_link"),
]

"""Addresses for those who record what is done, and for what is told of it."""

from django.urls import path

from pledges.actions import disclosure_views, import_views, place_views, search_views, views

urlpatterns = [
    path("insatser/", views.log, name="action_log"),
    path("insatser/ny/", views.choose, name="choose_commitment"),
    path("insatser/ny/<int:commitment>/", views.record, name="record_action"),
    path("insatser/hundsok/", search_views.searches, name="searches"),
    path("insatser/import/", import_views.imports, name="action_imports"),
    path("insatser/import/mall/<int:pledge>/", import_views.template, name="import_template"),
    path("insatser/import/<uuid:uid>/", import_views.detail, name="action_import"),
    path("insatser/import/<uuid:uid>/angra/", import_views.undo, name="undo_import"),
    path("insatser/<uuid:uid>/", views.action, name="action"),
    path("insatser/<uuid:uid>/ratta/", views.correct, name="correct_action"),
    path("insatser/<uuid:uid>/stryk/", views.strike_out, name="strike_out_action"),
    path("insatser/<uuid:uid>/aterta/", views.reinstate, name="reinstate_action"),
    path("ataganden/", disclosure_views.disclosures, name="disclosures"),
    path(
        "ataganden/<int:commitment>/offentlighet/", disclosure_views.disclosure, name="disclosure"
    ),
    path("platser/", place_views.places, name="places"),
    path("platser/ny/", place_views.add, name="add_place"),
    path("platser/lista/", place_views.add_list, name="add_places"),
    path("platser/<int:place>/", place_views.change, name="change_place"),
]

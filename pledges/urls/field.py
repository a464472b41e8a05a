"""Addresses for those who record what is done, and for what is told of it."""

from django.urls import path

from pledges.views import field, imports, openness, places, searches

urlpatterns = [
    path("insatser/", field.log, name="action_log"),
    path("insatser/ny/", field.choose, name="choose_commitment"),
    path("insatser/ny/<int:commitment>/", field.record, name="record_action"),
    path("insatser/hundsok/", searches.searches, name="searches"),
    path("insatser/import/", imports.imports, name="action_imports"),
    path("insatser/import/mall/<int:pledge>/", imports.template, name="import_template"),
    path("insatser/import/<uuid:uid>/", imports.one, name="action_import"),
    path("insatser/import/<uuid:uid>/angra/", imports.undo, name="undo_import"),
    path("insatser/<uuid:uid>/", field.action, name="action"),
    path("insatser/<uuid:uid>/ratta/", field.correct, name="correct_action"),
    path("insatser/<uuid:uid>/stryk/", field.strike_out, name="strike_out_action"),
    path("insatser/<uuid:uid>/aterta/", field.reinstate, name="reinstate_action"),
    path("ataganden/", openness.commitments, name="disclosures"),
    path("ataganden/<int:commitment>/offentlighet/", openness.disclosure, name="disclosure"),
    path("platser/", places.places, name="places"),
    path("platser/ny/", places.add, name="add_place"),
    path("platser/lista/", places.add_list, name="add_places"),
    path("platser/<int:place>/", places.change, name="change_place"),
]

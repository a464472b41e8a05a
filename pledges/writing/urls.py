"""Addresses for those who write pledges."""

from django.urls import path

from pledges.writing import act_views, adoption_views, part_views, remark_views, views

_ONE = "loften/<uuid:uid>/"
_PART = f"{_ONE}del/<slug:part>/"

urlpatterns = [
    path("loften/", views.drafts, name="drafts"),
    path("loften/nytt/", views.begin, name="begin_pledge"),
    path(_ONE, views.draft, name="draft"),
    path(f"{_ONE}forhandsvisning/", views.preview, name="draft_preview"),
    path(f"{_ONE}utkast.pdf", views.document, name="draft_document"),
    path(f"{_ONE}versioner/", views.versions, name="draft_versions"),
    path(f"{_ONE}text/", part_views.preview_text, name="preview_text"),
    path(f"{_ONE}ny/<slug:kind>/", part_views.add, name="add_part"),
    path(_PART, part_views.change, name="change_part"),
    path(f"{_PART}utkast.pdf", part_views.preview_document, name="preview_document"),
    path(f"{_PART}ta-bort/", act_views.remove, name="remove_part"),
    path(f"{_PART}aterstall/", act_views.restore, name="restore_part"),
    path(f"{_PART}flytta/", act_views.move, name="move_part"),
    path(f"{_PART}kommentera/", remark_views.remark, name="remark"),
    path(f"{_ONE}kommentarer/<int:remark>/", remark_views.settle, name="settle_remark"),
    path(f"{_ONE}granska/", adoption_views.review, name="review_draft"),
    path(f"{_ONE}godkann/", adoption_views.approve, name="approve_text"),
    path(f"{_ONE}antaget/", adoption_views.adopted, name="adopted"),
]

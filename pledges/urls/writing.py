"""Addresses for those who write pledges."""

from django.urls import path

from pledges.views import adopting, draft_acts, draft_parts, drafts

_ONE = "loften/<uuid:uid>/"
_PART = f"{_ONE}del/<slug:part>/"

urlpatterns = [
    path("loften/", drafts.drafts, name="drafts"),
    path("loften/nytt/", drafts.begin, name="begin_pledge"),
    path(_ONE, drafts.draft, name="draft"),
    path(f"{_ONE}forhandsvisning/", drafts.preview, name="draft_preview"),
    path(f"{_ONE}utkast.pdf", drafts.document, name="draft_document"),
    path(f"{_ONE}versioner/", drafts.versions, name="draft_versions"),
    path(f"{_ONE}text/", draft_parts.preview_text, name="preview_text"),
    path(f"{_ONE}ny/<slug:kind>/", draft_parts.add, name="add_part"),
    path(_PART, draft_parts.change, name="change_part"),
    path(f"{_PART}utkast.pdf", draft_parts.preview_document, name="preview_document"),
    path(f"{_PART}ta-bort/", draft_acts.remove, name="remove_part"),
    path(f"{_PART}aterstall/", draft_acts.restore, name="restore_part"),
    path(f"{_PART}flytta/", draft_acts.move, name="move_part"),
    path(f"{_PART}kommentera/", draft_acts.remark, name="remark"),
    path(f"{_ONE}kommentarer/<int:remark>/", draft_acts.settle, name="settle_remark"),
    path(f"{_ONE}granska/", adopting.review, name="review_draft"),
    path(f"{_ONE}godkann/", adopting.approve, name="approve_text"),
    path(f"{_ONE}antaget/", adopting.adopted, name="adopted"),
]

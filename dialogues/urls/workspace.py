"""Addresses of dialogues for staff."""

from django.urls import path

from dialogues.analysis import views as analysis_views
from dialogues.answers import paper_views
from dialogues.calendar import views as calendar_views
from dialogues.calendar import vocabulary_views
from dialogues.moderation import views as moderation_views
from dialogues.retention import views as retention_views
from dialogues.thread import views as thread_views

urlpatterns = [
    path("dialoger/", calendar_views.dialogues, name="dialogue_list"),
    path("dialoger/ny/", calendar_views.add, name="add_dialogue"),
    path("dialoger/<int:dialogue>/", calendar_views.work, name="dialogue_work"),
    path("dialoger/<int:dialogue>/andra/", calendar_views.change, name="change_dialogue"),
    path("dialoger/<int:dialogue>/annonsera/", calendar_views.announce, name="announce_dialogue"),
    path("dialoger/<int:dialogue>/stall-in/", calendar_views.call_off, name="call_off_dialogue"),
    path("dialoger/<int:dialogue>/kasta/", calendar_views.delete, name="delete_dialogue"),
    path("dialoger/<int:dialogue>/hort/", calendar_views.heard, name="sum_up_dialogue"),
    path("dialoger/<int:dialogue>/svar/", calendar_views.submissions, name="submissions"),
    path("dialoger/<int:dialogue>/svar/nytt/", calendar_views.write_in, name="write_in"),
    path("dialoger/svar/<uuid:uid>/citera/", thread_views.quote, name="quote_submission"),
    path("dialoger/<int:dialogue>/svar/fil/", analysis_views.export, name="export_submissions"),
    path("dialoger/<int:dialogue>/svar/import/", paper_views.choose, name="paper_file"),
    path("dialoger/<int:dialogue>/svar/import/mall/", paper_views.template, name="paper_template"),
    path("dialoger/<int:dialogue>/koda/", analysis_views.code, name="code_submissions"),
    path("dialoger/<int:dialogue>/analys/", analysis_views.analysis, name="analysis"),
    path("dialoger/jamfor/<int:municipality>/", analysis_views.compare, name="compare_dialogues"),
    path("dialoger/gallring/", retention_views.municipalities, name="disposal_plans"),
    path("dialoger/gallring/<int:municipality>/", retention_views.plan, name="disposal_plan"),
    path("dialoger/sok/", analysis_views.search, name="search_submissions"),
    path("dialoger/tradar/", thread_views.pledges, name="threads"),
    path("dialoger/tradar/<int:pledge>/", thread_views.themes, name="thread_work"),
    path(
        "dialoger/tradar/<int:pledge>/<int:theme>/", thread_views.answer_theme, name="answer_theme"
    ),
    path("dialoger/listor/", vocabulary_views.municipalities, name="dialogue_municipalities"),
    path("dialoger/listor/<int:municipality>/", vocabulary_views.lists, name="dialogue_lists"),
    path("dialoger/mottagning/<int:municipality>/", vocabulary_views.reception, name="reception"),
    path("granskning/", moderation_views.queue, name="moderation_queue"),
    path("granskning/beslut/", moderation_views.handled, name="moderation_handled"),
    path("granskning/<uuid:uid>/", moderation_views.decide, name="moderate"),
    path("kommentarer/", moderation_views.to_answer, name="comments_to_answer"),
    path("kommentarer/<uuid:uid>/", moderation_views.answer, name="answer_comment"),
]

"""Addresses of dialogues for staff."""

from django.urls import path

from dialogues.views import analysis, disposal, lists, moderating, paper_files, staff, threading

urlpatterns = [
    path("dialoger/", staff.dialogues, name="dialogue_list"),
    path("dialoger/ny/", staff.add, name="add_dialogue"),
    path("dialoger/<int:dialogue>/", staff.work, name="dialogue_work"),
    path("dialoger/<int:dialogue>/andra/", staff.change, name="change_dialogue"),
    path("dialoger/<int:dialogue>/annonsera/", staff.announce, name="announce_dialogue"),
    path("dialoger/<int:dialogue>/stall-in/", staff.call_off, name="call_off_dialogue"),
    path("dialoger/<int:dialogue>/kasta/", staff.delete, name="delete_dialogue"),
    path("dialoger/<int:dialogue>/hort/", staff.heard, name="sum_up_dialogue"),
    path("dialoger/<int:dialogue>/svar/", staff.submissions, name="submissions"),
    path("dialoger/<int:dialogue>/svar/nytt/", staff.write_in, name="write_in"),
    path("dialoger/svar/<uuid:uid>/citera/", threading.quote, name="quote_submission"),
    path("dialoger/<int:dialogue>/svar/fil/", analysis.export, name="export_submissions"),
    path("dialoger/<int:dialogue>/svar/import/", paper_files.choose, name="paper_file"),
    path("dialoger/<int:dialogue>/svar/import/mall/", paper_files.template, name="paper_template"),
    path("dialoger/<int:dialogue>/koda/", analysis.code, name="code_submissions"),
    path("dialoger/<int:dialogue>/analys/", analysis.analysis, name="analysis"),
    path("dialoger/jamfor/<int:municipality>/", analysis.compare, name="compare_dialogues"),
    path("dialoger/gallring/", disposal.municipalities, name="disposal_plans"),
    path("dialoger/gallring/<int:municipality>/", disposal.plan, name="disposal_plan"),
    path("dialoger/sok/", analysis.search, name="search_submissions"),
    path("dialoger/tradar/", threading.pledges, name="threads"),
    path("dialoger/tradar/<int:pledge>/", threading.themes, name="thread_work"),
    path("dialoger/tradar/<int:pledge>/<int:theme>/", threading.answer_theme, name="answer_theme"),
    path("dialoger/listor/", lists.municipalities, name="dialogue_municipalities"),
    path("dialoger/listor/<int:municipality>/", lists.lists, name="dialogue_lists"),
    path("dialoger/mottagning/<int:municipality>/", lists.reception, name="reception"),
    path("granskning/", moderating.queue, name="moderation_queue"),
    path("granskning/beslut/", moderating.handled, name="moderation_handled"),
    path("granskning/<uuid:uid>/", moderating.decide, name="moderate"),
    path("kommentarer/", moderating.to_answer, name="comments_to_answer"),
    path("kommentarer/<uuid:uid>/", moderating.answer, name="answer_comment"),
]

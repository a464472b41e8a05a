"""Addresses for those who follow up pledges."""

from django.urls import path

from pledges.follow_ups import closing_views, views

_FOLLOW_UP = "uppfoljningar/<uuid:uid>/"

urlpatterns = [
    path("uppfoljningar/", views.follow_ups, name="follow_ups"),
    path("uppfoljningar/ny/<int:pledge>/", views.open_follow_up, name="open_follow_up"),
    path("uppfoljningar/plan/<int:pledge>/", views.plan, name="follow_up_plan"),
    path(_FOLLOW_UP, views.work, name="follow_up_work"),
    path(f"{_FOLLOW_UP}inledning/", views.introduce, name="introduce_follow_up"),
    path(f"{_FOLLOW_UP}ataganden/<int:number>/", views.assess, name="assess"),
    path(f"{_FOLLOW_UP}ovriga/", views.leave_the_rest, name="leave_the_rest"),
    path(f"{_FOLLOW_UP}lamna/", views.submit_for_review, name="submit_follow_up"),
    path(f"{_FOLLOW_UP}ta-tillbaka/", views.take_back, name="take_back_follow_up"),
    path(f"{_FOLLOW_UP}godkann/", views.approve, name="approve_follow_up"),
    path(f"{_FOLLOW_UP}publicera/", views.publish, name="publish_follow_up"),
    path(f"{_FOLLOW_UP}kasta/", views.withdraw, name="withdraw_follow_up"),
    path(f"{_FOLLOW_UP}ratta/", views.correct, name="correct_follow_up"),
    path("redovisning/", closing_views.periods, name="open_periods"),
    path(
        "redovisning/<int:commitment>/<dag:first_day>/klar/",
        closing_views.close,
        name="close_period",
    ),
    path("redovisning/<int:pk>/oppna/", closing_views.undo, name="undo_closing"),
]

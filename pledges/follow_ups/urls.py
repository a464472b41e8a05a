"""Addresses for those who follow up pledges."""

from django.urls import path

from pledges.follow_ups import views

_ONE = "uppfoljningar/<uuid:uid>/"

urlpatterns = [
    path("uppfoljningar/", views.follow_ups, name="follow_ups"),
    path("uppfoljningar/ny/<int:pledge>/", views.open_one, name="open_follow_up"),
    path("uppfoljningar/plan/<int:pledge>/", views.plan, name="follow_up_plan"),
    path(_ONE, views.work, name="follow_up_work"),
    path(f"{_ONE}inledning/", views.introduce, name="introduce_follow_up"),
    path(f"{_ONE}ataganden/<int:number>/", views.assess, name="assess"),
    path(f"{_ONE}lamna/", views.submit, name="submit_follow_up"),
    path(f"{_ONE}ta-tillbaka/", views.take_back, name="take_back_follow_up"),
    path(f"{_ONE}godkann/", views.approve, name="approve_follow_up"),
    path(f"{_ONE}publicera/", views.publish, name="publish_follow_up"),
    path(f"{_ONE}kasta/", views.withdraw, name="withdraw_follow_up"),
    path(f"{_ONE}ratta/", views.correct, name="correct_follow_up"),
]

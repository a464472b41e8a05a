"""Addresses for those who follow up pledges."""

from django.urls import path

from pledges.views import follow_up

_ONE = "uppfoljningar/<uuid:uid>/"

urlpatterns = [
    path("uppfoljningar/", follow_up.follow_ups, name="follow_ups"),
    path("uppfoljningar/ny/<int:pledge>/", follow_up.open_one, name="open_follow_up"),
    path("uppfoljningar/plan/<int:pledge>/", follow_up.plan, name="follow_up_plan"),
    path(_ONE, follow_up.work, name="follow_up_work"),
    path(f"{_ONE}inledning/", follow_up.introduce, name="introduce_follow_up"),
    path(f"{_ONE}ataganden/<int:number>/", follow_up.assess, name="assess"),
    path(f"{_ONE}lamna/", follow_up.submit, name="submit_follow_up"),
    path(f"{_ONE}ta-tillbaka/", follow_up.take_back, name="take_back_follow_up"),
    path(f"{_ONE}godkann/", follow_up.approve, name="approve_follow_up"),
    path(f"{_ONE}publicera/", follow_up.publish, name="publish_follow_up"),
    path(f"{_ONE}kasta/", follow_up.withdraw, name="withdraw_follow_up"),
    path(f"{_ONE}ratta/", follow_up.correct, name="correct_follow_up"),
]

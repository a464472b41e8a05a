"""Addresses of the operator's pages of the queue."""

from django.urls import path

from pledge_portal.queue import views

urlpatterns = [
    path("", views.jobs, name="jobs"),
    path("<int:job>/kor-om/", views.run_job_again, name="run_job_again"),
    path("<int:job>/ta-bort/", views.remove_job, name="remove_job"),
]

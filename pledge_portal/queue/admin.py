"""Jobs are looked after on a page of their own, so the administration doesn't show them."""

from django.contrib import admin
from procrastinate.contrib.django.models import ProcrastinateJob

admin.site.unregister(ProcrastinateJob)

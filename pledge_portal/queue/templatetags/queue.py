"""What the workspace tells of the queue."""

from django import template

from pledge_portal.queue.operator_acts import failed_jobs

register = template.Library()


@register.simple_tag
def number_of_failed_jobs() -> int:
    """Return how many jobs are tried no more."""
    return failed_jobs().count()

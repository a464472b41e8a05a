"""What the pledge document's template needs."""

from django import template

from pledge_portal.pages.markdown import markdown_to_html

register = template.Library()

# {{ section.text|markdown_for_print:3 }} begins its headings at h3.
register.filter("markdown_for_print", markdown_to_html)

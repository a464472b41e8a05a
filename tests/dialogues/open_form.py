"""Filling in forms that anyone may send, as a browser does."""

from __future__ import annotations

import hashlib
import html
import re
from typing import Any

import time_machine
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from pledge_portal.pages.open_forms import WORK_BITS, is_worked


def hidden(response: HttpResponse) -> dict[str, str]:
    """Return the names and values of the form's hidden fields."""
    page = response.content.decode()
    with_scripts = re.sub("<noscript>.*?</noscript>", "", page, flags=re.DOTALL)
    fields = re.findall(r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?', with_scripts)
    return {name: html.unescape(value) for name, value in fields}


def work_for(note: str) -> str:
    """Return a proof of work, as the script makes it."""
    number = 0
    while True:
        digest = hashlib.sha256(f"{note}:{number}".encode()).digest()
        if int.from_bytes(digest[:4], "big") >> (32 - WORK_BITS) == 0:
            assert is_worked(note, str(number))
            return str(number)
        number += 1


def fetched(client: Client, address: str, *, age: float = 10, works: bool = True) -> dict[str, str]:
    """Fetch the form some seconds ago; return its hidden fields.

    With `works`, the proof of work is done.
    """
    before = timezone.now().timestamp() - age
    with time_machine.travel(before, tick=False):
        fields = hidden(client.get(address))
    if works:
        fields["work"] = work_for(fields["fetched"])
    return fields


def send(client: Client, address: str, *, age: float = 10, **said: Any) -> HttpResponse:
    """Fetch a form, fill it in and send it, as a browser with scripts does."""
    return client.post(address, {**fetched(client, address, age=age), **said})

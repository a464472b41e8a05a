"""Run pyHanko where an event loop is running already.

It runs a loop of its own, which Python forbids there.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def run_without_loop(function: Callable[[], Result]) -> Result:
    """Do `function` here, or in a thread when a loop is running in this one."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return function()
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(function).result()

"""Less work for Python's garbage collector.

The hundreds of thousands of objects that collecting the tests leaves are there to the end, so they
are looked through no more; and what a request makes is mostly gone before it is looked for.
"""

import gc

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Leave what is there now out of all collections to come."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)

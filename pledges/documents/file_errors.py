"""Tell errors that a broken file causes from errors of our own.

The libraries that read PDF files have types of their own for what is broken, but they also stumble
over hostile files with Python's plain ones: a number where a list should be is a TypeError. So do
the portal's own faults, and a library that was exchanged for one that doesn't fit. A plain error
counts as the file's only when it was raised inside a library that reads files. Everything else is
unforeseen, and must never be told as a fault of the file.

The types in PLAIN are those that attacks and random changes to signed files have been seen to
cause.
"""

import sys
import traceback

PLAIN = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    # What is written as a number and is none: decimal.InvalidOperation.
    ArithmeticError,
    # What is nested without end.
    RecursionError,
)

_READERS = frozenset({"asn1crypto", "lxml", "pikepdf", "pyhanko", "pyhanko_certvalidator"})


def is_ours(error: Exception) -> bool:
    """Return whether a plain error was raised by anything but a reader."""
    if not isinstance(error, PLAIN):
        return False
    modules = [
        frame.f_globals.get("__name__", "").partition(".")[0]
        for frame, _line in traceback.walk_tb(error.__traceback__)
    ]
    outside = [module for module in modules if module not in sys.stdlib_module_names]
    return not outside or outside[-1] not in _READERS


def described(error: BaseException) -> dict[str, str]:
    """Return an error's type and place, for the log.

    The place is modules, lines and functions from the outside in. Nothing of the message, which may
    hold what a stranger wrote in a file.
    """
    place = " > ".join(
        f"{frame.f_globals.get('__name__', '?')}:{line} {frame.f_code.co_name}"
        for frame, line in traceback.walk_tb(error.__traceback__)
    )
    return {"unforeseen": f"{type(error).__module__}.{type(error).__qualname__}", "place": place}

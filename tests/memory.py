"""How much memory a portal takes."""

import psutil


def megabytes_of(portal: int) -> float:
    """Return the memory of a process and all that it started, in megabytes.

    Counted as PSS: what several processes share is shared out among them, and so counts once.
    """
    first = psutil.Process(portal)
    processes = [first, *first.children(recursive=True)]
    return sum(process.memory_full_info().pss for process in processes) / 1_000_000

"""The portal's processes share what they have loaded."""

from tests.memory import megabytes_of
from tests.operations.conftest import BY_PROXY, OperatedPortal


def test_all_processes_together_take_little_memory(operated: OperatedPortal) -> None:
    for address in ("/", "/alvsbyn/", "/alvsbyn/2023-2025/", "/alvsbyn/statistik/", "/logga-in/"):
        assert operated.get(address, BY_PROXY | {"Host": "localhost"}).status == 200
    # Some 200 of them; each process with a copy of its own would take over 400.
    assert megabytes_of(operated.process) < 300

"""The health page while drivers are at work."""

import socket
from types import SimpleNamespace

from edge_agent.health import Health
from edge_agent.supervisor import ReaderHealth


def test_a_reader_whose_driver_holds_a_socket_can_be_shown() -> None:
    with socket.socket() as line:
        reader = ReaderHealth("portique", "llrp", "tcp://10.0.0.9:5084")
        reader.counted_by(SimpleNamespace(dropped=3, line=line))  # type: ignore[arg-type]
        health = Health(
            store="LYO1", device="LYO1-A", program="1", at_ms=1, head=0, inbox=0,
            dropped_reads=0, failed_messages=0, storage="", broker="", feeds={}, readers=(reader,),
        )  # fmt: skip
        (shown,) = health.as_json()["readers"]
    assert (shown["name"], shown["dropped"]) == ("portique", 3)

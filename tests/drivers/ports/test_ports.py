"""One suite for all byte ports: TCP, TLS, memory, serial over a pseudo-terminal."""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from drivers.errors import Disconnected, NotFound
from drivers.ports import Port
from drivers.ports.memory import joined
from drivers.ports.serial_port import SerialPort
from drivers.ports.tcp_port import TcpPort


class Ends(NamedTuple):
    """Both ends of a line, open."""

    ours: Port
    theirs: Port


def tcp_ends() -> Iterator[Ends]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        ours = TcpPort("127.0.0.1", server.getsockname()[1])
        ours.open()
        theirs = TcpPort.accepted(server.accept()[0])
    yield Ends(ours, theirs)
    ours.close()
    theirs.close()


def memory_ends() -> Iterator[Ends]:
    ours, theirs = joined()
    ours.open()
    theirs.open()
    yield Ends(ours, theirs)
    ours.close()
    theirs.close()


def serial_ends(folder: Path) -> Iterator[Ends]:
    from drivers.ports.pty_line import PtyLine

    theirs = PtyLine(folder / "ttyTwin")
    theirs.open()
    ours = SerialPort(str(theirs.path))
    ours.open()
    yield Ends(ours, theirs)
    ours.close()
    theirs.close()


POSIX = pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals are POSIX")


@pytest.fixture(params=["tcp", "memory", pytest.param("serial", marks=POSIX)])
def ends(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ends]:
    if request.param == "serial":
        yield from serial_ends(tmp_path)
    else:
        yield from {"tcp": tcp_ends, "memory": memory_ends}[request.param]()


def read_all(port: Port, size: int) -> bytes:
    data, deadline = b"", time.monotonic() + 5.0
    while len(data) < size and time.monotonic() < deadline:
        data += port.read(0.2)
    return data


def test_bytes_go_both_ways(ends: Ends) -> None:
    ends.ours.write(b"\x00ping\xff\r\n")
    assert read_all(ends.theirs, 8) == b"\x00ping\xff\r\n"
    ends.theirs.write(b"pong\x11\x13")
    assert read_all(ends.ours, 6) == b"pong\x11\x13"


def test_silence_is_empty_and_keeps_its_time(ends: Ends) -> None:
    started = time.monotonic()
    assert ends.ours.read(0.1) == b""
    assert 0.05 < time.monotonic() - started < 0.6
    assert ends.ours.read(0.0) == b""


def test_a_large_piece_arrives_whole(ends: Ends) -> None:
    data = bytes(range(256)) * 400
    writer = threading.Thread(target=ends.theirs.write, args=(data, 5.0))
    writer.start()
    assert read_all(ends.ours, len(data)) == data
    writer.join(5.0)


def test_the_other_end_gone_is_disconnected(ends: Ends) -> None:
    ends.theirs.write(b"last words")
    assert read_all(ends.ours, 10) == b"last words"
    ends.theirs.close()
    with pytest.raises(Disconnected):
        read_all(ends.ours, 1)


def test_a_closed_port_is_disconnected_and_closing_twice_is_fine(ends: Ends) -> None:
    ends.ours.close()
    ends.ours.close()
    calls: list[Callable[[], object]] = [lambda: ends.ours.read(0.0), lambda: ends.ours.write(b"x")]
    for call in calls:
        with pytest.raises(Disconnected, match=r"not open|isn't open"):
            call()


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = TcpPort("127.0.0.1", server.getsockname()[1])
    with pytest.raises(Disconnected, match="no answer"):
        port.open()


def test_no_such_serial_port(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="plugged in"):
        SerialPort(str(tmp_path / "ttyNone")).open()


def test_a_peer_that_takes_no_data_is_disconnected() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        ours = TcpPort("127.0.0.1", server.getsockname()[1])
        ours.open()
        connection, _ = server.accept()
        with connection, pytest.raises(Disconnected, match="takes no data"):
            ours.write(bytes(1 << 26), timeout=0.1)
        ours.close()

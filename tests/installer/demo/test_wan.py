"""The line to head office: passes bytes on, breaks when it is cut, serves again when it is mended."""

import socket
import threading
from collections.abc import Iterator

import pytest

from installer.demo.wan import Wan


@pytest.fixture
def echo() -> Iterator[int]:
    """A server that sends everything back; its port."""
    server = socket.create_server(("127.0.0.1", 0))
    links: list[socket.socket] = []

    def serve(link: socket.socket) -> None:
        with link:
            while data := _read(link):
                link.sendall(data)

    def accept() -> None:
        while True:
            try:
                link, _ = server.accept()
            except OSError:
                return
            links.append(link)
            threading.Thread(target=serve, args=(link,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield server.getsockname()[1]
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    for link in links:
        link.close()


def _read(link: socket.socket) -> bytes:
    try:
        return link.recv(100)
    except OSError:
        return b""


@pytest.fixture
def wan(echo: int) -> Iterator[Wan]:
    line = Wan(echo).start()
    yield line
    line.stop()


def _say(wan: Wan, text: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", wan.port), timeout=5) as link:
        link.sendall(text)
        return _read(link)


def test_bytes_go_there_and_back(wan: Wan) -> None:
    assert _say(wan, b"bonjour") == b"bonjour"


def test_a_cut_breaks_what_is_open_and_serves_nobody_new(wan: Wan) -> None:
    with socket.create_connection(("127.0.0.1", wan.port), timeout=5) as link:
        link.sendall(b"1")
        assert _read(link) == b"1"
        wan.cut()
        assert _read(link) == b""
    assert wan.is_cut
    assert _say(wan, b"2") == b""


def test_a_mended_line_serves_again(wan: Wan) -> None:
    wan.cut()
    wan.mend()
    assert _say(wan, b"again") == b"again"

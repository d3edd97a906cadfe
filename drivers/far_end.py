"""The device's side of a byte stream, for twins: a TCP server that one program at a time talks to.

A twin gives callables for bytes and for a new link and is handed each piece on the link's own thread. The same
face over a pseudo-terminal is in ``far_end_pty``, which is for POSIX only.
"""

import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Protocol

_TICK = 0.1


class FarEnd(Protocol):
    """What a twin speaks through. ``url`` is what the driver opens."""

    @property
    def url(self) -> str: ...
    @property
    def linked(self) -> bool: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...
    def send(self, data: bytes) -> None: ...
    def drop_link(self) -> None: ...


class TcpFarEnd:
    """A TCP server on 127.0.0.1; a second program takes the link over from the first."""

    def __init__(
        self, on_bytes: Callable[[bytes], None], *, port: int = 0, on_link: Callable[[], None] | None = None
    ) -> None:
        self._on_bytes = on_bytes
        self._on_link = on_link
        self._server = socket.create_server(("127.0.0.1", port))
        self._server.settimeout(_TICK)
        self.port: int = self._server.getsockname()[1]
        self._link: socket.socket | None = None
        self._lock = threading.Lock()
        self._linked = threading.Event()
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    @property
    def url(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    @property
    def linked(self) -> bool:
        return self._linked.is_set()

    def start(self) -> None:
        thread = threading.Thread(target=self._accept, name=f"far-end-{self.port}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self.drop_link()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(5)
        self._server.close()

    def send(self, data: bytes) -> None:
        """Send to whoever is connected; without a link the bytes are lost, as on a real wire."""
        with self._lock:
            link = self._link
        if link is not None:
            with contextlib.suppress(OSError):
                link.sendall(data)

    def drop_link(self) -> None:
        """Cut the connection, as a pulled plug does; the next one is accepted."""
        with self._lock:
            link, self._link = self._link, None
            self._linked.clear()
        _close(link)

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                link, _ = self._server.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            link.settimeout(_TICK)
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                old, self._link = self._link, link
                self._linked.set()
            _close(old)
            self._threads = [thread for thread in self._threads if thread.is_alive()]
            thread = threading.Thread(target=self._read, args=(link,), name=f"far-end-{self.port}-link", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _read(self, link: socket.socket) -> None:
        if self._on_link is not None:
            self._on_link()
        while not self._stopping.is_set():
            try:
                data = link.recv(65536)
            except TimeoutError:
                continue
            except OSError:
                break
            if not data:
                break
            self._on_bytes(data)
        with self._lock:
            if self._link is link:
                self._link = None
                self._linked.clear()
        _close(link)


def _close(link: socket.socket | None) -> None:
    if link is not None:
        with contextlib.suppress(OSError):
            link.shutdown(socket.SHUT_RDWR)
        link.close()

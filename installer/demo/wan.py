"""The line between the store and head office: a TCP relay that can be cut and mended while both ends go on."""

import contextlib
import socket
import threading
from typing import Final

_TICK_S: Final = 0.2
_CHUNK: Final = 65_536


class Wan:
    """Listens on 127.0.0.1 and passes bytes on to ``target``. While cut, links break and no new one is served."""

    def __init__(self, target: int, port: int = 0) -> None:
        self._target = target
        self._server = socket.create_server(("127.0.0.1", port))
        self._server.settimeout(_TICK_S)
        self.port: int = self._server.getsockname()[1]
        self._cut = threading.Event()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._links: set[socket.socket] = set()
        self._accepting = threading.Thread(target=self._accept, name="wan", daemon=True)

    def start(self) -> "Wan":
        """Pass bytes on."""
        self._accepting.start()
        return self

    def cut(self) -> None:
        """The line is dead: what is under way is lost."""
        self._cut.set()
        self._drop_all()

    def mend(self) -> None:
        """The line is back."""
        self._cut.clear()

    @property
    def is_cut(self) -> bool:
        return self._cut.is_set()

    def stop(self) -> None:
        """End it."""
        self._stopping.set()
        self._drop_all()
        self._accepting.join(5)
        self._server.close()

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                near, _ = self._server.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            if self._cut.is_set():
                near.close()
                continue
            self._join(near)

    def _join(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(("127.0.0.1", self._target), timeout=2)
        except OSError:
            near.close()
            return
        for link in (near, far):
            link.settimeout(_TICK_S)
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._links |= {near, far}
        for source, sink in ((near, far), (far, near)):
            threading.Thread(target=self._pass_on, args=(source, sink), name="wan-link", daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while not self._stopping.is_set() and not self._cut.is_set():
                try:
                    data = source.recv(_CHUNK)
                except TimeoutError:
                    continue
                if not data:
                    break
                sink.settimeout(5.0)
                sink.sendall(data)
                sink.settimeout(_TICK_S)
        except OSError:
            pass
        finally:
            self._drop(source, sink)

    def _drop(self, *links: socket.socket) -> None:
        with self._lock:
            self._links -= set(links)
        for link in links:
            with contextlib.suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)
            link.close()

    def _drop_all(self) -> None:
        with self._lock:
            links = list(self._links)
        self._drop(*links)

"""A reader twin's end of a serial line or TCP connection: accepts, reads, answers, and loses its cable when told.

``place`` is the path of a pseudo-terminal (POSIX only) or a TCP port (0: chosen at start).
"""

import contextlib
import socket
import threading
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Final

from drivers.errors import DeviceError
from drivers.framing import Framer
from drivers.ports import Port
from drivers.ports.tcp_port import TcpPort
from drivers.rfid.physics import RadioModel
from drivers.rfid.twins.field import TagField, TwinFace

_TICK_S: Final = 0.02


class LineTwin(TwinFace, ABC):
    """One thread that owns the line; a twin of a kind says what it answers and what it sends by itself."""

    def __init__(self, place: Path | int = 0, *, rate: float = 20.0, radio: RadioModel | None = None) -> None:
        super().__init__(TagField(rate, radio=radio))
        self.silent = False
        """it hears, and answers nothing"""
        self._place = place
        self._server: socket.socket | None = None
        self._line: Port | None = None
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where the driver finds it."""
        return f"serial://{self._place}" if isinstance(self._place, Path) else f"tcp://127.0.0.1:{self._place}"

    @abstractmethod
    def _ears(self) -> Framer:
        """What cuts commands out of bytes."""

    @abstractmethod
    def _answer(self, command: bytes) -> bytes:
        """The device's answer to a whole command frame."""

    def _on_link(self) -> None:
        """Somebody plugged in. A device with power of its own goes on as it was."""
        return

    def _unasked(self) -> bytes:
        """What the device sends by itself right now."""
        return b""

    def start(self) -> None:
        """Stand on the line."""
        self._stopping.clear()
        if isinstance(self._place, int):
            self._server = socket.create_server(("127.0.0.1", self._place))
            self._server.settimeout(0.1)
            self._place = self._server.getsockname()[1]
        else:
            self._make_line()
        self._thread = threading.Thread(target=self._run, name=f"{type(self).__name__}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Gone."""
        self._stopping.set()
        self.drop_link()
        if self._thread is not None:
            self._thread.join(5.0)
        self.drop_link()
        if self._server is not None:
            self._server.close()

    def drop_link(self) -> None:
        """The cable is pulled; it is put back at once."""
        with self._lock:
            line, self._line = self._line, None
        if line is not None:
            line.close()

    def send_garbage(self, data: bytes) -> None:
        """Noise on the line, or any bytes a test wants there."""
        self._send(data)

    def _send(self, data: bytes) -> None:
        with self._lock, contextlib.suppress(DeviceError):
            if self._line is not None:
                self._line.write(data)

    def _make_line(self) -> None:
        if isinstance(self._place, Path):
            from drivers.ports.pty_line import PtyLine  # POSIX only

            line: Port = PtyLine(self._place)
            line.open()
        else:
            assert self._server is not None
            line = TcpPort.accepted(self._server.accept()[0])
        with self._lock:
            self._line = line
        self._on_link()

    def _run(self) -> None:
        ears = self._ears()
        while not self._stopping.is_set():
            try:
                if self._line is None:
                    ears = self._ears()
                    self._make_line()
                self._serve(ears)
            except TimeoutError:
                continue
            except DeviceError:
                self.drop_link()

    def _serve(self, ears: Framer) -> None:
        line = self._line
        if line is None:
            return
        said = [self._answer(command) for command in ears.feed(line.read(_TICK_S))]
        said.append(self._unasked())
        with self._lock:
            if self._line is line and not self.silent and any(said):
                line.write(b"".join(said))

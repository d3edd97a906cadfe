"""A simulated HID-POS scanner on a SEQPACKET socket: whole reports, as hidraw gives them. Linux only.

The kernel's side of a real device (UHID) needs root; a socket that keeps reports apart is the same to the driver.
"""

import contextlib
import os
import socket
import tempfile
import threading
from pathlib import Path

from drivers.scanners import hid_pos
from drivers.scanners.hid_descriptor import ScanLayout
from drivers.scanners.lines import Code

_TICK_S = 0.1


class HidTwin:
    """The scanner's side. ``path`` is where the socket stands; by default in a folder of its own."""

    def __init__(self, path: Path | None = None, *, layout: ScanLayout | None = None) -> None:
        self._folder = None if path else tempfile.TemporaryDirectory(prefix="hid-")
        self._path = path or Path(self._folder.name if self._folder else "") / "scanner"
        self._layout = layout
        self._server: socket.socket | None = None
        self._link: socket.socket | None = None
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """What the driver opens."""
        return f"hid://{self._path}"

    @property
    def linked(self) -> bool:
        return self._link is not None

    def start(self) -> None:
        self._stopping.clear()
        self._server = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._server.bind(str(self._path))
        self._server.listen(1)
        self._server.settimeout(_TICK_S)
        self._thread = threading.Thread(target=self._accept, name="hid-twin", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(5)
        self.drop_link()
        if self._server is not None:
            self._server.close()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._path)
        if self._folder is not None:
            self._folder.cleanup()

    def scan(self, text: str, aim: str = "") -> None:
        """Somebody scans one code; long ones go in several reports."""
        for report in hid_pos.encode(Code(text, aim), self._layout):
            self.send_garbage(report)

    def send_garbage(self, data: bytes) -> None:
        """One report of any bytes."""
        with self._lock, contextlib.suppress(OSError):
            if self._link is not None:
                self._link.send(data)

    def drop_link(self) -> None:
        """The plug is pulled; it is put back at once."""
        with self._lock:
            link, self._link = self._link, None
        if link is not None:
            link.close()

    def _accept(self) -> None:
        while not self._stopping.is_set() and self._server is not None:
            try:
                link, _ = self._server.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            self.drop_link()
            with self._lock:
                self._link = link

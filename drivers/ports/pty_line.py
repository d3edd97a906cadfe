"""POSIX only: a pseudo-terminal that stands in for a serial line, for twins of serial devices.

``path`` is a link that stays the same when the line is cut and made again, as udev's names do for real devices.
"""

import contextlib
import os
import pty
import select
import termios
import tty
from pathlib import Path

from drivers.errors import Disconnected


class PtyLine:
    """The device's end of a serial line; a Port."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.label = f"pty {path}"
        self._master = -1
        self._slave = -1

    def open(self) -> None:
        """Make the line; ``serial://<path>`` opens its other end."""
        self.close()
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave, termios.TCSANOW)
        os.set_blocking(self._master, False)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            self.path.unlink()
        self.path.symlink_to(os.ttyname(self._slave))

    def read(self, timeout: float) -> bytes:
        """What the program at the other end wrote; ``b""`` after ``timeout`` seconds."""
        if self._master < 0:
            raise Disconnected(f"{self.label}: cut")
        try:
            if not select.select([self._master], [], [], max(timeout, 0.0))[0]:
                return b""
            return os.read(self._master, 65536)
        except (BlockingIOError, InterruptedError):
            return b""
        except (OSError, ValueError) as error:
            raise Disconnected(f"{self.label}: {error}") from error

    def write(self, data: bytes, timeout: float = 2.0) -> None:
        """Send everything within ``timeout`` seconds."""
        rest = data
        while rest:
            if self._master < 0 or not select.select([], [self._master], [], timeout)[1]:
                raise Disconnected(f"{self.label}: takes no data")
            try:
                rest = rest[os.write(self._master, rest) :]
            except OSError as error:
                raise Disconnected(f"{self.label}: {error}") from error

    def close(self) -> None:
        """Cut the line: the program at the other end sees the cable pulled. Idempotent."""
        with contextlib.suppress(FileNotFoundError):
            self.path.unlink()
        master, self._master = self._master, -1
        slave, self._slave = self._slave, -1
        for end in (master, slave):
            if end >= 0:
                os.close(end)

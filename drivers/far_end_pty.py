"""The device's side of a serial line over a pseudo-terminal. POSIX only; import it where that is known."""

import contextlib
import os
import select
import sys
import threading
from collections.abc import Callable

if sys.platform != "win32":
    import tty

    class PtyFarEnd:
        """A pseudo-terminal whose far side is ours; ``url`` names the side that a serial driver opens."""

        def __init__(self, on_bytes: Callable[[bytes], None], *, baud: int = 9600) -> None:
            self._on_bytes = on_bytes
            self._baud = baud
            self._ours, self._theirs = os.openpty()
            tty.setraw(self._theirs)
            os.set_blocking(self._ours, False)
            self._path = os.ttyname(self._theirs)
            self._wake_read, self._wake_write = os.pipe()
            self._thread = threading.Thread(target=self._read, name=f"far-end-{self._path}", daemon=True)

        @property
        def url(self) -> str:
            return f"serial://{self._path}?baud={self._baud}"

        @property
        def linked(self) -> bool:
            return self._ours >= 0

        def start(self) -> None:
            self._thread.start()

        def stop(self) -> None:
            os.write(self._wake_write, b"x")
            if self._thread.is_alive():
                self._thread.join(5)
            self.drop_link()
            os.close(self._wake_read)
            os.close(self._wake_write)

        def send(self, data: bytes) -> None:
            """Send; what the line doesn't take for a second is lost, as on a real wire."""
            view = memoryview(data)
            while view and self._ours >= 0:
                if not select.select([], [self._ours], [], 1.0)[1]:
                    return
                with contextlib.suppress(BlockingIOError):
                    view = view[os.write(self._ours, view) :]

        def drop_link(self) -> None:
            """Unplug for good: the driver's reads fail from now on."""
            for name in ("_ours", "_theirs"):
                handle = getattr(self, name)
                if handle >= 0:
                    setattr(self, name, -1)
                    os.close(handle)

        def _read(self) -> None:
            while self._ours >= 0:
                try:
                    ready, _, _ = select.select([self._ours, self._wake_read], [], [], 1.0)
                    if self._wake_read in ready:
                        return
                    if ready:
                        self._on_bytes(os.read(self._ours, 65536))
                except BlockingIOError:
                    continue
                except (OSError, ValueError):
                    return

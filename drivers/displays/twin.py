"""A simulated customer display on a TCP port."""

import threading
from collections.abc import Callable

from drivers.displays.lines import Screen
from drivers.far_end import TcpFarEnd


class DisplayTwin:
    """The display's side of the wire; ``lines`` is what a customer sees."""

    def __init__(self, port: int = 0, *, width: int = 20, height: int = 2) -> None:
        self._screen = Screen(width, height)
        self._changed = threading.Condition()
        self._end = TcpFarEnd(self._on_bytes, port=port)

    @property
    def url(self) -> str:
        """What the driver opens."""
        return self._end.url

    @property
    def lines(self) -> list[str]:
        with self._changed:
            return self._screen.lines

    def wait_for(self, shown: Callable[[list[str]], bool], timeout: float = 10.0) -> list[str]:
        """The lines once ``shown`` holds of them; raises TimeoutError."""
        with self._changed:
            if not self._changed.wait_for(lambda: shown(self._screen.lines), timeout):
                raise TimeoutError(f"the display shows {self._screen.lines}")
            return self._screen.lines

    def start(self) -> None:
        self._end.start()

    def stop(self) -> None:
        self._end.stop()

    def drop_link(self) -> None:
        """The plug is pulled."""
        self._end.drop_link()

    def _on_bytes(self, data: bytes) -> None:
        with self._changed:
            self._screen.feed(data)
            self._changed.notify_all()

"""A two-line customer display in ESC/POS mode on a port."""

from collections.abc import Sequence

from drivers.displays.lines import INIT, page
from drivers.errors import DeviceError, Disconnected
from drivers.ports import Port, open_port


class EscposDisplay:
    """A display at ``url`` of ``height`` lines of ``width`` characters."""

    def __init__(self, name: str, url: str, *, width: int = 20, height: int = 2) -> None:
        self.name = name
        self._url = url
        self._width, self._height = width, height
        self._port: Port | None = None
        self._wanted = False

    def open(self) -> None:
        """Open the port and clear the display; raises NotFound, Busy or Disconnected."""
        self._drop()
        port = open_port(self._url)
        port.open()
        try:
            port.write(INIT, 2.0)
        except DeviceError:
            port.close()
            raise
        self._port = port
        self._wanted = True

    def show(self, lines: Sequence[str], timeout: float) -> None:
        """Replace what is shown; longer lines are cut. A lost display is opened again here, by the next call.

        Raises Disconnected, and what :meth:`open` raises."""
        if self._port is None and self._wanted:
            self.open()
        if self._port is None:
            raise Disconnected(f"{self.name}: not open")
        try:
            self._port.write(page(lines, self._width, self._height), timeout)
        except DeviceError:
            self._drop()
            raise

    def close(self) -> None:
        self._wanted = False
        self._drop()

    def _drop(self) -> None:
        port, self._port = self._port, None
        if port is not None:
            port.close()

"""A simulated barcode scanner: writes the lines of a real one over TCP, or over a pseudo-terminal given to it."""

import time
from collections.abc import Callable, Sequence

from drivers.far_end import FarEnd, TcpFarEnd
from drivers.scanners.lines import Code, LineFormat, encode


class ScannerTwin:
    """The scanner's side of the wire. ``far_end`` makes the line, a TCP server by default."""

    def __init__(
        self,
        port: int = 0,
        *,
        form: LineFormat | None = None,
        far_end: Callable[[Callable[[bytes], None]], FarEnd] | None = None,
    ) -> None:
        self._form = form or LineFormat()
        self.heard = bytearray()
        """what the program sent to the scanner; a plain scanner ignores it"""
        self._end: FarEnd = far_end(self.heard.extend) if far_end else TcpFarEnd(self.heard.extend, port=port)

    @property
    def url(self) -> str:
        """What the driver opens."""
        return self._end.url

    @property
    def linked(self) -> bool:
        return self._end.linked

    def start(self) -> None:
        self._end.start()

    def stop(self) -> None:
        self._end.stop()

    def scan(self, text: str, aim: str = "") -> None:
        """Somebody scans one code."""
        self._end.send(encode(Code(text, aim), self._form))

    def scan_all(self, texts: Sequence[str], per_second: float = 20.0) -> None:
        """A burst of codes at a steady rate; returns when the last one is sent."""
        began = time.monotonic()
        for number, text in enumerate(texts):
            time.sleep(max(0.0, began + number / per_second - time.monotonic()))
            self.scan(text)

    def send_pieces(self, pieces: Sequence[bytes]) -> None:
        """Raw bytes as they are, piece by piece: half a frame, noise, two frames in one."""
        for piece in pieces:
            self._end.send(piece)

    def send_garbage(self, data: bytes) -> None:
        """Bytes that aren't a code."""
        self._end.send(data)

    def drop_link(self) -> None:
        """The plug is pulled."""
        self._end.drop_link()

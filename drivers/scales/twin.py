"""A simulated scale that speaks the Toledo protocol over TCP, or over a pseudo-terminal given to it."""

from collections.abc import Callable

from drivers.far_end import FarEnd, TcpFarEnd
from drivers.scales.toledo import ASK, MOTION, OVER, Answer, encode


class ScaleTwin:
    """The scale's side of the wire: put goods on its plate."""

    def __init__(self, port: int = 0, *, far_end: Callable[[Callable[[bytes], None]], FarEnd] | None = None) -> None:
        self._answer = Answer(0)
        self._silent = False
        self._end: FarEnd = far_end(self._on_bytes) if far_end else TcpFarEnd(self._on_bytes, port=port)

    @property
    def url(self) -> str:
        """What the driver opens."""
        return self._end.url

    def start(self) -> None:
        self._end.start()

    def stop(self) -> None:
        self._end.stop()

    def put(self, grams: int) -> None:
        """Goods of that weight lie still on the plate."""
        self._answer = Answer(grams)

    def shake(self) -> None:
        """The plate moves."""
        self._answer = Answer(None, MOTION)

    def overload(self) -> None:
        """More lies on the plate than it can weigh."""
        self._answer = Answer(None, OVER)

    def go_silent(self) -> None:
        """Answer nothing any more."""
        self._silent = True

    def send_garbage(self, data: bytes) -> None:
        """Bytes that aren't an answer."""
        self._end.send(data)

    def drop_link(self) -> None:
        """The plug is pulled."""
        self._end.drop_link()

    def _on_bytes(self, data: bytes) -> None:
        for _ in range(data.count(ASK)):
            if not self._silent:
                self._end.send(encode(self._answer))

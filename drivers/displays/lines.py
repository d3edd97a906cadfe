"""The bytes of a customer display in ESC/POS mode (Epson DM-D: INIT, ESC t, US $, CLR) and a screen that reads them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from drivers.printers.layout import CODE_PAGE, printable

INIT = b"\x1b@\x1bt\x13"
_CLEAR = 0x0C


def page(lines: Sequence[str], width: int = 20, height: int = 2) -> bytes:
    """The whole screen at once: every line placed, cut or filled up to ``width``, so that nothing flickers."""
    filled = [*lines, *[""] * height][:height]
    return b"".join(
        bytes([0x1F, 0x24, 1, row]) + printable(line)[:width].ljust(width).encode(CODE_PAGE)
        for row, line in enumerate(filled, start=1)
    )


@dataclass(slots=True)
class Screen:
    """Takes display bytes in any pieces and holds what a customer sees."""

    width: int = 20
    height: int = 2
    _cells: list[list[str]] = field(default_factory=list)
    _x: int = 0
    _y: int = 0
    _rest: bytes = b""

    def __post_init__(self) -> None:
        self._clear()

    @property
    def lines(self) -> list[str]:
        """The lines without spaces at their ends."""
        return ["".join(row).rstrip() for row in self._cells]

    def feed(self, data: bytes) -> None:
        """Show what ``data`` completes."""
        self._rest += data
        while self._rest and (used := self._step(self._rest)):
            self._rest = self._rest[used:]

    def _step(self, data: bytes) -> int:
        lengths = {b"\x1b@": 2, b"\x1bt": 3, b"\x1f$": 4}
        if data[0] in (0x1B, 0x1F):
            used = lengths.get(data[:2], 2)
            if len(data) < used:
                return 0
            if data[:2] == b"\x1b@":
                self._clear()
            elif data[:2] == b"\x1f$":
                self._x, self._y = data[2] - 1, data[3] - 1
            return used
        if data[0] == _CLEAR:
            self._clear()
        elif data[0] >= 0x20:
            self._put(data[:1].decode(CODE_PAGE))
        return 1

    def _put(self, character: str) -> None:
        if 0 <= self._x < self.width and 0 <= self._y < self.height:
            self._cells[self._y][self._x] = character
        self._x += 1

    def _clear(self) -> None:
        self._cells = [[" "] * self.width for _ in range(self.height)]
        self._x = self._y = 0

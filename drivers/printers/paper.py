"""ESC/POS bytes as what a person would see on paper: the interpreter behind the printer's twin.

Knows the commands that receipts use (Epson ESC/POS reference); an unknown one is noted in ``unknown`` and
skipped, so that a test notices it.
"""

from dataclasses import dataclass, field

from drivers.printers.layout import CODE_PAGE

_ESC, _GS, _DLE = 0x1B, 0x1D, 0x10
_ONE_ARGUMENT = {
    _ESC: {*b"!aEtMR-G{dJ2V", 0x33, 0x20},
    _GS: {*b"!hwfHbBa"},
}  # fmt: skip


@dataclass(slots=True)
class Ticket:
    """One document up to its cut: lines of text, QR codes and barcodes in the order of printing."""

    lines: list[str] = field(default_factory=list)
    qr: list[str] = field(default_factory=list)
    barcodes: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The lines joined; QR codes and barcodes stand as ``[QR …]`` and ``[CODE128 …]``."""
        return "\n".join(self.lines)


@dataclass(slots=True)
class Paper:
    """Takes ESC/POS bytes in any pieces; ``tickets`` are cut off, ``open`` is still in the printer."""

    width: int = 48
    tickets: list[Ticket] = field(default_factory=list)
    open: Ticket = field(default_factory=Ticket)
    kicks: list[int] = field(default_factory=list)
    unknown: list[bytes] = field(default_factory=list)
    _rest: bytes = b""
    _line: str = ""
    _align: int = 0
    _double: bool = False
    _page: str = "cp437"
    _qr: str = ""

    def feed(self, data: bytes) -> None:
        """Print what ``data`` completes."""
        self._rest += data
        while self._rest:
            used = self._step(self._rest)
            if used == 0:
                return
            self._rest = self._rest[used:]

    def _step(self, data: bytes) -> int:
        """Do the first command or character; the number of bytes used, 0 if more must come."""
        first = data[0]
        if first in (_ESC, _GS, _DLE):
            return self._command(data)
        if first == 0x0A:
            self._end_line()
        elif first >= 0x20:
            self._line += data[:1].decode(self._page, errors="replace")
        return 1

    def _command(self, data: bytes) -> int:
        if len(data) < 2:
            return 0
        lead, code = data[0], data[1]
        if lead == _ESC and code == ord("@"):
            self._align, self._double, self._page = 0, False, "cp437"
            return 2
        if lead == _ESC and code == ord("p"):
            return self._kick(data)
        if lead == _GS and code == ord("V"):
            return self._cut(data)
        if lead == _GS and code == ord("k"):
            return self._barcode(data)
        if lead == _GS and code == ord("("):
            return self._extended(data)
        if code in _ONE_ARGUMENT.get(lead, ()):
            return self._setting(data)
        self.unknown.append(data[:2])
        return 2

    def _setting(self, data: bytes) -> int:
        if len(data) < 3:
            return 0
        lead, code, value = data[0], chr(data[1]), data[2]
        if lead == _ESC and code == "2":
            return 2
        if lead == _ESC and code == "a":
            self._align = value
        elif lead == _ESC and code == "t":
            self._page = CODE_PAGE if value == 19 else "cp437"
        elif lead == _ESC and code == "!":
            self._double = bool(value & 0x20)
        elif lead == _GS and code == "!":
            self._double = bool(value & 0x70)
        elif lead == _ESC and code == "d":
            self._feed_lines(value)
        return 3

    def _kick(self, data: bytes) -> int:
        if len(data) < 5:
            return 0
        self.kicks.append(2 if data[2] in (0, 0x30) else 5)
        return 5

    def _cut(self, data: bytes) -> int:
        if len(data) < 3:
            return 0
        used = 4 if data[2] in (65, 66) else 3
        if len(data) < used:
            return 0
        if self._line:
            self._end_line()
        while self.open.lines and not self.open.lines[-1]:
            self.open.lines.pop()
        self.tickets.append(self.open)
        self.open = Ticket()
        return used

    def _barcode(self, data: bytes) -> int:
        if len(data) < 4 or len(data) < 4 + data[3]:
            return 0
        raw = data[4 : 4 + data[3]].decode("ascii", errors="replace")
        text = raw.removeprefix("{B").replace("{{", "{")
        self.open.barcodes.append(text)
        self._put(f"[CODE128 {text}]")
        return 4 + data[3]

    def _extended(self, data: bytes) -> int:
        """``GS ( x pL pH …``: of these only ``k``, the two-dimensional codes, does anything here."""
        if len(data) < 5:
            return 0
        used = 5 + data[3] + 256 * data[4]
        if len(data) < used:
            return 0
        body = data[5:used]
        if data[2] == ord("k") and body[:2] == b"1P":
            self._qr = body[3:].decode("utf-8", errors="replace")
        elif data[2] == ord("k") and body[:2] == b"1Q":
            self.open.qr.append(self._qr)
            self._put(f"[QR {self._qr}]")
        return used

    def _feed_lines(self, count: int) -> None:
        if self._line:
            self._end_line()
            count -= 1
        self.open.lines.extend("" for _ in range(count))

    def _end_line(self) -> None:
        line, self._line = self._line, ""
        self._put(line)

    def _put(self, line: str) -> None:
        room = self.width // 2 if self._double else self.width
        if self._align == 1 and len(line) < room:
            line = " " * ((room - len(line)) // 2) + line
        elif self._align == 2:
            line = line.rjust(room)
        self.open.lines.append(line.rstrip())

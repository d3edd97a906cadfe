"""ESC/POS real-time status: DLE EOT 1, 2 and 4, asked by the printer driver and answered by the twin.

Every answer is one byte with bits 0 and 7 clear and bits 1 and 4 set (Epson ESC/POS reference, DLE EOT).
"""

from dataclasses import dataclass

ASK_PRINTER = b"\x10\x04\x01"
ASK_OFFLINE = b"\x10\x04\x02"
ASK_PAPER = b"\x10\x04\x04"

_FIXED = 0x12
_FIXED_MASK = 0x93
_DRAWER = 0x04
_OFFLINE = 0x08
_COVER = 0x04
_PAPER_STOP = 0x20
_PAPER_LOW = 0x0C
_PAPER_END = 0x60


@dataclass(frozen=True, slots=True)
class Status:
    """How a printer and the drawer on it stand."""

    online: bool = True
    paper: bool = True
    paper_low: bool = False
    cover_closed: bool = True
    drawer_open: bool = False


def is_status(byte: int) -> bool:
    """Whether a byte can be an answer to DLE EOT."""
    return byte & _FIXED_MASK == _FIXED


def answer(question: int, status: Status) -> int:
    """The byte that a printer in ``status`` answers to ``DLE EOT question``."""
    if question == 1:
        return _FIXED | (_DRAWER if status.drawer_open else 0) | (0 if status.online else _OFFLINE)
    if question == 2:
        return _FIXED | (0 if status.cover_closed else _COVER) | (0 if status.paper else _PAPER_STOP)
    if question == 4:
        return _FIXED | (_PAPER_LOW if status.paper_low else 0) | (0 if status.paper else _PAPER_END)
    return _FIXED


def understand(printer: int, offline: int, paper: int) -> Status:
    """The status behind the answers to questions 1, 2 and 4."""
    return Status(
        online=not printer & _OFFLINE,
        paper=not (paper & _PAPER_END or offline & _PAPER_STOP),
        paper_low=bool(paper & _PAPER_LOW),
        cover_closed=not offline & _COVER,
        drawer_open=bool(printer & _DRAWER),
    )

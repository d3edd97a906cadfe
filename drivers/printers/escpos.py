"""Documents as ESC/POS bytes, built by python-escpos in memory: a fresh ``Dummy`` for each, INIT first.

A re-used ``Dummy`` believes that the code page is still set after INIT and prints a wrong euro sign on its second
document. The library is imported when the first document is built, since that takes most of a second.
"""

from collections.abc import Sequence
from typing import Protocol, cast

from drivers.contracts import Barcode, Block, Columns, Cut, Kick, Qr, Rule, Text
from drivers.printers.layout import columns, printable, wrap

INIT = b"\x1b@"
NARROW, WIDE = 42, 48
"""columns of 80 mm paper in font A, by model"""
_LONGEST_QR = 2000
_LONGEST_BARCODE = 60


class _Dummy(Protocol):
    output: bytes

    def _raw(self, data: bytes) -> None: ...
    def charcode(self, code: str) -> None: ...
    def text(self, text: str) -> None: ...
    def set(
        self, *, align: str, bold: bool, double_width: bool, double_height: bool, normal_textsize: bool
    ) -> None: ...
    def qr(self, content: str, *, native: bool, size: int) -> None: ...
    def cut(self) -> None: ...
    def cashdraw(self, pin: int) -> None: ...


def preload() -> None:
    """Import the library now rather than at the first document."""
    _fresh()


def _fresh() -> _Dummy:
    from escpos.printer import Dummy

    return cast(_Dummy, Dummy())


def document(blocks: Sequence[Block], width: int = WIDE) -> bytes:
    """The bytes of one document on paper of ``width`` columns."""
    dummy = _fresh()
    dummy._raw(INIT)
    dummy.charcode("CP858")
    for block in blocks:
        _write(dummy, block, width)
    return dummy.output


def _write(dummy: _Dummy, block: Block, width: int) -> None:
    match block:
        case Text():
            room = width // 2 if block.big else width
            _style(dummy, block.align, block.bold, block.big)
            _lines(dummy, wrap(printable(block.text), room))
        case Columns():
            room = width // 2 if block.big else width
            _style(dummy, "left", block.bold, block.big)
            _lines(dummy, columns(printable(block.left), printable(block.right), room))
        case Rule():
            _style(dummy, "left", False, False)
            _lines(dummy, ["-" * width])
        case Qr():
            _qr(dummy, block, width)
        case Barcode():
            _barcode(dummy, block, width)
        case Cut():
            dummy.cut()
        case Kick():
            dummy.cashdraw(block.pin)


def _style(dummy: _Dummy, align: str, bold: bool, big: bool) -> None:
    dummy.set(align=align, bold=bold, double_width=big, double_height=big, normal_textsize=not big)


def _lines(dummy: _Dummy, lines: Sequence[str]) -> None:
    for line in lines:
        dummy.text(line + "\n")


def _qr(dummy: _Dummy, block: Qr, width: int) -> None:
    """A QR code of the printer's own making; data that it can't hold is printed as text instead."""
    if not 0 < len(block.data.encode()) <= _LONGEST_QR:
        _write(dummy, Text(block.data, "center"), width)
        return
    _style(dummy, "center", False, False)
    dummy.qr(block.data, native=True, size=6)


def _barcode(dummy: _Dummy, block: Barcode, width: int) -> None:
    """Code 128, code set B, text below; built here because the library writes to standard output as it does so."""
    data = block.data
    if not (0 < len(data) <= _LONGEST_BARCODE and data.isascii() and data.isprintable()):
        _write(dummy, Text(data, "center"), width)
        return
    _style(dummy, "center", False, False)
    coded = b"{B" + data.replace("{", "{{").encode("ascii")
    dummy._raw(b"\x1dh\x40\x1dw\x02\x1df\x00\x1dH\x02\x1dkI" + bytes([len(coded)]) + coded)


def drawer_pulse(kick: Kick) -> bytes:
    """DLE DC4 1: the drawer's pulse at once, even while the printer has no paper (DLE DC4 fn m t, t * 100 ms)."""
    return bytes([0x10, 0x14, 0x01, 0 if kick.pin == 2 else 1, 0x02])

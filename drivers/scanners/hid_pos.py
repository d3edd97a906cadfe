"""The reports of HID-POS scanners: one report in, codes out, no port in sight.

A code of up to 56 characters comes in one report of 64 bytes with its AIM id; a longer one in several. Source: HID
Point of Sale Usage Tables 1.02, scanned data report.
"""

import re
from typing import Final

from drivers.scanners.hid_descriptor import ScanLayout
from drivers.scanners.lines import Code, LineFormat, Noise, code_of

_AIM: Final = re.compile(rb"\][A-Za-z][0-9A-Za-z]")
_LONGEST: Final = 16_384
_FORM: Final = LineFormat(longest=_LONGEST)


class ReportDecoder:
    """Takes report after report; gives each code once its last part is there."""

    def __init__(self, layout: ScanLayout | None = None) -> None:
        self._layout = layout or ScanLayout()
        self._parts = b""
        self._aim = ""
        self._gathering = False

    @property
    def partial(self) -> bool:
        """Whether the rest of a long code is awaited."""
        return self._gathering

    def feed(self, report: bytes) -> list[Code | Noise]:
        """What this report completes. Reports about something else (triggers, settings) give nothing."""
        layout = self._layout
        if layout.report_id and report[:1] != bytes([layout.report_id]):
            return []
        if len(report) < layout.data + layout.capacity or len(report) < layout.size:
            return [*self.abandon(), Noise(report[:64], f"a report of {len(report)} bytes instead of {layout.size}")]
        length = layout.capacity if layout.length is None else report[layout.length]
        if length > layout.capacity:
            return [*self.abandon(), Noise(report[:64], f"a report that claims {length} characters")]
        return self._take(report, report[layout.data : layout.data + length])

    def _take(self, report: bytes, data: bytes) -> list[Code | Noise]:
        aim = bytes(report[place] for place in self._layout.aim)
        self._aim = aim.decode("ascii") if _AIM.fullmatch(aim) else ""
        self._parts += data
        more = self._layout.continued
        self._gathering = more is not None and bool(report[more[0]] & more[1])
        if len(self._parts) > _LONGEST:
            return [*self.abandon()]
        if self._gathering:
            return []
        whole, self._parts = self._parts, b""
        return [code_of(whole.rstrip(b"\x00\r\n\t"), _FORM, self._aim)]

    def abandon(self) -> list[Noise]:
        """Give up a long code whose rest never came."""
        lost, self._parts, was = self._parts, b"", self._gathering
        self._gathering = False
        return [Noise(lost[:64], "the rest of a long code is missing, or never ends")] if lost or was else []


def encode(code: Code, layout: ScanLayout | None = None) -> list[bytes]:
    """The reports in which a scanner sends a code."""
    layout = layout or ScanLayout()
    data = code.text.encode()
    pieces = [data[place : place + layout.capacity] for place in range(0, len(data), layout.capacity)] or [b""]
    return [_report(layout, code.aim, piece, place + 1 < len(pieces)) for place, piece in enumerate(pieces)]


def _report(layout: ScanLayout, aim: str, piece: bytes, more: bool) -> bytes:
    report = bytearray(layout.size)
    if layout.report_id:
        report[0] = layout.report_id
    if layout.length is not None:
        report[layout.length] = len(piece)
    for place, character in zip(layout.aim, aim.encode("ascii"), strict=False):
        report[place] = character
    report[layout.data : layout.data + len(piece)] = piece
    if more and layout.continued is not None:
        report[layout.continued[0]] |= layout.continued[1]
    return bytes(report)

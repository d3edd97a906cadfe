"""A scanner on USB in its HID-POS mode: no keyboard layout in the way, each code with its AIM id."""

from collections.abc import Callable

from drivers.ports import Port
from drivers.scanners.hid_port import HidPort
from drivers.scanners.hid_pos import ReportDecoder
from drivers.scanners.lines import Code, Noise
from drivers.scanners.port_scanner import PortScanner, system_now_us


class HidPosScanner(PortScanner):
    """``url`` is ``hid:///dev/hidraw0``, ``hid://05e0:1300`` or ``hid://any`` (see ``hid_port``)."""

    def __init__(self, name: str, url: str, *, now_us: Callable[[], int] = system_now_us) -> None:
        super().__init__(name, now_us)
        self._hid = HidPort(url)
        self._decoder = ReportDecoder()

    def _make_port(self) -> Port:
        return self._hid

    def _begin(self) -> None:
        self._decoder = ReportDecoder(self._hid.layout)

    def _hear(self, data: bytes) -> list[Code | Noise]:
        return self._decoder.feed(data)

    @property
    def _waiting(self) -> bool:
        return self._decoder.partial

    def _give_up(self) -> list[Code | Noise]:
        return [*self._decoder.abandon()]

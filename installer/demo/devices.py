"""The simulated devices of the demo shop, each on its vendor's wire: readers of the store, and what hangs on a till."""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from drivers.displays.twin import DisplayTwin
from drivers.far_end import FarEnd, TcpFarEnd
from drivers.printers.twin import PrinterTwin
from drivers.rfid.llrp.twin import LlrpTwin
from drivers.rfid.readings import SeenTag
from drivers.rfid.twins.chafon import ChafonTwin
from drivers.rfid.twins.field import TwinFace
from drivers.rfid.twins.handheld import HandheldTwin
from drivers.rfid.twins.impinj import ImpinjTwin
from drivers.rfid.twins.mqtt import BrokerAddress
from drivers.rfid.twins.zebra import ZebraTwin
from drivers.scanners.twin import ScannerTwin
from drivers.terminals.twin import TerminalTwin
from installer.demo.floorplan import READERS
from installer.demo.goods import COMPANY_PREFIX
from retail.epc import encode_sgtin96
from retail.epc.unit import Unit

GATE_READER = "portique"
HANDHELD = "portable"


FIXED_READS_S = 400.0
"""reads a second of a ceiling reader that hears thousands of tags"""
CARRIED_READS_S = 3000.0
"""of the handheld: more than a real one's, for a day that is played quicker than a real one"""


class Twin(Protocol):
    """What all twins can."""

    def start(self) -> None: ...
    def stop(self) -> None: ...


def epc_of(unit: str) -> bytes:
    """The tag that the demo's units carry: SGTIN-96."""
    return encode_sgtin96(Unit.parse(unit), len(COMPANY_PREFIX))


class StoreReaders:
    """The twins of all readers of the floor plan. Start those on MQTT once the broker listens."""

    def __init__(
        self, mqtt_port: int, *, rate: float = 5.0, llrp_rate: float | None = None, handheld_rate: float | None = None
    ) -> None:
        broker = BrokerAddress("127.0.0.1", mqtt_port)
        self.llrp: dict[str, LlrpTwin] = {}
        self.mqtt: dict[str, ImpinjTwin | ZebraTwin | HandheldTwin] = {}
        for plan in READERS:
            if plan.kind == "llrp":
                self.llrp[plan.name] = LlrpTwin(rate=rate * 4 if llrp_rate is None else llrp_rate)
            elif plan.kind == "impinj-mqtt":
                self.mqtt[plan.name] = ImpinjTwin(broker, plan.name, rate=rate)
            elif plan.kind == "zebra-mqtt":
                self.mqtt[plan.name] = ZebraTwin(broker, plan.name, rate=rate)
            else:
                self.mqtt[plan.name] = HandheldTwin(broker, plan.name, rate=handheld_rate or rate)

        for plan in READERS:
            field = self.twin(plan.name).field
            field.spread = any(antenna.zone for antenna in plan.antennas)
            field.capacity = CARRIED_READS_S if plan.name == HANDHELD else FIXED_READS_S

    def urls(self) -> dict[str, str]:
        """Reader name to the address in the agent's settings; the LLRP twins must have been started."""
        return {name: twin.url for name, twin in (self.llrp | self.mqtt).items()}

    def start_llrp(self) -> None:
        """The readers that wait for the agent to connect."""
        for twin in self.llrp.values():
            twin.start()

    def start_mqtt(self) -> None:
        """The readers that connect to the broker."""
        for twin in self.mqtt.values():
            twin.start()

    def stop(self) -> None:
        """All off."""
        for twin in (*self.mqtt.values(), *self.llrp.values()):
            twin.stop()

    @property
    def gate(self) -> LlrpTwin:
        return self.llrp[GATE_READER]

    @property
    def handheld(self) -> HandheldTwin:
        twin = self.mqtt[HANDHELD]
        assert isinstance(twin, HandheldTwin)
        return twin

    def twin(self, name: str) -> TwinFace:
        """The twin of a reader."""
        return self.llrp[name] if name in self.llrp else self.mqtt[name]

    def place(self, zones: dict[str, Iterable[str]]) -> None:
        """Put units (keys) into zones; every fixed reader then sees what stands under its antennas."""
        for plan in READERS:
            tags = [
                SeenTag(epc_of(unit), antenna.port, -5200)
                for antenna in plan.antennas
                if antenna.zone
                for unit in zones.get(antenna.zone, ())
            ]
            if any(antenna.zone for antenna in plan.antennas):
                self.twin(plan.name).present(tags)


def _line() -> Callable[[Callable[[bytes], None]], FarEnd]:
    """A pseudo-terminal where there are any, else TCP."""
    if sys.platform == "win32":
        return TcpFarEnd
    from drivers.far_end_pty import PtyFarEnd

    return PtyFarEnd


@dataclass
class TillDevices:
    """The twins of one till's devices."""

    scanner: ScannerTwin = field(default_factory=lambda: ScannerTwin(far_end=_line()))
    pad: ChafonTwin = field(default_factory=ChafonTwin)
    printer: PrinterTwin = field(default_factory=PrinterTwin)
    display: DisplayTwin = field(default_factory=DisplayTwin)
    terminal: TerminalTwin = field(default_factory=TerminalTwin)

    @property
    def all(self) -> tuple[Twin, ...]:
        return (self.scanner, self.pad, self.printer, self.display, self.terminal)

    def start(self) -> "TillDevices":
        """All on."""
        for twin in self.all:
            twin.start()
        return self

    def stop(self) -> None:
        """All off."""
        for twin in self.all:
            twin.stop()

    def urls(self) -> dict[str, str]:
        """The ``[devices]`` table of the till's settings."""
        return {
            "scanner": self.scanner.url,
            "pad": self.pad.url,
            "printer": self.printer.url,
            "display": self.display.url,
            "terminal": self.terminal.url,
        }

    def lay_on_pad(self, units: Iterable[str]) -> None:
        """Put units (keys) on the RFID pad, and nothing else."""
        self.pad.present([SeenTag(epc_of(unit), 1, -3500) for unit in units])

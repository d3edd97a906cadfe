"""What a dialect gathers from a reader's messages before they become one batch."""

from dataclasses import dataclass, field
from typing import Protocol

from drivers.errors import Garbled
from drivers.readings import Extra, Read, ReaderEvent, ReaderEventKind
from drivers.rfid.timestamps import ReaderClock


@dataclass(slots=True)
class Gathered:
    """Reads and events of some messages, all arrived at ``arrived_us``."""

    reader: str
    arrived_us: int
    clock: ReaderClock
    reads: list[Read] = field(default_factory=list)
    extras: dict[int, Extra] = field(default_factory=dict)
    events: list[ReaderEvent] = field(default_factory=list)

    def read(self, epc: bytes, antenna: int, rssi_cdbm: int, at_us: int | None, seen: int, extra: Extra | None) -> None:
        """One read; a time that the reader tells is corrected, a missing one is now."""
        if extra is not None:
            self.extras[len(self.reads)] = extra
        self.reads.append((epc, antenna, rssi_cdbm, self.clock.correct(at_us, self.arrived_us), max(seen, 1)))

    def event(
        self, kind: ReaderEventKind, at_us: int | None = None, port: int = 0, value: int = 0, text: str = ""
    ) -> None:
        """One event."""
        at = self.clock.correct(at_us, self.arrived_us)
        self.events.append(ReaderEvent(self.reader, kind, at, port, value, text))


class Dialect(Protocol):
    """A reader maker's messages, without a port."""

    def take(self, topic: str, payload: bytes, into: Gathered) -> None:
        """Read one message; Garbled if it isn't of this dialect."""
        ...


def epc_of_hex(text: str) -> bytes:
    """EPC bytes of hex digits; Garbled for anything else."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise Garbled(f"{text[:40]!r} is no EPC in hex") from None


def phase_mrad(degrees: float | None) -> int | None:
    """A phase in degrees told in thousandths of a radian, 0 to a whole turn."""
    return None if degrees is None else round((degrees % 360.0) * 17.453292519943295)

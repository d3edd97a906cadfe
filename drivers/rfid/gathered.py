"""What a dialect gathers from a reader's messages before they become one batch."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated, Final, Protocol

import structlog
from msgspec import Meta

from drivers.errors import Garbled
from drivers.readings import Extra, Read, ReaderEvent, ReaderEventKind, TagReads
from drivers.rfid.garbage import GarbageWatch
from drivers.rfid.readings import Batches, NowUs
from drivers.rfid.timestamps import ReaderClock

log = structlog.get_logger(__name__)

_KNOWN_SENDERS: Final = 16

# what a number in a reader's message may be; anything else isn't that field
Antenna = Annotated[int, Meta(ge=0, le=65_535)]
Cdbm = Annotated[int, Meta(ge=-20_000, le=10_000)]
Dbm = Annotated[float, Meta(ge=-200, le=100)]
Degrees = Annotated[float, Meta(ge=-1e6, le=1e6)]
Khz = Annotated[int, Meta(ge=0, le=10_000_000)]
Mhz = Annotated[float, Meta(ge=0, le=10_000)]
Times = Annotated[int, Meta(ge=0, le=2**31)]


@dataclass(slots=True)
class Counters:
    """What the status page shows of a reader's troubles; counted since the program started."""

    garbled: int = 0
    """messages, or bytes of a byte stream, that made no sense"""
    overflowed: int = 0
    """events that the reader, or something between it and us, says it has lost"""
    repeated: int = 0
    """deliveries of what had been delivered before, passed over"""


@dataclass(slots=True)
class Gathered:
    """Reads and events of some messages, all arrived at ``arrived_us``."""

    reader: str
    arrived_us: int
    clock: ReaderClock
    reads: list[Read] = field(default_factory=list)
    extras: dict[int, Extra] = field(default_factory=dict)
    events: list[ReaderEvent] = field(default_factory=list)
    repeated: int = 0
    sender: str = ""
    """who says it sent the message: a host name or a hardware address"""

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
        """Read one message; Garbled if it isn't of this dialect, and then nothing of it is gathered."""
        ...


class Gatherer:
    """Messages in, batches and events out; counts what can't be read, and tells trouble once."""

    def __init__(self, name: str, dialect: Dialect, now_us: NowUs) -> None:
        self.name = name
        self.counters = Counters()
        self.ready: deque[TagReads | ReaderEvent] = deque()
        self.batches = Batches(name, now_us)
        self._dialect = dialect
        self._now_us = now_us
        self._clock = ReaderClock()
        self._garbage = GarbageWatch(name)
        self._senders: dict[str, str] = {}

    def take(self, messages: Iterable[tuple[str, bytes]]) -> str:
        """(topic, payload) of each message; returns why the last one that can't be read can't, or nothing."""
        gathered = Gathered(self.name, self._now_us(), self._clock)
        wrong = ""
        for topic, payload in messages:
            kept = len(gathered.reads), len(gathered.events)
            try:
                self._dialect.take(topic, payload, gathered)
            except Garbled as error:
                _forget(gathered, *kept)
                wrong = str(error)
                self.garbled(wrong)
            if gathered.sender:
                self._heard_from(topic, gathered.sender)
                gathered.sender = ""
        if not wrong:
            self._garbage.good()
        self._deliver(gathered)
        return wrong

    def _deliver(self, gathered: Gathered) -> None:
        self.counters.repeated += gathered.repeated
        for event in gathered.events:
            if event.kind is ReaderEventKind.OVERFLOW:
                self.counters.overflowed += max(event.value, 1)
        self.ready.extend(gathered.events)
        if gathered.reads:
            self.ready.append(self.batches.reads(gathered.reads, gathered.extras))

    def garbled(self, reason: str, count: int = 1) -> None:
        """Count what can't be read; told when the trouble is new."""
        self.counters.garbled += count
        if self._garbage.bad(reason, count):
            self.event(ReaderEventKind.GARBLED, value=self._garbage.dropped, text=reason)

    def event(self, kind: ReaderEventKind, value: int = 0, text: str = "") -> None:
        """Something that happens here and now."""
        self.ready.append(self.batches.event(kind, value=value, text=text))

    def _heard_from(self, topic: str, sender: str) -> None:
        """Two devices under one name spoil zones and directions: said once for each newcomer."""
        first = next(iter(self._senders), sender)
        if sender in self._senders or len(self._senders) >= _KNOWN_SENDERS:
            return
        self._senders[sender] = topic
        if sender != first:
            text = f"two readers under the name {self.name}: {first} and {sender}; give each a topic or name of its own"
            log.warning("reader.name_shared", reader=self.name, first=first, second=sender)
            self.event(ReaderEventKind.OTHER, text=text)


def _forget(gathered: Gathered, reads: int, events: int) -> None:
    """Take back what was gathered of a message that turned out wrong."""
    for place in range(reads, len(gathered.reads)):
        gathered.extras.pop(place, None)
    del gathered.reads[reads:]
    del gathered.events[events:]


def epc_of_hex(text: str) -> bytes:
    """EPC bytes of hex digits; Garbled for anything else, and for more than 496 bits."""
    try:
        epc = bytes.fromhex(text)
    except ValueError:
        raise Garbled(f"{text[:40]!r} is no EPC in hex") from None
    return in_bounds(epc)


def in_bounds(epc: bytes) -> bytes:
    """An EPC of at most 496 bits: more a tag's protocol control word can't announce (Gen2, 31 words)."""
    if len(epc) > 62:
        raise Garbled(f"an EPC of {len(epc) * 8} bits; a tag holds at most 496")
    return epc


def phase_mrad(degrees: float | None) -> int | None:
    """A phase in degrees told in thousandths of a radian, 0 to a whole turn."""
    return None if degrees is None else round((degrees % 360.0) * 17.453292519943295)

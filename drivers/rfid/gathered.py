"""What a dialect gathers from a reader's messages before they become one batch."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol, TypeVar, runtime_checkable

import structlog

from drivers.errors import Garbled
from drivers.readings import Extra, Read, ReaderEvent, ReaderEventKind, TagReads
from drivers.rfid.garbage import GarbageWatch
from drivers.rfid.readings import Batches, NowUs
from drivers.rfid.timestamps import FUTURE_US, ReaderClock, moment_us

log = structlog.get_logger(__name__)

ThingT = TypeVar("ThingT")

_KNOWN_SENDERS: Final = 16


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
    refused: list[str] = field(default_factory=list)
    """why parts of messages couldn't be read whose other parts were"""
    sender: str = ""
    """who says it sent the message: a host name or a hardware address"""

    def read(self, epc: bytes, antenna: int, rssi_cdbm: int, at_us: int | None, seen: int, extra: Extra | None) -> None:
        """One read; a time that the reader tells is corrected, a missing one is now."""
        if extra is not None:
            self.extras[len(self.reads)] = extra
        self.reads.append((epc, antenna, rssi_cdbm, self.clock.correct(at_us, self.arrived_us), max(seen, 1)))

    def times_us(self, moments: list[datetime | None]) -> list[int]:
        """Many readers' times at once, as ``read`` corrects each; the usual case in as little work as there is."""
        arrived_us, clock = self.arrived_us, self.clock
        offset, latest = clock.offset_us, arrived_us + FUTURE_US
        times: list[int] = []
        told, before, at_us = False, None, 0
        for moment in moments:
            if moment is None:
                times.append(arrived_us)
                continue
            if moment == before:  # readers write many tags with one time
                times.append(at_us)
                continue
            told, before = True, moment
            raw = moment_us(moment)
            at_us = raw + offset
            if at_us > latest:
                at_us = clock.correct(raw, arrived_us)
                offset = clock.offset_us
            times.append(at_us)
        if told:
            clock.saw(max(times))
        return times

    def live(self, at_us: int | None) -> None:
        """The reader's time of something that happens now, unless it was held back; told before its events."""
        if at_us is not None:
            self.clock.live(at_us, self.arrived_us)

    def event(
        self, kind: ReaderEventKind, at_us: int | None = None, port: int = 0, value: int = 0, text: str = ""
    ) -> None:
        """One event."""
        at = self.clock.correct(at_us, self.arrived_us)
        self.events.append(ReaderEvent(self.reader, kind, at, port, value, text))

    def each(
        self, things: Iterable[ThingT], take: Callable[[ThingT, "Gathered"], None], refused: Sequence[str] = ()
    ) -> None:
        """Take the parts of a message; one that makes no sense costs nothing but itself.

        Garbled if nothing came of any, and some were ``refused`` before or now.
        """
        before, bad = self.mark(), list(refused)
        for thing in things:
            kept = self.mark()
            try:
                take(thing, self)
            except Garbled as error:
                self.forget(kept)
                bad.append(str(error))
        if bad and self.mark() == before:
            self.refused += bad[:-1]
            raise Garbled(bad[-1])
        self.refused += bad

    def whole(self, things: list[ThingT], take: Callable[[list[ThingT], "Gathered"], None]) -> bool:
        """Whether ``take`` could take all; if not, nothing of it is kept."""
        kept = self.mark()
        try:
            take(things, self)
        except Garbled:
            self.forget(kept)
            return False
        return True

    def mark(self) -> tuple[int, int, int]:
        """How much there is, for ``forget``."""
        return len(self.reads), len(self.events), self.repeated

    def forget(self, mark: tuple[int, int, int] = (0, 0, 0)) -> None:
        """Take back what was gathered of something that turned out wrong."""
        reads, events, _ = mark
        for place in range(reads, len(self.reads)):
            self.extras.pop(place, None)
        del self.reads[reads:]
        del self.events[events:]


class Dialect(Protocol):
    """A reader maker's messages, without a port."""

    def take(self, topic: str, payload: bytes, into: Gathered) -> None:
        """Read one message; Garbled if it isn't of this dialect, and then nothing of it is gathered."""
        ...


@runtime_checkable
class BulkDialect(Dialect, Protocol):
    """A dialect that reads many messages in one go, if they are what comes nearly always."""

    def take_all(self, messages: list[tuple[str, bytes]], into: Gathered) -> bool:
        """Whether all were read; else some may have been gathered, and nothing is said of why."""
        ...


@runtime_checkable
class MindfulDialect(Dialect, Protocol):
    """A dialect that tells changes only, and all there is when a link was made anew."""

    def opened(self) -> None:
        """The link stands."""
        ...


class Gatherer:
    """Messages in, batches and events out; counts what can't be read, and tells trouble once."""

    def __init__(self, name: str, dialect: Dialect, now_us: NowUs) -> None:
        self.name = name
        self.counters = Counters()
        self.ready: deque[TagReads | ReaderEvent] = deque()
        self.batches = Batches(name, now_us)
        self._dialect = dialect
        self._bulk = dialect if isinstance(dialect, BulkDialect) else None
        self._now_us = now_us
        self._clock = ReaderClock()
        self._offset_us = 0  # as it was told last
        self._garbage = GarbageWatch(name)
        self._senders: dict[str, str] = {}

    def take(self, messages: Sequence[tuple[str, bytes]]) -> str:
        """(topic, payload) of each message; returns why the last one that can't be read can't, or nothing."""
        gathered = Gathered(self.name, self._now_us(), self._clock)
        wrong = "" if self._took_all(messages, gathered) else self._take_each(messages, gathered)
        if not wrong:
            self._garbage.good()
        self._settle(gathered.arrived_us)
        self._deliver(gathered)
        return wrong

    def opened(self) -> None:
        """The link stands."""
        self._clock.begin(self._now_us())
        if isinstance(self._dialect, MindfulDialect):
            self._dialect.opened()
        self.event(ReaderEventKind.CONNECTED)

    @property
    def clock_offset_us(self) -> int | None:
        """What is added to the reader's times to get ours; None if it hasn't told any."""
        return self._clock.offset_us if self._clock.told else None

    def _settle(self, arrived_us: int) -> None:
        self._clock.settle(arrived_us)
        by_us = self._clock.offset_us - self._offset_us
        if by_us:
            self._offset_us = self._clock.offset_us
            log.warning("reader.clock_jumped", reader=self.name, corrected_us=by_us)

    def _took_all(self, messages: Sequence[tuple[str, bytes]], gathered: Gathered) -> bool:
        if self._bulk is None or len(messages) < 2:
            return False
        try:
            took = self._bulk.take_all(list(messages), gathered)
        except Garbled:
            took = False
        if not took:
            gathered.forget()
        elif gathered.sender:
            self._heard_from(messages[-1][0], gathered.sender)
        return took

    def _take_each(self, messages: Sequence[tuple[str, bytes]], gathered: Gathered) -> str:
        wrong = ""
        for topic, payload in messages:
            kept = gathered.mark()
            try:
                self._dialect.take(topic, payload, gathered)
            except Garbled as error:
                gathered.forget(kept)
                wrong = str(error)
                self.garbled(wrong)
            if gathered.refused:
                self.garbled(gathered.refused[-1], len(gathered.refused))
                gathered.refused.clear()
            if gathered.sender:
                self._heard_from(topic, gathered.sender)
                gathered.sender = ""
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

    def refused(self, why: str, output: int = 0) -> None:
        """The reader doesn't do what it was told, of an output (from 1) or of something else."""
        kind = ReaderEventKind.OUTPUT_REFUSED if output else ReaderEventKind.OTHER
        self.ready.append(self.batches.event(kind, port=output, text=why))

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

"""What readers tell of themselves: model, firmware, temperature, antennas that came off, their last trouble."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from drivers.readings import ReaderEvent, ReaderEventKind, TagReads

CLEARLY_LATER_US = 500_000
"""a read must be so much later than the loss of its antenna: reads of before may be told after it"""
TROUBLES = (
    ReaderEventKind.GARBLED,
    ReaderEventKind.OVERFLOW,
    ReaderEventKind.ANTENNA_LOST,
    ReaderEventKind.OUTPUT_REFUSED,
)
WORDS = (ReaderEventKind.OTHER, ReaderEventKind.OUTPUT_REFUSED, ReaderEventKind.GARBLED, ReaderEventKind.OVERFLOW)
"""kinds whose text says what nothing else does"""
LONGEST = 200
"""of such a text, in letters"""


@dataclass(frozen=True, slots=True)
class ReaderTold:
    """One reader; times ms UTC of this machine, temperature in degrees Celsius as the reader rounds it."""

    model: str = ""
    temperature: int | None = None
    off_us: Mapping[int, int] = field(default_factory=dict)
    """ports whose antenna came off, and when; forgotten with the link: what is off then is told anew"""
    since_ms: int = 0
    """when the link was last made"""
    trouble: str = ""
    """the kind of its last trouble, by the names of ``ReaderEventKind``, or ``lost``"""
    trouble_ms: int = 0
    said: str = ""
    """its last words that are no state that is kept here: a refusal, a warning, what couldn't be read"""
    said_ms: int = 0

    @property
    def antennas_off(self) -> frozenset[int]:
        """The ports that have no antenna right now, as far as the reader tells."""
        return frozenset(self.off_us)

    def as_json(self, now_ms: int) -> dict[str, object]:
        """As the health page has it: how long ago, since the shop's clock may be another than the machine's."""
        return {
            "model": self.model,
            "temperature": self.temperature,
            "antennas_off": sorted(self.antennas_off),
            "connected_ms": now_ms - self.since_ms if self.since_ms else None,
            "trouble": self.trouble,
            "trouble_ago_ms": now_ms - self.trouble_ms if self.trouble_ms else None,
            "said": self.said,
            "said_ago_ms": now_ms - self.said_ms if self.said_ms else None,
        }


class Told:
    """``heard`` from readers' threads, ``of`` from anywhere."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._readers: dict[str, ReaderTold] = {}

    def heard(self, event: ReaderEvent) -> None:
        """A reader said something beside reads."""
        with self._lock:
            known = self._readers.get(event.reader, ReaderTold())
            self._readers[event.reader] = _after(known, event)

    def read(self, batch: TagReads) -> None:
        """An antenna that reads is plugged in, whatever was told before; costs a look-up where none is off."""
        known = self._readers.get(batch.reader)
        if known is None or not known.off_us:
            return
        heard = {
            antenna
            for _epc, antenna, _rssi, at_us, _seen in batch.reads
            if antenna in known.off_us and at_us > known.off_us[antenna] + CLEARLY_LATER_US
        }
        if heard:
            with self._lock:
                self._readers[batch.reader] = _plugged_in(self._readers[batch.reader], heard)

    def lost(self, reader: str, at_ms: int) -> None:
        """Its link is gone."""
        with self._lock:
            known = self._readers.get(reader, ReaderTold())
            self._readers[reader] = replace(known, trouble="lost", trouble_ms=at_ms, since_ms=0)

    def back(self, reader: str, at_ms: int) -> None:
        """Its link stands again."""
        with self._lock:
            known = self._readers.get(reader, ReaderTold())
            self._readers[reader] = replace(known, since_ms=at_ms)

    def of(self, reader: str) -> ReaderTold:
        """What is known of a reader."""
        with self._lock:
            return self._readers.get(reader, ReaderTold())


def _after(known: ReaderTold, event: ReaderEvent) -> ReaderTold:
    at_ms = event.at_us // 1000
    if event.kind in WORDS and event.text:
        known = replace(known, said=event.text[:LONGEST], said_ms=at_ms)
    match event.kind:
        case ReaderEventKind.CONNECTED:
            return replace(known, model=event.text or known.model, since_ms=at_ms, off_us={})
        case ReaderEventKind.TEMPERATURE:
            return replace(known, temperature=event.value)
        case ReaderEventKind.ANTENNA_CONNECTED:
            return _plugged_in(known, {event.port})
        case ReaderEventKind.ANTENNA_LOST:
            off_us = {**known.off_us, event.port: event.at_us} if event.port else known.off_us
            return replace(known, off_us=off_us, trouble=event.kind.value, trouble_ms=at_ms)
        case kind if kind in TROUBLES:
            return replace(known, trouble=kind.value, trouble_ms=at_ms)
    return known


def _plugged_in(known: ReaderTold, ports: set[int]) -> ReaderTold:
    return replace(known, off_us={port: at_us for port, at_us in known.off_us.items() if port not in ports})

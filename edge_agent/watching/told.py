"""What readers tell of themselves: model, firmware, temperature, antennas that came off, their last trouble."""

import threading
from dataclasses import dataclass, field, replace

from drivers.readings import ReaderEvent, ReaderEventKind

TROUBLES = (ReaderEventKind.GARBLED, ReaderEventKind.OVERFLOW, ReaderEventKind.ANTENNA_LOST)


@dataclass(frozen=True, slots=True)
class ReaderTold:
    """One reader; times ms UTC of this machine, temperature in degrees Celsius as the reader rounds it."""

    model: str = ""
    temperature: int | None = None
    antennas_off: frozenset[int] = field(default_factory=frozenset)
    since_ms: int = 0
    """when the link was last made"""
    trouble: str = ""
    """the kind of its last trouble, by the names of ``ReaderEventKind``, or ``lost``"""
    trouble_ms: int = 0

    def as_json(self, now_ms: int) -> dict[str, object]:
        """As the health page has it: how long ago, since the shop's clock may be another than the machine's."""
        return {
            "model": self.model,
            "temperature": self.temperature,
            "antennas_off": sorted(self.antennas_off),
            "connected_ms": now_ms - self.since_ms if self.since_ms else None,
            "trouble": self.trouble,
            "trouble_ago_ms": now_ms - self.trouble_ms if self.trouble_ms else None,
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
    match event.kind:
        case ReaderEventKind.CONNECTED:
            return replace(known, model=event.text or known.model, since_ms=at_ms)
        case ReaderEventKind.TEMPERATURE:
            return replace(known, temperature=event.value)
        case ReaderEventKind.ANTENNA_CONNECTED:
            return replace(known, antennas_off=known.antennas_off - {event.port})
        case ReaderEventKind.ANTENNA_LOST:
            off = known.antennas_off | {event.port}
            return replace(known, antennas_off=off, trouble=event.kind.value, trouble_ms=at_ms)
        case kind if kind in TROUBLES:
            return replace(known, trouble=kind.value, trouble_ms=at_ms)
    return known

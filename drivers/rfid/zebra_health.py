"""What a Zebra reader's heartbeats tell of its health: antennas, radio, temperature, messages dropped by the reader.

A heartbeat repeats the whole state; what hasn't changed isn't told again.
"""

from typing import Any, Final

from drivers.readings import ReaderEventKind
from drivers.rfid.gathered import Gathered

_DROPPED: Final = "numDataMessagesDropped"


class HealthWatch:
    """Remembers what the last heartbeat of one reader said."""

    def __init__(self, planned: tuple[int, ...] = ()) -> None:
        self._antennas: dict[int, bool] = dict.fromkeys(planned, True)
        self._there = set(planned)
        """ports at which there should be an antenna: planned, or seen with one"""
        self._radio: bool | None = None
        self._dropped: int | None = None

    def opened(self) -> None:
        """The link was made anew: an antenna that is off is told again."""
        self._antennas = dict.fromkeys(self._there, True)

    def heartbeat(self, data: dict[str, Any], at_us: int | None, into: Gathered) -> None:
        """A sign of life, and what has changed since the last one."""
        into.event(ReaderEventKind.HEARTBEAT, at_us)
        temperature = temperature_of(data)
        if temperature is not None:
            into.event(ReaderEventKind.TEMPERATURE, at_us, value=temperature)
        radio = _table(data.get("radio_control"))
        self._tell_antennas(_table(radio.get("antennas")), at_us, into)
        self._tell_radio(radio.get("radioActivity"), at_us, into)
        self._tell_dropped(_table(data.get("reader_gateway")), at_us, into)

    def _tell_antennas(self, antennas: dict[str, Any], at_us: int | None, into: Gathered) -> None:
        for name, state in antennas.items():
            if not (name.isascii() and name.isdigit() and len(name) < 5):
                continue
            port, connected = int(name), state == "connected"
            before = self._antennas.get(port, False)  # a port that never had an antenna isn't a loss
            self._antennas[port] = connected
            if connected:
                self._there.add(port)
            if connected != before:
                kind = ReaderEventKind.ANTENNA_CONNECTED if connected else ReaderEventKind.ANTENNA_LOST
                into.event(kind, at_us, port=port)

    def _tell_radio(self, activity: object, at_us: int | None, into: Gathered) -> None:
        if activity not in ("active", "inactive"):
            return
        active = activity == "active"
        if self._radio is not None and active != self._radio:
            into.event(ReaderEventKind.STARTED if active else ReaderEventKind.STOPPED, at_us)
        self._radio = active

    def _tell_dropped(self, gateway: dict[str, Any], at_us: int | None, into: Gathered) -> None:
        """The counter stood beside the others once; newer firmware has one for each data path."""
        paths = gateway.get("dataPathStatistics")
        rows = [gateway, *(paths if isinstance(paths, list) else [])]
        counts = [row[_DROPPED] for row in rows if isinstance(row, dict) and isinstance(row.get(_DROPPED), int)]
        if not counts:
            return
        total, before = sum(counts), self._dropped
        self._dropped = total
        if before is not None and total > before:
            lost = total - before
            into.event(ReaderEventKind.OVERFLOW, at_us, value=lost, text=f"{lost} messages dropped in the reader")


def temperature_of(data: dict[str, Any]) -> int | None:
    """Degrees Celsius, at the places where firmware writes them: a number, or ``ambient`` and ``pa``."""
    found = data.get("temperature", _table(data.get("system")).get("temperature"))
    if isinstance(found, dict):
        found = found.get("ambient", found.get("pa"))
    return round(found) if isinstance(found, int | float) and abs(found) < 1000 else None


def _table(thing: object) -> dict[str, Any]:
    return thing if isinstance(thing, dict) else {}

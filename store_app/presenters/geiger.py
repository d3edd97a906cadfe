"""How near a thing is, from the strength with which a handheld hears it: smooth, and sinking while nothing is heard."""

from collections import deque
from dataclasses import dataclass

from store_app.presenters.texts import MINUS, _, n_
from store_app.presenters.views import LocateView

WEAKEST_DBM, STRONGEST_DBM = -78.0, -36.0
"""what a handheld hears from some five metres, and from a hand's breadth"""
RISE, FALL = 0.6, 0.35
"""share of the way to the newest read that the level goes at once: up quicker than down"""
FRESH_MS, HALF_MS = 350, 700
"""a level holds for so long after a read, then halves in so long"""
GONE_MS = 4_000
BARS = 20


@dataclass(frozen=True, slots=True)
class Signal:
    """One word of the live line."""

    unit: str
    reader: str
    rssi_dbm: float
    age_ms: int
    rate: int


class Geiger:
    """Takes signals, holds the level; it needs no clock of its own, since each signal says how old it is."""

    def __init__(self) -> None:
        self.last: Signal | None = None
        self._level = 0.0
        self._bars: deque[float] = deque([0.0] * BARS, maxlen=BARS)

    def heard(self, signal: Signal) -> None:
        """A signal came; one that is only older than the last makes the level sink."""
        fresh = self.last is None or signal.age_ms < FRESH_MS
        self.last = signal
        if fresh:
            reach = (signal.rssi_dbm - WEAKEST_DBM) / (STRONGEST_DBM - WEAKEST_DBM)
            wanted = min(1.0, max(0.03, reach))
            self._level += (wanted - self._level) * (RISE if wanted > self._level else FALL)
        self._bars.append(self.level)

    def silent(self, ms: int) -> None:
        """Nothing was said for so long: the line is cut, or the agent stands still."""
        if self.last is not None:
            last = self.last
            self.heard(Signal(last.unit, last.reader, last.rssi_dbm, last.age_ms + ms, 0))

    @property
    def level(self) -> float:
        """From 0 (nothing) to 1 (a hand's breadth), sunk with the age of the last read."""
        if self.last is None:
            return 0.0
        old = max(0, self.last.age_ms - FRESH_MS)
        return 0.0 if self.last.age_ms > GONE_MS else self._level * 0.5 ** (old / HALF_MS)

    @property
    def hears(self) -> bool:
        """Whether the thing is heard now."""
        return self.last is not None and self.last.age_ms <= GONE_MS

    @property
    def word(self) -> str:
        """How near, in words."""
        if self.last is None:
            return _("Not heard yet")
        if not self.hears:
            return _("Out of hearing")
        level = self.level
        if level >= 0.8:
            return _("Very close")
        if level >= 0.5:
            return _("Close")
        return _("Near here") if level >= 0.25 else _("Far away")

    def view(self, title: str) -> LocateView:
        """The bars with their words."""
        return LocateView(title, self.word, tuple(round(bar, 2) for bar in self._bars), self._detail())

    def _detail(self) -> str:
        last = self.last
        if last is None:
            return _("Walk along the shelves with the handheld, its trigger pulled.")
        if not self.hears:
            seconds = last.age_ms // 1000
            return n_("last heard {n} second ago", "last heard {n} seconds ago", seconds)
        dbm = f"{MINUS if last.rssi_dbm < 0 else ''}{abs(round(last.rssi_dbm))}"
        return n_(
            "{dbm} dBm · {reader} · {n} read/s",
            "{dbm} dBm · {reader} · {n} reads/s",
            last.rate,
            dbm=dbm,
            reader=last.reader,
        )


def signal_of(body: dict[str, object]) -> Signal | None:
    """The signal in a word of the live line; None if it isn't one."""
    unit, reader, rssi, age, rate = (body.get(key) for key in ("unit", "reader", "rssi_cdbm", "age_ms", "rate"))
    if not (isinstance(unit, str) and isinstance(reader, str)):
        return None
    if not (isinstance(rssi, int) and isinstance(age, int) and isinstance(rate, int)):
        return None
    return Signal(unit, reader, rssi / 100, age, rate)

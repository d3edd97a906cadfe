"""The presence engine: batches of reads in, conclusions out.

Data layout. The hot path touches three dictionaries: EPC bytes -> unit (decoded once, bounded), (reader, antenna) ->
spot, unit -> track. A track is a short list of :class:`Spotted`, one for each zone that hears the unit; there are
no per-read objects and no sweep over the store. Expiry is a wheel: each spotted tag stands in one bucket, the
epoch at which it could be gone at the earliest, and is moved on when that bucket comes up and it was heard since.
"""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from retail.epc import EpcRefused, decode
from retail.presence.events import Appeared, Event, Moved, Vanished
from retail.presence.passages import Passages, PassageSettings
from retail.presence.plan import Plan, Spot
from retail.presence.smoothing import Smoothing, Spotted, hear, is_gone

Read = tuple[bytes, int, int, int, int]
"""EPC, antenna, RSSI in centi-dBm, last seen in µs UTC, times seen: what drivers report"""


class Hysteresis(NamedTuple):
    """When a unit changes its zone: the new one must be better by an offset that fades while the old one is silent.

    EdgeX's mobility profile: 6 dB, held for 500 ms, then 8 dB less each second. ``fewest`` reads are needed.
    """

    threshold_cdb: float = 600.0
    hold_us: int = 500_000
    fade_cdb_per_s: float = 800.0
    fewest: int = 2


class Sighting(NamedTuple):
    """Where a unit was heard last, and when (µs UTC)."""

    zone: str
    at_us: int
    mean_cdbm: float


class Presence:
    """Where every tagged unit is heard, and which units pass a gate. One thread."""

    def __init__(
        self,
        plan: Plan,
        *,
        smoothing: Smoothing = Smoothing(),  # noqa: B008  settings are immutable
        hysteresis: Hysteresis = Hysteresis(),  # noqa: B008
        passages: PassageSettings = PassageSettings(),  # noqa: B008
        remembered_epcs: int = 400_000,
    ) -> None:
        self.plan = plan
        self.refused: Counter[str] = Counter()
        """EPCs that aren't ours, by reason: a refusal's, or ``not_an_item``"""
        self.unplanned: Counter[tuple[str, int]] = Counter()
        """reads of antennas that aren't in the plan"""
        self.passages = Passages(passages)
        self._smoothing = smoothing
        self._hysteresis = hysteresis
        self._remembered = remembered_epcs
        self._units: dict[bytes, str | None] = {}
        self._tracks: dict[str, list[Spotted]] = {}
        self._zones: dict[str, str] = {}
        self._wheel: dict[int, list[Spotted]] = {}
        self._turned = 0
        self._carried: dict[str, str] = {}
        self._listening: dict[str, int] = {}
        self._now_us = 0
        self._heard: dict[str, set[str]] = {}

    def take(self, reads: Iterable[Read], reader: str, now_us: int) -> list[Event]:
        """Take in a batch of one reader. Reads from the future count as of now."""
        self._now_us = max(self._now_us, now_us)
        events: list[Event] = []
        in_zones: dict[tuple[str, str], list[int]] = {}
        spots: dict[int, Spot | None] = {}
        units = self._units
        for epc, antenna, rssi, last_seen, count in reads:
            unit = units[epc] if epc in units else self._decoded(epc)
            if unit is None:
                continue
            spot = spots[antenna] if antenna in spots else spots.setdefault(antenna, self._spot(reader, antenna))
            if spot is None:
                self.unplanned[reader, antenna] += 1
                continue
            at_us = last_seen if last_seen <= now_us else now_us
            if spot.gate is not None:
                said = self.passages.add(unit, spot.gate, spot.side, antenna, rssi, at_us, count, now_us)
                if said is not None:
                    events.append(said)
            elif spot.zone is not None:
                _sum_up(in_zones, (unit, spot.zone), rssi, at_us, count)
        for (unit, zone), (power, latest, count) in in_zones.items():
            self._hear(unit, zone, power / count, latest, count, events)
        return events

    def tick(self, now_us: int, heard_us: int | None = None) -> list[Event]:
        """Let time pass: passages end, units vanish. Call it about once a second, or when :meth:`next_us` says.

        ``heard_us`` is up to when the zones' reads have been taken in, if that isn't now: later silence says nothing.
        """
        self._now_us = max(self._now_us, now_us)
        events: list[Event] = list(self.passages.close(now_us))
        epoch = (now_us if heard_us is None else heard_us) // self._smoothing.epoch_us
        due = [turn for turn in self._wheel if turn <= epoch] if self._turned < epoch else []
        self._turned = max(self._turned, epoch)
        for turn in sorted(due):
            for spotted in self._wheel.pop(turn):
                self._expire(spotted, epoch, events)
        return events

    @property
    def placed(self) -> int:
        """How many units are heard somewhere."""
        return len(self._zones)

    def where(self, unit: str) -> Sighting | None:
        """Return where a unit was last placed; None if it was never heard."""
        zone = self._zones.get(unit)
        if zone is None:
            return None
        for spotted in self._tracks.get(unit, ()):
            if spotted.zone == zone:
                return Sighting(zone, spotted.last_us, spotted.mean_cdbm)
        return None

    def place(self, unit: str, zone: str, at_us: int) -> None:
        """Put a unit where it is known to be from before, without concluding anything (at start)."""
        spotted = self._spotted(unit, zone, at_us // self._smoothing.epoch_us)
        spotted.last_us = at_us
        self._zones[unit] = zone

    def carry(self, reader: str, zone: str | None) -> None:
        """A handheld is carried into a zone: all it reads is there. None: it belongs nowhere again."""
        if zone is None:
            self._carried.pop(reader, None)
        else:
            self._carried[reader] = zone

    def listen(self, zone: str, on: bool = True) -> None:
        """Collect the units heard in a zone from now on (a count is open there), or stop to. Late reads don't count."""
        if on:
            self._listening.setdefault(zone, self._now_us)
        else:
            self._listening.pop(zone, None)
            self._heard.pop(zone, None)

    def take_heard(self) -> dict[str, set[str]]:
        """Return the units heard since the last call in zones that are listened to."""
        heard, self._heard = self._heard, {}
        return heard

    def next_us(self) -> int | None:
        """Return when a passage may end, for a precise timer."""
        return self.passages.next_us()

    def _decoded(self, epc: bytes) -> str | None:
        if len(self._units) >= self._remembered:
            self._units.clear()
        key = None
        try:
            unit = decode(epc).unit
        except EpcRefused as refusal:
            self.refused[refusal.reason] += 1
        else:
            if unit is None:
                self.refused["not_an_item"] += 1
            else:
                key = unit.key
        self._units[epc] = key
        return key

    def _spot(self, reader: str, antenna: int) -> Spot | None:
        carried = self._carried.get(reader)
        return Spot(zone=carried) if carried is not None else self.plan.spot(reader, antenna)

    def _hear(self, unit: str, zone: str, rssi: float, at_us: int, count: int, events: list[Event]) -> None:
        since = self._listening.get(zone)
        if since is not None and at_us >= since:
            self._heard.setdefault(zone, set()).add(unit)
        spotted = self._spotted(unit, zone, at_us // self._smoothing.epoch_us)
        hear(spotted, at_us, rssi, count, self._smoothing)
        current = self._zones.get(unit)
        if current == zone:
            if not spotted.scheduled:
                self._schedule(spotted)
            return
        if current is None:
            self._settle(unit, spotted)
            events.append(Appeared(unit, zone, at_us))
        elif self._better(unit, current, spotted, at_us):
            self._settle(unit, spotted)
            events.append(Moved(unit, current, zone, at_us))

    def _better(self, unit: str, current: str, new: Spotted, at_us: int) -> bool:
        rule = self._hysteresis
        old = next((one for one in self._tracks[unit] if one.zone == current), None)
        if new.reads < rule.fewest:
            return False
        if old is None:
            return True
        silent_us = max(0, at_us - old.last_us - rule.hold_us)
        offset = rule.threshold_cdb - rule.fade_cdb_per_s * silent_us / 1_000_000
        return new.mean_cdbm > old.mean_cdbm + offset

    def _settle(self, unit: str, spotted: Spotted) -> None:
        """The unit is where it was spotted; what other zones heard of it no longer counts."""
        self._zones[unit] = spotted.zone
        self._tracks[unit] = [spotted]
        if not spotted.scheduled:
            self._schedule(spotted)

    def _spotted(self, unit: str, zone: str, epoch: int) -> Spotted:
        track = self._tracks.setdefault(unit, [])
        for spotted in track:
            if spotted.zone == zone:
                return spotted
        made = Spotted(unit, zone, epoch - 1, self._smoothing.shortest)
        track.append(made)
        return made

    def _schedule(self, spotted: Spotted) -> None:
        due = spotted.last_us // self._smoothing.epoch_us + spotted.window + 1
        self._wheel.setdefault(due, []).append(spotted)
        spotted.scheduled = True

    def _expire(self, spotted: Spotted, epoch: int, events: list[Event]) -> None:
        spotted.scheduled = False
        unit = spotted.unit
        if self._zones.get(unit) != spotted.zone or spotted not in self._tracks.get(unit, ()):
            return
        if not is_gone(spotted, epoch):
            self._schedule(spotted)
            return
        del self._tracks[unit]
        del self._zones[unit]
        events.append(Vanished(unit, spotted.zone, spotted.last_us))


def _sum_up(sums: dict[tuple[str, str], list[int]], key: tuple[str, str], rssi: int, at_us: int, count: int) -> None:
    row = sums.get(key)
    if row is None:
        sums[key] = [rssi * count, at_us, count]
    else:
        row[0] += rssi * count
        row[1] = max(row[1], at_us)
        row[2] += count

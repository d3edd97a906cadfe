"""The presence engine: batches of reads in, conclusions out.

Data layout. Each zone keeps one dictionary, EPC bytes -> :class:`Spotted`, of all tags that it hears; a batch is looked
up in it by ``map``, and a known tag costs a handful of comparisons and additions on slots: no object is made per read,
none is decoded, nothing is hashed but the EPC. Only tags that a zone doesn't know, and those that are at home in
another one, take the longer way: decoding (remembered in two generations, so that a flood of foreign tags forgets the
oldest), the unit's place, evidence for a move. There is no sweep over the store. Expiry is a wheel: each spotted tag
stands in one bucket, the epoch at which it could be gone at the earliest, and is moved on when that bucket comes up
and it was heard since; a tick empties so many places of the wheel at most, and says whether it is ``behind``.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

from retail.epc import EpcRefused, item_key
from retail.presence.clocks import Read, ReaderClock
from retail.presence.events import Appeared, Event, Moved, Vanished
from retail.presence.passages import Passages, PassageSettings
from retail.presence.plan import Plan, Side, Spot
from retail.presence.smoothing import Smoothing, Spotted, hear, is_gone, review

_EPC, _ANTENNA = itemgetter(0), itemgetter(1)
_NOWHERE = Spot()
_PER_TICK = 2_000
"""tags looked at in one tick at most: about 3 ms"""
_ENCODINGS = 4
"""EPCs remembered for one item at most: it may carry several, but filler bits make any number"""
_ANTENNAS = 256
"""of one reader"""


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


class _Ear:
    """One zone: every tag that it hears, and who is listened for. ``since_us`` is None when no count is open."""

    __slots__ = ("heard", "known", "name", "since_us")

    def __init__(self, name: str) -> None:
        self.name = name
        self.known: dict[bytes, Spotted] = {}
        self.since_us: int | None = None
        self.heard: Counter[Spotted] = Counter()


class Presence:
    """Where every tagged unit is heard, and which units pass a gate. One thread."""

    def __init__(
        self,
        plan: Plan,
        *,
        smoothing: Smoothing = Smoothing(),  # noqa: B008  settings are immutable
        hysteresis: Hysteresis = Hysteresis(),  # noqa: B008
        passages: PassageSettings = PassageSettings(),  # noqa: B008
        remembered_epcs: int = 100_000,
        most_units: int = 1_000_000,
    ) -> None:
        self.refused: Counter[str] = Counter()
        """EPCs that aren't ours, by reason: a refusal's, or ``not_an_item``; ``too_many`` when the store is full"""
        self.unplanned: Counter[tuple[str, int]] = Counter()
        """reads of antennas that aren't in the plan"""
        self.not_followed = 0
        """reads in zones of units that nobody may follow (``follows``); nothing is kept of them"""
        self.follows: Callable[[str], bool] = lambda _unit: True
        """whether it may be remembered where a unit is; in a zone that is counted everything is heard"""
        self.passages = Passages(passages)
        self.behind = False
        """the last tick left something to do"""
        self._smoothing = smoothing
        self._hysteresis = hysteresis
        self._remembered = remembered_epcs
        self._most = most_units
        self._units: dict[bytes, str | None] = {}
        self._older_units: dict[bytes, str | None] = {}
        self._homes: dict[str, Spotted] = {}
        self._strays: dict[str, list[Spotted]] = {}
        self._encodings: dict[Spotted, list[bytes]] = {}
        self._ears: dict[str, _Ear] = {}
        self._clocks: dict[str, ReaderClock] = {}
        self._wheel: dict[int, list[Spotted]] = {}
        self._turned = 0
        self._carried: dict[str, str] = {}
        self._routes: dict[str, dict[int, Spot | None]] = {}
        self._now_us = 0
        self._plan = plan

    @property
    def plan(self) -> Plan:
        """What every antenna looks at; replaced as a whole."""
        return self._plan

    @plan.setter
    def plan(self, plan: Plan) -> None:
        self._plan = plan
        self._routes.clear()

    def take(self, reads: Sequence[Read], reader: str, now_us: int) -> list[Event]:
        """Take in a batch of one reader. Its clock is put right; reads from the future count as of now."""
        self._now_us = max(self._now_us, now_us)
        events: list[Event] = []
        if not reads:
            return events
        clock = self._clocks.get(reader) or self._clocks.setdefault(reader, ReaderClock())
        reads = clock.correct(reads, now_us)
        antennas = set(map(_ANTENNA, reads))
        spots = dict.fromkeys(self._spot(reader, antenna) for antenna in sorted(antennas))
        if len(spots) == 1:
            self._at_spot(spots.popitem()[0], reads, reader, events)
            return events
        for spot in spots:
            there = {antenna for antenna in antennas if self._spot(reader, antenna) == spot}
            if spot is None or spot.gate is None:
                self._at_spot(spot, [read for read in reads if read[1] in there], reader, events)
        self._at_gates(reads, reader, events)
        return events

    def take_phases(
        self, reads: Sequence[Read], reader: str, phases: Mapping[int, tuple[int, int]], now_us: int
    ) -> None:
        """Take in (phase in mrad, channel in kHz) of some reads of a batch, by their place in it, after the batch."""
        for place, (phase_mrad, channel_khz) in phases.items():
            epc, antenna, _rssi, last_seen, _count = reads[place]
            spot = self._spot(reader, antenna)
            unit = self.unit_of(epc)
            if unit is not None and spot is not None and spot.gate is not None and channel_khz:
                at_us = min(last_seen + self.clock_offset_us(reader), now_us)
                self.passages.add_phase(
                    unit, spot.gate, spot.side, antenna, at_us, phase_mrad / 1000.0, channel_khz * 1000.0
                )

    def beam(self, gate: str, side: Side, at_us: int) -> None:
        """A gate's light beam on one side was broken."""
        self.passages.beam(gate, side, at_us)

    def tick(self, now_us: int, heard_us: int | None = None) -> list[Event]:
        """Let time pass: passages end, units vanish. Call it about once a second, when ``behind`` soon again.

        ``heard_us`` is up to when the zones' reads have been taken in, if that isn't now: later silence says nothing.
        """
        self._now_us = max(self._now_us, now_us)
        events: list[Event] = list(self.passages.close(now_us))
        epoch = (now_us if heard_us is None else heard_us) // self._smoothing.epoch_us
        self.behind = False
        if self._turned >= epoch:
            return events
        left = _PER_TICK
        for turn in sorted(turn for turn in self._wheel if turn <= epoch):
            bucket = self._wheel[turn]
            while bucket and left:
                left -= 1
                self._expire(bucket.pop(), epoch, events)
            if bucket:
                self.behind = True
                return events
            del self._wheel[turn]
        self._turned = epoch
        return events

    @property
    def placed(self) -> int:
        """How many units are heard somewhere."""
        return len(self._homes)

    def where(self, unit: str) -> Sighting | None:
        """Return where a unit was last placed; None if it was never heard."""
        home = self._homes.get(unit)
        return None if home is None else Sighting(home.zone, home.last_us, home.mean_cdbm)

    def forget(self, unit: str) -> None:
        """Nobody may know any more where a unit is."""
        home = self._homes.pop(unit, None)
        for spotted in (*self._strays.pop(unit, ()), *((home,) if home is not None else ())):
            self._forget(spotted)

    def place(self, unit: str, zone: str, at_us: int) -> None:
        """Put a unit where it is known to be from before, without concluding anything (at start)."""
        spotted = self._spotted(unit, self._ear(zone))
        spotted.last_us = at_us
        self._settle(unit, spotted)

    def carry(self, reader: str, zone: str | None) -> None:
        """A handheld is carried into a zone: all it reads is there. None: it belongs nowhere again."""
        self._routes.pop(reader, None)
        if zone is None:
            self._carried.pop(reader, None)
        else:
            self._carried[reader] = zone

    def listen(self, zone: str, on: bool = True) -> None:
        """Collect the units heard in a zone from now on (a count is open there), or stop to. Late reads don't count."""
        ear = self._ear(zone)
        if not on:
            ear.since_us = None
            ear.heard = Counter()
        elif ear.since_us is None:
            ear.since_us = self._now_us

    def take_heard(self) -> dict[str, Counter[str]]:
        """Return how often units were read since the last call in zones that are listened to."""
        heard: dict[str, Counter[str]] = {}
        for ear in self._ears.values():
            if ear.heard:
                units = heard[ear.name] = Counter()
                for spotted, reads in ear.heard.items():
                    units[spotted.unit] += reads
                ear.heard = Counter()
        return heard

    def next_us(self) -> int | None:
        """Return when a passage may end, for a precise timer."""
        return self.passages.next_us()

    def clock_offset_us(self, reader: str) -> int:
        """What is added to a reader's times because its clock was found to be wrong."""
        clock = self._clocks.get(reader)
        return 0 if clock is None else clock.offset_us

    def unit_of(self, epc: bytes) -> str | None:
        """The key of the item that an EPC names, None if it names none; decoded once."""
        units = self._units
        if epc in units:
            return units[epc]
        if len(units) >= self._remembered // 2:
            self._older_units, units = units, {}
            self._units = units
        known = self._older_units.get(epc, "")
        key = units[epc] = self._decoded(epc) if known == "" else known
        return key

    def followed_unit_of(self, epc: bytes) -> str | None:
        """As ``unit_of``, but only of what may be followed."""
        unit = self.unit_of(epc)
        return unit if unit is not None and self.follows(unit) else None

    # -- batches -----------------------------------------------------------------------------------------------------

    def _spot(self, reader: str, antenna: int) -> Spot | None:
        route = self._routes.get(reader)
        if route is None:
            route = self._routes[reader] = {}
        if antenna in route:
            return route[antenna]
        carried = self._carried.get(reader)
        spot = Spot(zone=carried) if carried is not None else self._plan.spot(reader, antenna)
        if len(route) < _ANTENNAS:
            route[antenna] = spot
        return spot

    def _at_spot(self, spot: Spot | None, reads: Sequence[Read], reader: str, events: list[Event]) -> None:
        if spot is None:
            self.unplanned.update((reader, read[1]) for read in reads if self.unit_of(read[0]) is not None)
        elif spot.gate is not None:
            self._at_gates(reads, reader, events)
        elif spot.zone is not None:
            self._in_zone(self._ear(spot.zone), reads, events)

    def _at_gates(self, reads: Sequence[Read], reader: str, events: list[Event]) -> None:
        """Reads at gates, in the order in which they came: both sides of a passage belong together."""
        add, now_us = self.passages.add, self._now_us
        for epc, antenna, rssi, at_us, count in reads:
            spot = self._spot(reader, antenna)
            if spot is None or spot.gate is None:
                continue
            unit = self.unit_of(epc)
            if unit is None:
                continue
            said = add(unit, spot.gate, spot.side, antenna, rssi, at_us, count, now_us)
            if said is not None:
                events.append(said)

    def _in_zone(self, ear: _Ear, reads: Sequence[Read], events: list[Event]) -> None:
        """The loop that everything depends on: see ``smoothing.hear``, which says the same for one."""
        epoch_us, stale_us, share = self._smoothing.epoch_us, self._smoothing.stale_us, self._smoothing.share
        start_us = end_us = 0
        strange: list[Read] = []
        away: list[Spotted] = []
        for spotted, read in zip(map(ear.known.get, map(_EPC, reads)), reads, strict=True):
            if spotted is None:
                strange.append(read)
                continue
            at_us = read[3]
            if at_us <= spotted.last_us:
                continue
            if at_us >= spotted.next_us:
                if not start_us <= at_us < end_us:
                    start_us = at_us - at_us % epoch_us
                    end_us = start_us + epoch_us
                spotted.next_us = end_us
                spotted.hits += 1
                if at_us - spotted.last_us > stale_us:
                    spotted.reads = 0
                    spotted.mean_cdbm = read[2]
            spotted.mean_cdbm += share * (read[2] - spotted.mean_cdbm)
            spotted.last_us = at_us
            if spotted.home is not None:
                spotted.reads += read[4]
                away.append(spotted)
        for spotted in dict.fromkeys(away):
            self._weigh(spotted, events)
        if strange:
            self._meet(ear, strange, events)
        if ear.since_us is not None:
            since_us = ear.since_us
            counted = [read[0] for read in reads if read[3] >= since_us]
            ear.heard.update(filter(None, map(ear.known.get, counted)))

    # -- tags that are new to a zone ---------------------------------------------------------------------------------

    def _meet(self, ear: _Ear, reads: Sequence[Read], events: list[Event]) -> None:
        """Tags that the zone doesn't know: those of one unit speak together."""
        sums: dict[str, list[int]] = {}
        epcs: dict[str, bytes] = {}
        follows = self.follows if ear.since_us is None else None
        for epc, _antenna, rssi, at_us, count in reads:
            unit = self.unit_of(epc)
            if unit is None:
                continue
            row = sums.get(unit)
            if row is None and follows is not None and not follows(unit):
                self.not_followed += 1
                continue
            if row is None:
                sums[unit] = [rssi * count, at_us, count]
                epcs[unit] = epc
            else:
                row[0] += rssi * count
                row[1] = max(row[1], at_us)
                row[2] += count
        for unit, (power, at_us, count) in sums.items():
            home = self._homes.get(unit)
            if home is None and len(self._homes) >= self._most:
                self.refused["too_many"] += 1
                continue
            spotted = self._spotted(unit, ear)
            self._name(spotted, epcs[unit], ear)
            hear(spotted, at_us, power / count if count else 0.0, count, self._smoothing)
            self._put_on_wheel(spotted)
            if home is None:
                self._settle(unit, spotted)
                events.append(Appeared(unit, ear.name, at_us))
            elif home is not spotted:
                self._weigh(spotted, events)

    def _spotted(self, unit: str, ear: _Ear) -> Spotted:
        home = self._homes.get(unit)
        if home is not None and home.zone == ear.name:
            return home
        strays = self._strays.setdefault(unit, [])
        for spotted in strays:
            if spotted.zone == ear.name:
                return spotted
        made = Spotted(unit, ear.name, self._smoothing.shortest)
        made.home = home
        strays.append(made)
        return made

    def _name(self, spotted: Spotted, epc: bytes, ear: _Ear) -> None:
        """Find this tag by this EPC from now on."""
        if spotted.epc:
            others = self._encodings.setdefault(spotted, [])
            if len(others) >= _ENCODINGS:
                return
            others.append(epc)
        else:
            spotted.epc = epc
        ear.known[epc] = spotted

    def _weigh(self, spotted: Spotted, events: list[Event]) -> None:
        """A unit is heard outside its zone: it moves if the evidence is good enough."""
        home = spotted.home
        if home is not None and self._better(home, spotted):
            self._settle(spotted.unit, spotted)
            events.append(Moved(spotted.unit, home.zone, spotted.zone, spotted.last_us))

    def _better(self, home: Spotted, new: Spotted) -> bool:
        rule = self._hysteresis
        if new.reads < rule.fewest:
            return False
        silent_us = max(0, new.last_us - home.last_us - rule.hold_us)
        offset = rule.threshold_cdb - rule.fade_cdb_per_s * silent_us / 1_000_000
        return new.mean_cdbm > home.mean_cdbm + offset

    def _settle(self, unit: str, spotted: Spotted) -> None:
        """The unit is where it was spotted; what other zones heard of it no longer counts."""
        old = self._homes.get(unit)
        self._homes[unit] = spotted
        others = [stray for stray in self._strays.pop(unit, ()) if stray is not spotted]
        if old is not None and old is not spotted:
            others.append(old)
        for other in others:
            other.home = spotted
            other.reads = 0
        if others:
            self._strays[unit] = others
        spotted.home = None
        self._put_on_wheel(spotted)

    # -- tags that fall silent ---------------------------------------------------------------------------------------

    def _put_on_wheel(self, spotted: Spotted) -> None:
        if spotted.wheeled:
            return
        due = spotted.last_us // self._smoothing.epoch_us + spotted.window + 1
        bucket = self._wheel.get(due)
        if bucket is None:
            bucket = self._wheel[due] = []
            self._turned = min(self._turned, due - 1)
        bucket.append(spotted)
        spotted.wheeled = True

    def _expire(self, spotted: Spotted, epoch: int, events: list[Event]) -> None:
        spotted.wheeled = False
        if not spotted.window:
            return
        if not is_gone(spotted, epoch, self._smoothing) and self._may_follow(spotted):
            review(spotted, epoch, self._smoothing)
            self._put_on_wheel(spotted)
            return
        self._forget(spotted)
        unit = spotted.unit
        if spotted.home is not None:
            strays = self._strays.get(unit, [])
            strays.remove(spotted)
            if not strays:
                del self._strays[unit]
            return
        del self._homes[unit]
        for stray in self._strays.pop(unit, ()):
            self._forget(stray)
        events.append(Vanished(unit, spotted.zone, spotted.last_us))

    def _may_follow(self, spotted: Spotted) -> bool:
        """What was heard for a count is forgotten after it, if it isn't ours."""
        return self._ear(spotted.zone).since_us is not None or self.follows(spotted.unit)

    def _forget(self, spotted: Spotted) -> None:
        spotted.window = 0
        known = self._ear(spotted.zone).known
        for epc in (spotted.epc, *self._encodings.pop(spotted, ())):
            known.pop(epc, None)

    def _ear(self, zone: str) -> _Ear:
        return self._ears.get(zone) or self._ears.setdefault(zone, _Ear(zone))

    def _decoded(self, epc: bytes) -> str | None:
        try:
            unit = item_key(epc)
        except EpcRefused as refusal:
            self.refused[refusal.reason] += 1
            return None
        if unit is None:
            self.refused["not_an_item"] += 1
        return unit

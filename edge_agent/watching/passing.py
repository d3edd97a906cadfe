"""The gates as they are watched: which tags stand in one right now, and what was seen of those that passed.

The engine decides; this only remembers in which order antennas heard a tag, how strongly on each side, how its phase
ran and which light beam was cut, so that a person can read why.
"""

import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import pi

from drivers.readings import Extra, ReaderEvent, ReaderEventKind, TagReads
from edge_agent.messages import Json
from edge_agent.settings import ReaderSettings
from edge_agent.watching.seeking import unit_of
from retail.facts import GatePassed

GAP_US = 2_000_000
"""a tag that was silent for so long begins a new passage"""
KEPT_US = 15_000_000
"""how long a trace is kept after its last read"""
CHANGES = 12
"""changes of side that a trace remembers"""
WINDOW_US = 250_000
CLEARER_CDB = 150
"""both sides of a gate hear a tag that stands in it: it is on the side that heard it better in a quarter of a second,
by so much more than the side it was on before"""
PASSED = 500
"""passages whose story is kept"""
PHASE_GAP_US = 50_000
C = 299_792_458.0
NEAR_US = 3_000_000
"""a light beam belongs to a passage this near to it"""


@dataclass(slots=True)
class Side:
    """What the antennas of one side heard of a tag; ``way_m`` is how much nearer (negative) or farther it came."""

    reads: int = 0
    peak_cdbm: int = -20_000
    peak_us: int = 0
    way_m: float = 0.0
    phases: int = 0


@dataclass(frozen=True, slots=True)
class Why:
    """What was seen of a passage. ``antennas``: (port, side) in the order in which they heard it best."""

    antennas: tuple[tuple[int, str], ...]
    inside: Side
    outside: Side
    beams: tuple[int, ...]
    lasted_ms: int

    def as_json(self) -> Json:
        """For the screen: strengths in centi-dBm, ``lag_ms`` > 0 where the outside was strongest later."""
        both = bool(self.inside.reads and self.outside.reads)
        return {
            "antennas": [list(one) for one in self.antennas],
            "reads": [self.inside.reads, self.outside.reads],
            "peaks": [self.inside.peak_cdbm if self.inside.reads else None,
                      self.outside.peak_cdbm if self.outside.reads else None],
            "lag_ms": (self.outside.peak_us - self.inside.peak_us) // 1000 if both else None,
            "ways_cm": [round(side.way_m * 100) if side.phases else None for side in (self.inside, self.outside)],
            "beams": list(self.beams),
            "lasted_ms": self.lasted_ms,
        }  # fmt: skip


class _Trace:
    """One tag at one gate."""

    __slots__ = ("best", "epc", "first_us", "gate", "inside", "last_us", "order", "outside", "phase", "window")

    def __init__(self, epc: bytes, gate: str, at_us: int) -> None:
        self.epc = epc
        self.gate = gate
        self.first_us = self.last_us = at_us
        self.order: list[tuple[int, str]] = []
        self.window = at_us // WINDOW_US
        self.best: dict[str, tuple[int, int]] = {}
        """side -> (strongest RSSI, its port) in the window"""
        self.inside = Side()
        self.outside = Side()
        self.phase: tuple[int, int, int, int] | None = None

    def add(self, antenna: int, side: str, rssi: int, at_us: int, count: int, extra: Extra | None) -> None:
        window = at_us // WINDOW_US
        if window > self.window:
            self.order = self.heard_by()
            self.window, self.best = window, {}
        if side not in self.best or rssi > self.best[side][0]:
            self.best[side] = (rssi, antenna)
        group = self.inside if side == "in" else self.outside
        group.reads += count
        if rssi > group.peak_cdbm:
            group.peak_cdbm, group.peak_us = rssi, at_us
        self.last_us = max(self.last_us, at_us)
        if extra is not None and extra.phase_mrad is not None and extra.channel_khz:
            self._turn(group, antenna, at_us, extra.phase_mrad, extra.channel_khz)

    def heard_by(self) -> list[tuple[int, str]]:
        """(port, side) of the sides that heard it better, one after another, the present one last."""
        if not self.best:
            return self.order
        side = max(self.best, key=lambda one: self.best[one])
        if self.order:
            before = self.order[-1][1]
            clearer = before not in self.best or self.best[side][0] - self.best[before][0] >= CLEARER_CDB
            if side == before or not clearer or len(self.order) >= CHANGES:
                return self.order
        return [*self.order, (self.best[side][1], side)]

    def _turn(self, group: Side, antenna: int, at_us: int, phase_mrad: int, khz: int) -> None:
        """Two phases of one antenna and channel close together tell a way: c/4pi * dphase / f, half turns left open."""
        before, self.phase = self.phase, (antenna, khz, at_us, phase_mrad)
        if before is None or before[:2] != (antenna, khz) or not 0 < at_us - before[2] <= PHASE_GAP_US:
            return
        turn = ((phase_mrad - before[3]) / 1000 + pi / 2) % pi - pi / 2
        group.way_m += turn * C / (4 * pi * khz * 1000)
        group.phases += 1


@dataclass(slots=True)
class _Gate:
    """A reader that watches gates: port -> (gate, side), (input, level) -> gate, and its light beams that were cut."""

    spots: dict[int, tuple[str, str]]
    inputs: dict[tuple[int, int], str]
    traces: dict[bytes, _Trace] = field(default_factory=dict)
    beams: deque[tuple[int, int, str]] = field(default_factory=lambda: deque(maxlen=32))


class Passing:
    """``add`` and ``spoke`` from readers' threads, ``passed`` from the heart's, the rest from anywhere."""

    def __init__(self, readers: tuple[ReaderSettings, ...]) -> None:
        self._lock = threading.Lock()
        self._gates = {
            reader.name: _Gate(
                {antenna.port: (antenna.gate, antenna.side) for antenna in reader.antennas if antenna.gate},
                {beam.edge: beam.gate for beam in reader.beams},
            )
            for reader in readers
            if reader.gates
        }
        self._passed: deque[tuple[int, Json]] = deque(maxlen=PASSED)
        self._why: dict[tuple[str, str], Json] = {}
        self._number = 0

    def add(self, batch: TagReads) -> None:
        """Take in a batch; of readers that watch no gate it costs a look-up."""
        gate = self._gates.get(batch.reader)
        if gate is None:
            return
        extras = batch.extras or {}
        with self._lock:
            for place, (epc, antenna, rssi, at_us, count) in enumerate(batch.reads):
                spot = gate.spots.get(antenna)
                if spot is None or batch.received_us - at_us > KEPT_US:
                    continue
                trace = gate.traces.get(epc)
                if trace is None or at_us - trace.last_us > GAP_US:
                    trace = gate.traces[epc] = _Trace(epc, spot[0], at_us)
                trace.add(antenna, spot[1], rssi, at_us, count, extras.get(place))
            if len(gate.traces) > PASSED:
                self._forget(gate, batch.received_us)

    def spoke(self, event: ReaderEvent) -> None:
        """A light beam was cut."""
        gate = self._gates.get(event.reader)
        if gate is not None and event.kind is ReaderEventKind.GPI:
            crossed = gate.inputs.get((event.port, event.value))
            if crossed is not None:
                with self._lock:
                    gate.beams.append((event.at_us, event.port, crossed))

    def passed(self, fact: GatePassed, at_ms: int) -> None:
        """The engine has decided on a passage of units of this store."""
        with self._lock:
            for unit, verdict in fact.units:
                why = self._story(unit, fact.gate)
                row: Json = {
                    "passage": fact.passage, "at": at_ms, "gate": fact.gate, "direction": fact.direction,
                    "unit": unit, "verdict": verdict, "why": why,
                }  # fmt: skip
                self._number += 1
                if len(self._passed) == PASSED:
                    oldest = self._passed[0][1]
                    self._why.pop((oldest["passage"], oldest["unit"]), None)
                self._passed.append((self._number, row))
                if why is not None:
                    self._why[fact.passage, unit] = why

    def since(self, number: int) -> tuple[int, list[Json]]:
        """(number of the newest passage, those after ``number``)."""
        with self._lock:
            return self._number, [row for at, row in self._passed if at > number]

    def why(self, passage: str, unit: str) -> Json | None:
        """What was seen of a passage; None when it is too long ago, or happened before the last start."""
        with self._lock:
            return self._why.get((passage, unit))

    def standing(self, now_us: int) -> list[tuple[str, str, str, int]]:
        """(unit, gate, side that heard it last, since when in ms) of tags in the gates right now."""
        with self._lock:
            found = [
                (unit_of(trace.epc), trace.gate, trace.heard_by()[-1][1], (now_us - trace.first_us) // 1000)
                for trace in self._traces()
                if now_us - trace.last_us <= GAP_US and trace.heard_by()
            ]
        return [one for one in found if one[0]]

    def _traces(self) -> Iterator[_Trace]:
        for gate in self._gates.values():
            yield from gate.traces.values()

    def _story(self, unit: str, gate: str) -> Json | None:
        found = [one for one in self._traces() if one.gate == gate and unit_of(one.epc) == unit]
        if not found:
            return None
        trace = max(found, key=lambda one: one.last_us)
        beams = tuple(
            port
            for watched in self._gates.values()
            for at_us, port, crossed in watched.beams
            if crossed == gate and trace.first_us - NEAR_US <= at_us <= trace.last_us + NEAR_US
        )
        lasted = (trace.last_us - trace.first_us) // 1000
        return Why(tuple(trace.heard_by()), trace.inside, trace.outside, beams, lasted).as_json()

    @staticmethod
    def _forget(gate: _Gate, now_us: int) -> None:
        gate.traces = {epc: one for epc, one in gate.traces.items() if now_us - one.last_us <= KEPT_US}

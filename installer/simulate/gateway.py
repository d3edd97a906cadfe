"""A simulated scene at a gate, played through the presence engine as a reader's batches."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from drivers.rfid.simulated.gates import LAYOUTS, GateScene
from retail.epc import Unit, encode_sgtin96
from retail.presence import Leaving, Passed, Plan, Presence, Spot
from retail.presence.passages import PassageSettings

GTIN: Final = "03760000000017"
READER: Final = "gate"
_BATCH_S: Final = 0.05
_AFTER_S: Final = 9.0


@dataclass(slots=True)
class Heard:
    """What the engine said of one tag of a scene, and the bare order of its reads."""

    passed: list[Passed] = field(default_factory=list)
    leaving: list[Leaving] = field(default_factory=list)
    reads: int = 0
    first_side: str = ""
    last_side: str = ""

    @property
    def way(self) -> str:
        """``out``, ``in``, ``stayed`` or ``unknown``: what all its passages together come to."""
        ways = [one.direction for one in self.passed if one.direction != "unknown"]
        if ways:
            return ways[-1] if len(ways) % 2 else "stayed"
        return "unknown" if any(one.score for one in self.passed) else "stayed"

    @property
    def naive(self) -> str:
        """What the first and the last antenna alone would say."""
        if self.first_side == self.last_side:
            return "stayed"
        return "out" if self.first_side == "inside" else "in"


class Gateway:
    """One gate with the engine behind it; scene after scene, each with tags of its own unless told otherwise."""

    def __init__(self, settings: PassageSettings | None = None, *, start_us: int = 1_790_000_000_000_000) -> None:
        self.presence = Presence(Plan(), passages=settings or PassageSettings())
        self.now_us = start_us
        self._serial = 0

    def play(self, scene: GateScene, *, phase: bool, beam: bool) -> list[Heard]:
        """What is said of each tag of the scene, which is over for the engine when this returns."""
        spots = {
            (READER, antenna.port): Spot(gate="gate", side="outside" if antenna.group == "outside" else "inside")
            for antenna in LAYOUTS[scene.layout]
        }
        self.presence.plan = Plan({}, spots)
        units = [Unit(GTIN, str(self._serial + number)) for number in range(len(scene.ways))]
        self._serial += len(units)
        epcs = [encode_sgtin96(unit, 7) for unit in units]
        heard = {unit.key: Heard() for unit in units}
        keys = [unit.key for unit in units]
        for tag, side in zip(scene.reads.tag.tolist(), _sides(scene), strict=True):
            one = heard[keys[tag]]
            one.reads += 1
            one.first_side = one.first_side or side
            one.last_side = side
        start = self.now_us
        beams = [(start + int(at * 1e6), side) for at, side in scene.beams] if beam else []
        for until_us, batch, phases in _batches(scene, epcs, start):
            while beams and beams[0][0] <= until_us:
                at_us, side = beams.pop(0)
                self.presence.beam("gate", side, at_us)
            said = self.presence.take(batch, READER, until_us)
            if phase:
                self.presence.take_phases(batch, READER, phases, until_us)
            _keep(said, heard)
            if (until_us - start) // 50_000 % 10 == 0:
                _keep(self.presence.tick(until_us), heard)
        self.now_us = start + int((scene.seconds + _AFTER_S) * 1e6)
        for later in (0.0, 3.0, 6.0, 9.0, 12.0):
            _keep(self.presence.tick(start + int((scene.seconds + later) * 1e6)), heard)
        self.now_us += 12_000_000
        return [heard[key] for key in keys]


def _sides(scene: GateScene) -> list[str]:
    group = scene.group
    return [group[port] for port in scene.reads.antenna.tolist()]


def _keep(events: object, heard: dict[str, Heard]) -> None:
    for event in events:  # type: ignore[attr-defined]
        if isinstance(event, Passed) and event.unit in heard:
            heard[event.unit].passed.append(event)
        elif isinstance(event, Leaving) and event.unit in heard:
            heard[event.unit].leaving.append(event)


Batch = tuple[int, list[tuple[bytes, int, int, int, int]], dict[int, tuple[int, int]]]


def _batches(scene: GateScene, epcs: list[bytes], start_us: int) -> Iterator[Batch]:
    """(now, reads, phases) every 50 ms, empty ones too."""
    reads = scene.reads
    ends = np.arange(_BATCH_S, scene.seconds + _BATCH_S, _BATCH_S)
    cuts = np.searchsorted(reads.at_s, ends)
    rows = list(zip(*(column.tolist() for column in reads), strict=True))
    begin = 0
    for end_s, end in zip(ends.tolist(), cuts.tolist(), strict=True):
        part = rows[begin:end]
        batch = [(epcs[tag], port, rssi, start_us + int(at * 1e6), 1) for at, tag, port, rssi, _, _ in part]
        phases = {place: (row[4], row[5]) for place, row in enumerate(part)}
        yield start_us + int(end_s * 1e6), batch, phases
        begin = end

"""A simulated scene at a gate, played through the presence engine as a reader's batches."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from drivers.readings import Extra
from drivers.rfid.simulated import feed
from drivers.rfid.simulated.gates import LAYOUTS, GateScene
from retail.epc import Unit, encode_sgtin96
from retail.presence import Event, Leaving, Passed, Plan, Presence, Spot
from retail.presence.passages import PassageSettings

GTIN: Final = "03760000000017"
READER: Final = "gate"
TICK_S: Final = 0.5
"""how often the agent lets time pass"""
OVER_S: Final = 12.0
"""after which the engine has made up its mind about a scene that is over"""


@dataclass(slots=True)
class Heard:
    """What the engine said of one tag of a scene, and the bare order of its reads."""

    passed: list[Passed] = field(default_factory=list)
    leaving: list[Leaving] = field(default_factory=list)
    reads: int = 0
    first_side: str = ""
    last_side: str = ""
    last_s: float = 0.0
    """when it was read last, in the scene's time"""
    said_s: float | None = None
    """when the engine said that it leaves; None if it didn't"""

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
        for tag, at_s, side in zip(scene.reads.tag.tolist(), scene.reads.at_s.tolist(), _sides(scene), strict=True):
            one = heard[keys[tag]]
            one.reads += 1
            one.last_s = at_s
            one.first_side = one.first_side or side
            one.last_side = side
        start = self.now_us
        beams = [(start + int(at * 1e6), side) for at, side in scene.beams] if beam else []
        for batch in feed.batches(scene.reads, epcs, READER, start, seconds=scene.seconds):
            until_us = batch.received_us
            while beams and beams[0][0] <= until_us:
                at_us, side = beams.pop(0)
                self.presence.beam("gate", side, at_us)
            elapsed_s = (until_us - start) / 1e6
            _keep(self.presence.take(batch.reads, READER, until_us), heard, elapsed_s)
            if phase and batch.extras:
                self.presence.take_phases(batch.reads, READER, _phases(batch.extras), until_us)
            if batch.n % 10 == 0:
                _keep(self.presence.tick(until_us), heard, elapsed_s)
        end_us = start + int(scene.seconds * 1e6)
        for tick in range(int(OVER_S / TICK_S) + 1):
            later_s = tick * TICK_S
            _keep(self.presence.tick(end_us + int(later_s * 1e6)), heard, scene.seconds + later_s)
        self.now_us = end_us + 20_000_000
        return [heard[key] for key in keys]


def _phases(extras: Mapping[int, Extra]) -> dict[int, tuple[int, int]]:
    return {
        place: (one.phase_mrad, one.channel_khz)
        for place, one in extras.items()
        if one.phase_mrad is not None and one.channel_khz is not None
    }


def _sides(scene: GateScene) -> list[str]:
    group = scene.group
    return [group[port] for port in scene.reads.antenna.tolist()]


def _keep(events: Iterable[Event], heard: dict[str, Heard], elapsed_s: float) -> None:
    for event in events:
        if isinstance(event, Passed) and event.unit in heard:
            heard[event.unit].passed.append(event)
        elif isinstance(event, Leaving) and event.unit in heard:
            one = heard[event.unit]
            one.leaving.append(event)
            one.said_s = elapsed_s if one.said_s is None else one.said_s

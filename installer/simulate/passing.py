"""Passages of a seed: how often the engine tells the direction, against the order of antennas alone."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from drivers.rfid.simulated.gates import gate_scene
from installer.simulate.gateway import Gateway, Heard

PASSAGES_A_SEED: Final = 60
MOVING: Final = frozenset({"walk", "run", "stop", "turn", "trolley", "box", "meet"})


@dataclass(slots=True)
class Passing:
    """Counts over tags that were carried to the gate: ``ours`` and ``naive`` by (truth, said)."""

    ours: Counter[tuple[str, str]] = field(default_factory=Counter)
    naive: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_kind: Counter[tuple[str, str]] = field(default_factory=Counter)
    scenes: int = 0
    unread: int = 0
    missed: int = 0
    left: int = 0
    false_leaving: Counter[str] = field(default_factory=Counter)
    """articles that were said to leave and didn't, by kind of passage; ``display``: they lay near the gate"""
    stayed: int = 0
    """articles that didn't leave"""
    after_door_s: list[float] = field(default_factory=list)
    """for each article that left and was said to: how long after it had crossed the door line"""
    after_read_s: list[float] = field(default_factory=list)
    """and how long after its last read; negative while it was still read"""

    def add(self, other: "Passing") -> None:
        """Another seed's."""
        for mine, its in ((self.ours, other.ours), (self.naive, other.naive), (self.by_kind, other.by_kind)):
            mine.update(its)
        self.scenes += other.scenes
        self.unread += other.unread
        self.missed += other.missed
        self.left += other.left
        self.false_leaving.update(other.false_leaving)
        self.stayed += other.stayed
        self.after_door_s += other.after_door_s
        self.after_read_s += other.after_read_s

    @property
    def tags(self) -> int:
        """How many were judged."""
        return self.ours.total()

    @property
    def undecided(self) -> int:
        """Left to a person."""
        return sum(count for (_, said), count in self.ours.items() if said == "unknown")

    @property
    def wrong(self) -> int:
        """Decided, and wrongly."""
        return sum(count for (truth, said), count in self.ours.items() if said not in (truth, "unknown"))

    @property
    def naive_wrong(self) -> int:
        """What the order of antennas gets wrong."""
        return sum(count for (truth, said), count in self.naive.items() if said != truth)


def passages(seed: int, count: int = PASSAGES_A_SEED) -> Passing:
    """Play ``count`` passages of one seed, half of them with phases and three in ten with light beams."""
    found = Passing()
    gateway = Gateway()
    for number in range(count):
        random = np.random.default_rng((seed, number))
        scene = gate_scene(random)
        heard = gateway.play(scene, phase=bool(random.random() < 0.5), beam=bool(random.random() < 0.3))
        found.scenes += 1
        for tag, (truth, one) in enumerate(zip(scene.ways, heard, strict=True)):
            carried = tag < scene.carried
            _alarm(found, scene.kind if carried else "display", truth, float(scene.crossed_s[tag]), one)
            if carried:
                _count(found, scene.kind, truth, one)
    return found


def _alarm(found: Passing, kind: str, truth: str, crossed_s: float, one: Heard) -> None:
    """Whether and when an unsold article would have raised an alarm."""
    if truth != "out":
        found.stayed += 1
        found.false_leaving[kind] += one.said_s is not None
    elif one.said_s is not None:
        found.after_door_s.append(one.said_s - crossed_s)
        found.after_read_s.append(one.said_s - one.last_s)


def _count(found: Passing, kind: str, truth: str, one: Heard) -> None:
    if truth == "out":
        found.left += 1
        found.missed += not one.leaving
    if one.reads < 3:
        found.unread += truth != "stayed"
        return
    found.ours[truth, one.way] += 1
    found.naive[truth, one.naive] += 1
    if one.way != truth:
        found.by_kind[kind, one.way] += 1

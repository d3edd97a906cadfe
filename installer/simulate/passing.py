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
    false_leaving: int = 0
    stayed: int = 0

    def add(self, other: "Passing") -> None:
        """Another seed's."""
        for mine, its in ((self.ours, other.ours), (self.naive, other.naive), (self.by_kind, other.by_kind)):
            mine.update(its)
        self.scenes += other.scenes
        self.unread += other.unread
        self.missed += other.missed
        self.left += other.left
        self.false_leaving += other.false_leaving
        self.stayed += other.stayed

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
            if tag < scene.carried:
                _count(found, scene.kind, truth, one)
            elif one.leaving:
                found.false_leaving += 1
    return found


def _count(found: Passing, kind: str, truth: str, one: Heard) -> None:
    if truth == "out":
        found.left += 1
        found.missed += not one.leaving
    elif one.leaving:
        found.false_leaving += 1
    if one.reads < 3:
        found.unread += truth != "stayed"
        return
    found.ours[truth, one.way] += 1
    found.naive[truth, one.naive] += 1
    if one.way != truth:
        found.by_kind[kind, one.way] += 1

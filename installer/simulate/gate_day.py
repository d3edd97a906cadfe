"""A day at an exit gate without a theft: every alarm is a false one. Seven of them are a gate-week.

What can mislead it is played, as often as in a shop with much to and fro: people who come to the door with unsold
goods and turn round, who look at things or pass near it, staff who restock beside it, customers who leave empty-handed
between goods on display. Sold goods aren't played: the gate knows that they are sold.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from drivers.rfid.simulated.gates import Kind, Layout, gate_scene
from installer.simulate.gateway import Gateway
from retail.presence.passages import PassageSettings

A_DAY: Final[dict[Kind, int]] = {"turn": 1, "browse": 15, "pass_by": 15, "restock": 3, "strays": 10}


@dataclass(slots=True)
class GateDays:
    """``alarms`` counts scenes with at least one alarm; ``naive`` those in which the order of antennas says out."""

    days: int = 0
    scenes: int = 0
    alarms: int = 0
    naive: int = 0

    def add(self, other: "GateDays") -> None:
        """More days."""
        self.days += other.days
        self.scenes += other.scenes
        self.alarms += other.alarms
        self.naive += other.naive


def gate_day(seed: int, settings: PassageSettings | None = None) -> GateDays:
    """One day of one gate."""
    found = GateDays(days=1)
    gateway = Gateway(settings)
    layouts: tuple[Layout, ...] = ("portal", "gate", "ceiling")
    number = 0
    for kind, times in A_DAY.items():
        for _ in range(times):
            random = np.random.default_rng((seed, 7, number))
            number += 1
            scene = gate_scene(random, kind, layout=layouts[seed % 3])
            heard = gateway.play(scene, phase=bool(random.random() < 0.5), beam=bool(random.random() < 0.3))
            found.scenes += 1
            found.alarms += any(one.leaving for one in heard)
            found.naive += any(one.naive == "out" for one in heard)
    return found

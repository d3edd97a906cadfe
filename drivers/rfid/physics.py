"""A small seeded radio model for twins: signal strength by distance and orientation, and the chance of a read.

Log-distance path loss with log-normal fading at UHF (868 MHz, 31.5 dB at one metre each way, exponent 2.2), a dipole
tag that loses up to 20 dB end-on, and a logistic chance of a read around the receiver's sensitivity.
"""

import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from drivers.rfid.readings import SeenTag


@dataclass(slots=True)
class RadioModel:
    """Powers in dBm, losses in dB. One seed gives one story."""

    seed: int = 0
    transmit_dbm: float = 30.0
    antenna_gain_db: float = 6.0
    loss_at_1m_db: float = 31.5
    exponent: float = 2.2
    fading_db: float = 3.0
    tag_loss_db: float = 12.0
    sensitivity_dbm: float = -74.0
    softness_db: float = 3.0
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def mean_rssi_dbm(self, distance_m: float, orientation_deg: float = 0.0) -> float:
        """Strength at the reader without fading; orientation 0 faces the antenna, 90 points at it end-on."""
        one_way = self.loss_at_1m_db + 10 * self.exponent * math.log10(max(distance_m, 0.1))
        orientation = -20 * math.log10(max(math.cos(math.radians(orientation_deg)), 0.1))
        return self.transmit_dbm + 2 * self.antenna_gain_db - 2 * one_way - 2 * orientation - self.tag_loss_db

    def read_probability(self, rssi_dbm: float) -> float:
        """Chance that one inventory round reads a tag of this strength."""
        return 1.0 / (1.0 + math.exp(-(rssi_dbm - self.sensitivity_dbm) / self.softness_db))

    def try_read(self, epc: bytes, antenna: int, distance_m: float, orientation_deg: float = 0.0) -> SeenTag | None:
        """One round at one antenna: the tag with its faded strength, or None."""
        rssi = self.mean_rssi_dbm(distance_m, orientation_deg) + self._random.gauss(0.0, self.fading_db)
        if self._random.random() >= self.read_probability(rssi):
            return None
        return SeenTag(epc, antenna, round(rssi * 100))

    def walk(
        self,
        epcs: Iterable[bytes],
        antennas: Sequence[int] = (1, 2),
        seconds: float = 1.5,
        *,
        spacing_m: float = 1.0,
        side_m: float = 0.8,
        round_s: float = 0.05,
    ) -> list[tuple[float, SeenTag]]:
        """Tags carried past a row of antennas in their order: (seconds since the start, read), in order of time.

        The antennas stand ``spacing_m`` apart, ``side_m`` beside the path, which begins and ends one spacing outside.
        """
        orientation = {epc: self._random.uniform(0.0, 60.0) for epc in epcs}
        length = spacing_m * (len(antennas) + 1)
        reads = []
        for step in range(max(round(seconds / round_s), 1)):
            at = step * round_s
            place = length * at / seconds
            for epc, angle in orientation.items():
                for index, antenna in enumerate(antennas):
                    distance = math.hypot(place - spacing_m * (index + 1), side_m)
                    seen = self.try_read(epc, antenna, distance, angle)
                    if seen is not None:
                        reads.append((at, seen))
        return reads

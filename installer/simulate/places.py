"""Front and back, a handheld's count and the pad at the till, each with its baseline."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from drivers.rfid.simulated.zones import ZoneScene, front_back_scene, handheld_scene, pad_scene
from installer.simulate.gateway import GTIN
from retail.epc import EpcRefused, Unit, decode, encode_sgtin96
from retail.presence.front_back import FrontBack
from retail.presence.plan import FloorOrBack
from retail.stock.counts import believed

GARBLED: Final = 2e-5
"""share of reads with two flipped bits that nevertheless pass CRC-16: one in 65,536 of badly received replies"""


@dataclass(slots=True)
class Places:
    """Counts over tags. ``right`` of ``decided`` by the engine, ``naive`` by the strongest read."""

    tags: int = 0
    decided: int = 0
    right: int = 0
    naive: int = 0
    scenes: int = 0

    def add(self, other: "Places") -> None:
        """Another seed's."""
        self.tags += other.tags
        self.decided += other.decided
        self.right += other.right
        self.naive += other.naive
        self.scenes += other.scenes


def front_back(seed: int) -> Places:
    """One store for half a minute."""
    scene = front_back_scene(np.random.default_rng((seed, 11)))
    judge = FrontBack({("ceiling", one.port): _side(one.group) for one in scene.antennas})
    groups = {one.port: one.group for one in scene.antennas}
    strongest: dict[int, tuple[int, str]] = {}
    reads = scene.reads
    for tag, port, rssi in zip(reads.tag.tolist(), reads.antenna.tolist(), reads.rssi_cdbm.tolist(), strict=True):
        judge.hear(str(tag), "ceiling", port, rssi)
        strongest[tag] = max(strongest.get(tag, (-99_999, "")), (rssi, groups[port]))
    found = Places(scenes=1)
    for tag, (_, naive) in strongest.items():
        side = judge.side(str(tag))
        found.tags += 1
        found.naive += naive == scene.places[tag]
        found.decided += side is not None
        found.right += side == scene.places[tag]
    return found


def _side(group: str) -> FloorOrBack:
    return "salesfloor" if group == "salesfloor" else "stockroom"


@dataclass(slots=True)
class Counted:
    """A handheld's count: ``ghosts`` don't exist, ``naive_ghosts`` would be in a count that believes every EPC."""

    heard: int = 0
    counted: int = 0
    ghosts: int = 0
    naive_ghosts: int = 0
    unread: int = 0
    scenes: int = 0

    def add(self, other: "Counted") -> None:
        """Another seed's."""
        self.heard += other.heard
        self.counted += other.counted
        self.ghosts += other.ghosts
        self.naive_ghosts += other.naive_ghosts
        self.unread += other.unread
        self.scenes += other.scenes


def count(seed: int) -> Counted:
    """One walk of a minute; a few replies are garbled and pass their checksum nevertheless."""
    random = np.random.default_rng((seed, 13))
    scene = handheld_scene(random)
    truth = [Unit(GTIN, str(number)) for number in range(len(scene.places))]
    epcs = [encode_sgtin96(unit, 7) for unit in truth]
    times: dict[str, int] = {}
    for tag in scene.reads.tag.tolist():
        unit = _unit(_garbled(epcs[tag], random) if random.random() < GARBLED else epcs[tag])
        if unit is not None:
            times[unit] = times.get(unit, 0) + 1
    real = {unit.key for unit in truth}
    accepted = believed(times, real, set())
    heard = len(set(times) & real)
    return Counted(
        heard=heard, counted=len(accepted & real), ghosts=len(accepted - real), naive_ghosts=len(set(times) - real),
        unread=sum(1 for place in scene.places if place == "salesfloor") - len(_front_heard(scene)), scenes=1,
    )  # fmt: skip


def _front_heard(scene: ZoneScene) -> set[int]:
    return {tag for tag in set(scene.reads.tag.tolist()) if scene.places[tag] == "salesfloor"}


def _unit(epc: bytes) -> str | None:
    try:
        unit = decode(epc).unit
    except EpcRefused:
        return None
    return None if unit is None else unit.key


def _garbled(epc: bytes, random: np.random.Generator) -> bytes:
    value = int.from_bytes(epc)
    for bit in random.choice(96, 2, replace=False).tolist():
        value ^= 1 << int(bit)
    return value.to_bytes(12)


def pad(seed: int, threshold_cdbm: int = -6200) -> Places:
    """Ten baskets on the pad: what is on it, told by strength; the baseline takes everything that is read."""
    found = Places()
    for number in range(10):
        scene = pad_scene(np.random.default_rng((seed, 17, number)))
        found.scenes += 1
        for tag, place in enumerate(scene.places):
            best = scene.reads.rssi_cdbm[scene.reads.tag == tag]
            read = len(best) > 0
            on = read and int(best.max()) >= threshold_cdbm
            found.tags += 1
            found.decided += 1
            found.right += on == (place == "salesfloor")
            found.naive += read == (place == "salesfloor")
    return found

"""The shop's real goods: where every tagged unit truly is, and what the readers' antennas therefore have before them.

This is the simulator's truth. No program ever sees it; they see tags that readers read.
"""

import random
import threading
from collections import defaultdict
from collections.abc import Iterable

from drivers.rfid.readings import SeenTag
from installer.demo.devices import StoreReaders, epc_of
from installer.demo.floorplan import READERS, ZONES, Standing

SALES_ZONES = tuple(zone.id for zone in ZONES if zone.location == "salesfloor")
IN_RANGE = 4_000
"""tags before all antennas together; in a larger shop the readers reach a part of each shelf"""
SHELF_CDBM = -5200


class Floor:
    """Thread-safe. A unit is in a zone, or in somebody's hands, or gone; ``dead`` tags are never read."""

    def __init__(self, readers: StoreReaders, units: Iterable[Standing], dice: random.Random) -> None:
        self._readers = readers
        self._lock = threading.RLock()
        self._zones: dict[str, dict[str, SeenTag]] = {zone.id: {} for zone in ZONES}
        self._where: dict[str, str] = {}
        self._last: dict[str, str] = {}
        self._by_gtin: dict[str, set[str]] = defaultdict(set)
        self._antennas = {a.zone: (plan.name, a.port) for plan in READERS for a in plan.antennas if a.zone}
        self.gone_before: set[str] = set()
        """in the books, but stolen or lost long ago"""
        self.dead: set[str] = set()
        """here, but the tag is broken"""
        standing = list(units)
        self._limit = len(standing) if len(standing) <= IN_RANGE else IN_RANGE // len(ZONES)
        for one in standing:
            self._furnish(one, dice)
        self._show_all()

    def _furnish(self, one: Standing, dice: random.Random) -> None:
        fate = dice.random()
        if fate < 0.006:
            self.gone_before.add(one.unit)
            return
        if fate < 0.009:
            self.dead.add(one.unit)
        zone = one.zone if one.zone in self._zones else "accessoires"
        self._stand(one.unit, zone)

    # asking

    def in_zone(self, zone: str) -> set[str]:
        """The units that stand there."""
        with self._lock:
            return set(self._zones[zone])

    def readable(self, zone: str) -> set[str]:
        """The units that stand there with a tag that answers."""
        return self.in_zone(zone) - self.dead

    def zone_of(self, unit: str) -> str | None:
        """Where a unit stands, None if nowhere in the shop."""
        return self._where.get(unit)

    def stood(self, unit: str) -> str:
        """Where a unit that somebody took stood before."""
        return self._last[unit]

    def on_shelves(self, gtin: str) -> int:
        """How many units of an article customers could take."""
        with self._lock:
            return sum(self._where[unit] in SALES_ZONES for unit in self._by_gtin[gtin])

    def articles(self, at_least: int) -> list[str]:
        """Articles of which so many stand on the sales floor."""
        return sorted(gtin for gtin in list(self._by_gtin) if self.on_shelves(gtin) >= at_least)

    # moving

    def take(self, dice: random.Random, *, gtin: str | None = None, anywhere: bool = False) -> str | None:
        """Somebody takes a unit with a working tag off a shelf; None if there is none."""
        with self._lock:
            if gtin is not None:
                near = sorted(self._by_gtin[gtin], key=lambda unit: (self._where[unit] not in SALES_ZONES, unit))
                found = [u for u in near if u not in self.dead and (anywhere or self._where[u] in SALES_ZONES)]
                unit = found[0] if found else None
            else:
                unit = self._any(dice)
            if unit is not None:
                self._leave(unit)
            return unit

    def put(self, unit: str, zone: str) -> None:
        """Somebody puts a unit on a shelf."""
        with self._lock:
            self._stand(unit, zone)
            self._show(zone)

    def _any(self, dice: random.Random) -> str | None:
        for _ in range(20):
            zone = dice.choice(SALES_ZONES)
            if self._zones[zone]:
                unit = dice.choice(list(self._zones[zone]))
                if unit not in self.dead:
                    return unit
        return None

    def _stand(self, unit: str, zone: str) -> None:
        port = self._antennas[zone][1]
        self._zones[zone][unit] = SeenTag(epc_of(unit), port, SHELF_CDBM)
        self._where[unit] = zone
        self._by_gtin[unit[:14]].add(unit)

    def _leave(self, unit: str) -> None:
        zone = self._last[unit] = self._where.pop(unit)
        del self._zones[zone][unit]
        self._by_gtin[unit[:14]].discard(unit)
        self._show(zone)

    # what readers have before them

    def _show_all(self) -> None:
        for zone in self._zones:
            self._show(zone)

    def _show(self, zone: str) -> None:
        """All zones that the same reader looks at are shown to it together."""
        reader = self._antennas[zone][0]
        tags = [tag for other, (name, _) in self._antennas.items() if name == reader for tag in self._tags(other)]
        self._readers.twin(reader).present(tags)

    def _tags(self, zone: str) -> list[SeenTag]:
        found = []
        for unit, tag in self._zones[zone].items():
            if unit not in self.dead:
                found.append(tag)
                if len(found) >= self._limit:
                    break
        return found

    def tags_of(self, units: Iterable[str]) -> list[SeenTag]:
        """As a handheld has them before it: one antenna, near."""
        return [SeenTag(epc_of(unit), 1, -4600) for unit in units if unit not in self.dead]

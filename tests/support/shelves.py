"""What stands where in a journey's shop: units are taken one by one, and readers see those that a story needs."""

from tests.support.processes import wait_until
from tests.support.shop import Shop


class Shelves:
    """Which units no story has taken yet. Only units that were taken are seen by the readers' twins."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._free = {zone: list(units) for zone, units in shop.zones.items()}
        self._seen: dict[str, set[str]] = {zone: set() for zone in shop.zones}

    def take(self, zone: str, gtin: str = "") -> str:
        """A unit of that zone for one story alone; returns once the agent knows where it was seen."""
        unit = next(unit for unit in self._free[zone] if unit.startswith(gtin))
        self._free[zone].remove(unit)
        self._seen[zone].add(unit)
        self._place()
        wait_until(lambda: self._shop.unit(unit)["zone"] == zone, 15, f"{unit} to be seen in {zone}")
        return unit

    def gone(self, *units: str) -> None:
        """They don't stand there any more."""
        for seen in self._seen.values():
            seen.difference_update(units)
        self._place()

    def _place(self) -> None:
        self._shop.readers.place({zone: sorted(units) for zone, units in self._seen.items()})

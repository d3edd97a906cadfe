"""The store as the ledger's settings describe it: zones with their location and walk order, and the gate's patience."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from edge_agent.messages import Json
from retail.facts.store import Location


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of the store; ``walk`` is its place on the picker's way."""

    id: str
    location: Location
    walk: int
    name: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class StorePlan:
    """Replaced by each new version of the settings feed; sensible without any."""

    zones: dict[str, Zone] = field(default_factory=dict)
    bins: tuple[str, ...] = ()
    minimum: dict[str, int] = field(default_factory=dict)
    """article -> pieces on the salesfloor at which it is filled up"""
    window_ms: int = 15 * 60_000
    """how long a piece sold by its barcode may still leave as an unknown unit"""
    till_silence_ms: int = 5_000

    def take(self, key: str, body: Json) -> None:
        """Take over one checked row of the settings feed."""
        if key == "plan":
            zones = body.get("zones") or []
            self.zones = {
                zone["id"]: Zone(zone["id"], zone["location"], int(zone.get("walk", 0)), zone.get("name") or {})
                for zone in zones
            }
            self.bins = tuple(
                entry["id"] if isinstance(entry, dict) else str(entry) for entry in body.get("bins") or ()
            )
            self.minimum = dict(body.get("minimum") or {})
        elif key == "store":
            gate = body.get("gate") or {}
            self.window_ms = int(gate.get("window_min", 15)) * 60_000
            self.till_silence_ms = int(gate.get("till_silence_s", 5)) * 1000

    def location_of(self, zone: str) -> Location | None:
        """Where a zone's goods are, None for a zone that isn't on the plan."""
        known = self.zones.get(zone)
        return known.location if known else None

    def walk_of(self, zone: str) -> int:
        """A zone's place on the picker's way; unknown ones come last."""
        known = self.zones.get(zone)
        return known.walk if known else 9999

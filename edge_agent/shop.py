"""The state of the store in memory: what follows from facts and feeds, and apart from it what is only seen."""

from dataclasses import dataclass, field
from typing import NamedTuple

from edge_agent.live import Live, Seen
from edge_agent.messages import Json
from edge_agent.orders import InHand
from edge_agent.settings import AgentSettings
from edge_agent.store_plan import StorePlan
from retail.presence import PassageSettings, Plan, Presence, Spot
from retail.presence import Zone as Heard
from retail.presence.plan import FloorOrBack, Side
from retail.presence.walls import Walls
from retail.staff import Person
from retail.stock import StockBook, state_of
from retail.stock.counts import Count
from retail.stock.places import BACK, FLOOR, At

_SIDES: dict[At, FloorOrBack] = {FLOOR: "salesfloor", BACK: "stockroom"}


class Gone(NamedTuple):
    """By which document a unit left: a ticket's line, or an order's."""

    kind: str
    """``sale`` or ``order``"""
    id: str
    number: str
    line: str
    device: str
    seq: int
    at: int


@dataclass(slots=True)
class Touched:
    """What a message changed that tills are shown: published once, after everything is folded."""

    gtins: set[str] = field(default_factory=set)
    orders: set[str] = field(default_factory=set)
    alarms: set[str] = field(default_factory=set)
    counts: set[str] = field(default_factory=set)
    needs: set[str] = field(default_factory=set)
    """articles whose need of goods from the stockroom may be another"""


@dataclass(slots=True)
class Shop:
    """One store. Handlers read it and draft facts; only ``evolve`` changes it."""

    settings: AgentSettings
    plan: StorePlan = field(default_factory=StorePlan)
    stock: StockBook = field(default_factory=StockBook)
    seen: dict[str, Seen] = field(default_factory=dict)
    gone: dict[str, Gone] = field(default_factory=dict)
    alarms: dict[str, Json] = field(default_factory=dict)
    """alarms and exceptions that nobody has settled yet, as their feed rows"""
    orders: dict[str, InHand] = field(default_factory=dict)
    finished: set[str] = field(default_factory=set)
    """ids of orders with which this store has nothing left to do"""
    counts: dict[str, Count] = field(default_factory=dict)
    """those that are open, or wait for a decision"""
    needs: dict[str, Json] = field(default_factory=dict)
    """article -> its row of the list of what the floor needs"""
    returns: dict[str, Json] = field(default_factory=dict)
    baskets: dict[str, Json] = field(default_factory=dict)
    staff: dict[str, Person] = field(default_factory=dict)
    """who works here, by the ledger's feed"""
    on_duty: set[str] = field(default_factory=set)
    """tills whose drawer is open for business"""
    timers: dict[str, int] = field(default_factory=dict)
    touched: Touched = field(default_factory=Touched)
    live: Live = field(default_factory=Live)

    def where(self, unit: str) -> Seen | None:
        """Where a unit was last read; None too for one that isn't followed."""
        if not self.follows(unit):
            return None
        sighting = self.live.presence.where(unit)
        if sighting is None:
            return self.seen.get(unit)
        zone, _ = self.live.walls.standing(unit, sighting.zone, self.side_of(unit))
        return Seen(zone, self.live.moment(sighting.at_us))

    def follows(self, unit: str) -> bool:
        """Whether reads of a unit may be kept: not what belongs to a customer, or to somebody else."""
        row = self.stock.units.get(unit)
        if row is None:
            return False
        if row.held:
            return True
        state = state_of(self.stock, unit)
        return state == "shrunk" or (state != "unknown" and not self.settings.privacy.deactivate_at_sale)

    def side_of(self, unit: str) -> FloorOrBack | None:
        """Whether the book has a unit for sale before or behind the wall; None for what doesn't follow reads."""
        row = self.stock.units.get(unit)
        return _SIDES.get(row.at) if row is not None else None

    @property
    def gates(self) -> frozenset[str]:
        """The gates that readers watch."""
        return frozenset(gate for reader in self.settings.readers for gate in reader.gates)

    def watch_gates(self) -> None:
        """Set how patient the gates are and what is watched beside reads, once at the start."""
        gate, readers = self.settings.gate, self.settings.readers
        patience = PassageSettings(gap_us=gate.gap_ms * 1000, horizon_us=gate.horizon_ms * 1000)
        self.live.presence = Presence(Plan(), passages=patience)
        self.live.speed = self.settings.clock.speed
        self.live.phased = frozenset(reader.name for reader in readers if reader.gates)
        self.live.beams = {
            (reader.name, *beam.edge): (beam.gate, _side(beam.side)) for reader in readers for beam in reader.beams
        }

    def place_readers(self) -> None:
        """Tell the presence engine which antenna looks at what, after a start or a new plan."""
        zones = {
            zone.id: Heard(zone.id, "stockroom" if zone.location == "stockroom" else "salesfloor")
            for zone in self.plan.zones.values()
        }
        spots = {
            (reader.name, antenna.port): Spot(antenna.zone or None, antenna.gate or None, _side(antenna.side))
            for reader in self.settings.readers
            for antenna in reader.antennas
        }
        self.live.presence.plan = Plan(zones, spots)
        self.live.presence.follows = self.follows
        self.live.walls = Walls(self.live.presence.plan, {reader.name: reader.wall for reader in self.settings.readers})
        self.listen()

    def listen(self) -> None:
        """Hear what open counts ask for; handhelds are carried where the newest one is."""
        open_counts = [count for count in self.counts.values() if count.state == "open"]
        wanted = {count.zone for count in open_counts}
        for zone in self.plan.zones:
            self.live.presence.listen(zone, zone in wanted)
        carried = max(open_counts, key=lambda count: count.opened_at).zone if open_counts else None
        for reader in self.settings.readers:
            if not reader.antennas:
                self.live.presence.carry(reader.name, carried)
        self.live.listening = bool(wanted)


def _side(side: str) -> Side:
    return "outside" if side == "out" else "inside"

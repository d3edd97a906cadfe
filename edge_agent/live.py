"""What is only seen: where tags are heard, what stands at the gates, who was heard. Gone with the process."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from edge_agent.tills import Tills
from edge_agent.watching import Watch
from retail.presence import Leaving, Passed, Plan, Presence


class Seen(NamedTuple):
    """Where a unit was last read, and when (ms UTC of the shop's clock)."""

    zone: str
    at: int


@dataclass(slots=True)
class Live:
    """Belongs to the heart's thread, but for ``tills``."""

    tills: Tills = field(default_factory=Tills)
    watch: Watch = field(default_factory=Watch)
    """what screens look at; any thread's"""
    presence: Presence = field(default_factory=lambda: Presence(Plan()))
    placed: dict[str, str] = field(default_factory=dict)
    """unit -> zone in which it was newly heard; the next ticks write it"""
    blind: set[str] = field(default_factory=set)
    """readers whose link is gone"""
    alarmed: dict[str, int] = field(default_factory=dict)
    """unit -> when it last raised an alarm, us UTC"""
    verdicts: dict[tuple[str, str], str] = field(default_factory=dict)
    """(unit, gate) -> what the gate thought of it in the passage that goes on"""
    undecided: list[Leaving] = field(default_factory=list)
    """units that left just after a start, before the tills had told what they sold meanwhile"""
    unrecorded: list[Passed] = field(default_factory=list)
    """their passages"""
    silent: set[str] = field(default_factory=set)
    """tills of whose silence everybody was told"""
    fresh_reads: dict[str, set[str]] = field(default_factory=dict)
    """count -> units heard since its row was last shown and kept"""
    kept_counts: set[str] = field(default_factory=set)
    """counts whose expected units stand in the database"""
    listening: bool = False
    """a count is open somewhere"""
    mentions: Callable[[str], bool] = lambda _unit: False
    """whether a till's record that waits may tell that a unit, or one of its article, was sold"""
    mono_ms: Callable[[], int] = lambda: 0
    """the clock that never goes back"""
    late_ms: int = 0
    """the shop's clock minus the machine's: what readers say is in the machine's time"""

    @property
    def behind(self) -> bool:
        """Something is left over that the next tick needn't wait for."""
        return bool(self.placed) or self.presence.behind

    def where(self, unit: str) -> Seen | None:
        """Where a unit is heard."""
        sighting = self.presence.where(unit)
        return None if sighting is None else Seen(sighting.zone, sighting.at_us // 1000 + self.late_ms)

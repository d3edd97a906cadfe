"""What is only seen: where tags are heard, what stands at the gates, who was heard. Gone with the process."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from edge_agent.tills import Tills
from edge_agent.watching import Watch
from retail.presence import Leaving, Passed, Plan, Presence
from retail.presence.plan import Side
from retail.presence.walls import Walls


class Seen(NamedTuple):
    """Where a unit was last read, and when (ms UTC of the shop's clock)."""

    zone: str
    at: int


class Heard(NamedTuple):
    """Where a unit is newly heard, and when (us UTC of the machine). ``crossed``: evidence says through which wall."""

    zone: str
    at_us: int
    crossed: bool = False


@dataclass(slots=True)
class Bulk:
    """Unsold units that left by one gate one after another."""

    left: list[tuple[int, str, str]] = field(default_factory=list)
    """(us UTC, unit, its alarm), of the last seconds"""
    alarm: str = ""
    """the alarm that stands for all of them; empty while they are few"""
    told: set[str] = field(default_factory=set)
    """alarms for which it stands"""


@dataclass(slots=True)
class SwitchedSiren:
    """A siren that was told to sound, or to stop."""

    at_ms: int
    """of ``mono_ms``"""
    alarms: list[str]
    """those for which it should sound"""
    sent: bool = False
    """the driver has taken the command"""


class FailedSiren(NamedTuple):
    """Why a siren doesn't obey; ``unlinked`` where that is only because its reader has no link."""

    why: str
    unlinked: bool = False


@dataclass(slots=True)
class Live:
    """Belongs to the heart's thread, but for ``tills``."""

    tills: Tills = field(default_factory=Tills)
    watch: Watch = field(default_factory=Watch)
    """what screens look at; any thread's"""
    presence: Presence = field(default_factory=lambda: Presence(Plan()))
    walls: Walls = field(default_factory=lambda: Walls(Plan(), {}))
    placed: dict[str, Heard] = field(default_factory=dict)
    """unit -> where it was newly heard; the next ticks write it"""
    writing: dict[str, Heard] = field(default_factory=dict)
    """what the last tick took out of ``placed``; it goes back if that couldn't be written"""
    phased: frozenset[str] = frozenset()
    """readers that watch gates: only theirs are asked for phases"""
    beams: dict[tuple[str, int, int], tuple[str, Side]] = field(default_factory=dict)
    """(reader, input, level) that says that a light beam was broken -> (gate, side)"""
    blind: set[str] = field(default_factory=set)
    """readers whose link is gone"""
    alarmed: dict[str, int] = field(default_factory=dict)
    """unit -> when it last raised an alarm, us UTC"""
    verdicts: dict[tuple[str, str], str] = field(default_factory=dict)
    """(unit, gate) -> what the gate thought of it in the passage that goes on"""
    bulks: dict[str, Bulk] = field(default_factory=dict)
    """gate -> unsold units that left by it just now"""
    undecided: list[Leaving] = field(default_factory=list)
    """units that left just after a start, before the tills had told what they sold meanwhile"""
    unrecorded: list[Passed] = field(default_factory=list)
    """their passages"""
    came_back: dict[str, int] = field(default_factory=dict)
    """unit that came into stock just now -> when that was booked, us UTC of the machine"""
    concluded: list[Leaving | Passed] = field(default_factory=list)
    """what a gate had heard of such units until then; the next tick looks at it"""
    silent: set[str] = field(default_factory=set)
    """tills of whose silence everybody was told"""
    switched: dict[str, SwitchedSiren] = field(default_factory=dict)
    """reader -> its siren that was switched, which it may still refuse"""
    failed_sirens: dict[str, FailedSiren] = field(default_factory=dict)
    """reader whose siren didn't obey when it was switched last -> why"""
    told_sirens: dict[str, FailedSiren] = field(default_factory=dict)
    """those of which everybody was told"""
    fresh_reads: dict[str, set[str]] = field(default_factory=dict)
    """count -> units heard since its row was last shown and kept"""
    heard_once: dict[str, set[str]] = field(default_factory=dict)
    """count -> EPCs that no book knows and that were read once in it"""
    kept_counts: set[str] = field(default_factory=set)
    """counts whose expected units stand in the database"""
    listening: bool = False
    """a count is open somewhere"""
    mentions: Callable[[str], bool] = lambda _unit: False
    """whether a till's record that waits may tell that a unit, or one of its article, was sold"""
    mono_ms: Callable[[], int] = lambda: 0
    """the clock that never goes back"""
    speed: float = 1.0
    """of the shop's clock against the machine's, in whose time readers speak"""
    now: tuple[int, int] = (0, 0)
    """(us UTC of the machine's steady time, ms UTC of the shop) at the last tick"""

    @property
    def behind(self) -> bool:
        """Something is left over that the next tick needn't wait for."""
        return bool(self.placed) or self.presence.behind or self.walls.behind

    def moment(self, at_us: int) -> int:
        """The shop's time (ms UTC) at a moment of the machine's."""
        now_us, now_ms = self.now
        return now_ms - round((now_us - at_us) * self.speed / 1000)

    def machine_us(self, at_ms: int) -> int:
        """The machine's time (us UTC) at a moment of the shop's."""
        now_us, now_ms = self.now
        return now_us - round((now_ms - at_ms) * 1000 / self.speed)

    def write_again(self) -> None:
        """What the last tick took out couldn't be written; what was heard since is newer."""
        self.placed = self.writing | self.placed
        self.writing = {}

"""Which tills may be selling, and when each was last heard: a silent one may hold sales that nobody knows of yet."""

from collections.abc import Iterable
from dataclasses import dataclass, field

FORGET_MS = 12 * 3_600_000
"""a till that was silent for this long isn't expected any more"""

CATCH_UP_MS = 30_000
"""how long after a start tills may take to send what they sold meanwhile"""


@dataclass(slots=True)
class Tills:
    """``heard`` may be called from any thread; times are monotonic ms."""

    last: dict[str, int] = field(default_factory=dict)
    started: int = 0
    told: set[str] = field(default_factory=set)
    """tills that have sent everything they had, since the agent started"""
    unreadable: dict[str, dict[str, int]] = field(default_factory=dict)
    """till -> its devices -> what they have sent that made no sense, since that till was started"""

    def heard(self, device: str, mono: int) -> None:
        """A till made an authenticated request."""
        self.last[device] = mono

    def told_all(self, device: str) -> None:
        """A till has told how far its journal goes, and all of it is here."""
        self.told.add(device)

    def untold(self, mono: int, on_duty: Iterable[str]) -> bool:
        """Whether the agent has just started and a till may hold sales of the time before."""
        return mono - self.started < CATCH_UP_MS and not self.told.issuperset(on_duty)

    def silence(self, device: str, mono: int) -> int | None:
        """Milliseconds since a till was heard; None if never."""
        at = self.last.get(device)
        return None if at is None else mono - at

    def silent(self, mono: int, limit_ms: int, on_duty: Iterable[str]) -> list[str]:
        """Tills that may be selling and weren't heard for longer than ``limit_ms``.

        ``on_duty`` are those whose drawer is open for business, as far as their facts have come: one that has been
        cashed up may be switched off without the gate going mute.
        """
        heard = ((device, mono - self.last.get(device, self.started)) for device in on_duty)
        return sorted(device for device, silence in heard if limit_ms < silence < FORGET_MS)

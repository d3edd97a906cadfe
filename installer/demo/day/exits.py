"""The way out: shoppers carry what they have through the gate a little after they have paid; thieves don't pay."""

import heapq
import itertools
import threading
import time
from collections.abc import Iterable

from drivers.rfid.llrp.twin import LlrpTwin
from installer.demo.devices import epc_of
from installer.demo.truth import Truth
from sync.clock import Clock

WALK_S = 2.2
"""real seconds between the gate's first and last sight of somebody: three metres at a walk"""
OVER_S = 2.6
"""real seconds after which the agent has written down that somebody passed: its gate's ``gap_ms`` and a little"""
TO_THE_DOOR_S = 1.8
"""real seconds from the till to the gate"""


class Exits(threading.Thread):
    """One thread that lets people out when they have reached the door."""

    def __init__(self, gate: LlrpTwin, truth: Truth, clock: Clock, *, to_the_door_s: float = TO_THE_DOOR_S) -> None:
        super().__init__(name="exits", daemon=True)
        self._gate = gate
        self._truth = truth
        self._clock = clock
        self._waiting: list[tuple[float, int, tuple[str, ...], bool]] = []
        self._order = itertools.count()
        self._wake = threading.Condition()
        self._to_the_door_s = to_the_door_s
        self._ended = False
        self._gone_at = float("-inf")

    def leave(self, units: Iterable[str], *, paid: bool = True, after_s: float | None = None) -> None:
        """Somebody goes to the door with these units, and reaches it ``after_s`` (or the usual) seconds later."""
        carried = tuple(units)
        if not carried:
            return
        with self._wake:
            at = time.monotonic() + (self._to_the_door_s if after_s is None else after_s)
            heapq.heappush(self._waiting, (at, next(self._order), carried, paid))
            self._wake.notify()

    @property
    def all_out(self) -> bool:
        """Nobody is on the way to the door, or in it, and whoever passed it has been written down."""
        with self._wake:
            return not self._waiting and time.monotonic() > self._gone_at + WALK_S + OVER_S

    def end(self) -> None:
        """Close the door."""
        with self._wake:
            self._ended = True
            self._wake.notify()
        if self.is_alive():
            self.join(5)

    def run(self) -> None:
        while True:
            with self._wake:
                if self._ended:
                    return
                now = time.monotonic()
                if not self._waiting or self._waiting[0][0] > now:
                    self._wake.wait(self._waiting[0][0] - now if self._waiting else 0.5)
                    continue
                _, _, units, paid = heapq.heappop(self._waiting)
                self._gone_at = now
            for unit in units:
                self._truth.left(unit, self._clock.now_ms(), paid=paid)
            self._gate.pass_by([epc_of(unit) for unit in units], (1, 2), WALK_S)

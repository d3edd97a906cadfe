"""Passages at gates: from the reads of two groups of antennas to a direction, or to an honest "unknown".

A passage is one unit at one gate until nothing is read of it for ``gap_us``. Then its trace is weighed
(`direction`, `chances`); where that is clearly a way out or in, it is over. What isn't clear waits ``patience_us``:
the unit may stand in somebody's shadow and be heard again, or units carried along with it may settle the matter, since
what each side hears equally well at the same times goes the same way. What stays near is masked (`static_tags`).
While a passage goes on it is weighed at most once in 50 ms, more rarely the less it looks like a way out, and only
while the outside hears it better.
"""

from collections import deque
from collections.abc import Iterable
from typing import NamedTuple

from retail.presence.chances import Odds, odds
from retail.presence.direction import STEP_US, Trace
from retail.presence.events import Direction, Leaving, Passed
from retail.presence.gate_weights import LEAVING, WAY
from retail.presence.plan import Side
from retail.presence.static_tags import Past, StaticSettings

_REMEMBERED = 64
_COMPANIONS = 4
_COMPARED = 16
"""passages at most that are looked through for companions"""
_LONGEST_WAIT = 16
"""steps of 50 ms until a passage that doesn't look like a way out is weighed again"""
_LIKELY_GAP_US = 900_000
"""between two looks that are to agree"""
_STARTED_TOGETHER_US = 3_000_000
_ALIKE = 0.5
"""mean difference, at most, of two units' balances (-1 to 1) where both were heard"""
_SHARED = 0.3
"""part of a unit's own time, at least, in which its companion was heard too"""
_ONE_SAYS_AT_MOST = 6.0
_ODDS_OF_ANOTHER = 0.5


class PassageSettings(NamedTuple):
    """``decided`` is the probability from which a direction is believed, ``sure`` that from which nobody else is asked.

    ``alarm`` is that from which a way out is said at once while it goes on; ``likely`` that from which it is said when
    every look for ``likely_us`` says so; ``late_alarm`` that for saying it at the end.
    """

    gap_us: int = 2_000_000
    patience_us: int = 8_000_000
    horizon_us: int = 10_000_000
    decided: float = 0.8
    sure: float = 0.9
    alarm: float = 0.995
    likely: float = 0.95
    likely_us: int = 1_000_000
    late_alarm: float = 0.9
    fewest_reads: int = 3
    static: StaticSettings = StaticSettings()


class Passage:
    """One unit at one gate."""

    __slots__ = (
        "first_us", "gate", "last_us", "likely_since_us", "likely_us", "look_at", "reads", "recent", "said", "trace",
        "unit", "wait",
    )  # fmt: skip

    def __init__(self, unit: str, gate: str, at_us: int) -> None:
        self.unit = unit
        self.gate = gate
        self.first_us = at_us
        self.last_us = at_us
        self.reads = 0
        self.trace = Trace()
        self.recent: set[tuple[int, int]] = set()
        self.said = False
        self.look_at = 0
        self.wait = 1
        self.likely_since_us = 0
        """since when every look has found a way out likely"""
        self.likely_us = 0
        """when one did last"""

    def add(self, side: Side, antenna: int, at_us: int, rssi_cdbm: int, count: int) -> bool:
        """Take in a read; False for the same antenna at the same time, which is the same read repeated."""
        if (antenna, at_us) in self.recent:
            return False
        if len(self.recent) >= _REMEMBERED:
            self.recent.clear()
        self.recent.add((antenna, at_us))
        self.last_us = max(self.last_us, at_us)
        self.first_us = min(self.first_us, at_us)
        self.reads += count
        self.trace.add(side, at_us, rssi_cdbm, count)
        return True


class _Judged(NamedTuple):
    """A passage that was weighed: what it says for itself, and which side heard it better when."""

    passage: Passage
    own: Odds
    balances: dict[int, float]

    @property
    def passes(self) -> bool:
        """Whether it passed rather than stayed, by what it says itself."""
        return max(self.own.out, self.own.into) > self.own.stayed + 1.0


class Passages:
    """The open passages of all gates."""

    def __init__(self, settings: PassageSettings) -> None:
        self._settings = settings
        self._open: dict[tuple[str, str], Passage] = {}
        self._pasts: dict[tuple[str, str], Past] = {}
        self._judged: deque[_Judged] = deque(maxlen=256)
        self._beams: dict[str, deque[tuple[int, Side]]] = {}
        self._gates: dict[str, None] = {}
        """those at which anything was heard, in order"""
        self._cleaned_us = 0
        self.late = 0
        """reads that were too old to say anything about now"""
        self.masked = 0
        """reads of tags that stay near a gate"""

    def add(
        self, unit: str, gate: str, side: Side, antenna: int, rssi_cdbm: int, at_us: int, count: int, now_us: int
    ) -> Leaving | None:
        """Take in a read; say so when the unit is on its way out, once in a passage."""
        if now_us - at_us > self._settings.horizon_us:
            self.late += 1
            return None
        key = (unit, gate)
        passage = self._open.get(key)
        if passage is None:
            passage = self._begin(key, side, rssi_cdbm, at_us)
            if passage is None:
                self.masked += 1
                return None
        if not passage.add(side, antenna, at_us, rssi_cdbm, count):
            return None
        if side != "outside" or passage.said:
            return None
        return self._weigh_early(passage, at_us)

    def add_phase(
        self, unit: str, gate: str, side: Side, antenna: int, at_us: int, phase_rad: float, hertz: float
    ) -> None:
        """Take in the phase of a read that was added before."""
        passage = self._open.get((unit, gate))
        if passage is not None:
            passage.trace.add_phase(side, antenna, at_us, phase_rad, hertz)

    def beam(self, gate: str, side: Side, at_us: int) -> None:
        """The light beam of a gate's side was broken."""
        self._beams.setdefault(gate, deque(maxlen=64)).append((at_us, side))

    def close(self, now_us: int) -> list[Passed | Leaving]:
        """Return the passages that ended, in the order of their beginning. Only open ones are looked at.

        What turns out to have left without having been said so is said now, before its passage.
        """
        said: list[Passed | Leaving] = list(self._mask_lingering())
        waiting = [one for one in self._open.values() if now_us - one.last_us > self._settings.gap_us]
        judged = [self._judge(one) for one in waiting]
        for one in judged:
            over = now_us - one.passage.last_us > self._settings.patience_us
            said += self._decide(one, judged, over)
        self._forget(now_us)
        return said

    def end(self, unit: str) -> list[Passed | Leaving]:
        """Conclude now what was heard of a unit: it belongs to somebody else from here on."""
        open_ones = [one for gate in self._gates if (one := self._open.get((unit, gate))) is not None]
        return [said for one in open_ones for said in self._decide(self._judge(one), (), over=True)]

    def next_us(self) -> int | None:
        """Return when the next passage may end, None while the gates are free."""
        if not self._open:
            return None
        return min(passage.last_us for passage in self._open.values()) + self._settings.gap_us + 1

    def _begin(self, key: tuple[str, str], side: Side, rssi_cdbm: int, at_us: int) -> Passage | None:
        past = self._pasts.get(key)
        if past is not None and past.masked and not past.moves(side, rssi_cdbm, at_us, self._settings.static):
            return None
        passage = self._open[key] = Passage(*key, at_us)
        self._gates[key[1]] = None
        if past is not None:
            past.remind(passage.trace, at_us)
        return passage

    def _weigh_early(self, passage: Passage, at_us: int) -> Leaving | None:
        """Say that a unit leaves as soon as that is all but certain."""
        step = at_us // STEP_US
        if step < passage.look_at or passage.reads < self._settings.fewest_reads or not passage.trace.is_outside():
            return None
        self._count_beams(passage)
        found = odds(passage.trace, LEAVING)
        out = found.chances().out
        if out < self._settings.alarm and not self._stays_likely(passage, out, at_us):
            passage.wait = min(2 * passage.wait, _LONGEST_WAIT) if out < 0.5 else 1
            passage.look_at = step + passage.wait
            return None
        passage.said = True
        return Leaving(passage.unit, passage.gate, at_us, found.out - max(found.into, found.stayed))

    def _stays_likely(self, passage: Passage, out: float, at_us: int) -> bool:
        """Whether a way out has been likely for long enough, without a pause in which nothing was heard outside."""
        if out < self._settings.likely:
            passage.likely_us = 0
            return False
        if at_us - passage.likely_us > _LIKELY_GAP_US:
            passage.likely_since_us = at_us
        passage.likely_us = at_us
        return at_us - passage.likely_since_us >= self._settings.likely_us

    def _count_beams(self, passage: Passage) -> None:
        broken = self._beams.get(passage.gate)
        if not broken:
            return
        sides = [side for at, side in broken if passage.first_us - 300_000 <= at <= passage.last_us]
        if len(sides) > 1 and sides[0] != sides[-1]:
            passage.trace.beams = 1 if sides[0] == "inside" else -1
        else:
            passage.trace.beams = 0

    def _judge(self, passage: Passage) -> _Judged:
        self._count_beams(passage)
        return _Judged(passage, odds(passage.trace, WAY), passage.trace.balances())

    def _decide(self, one: _Judged, others: Iterable[_Judged], over: bool) -> list[Passed | Leaving]:
        """Close a passage that is clear, or that has been waited for long enough."""
        passage, settings = one.passage, self._settings
        pooled = self._pooled(one, others)
        chances = pooled.chances()
        clear = max(chances.out, chances.into) >= settings.decided and passage.reads >= settings.fewest_reads
        if not clear and not over:
            return []
        del self._open[passage.unit, passage.gate]
        self._judged.append(one)
        direction: Direction = "unknown"
        score = 0.0
        if clear:
            direction = "out" if chances.out > chances.into else "in"
        if clear or chances.stayed < settings.decided:
            score = max(-20.0, min(20.0, pooled.out - pooled.into))
        if not clear:
            self._stayed(passage)
        else:
            self._pasts.pop((passage.unit, passage.gate), None)
        said: list[Passed | Leaving] = []
        if chances.out >= settings.late_alarm and not passage.said:
            said.append(Leaving(passage.unit, passage.gate, passage.last_us, score))
        said.append(Passed(
            passage.unit, passage.gate, direction, score, passage.first_us, passage.last_us, passage.reads,
        ))  # fmt: skip
        return said

    def _pooled(self, one: _Judged, others: Iterable[_Judged]) -> Odds:
        """Its own odds and, where these aren't clear, bounded ones of what clearly passed and was carried along.

        Who comes in while others go out is heard much as they are: what is clear by itself isn't talked out of it.
        """
        alone = one.own.chances()
        if max(alone.out, alone.into) >= self._settings.sure:
            return one.own
        near: list[tuple[float, Odds]] = []
        left = _COMPARED
        for other in (*others, *reversed(self._judged)):
            if not left:
                break
            if other.passage is not one.passage and other.passes and _may_be_together(one.passage, other.passage):
                left -= 1
                apart = _apart(one.balances, other.balances)
                if apart <= _ALIKE:
                    near.append((apart, other.own))
        total = one.own
        for _, own in sorted(near)[:_COMPANIONS]:
            top = max(own)
            total = total + Odds(*(max(odd - top, -_ONE_SAYS_AT_MOST) * _ODDS_OF_ANOTHER for odd in own))
        return total

    def _stayed(self, passage: Passage) -> None:
        """It didn't pass: remember how it was heard."""
        past = self._past(passage)
        past.visits += 1
        past.masked = past.visits >= self._settings.static.visits

    def _past(self, passage: Passage) -> Past:
        """The past of a unit, with its passage's reads counted in."""
        key = (passage.unit, passage.gate)
        past = self._pasts.get(key)
        if past is None:
            past = self._pasts[key] = Past(passage.first_us)
        for level, reads, power in passage.trace.levels():
            target = past.outside if level == "outside" else past.inside
            for _ in range(min(int(reads), 10)):
                target.learn(round(power))
        past.last_us = passage.last_us
        return past

    def _mask_lingering(self) -> list[Passed]:
        """Passages that last too long are none, unless they just became clear."""
        rule, said = self._settings.static, []
        for one in [one for one in self._open.values() if one.last_us - one.first_us > rule.linger_us]:
            chances = odds(one.trace, WAY).chances()
            if max(chances.out, chances.into) < self._settings.decided:
                del self._open[one.unit, one.gate]
                self._past(one).masked = True
                said.append(Passed(one.unit, one.gate, "unknown", 0.0, one.first_us, one.last_us, one.reads))
        return said

    def _forget(self, now_us: int) -> None:
        rule = self._settings.static
        if now_us - self._cleaned_us < rule.forget_us // 60:
            return
        self._cleaned_us = now_us
        for key in [key for key, past in self._pasts.items() if now_us - past.last_us > rule.forget_us]:
            del self._pasts[key]


def _may_be_together(one: Passage, other: Passage) -> bool:
    return one.gate == other.gate and abs(one.first_us - other.first_us) <= _STARTED_TOGETHER_US


def _apart(one: dict[int, float], other: dict[int, float]) -> float:
    """How differently the sides heard two units at the same times, from 0 to 2: what lies about is heard otherwise."""
    shared = one.keys() & other.keys()
    if len(shared) < max(2.0, _SHARED * len(one)):
        return 2.0
    return sum(abs(one[at] - other[at]) for at in shared) / len(shared)

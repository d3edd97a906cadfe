"""Which way a unit went through a gate: from what its two groups of antennas heard, step by step, to a probability.

A trace keeps, in steps of 50 ms, how much each side heard: reads, and the received field's power on the way to the tag
(the square root of what comes back). From it follow features that don't depend on how fast somebody walks: how much
later the middle of one side's reads is than the other's, which side is stronger at the beginning and at the end (by
time and by number of reads), which was first and last, how strong both were at their best, and, where the reader tells
phases, the speed towards and from each side (v = c/4pi * dphase/dt * 1/f). Seen from the other side every feature of
"out" is the same feature of "in", so both share their weights. Three classes (out, in, stayed) are weighed against each
other by a softmax (multinomial logistic regression).
"""

from enum import IntEnum
from math import log, log10
from typing import Final

from retail.presence.plan import Side

STEP_US: Final = 50_000
_LONGEST: Final = 160
"""steps that a trace remembers one by one: 8 s of hearing"""
_FADING: Final = 0.95
"""what is older becomes one step that fades: it says where the unit came from, however long it lingered"""
_SILENT: Final = -90.0
"""dBm, for a side that heard nothing"""
_SPEED_GAP_US: Final = 20_000
_LIGHT: Final = 299_792_458.0
_WIDE: Final = 8
"""steps over which balances are taken: 0.4 s"""

_AT, _IN_N, _IN_P, _OUT_N, _OUT_P = range(5)


class Trace:
    """What was heard of one unit at one gate. ``steps`` are rows (step, reads in, power in, reads out, power out)."""

    __slots__ = ("beams", "first", "last", "last_phase", "peak_in", "peak_out", "speeds", "steps")

    def __init__(self) -> None:
        self.steps: list[list[float]] = []
        self.first: tuple[int, Side] | None = None
        self.last: tuple[int, Side] | None = None
        self.peak_in = -200.0
        self.peak_out = -200.0
        self.speeds = [0.0, 0.0, 0.0, 0.0]
        self.last_phase: tuple[int, int, float, float] | None = None
        self.beams = 0

    def add(self, side: Side, at_us: int, rssi_cdbm: int, count: int) -> None:
        """Take in ``count`` reads."""
        step = at_us // STEP_US
        steps = self.steps
        row = steps[-1] if steps and steps[-1][_AT] == step else self._row(step)
        power = 10.0 ** (rssi_cdbm / 2000.0 + 3.0) * count
        if side == "inside":
            row[_IN_N] += count
            row[_IN_P] += power
            self.peak_in = max(self.peak_in, rssi_cdbm / 100.0)
        else:
            row[_OUT_N] += count
            row[_OUT_P] += power
            self.peak_out = max(self.peak_out, rssi_cdbm / 100.0)
        if self.first is None or at_us < self.first[0]:
            self.first = (at_us, side)
        if self.last is None or at_us >= self.last[0]:
            self.last = (at_us, side)

    def add_phase(self, side: Side, antenna: int, at_us: int, phase_rad: float, hertz: float) -> None:
        """Take in a phase: two reads of one antenna and channel within 20 ms tell a speed, half turns left open."""
        before = self.last_phase
        self.last_phase = (antenna, at_us, phase_rad, hertz)
        if before is None or before[0] != antenna or before[3] != hertz:
            return
        passed = at_us - before[1]
        if not 0 < passed <= _SPEED_GAP_US:
            return
        half = 3.141592653589793
        turn = (phase_rad - before[2] + half / 2) % half - half / 2
        place = 0 if side == "inside" else 2
        # weighted by the time between: the sum is the way made towards or from the side
        self.speeds[place] += turn * _LIGHT / (4.0 * half * hertz)
        self.speeds[place + 1] += passed / 1e6

    def is_outside(self) -> bool:
        """Whether for the last 0.3 s the outside heard it clearly better."""
        inside = outside = 0.0
        since = self.steps[-1][_AT] - 6
        for row in reversed(self.steps):
            if row[_AT] <= since:
                break
            inside += row[_IN_P]
            outside += row[_OUT_P]
        return outside > 2.0 * inside

    def balances(self) -> dict[int, float]:
        """How much better the outside heard it, from -1 to 1, in each 0.4 s in which it was heard at all."""
        sums: dict[int, list[float]] = {}
        for row in self.steps:
            one = sums.setdefault(int(row[_AT]) // _WIDE, [0.0, 0.0, 0.0])
            one[0] += row[_IN_P]
            one[1] += row[_OUT_P]
            one[2] += row[_IN_N] + row[_OUT_N]
        reads = sum(one[2] for one in sums.values())
        soft = 0.5 * sum(one[0] + one[1] for one in sums.values()) / reads
        return {at: (outside - inside) / (outside + inside + soft) for at, (inside, outside, _) in sums.items()}

    def levels(self) -> list[tuple[Side, float, float]]:
        """(side, reads, mean strength in centi-dBm) of each side that heard it."""
        found: list[tuple[Side, float, float]] = []
        sides: tuple[tuple[Side, int, int], ...] = (("inside", _IN_N, _IN_P), ("outside", _OUT_N, _OUT_P))
        for side, count, power in sides:
            reads = sum(row[count] for row in self.steps)
            if reads:
                mean = sum(row[power] for row in self.steps) / reads
                found.append((side, reads, 2000.0 * (log10(mean) - 3.0)))
        return found

    def _row(self, step: int) -> list[float]:
        steps = self.steps
        if not steps or steps[-1][_AT] < step:
            row = [float(step), 0.0, 0.0, 0.0, 0.0]
            steps.append(row)
            if len(steps) > _LONGEST:
                past = steps.pop(0)
                for place in range(_IN_N, _OUT_P + 1):
                    steps[0][place] += _FADING * past[place]
            return row
        for place in range(len(steps) - 1, -1, -1):
            if steps[place][_AT] == step:
                return steps[place]
            if steps[place][_AT] < step:
                steps.insert(place + 1, [float(step), 0.0, 0.0, 0.0, 0.0])
                return steps[place + 1]
        steps.insert(0, [float(step), 0.0, 0.0, 0.0, 0.0])
        return steps[0]


class ODD(IntEnum):
    """Places of the features that change their sign when inside and outside are exchanged."""

    lag_power = 0
    lag_reads = 1
    early_time = 2
    late_time = 3
    early_reads = 4
    late_reads = 5
    begin = 6
    end = 7
    begin_long = 8
    end_long = 9
    first = 10
    last = 11
    drift = 12
    beams = 13
    peaks = 14
    split_out = 15
    split_in = 16


def features(trace: Trace) -> tuple[list[float], list[float]]:
    """(what speaks for out if positive and for in if negative; what says how much there was to go by)."""
    steps = trace.steps
    in_n = in_p = out_n = out_p = 0.0
    in_nt = in_pt = out_nt = out_pt = 0.0
    start = steps[0][_AT]
    for at, n_in, p_in, n_out, p_out in steps:
        t = at - start
        in_n += n_in
        in_p += p_in
        out_n += n_out
        out_p += p_out
        in_nt += n_in * t
        in_pt += p_in * t
        out_nt += n_out * t
        out_pt += p_out * t
    length = steps[-1][_AT] - start + 1.0
    reads = in_n + out_n
    lag_p = lag_n = 0.0
    if in_n and out_n:
        lag_p = (out_pt / out_p - in_pt / in_p) / length
        lag_n = (out_nt / out_n - in_nt / in_n) / length
    ends = _ends(steps, reads, (in_p + out_p) / reads)
    split_out, split_in = _splits(steps, (in_p + out_p) / reads)
    first = 1.0 if trace.first is not None and trace.first[1] == "inside" else -1.0
    last = 1.0 if trace.last is not None and trace.last[1] == "outside" else -1.0
    speed_in, time_in, speed_out, time_out = trace.speeds
    drift = speed_out / (time_out + 0.05) - speed_in / (time_in + 0.05)
    beams = max(-1.0, min(1.0, float(trace.beams)))
    peak_in, peak_out = max(trace.peak_in, _SILENT), max(trace.peak_out, _SILENT)
    odd = [lag_p, lag_n, *ends, first, last, drift, beams, (peak_out - peak_in) / 10.0]
    odd += [split_out, split_in]
    even = [min(peak_in, peak_out), max(peak_in, peak_out), log(reads), log(length)]
    return odd, even


def _ends(steps: list[list[float]], reads: float, mean: float) -> list[float]:
    """How much stronger the inside is at the beginning, and the outside at the end, from -1 to 1, in pairs.

    Over a quarter of the time, a quarter of the reads, 0.3 s and 0.6 s.
    """
    soft = mean * 0.5
    start, end = steps[0][_AT], steps[-1][_AT]
    quarter = (end - start + 1.0) * 0.25
    sums = [[0.0, 0.0] for _ in range(8)]
    count = 0.0
    for at, n_in, p_in, n_out, p_out in steps:
        since, until = at - start, end - at
        before = count / reads
        count += n_in + n_out
        hits = (
            since < quarter, until < quarter, before < 0.25, count / reads > 0.75,
            since < 6, until < 6, since < 12, until < 12,
        )  # fmt: skip
        for hit, pair in zip(hits, sums, strict=True):
            if hit:
                pair[0] += p_in
                pair[1] += p_out
    balance = [(inside - outside) / (inside + outside + soft) for inside, outside in sums]
    return [-one if place % 2 else one for place, one in enumerate(balance)]


def _splits(steps: list[list[float]], mean: float) -> tuple[float, float]:
    """The best moment before which one side is the stronger and after which the other: (for out, for in)."""
    soft = mean
    total_in = sum(row[_IN_P] for row in steps)
    total_out = sum(row[_OUT_P] for row in steps)
    best_out = best_in = -1.0
    before_in = before_out = 0.0
    for row in steps:
        before_in += row[_IN_P]
        before_out += row[_OUT_P]
        after_in, after_out = total_in - before_in, total_out - before_out
        early = (before_in - before_out) / (before_in + before_out + soft)
        late = (after_out - after_in) / (after_in + after_out + soft)
        best_out = max(best_out, min(early, late))
        best_in = max(best_in, min(-early, -late))
    return best_out, best_in

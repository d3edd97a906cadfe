"""Fit the weights of ``retail.presence.chances`` on simulated passages and print them: ``python -m ...fitting``.

Softmax regression by Adam on whole passages (``WAY``) and on passages cut at a random moment (``LEAVING``: what became
of it in the end). Seeds from ``FITTED_FROM`` on: accuracy is never reported on them.
"""

import sys
from typing import Final

import numpy as np
from numpy.typing import NDArray

from drivers.rfid.simulated.gates import TRAFFIC, GateScene, Kind, gate_scene
from retail.presence.chances import design
from retail.presence.direction import Trace
from retail.presence.plan import Side

from installer.simulate.report import FITTED_FROM
"""seeds from here on are for fitting, those below for reporting"""
STAYING: Final[dict[Kind, float]] = {"pass_by": 0.08, "browse": 0.10, "restock": 0.03, "strays": 0.02}
GAP_S: Final = 8.0
_LOOKS: Final = 5
"""moments of a passage at which the engine might say that the unit leaves: right after a read outside"""
CLASSES: Final = ("out", "in", "stayed")
Floats = NDArray[np.float64]


class Sample:
    """Rows of features for the three classes, and which is true."""

    def __init__(self) -> None:
        self.rows: tuple[list[list[float]], ...] = ([], [], [])
        self.truth: list[int] = []
        self.scene: list[int] = []

    def add(self, trace: Trace, truth: int, scene: int) -> None:
        for place, row in zip(self.rows, design(trace), strict=True):
            place.append(row)
        self.truth.append(truth)
        self.scene.append(scene)

    def arrays(self) -> tuple[Floats, Floats, Floats, NDArray[np.intp]]:
        out, into, stay = (np.asarray(rows) for rows in self.rows)
        return out, into, stay, np.asarray(self.truth)


def collect(scenes: int, first: int = FITTED_FROM) -> tuple[Sample, Sample]:
    """Traces of (whole passages, passages cut short and whole ones)."""
    whole, cut = Sample(), Sample()
    kinds: dict[Kind, float] = {**TRAFFIC, **STAYING}
    weights = np.asarray(list(kinds.values()))
    for number in range(scenes):
        random = np.random.default_rng(first + number)
        kind = list(kinds)[int(random.choice(len(kinds), p=weights / weights.sum()))]
        _collect_scene(gate_scene(random, kind), number, random, whole, cut)
    return whole, cut


def _collect_scene(scene: GateScene, number: int, random: np.random.Generator, whole: Sample, cut: Sample) -> None:
    phase, beam = random.random() < 0.5, random.random() < 0.3
    reads, sides = scene.reads, scene.group
    for tag in np.unique(reads.tag).tolist():
        found = np.flatnonzero(reads.tag == tag)
        at = reads.at_s[found]
        for part in np.split(found, np.flatnonzero(np.diff(at) > GAP_S) + 1):
            if len(part) < 3:
                continue
            begin, end = float(reads.at_s[part[0]]), float(reads.at_s[part[-1]])
            crossed = scene.crossed_s[tag]
            truth = CLASSES.index(scene.ways[tag]) if begin - 1 <= crossed <= end + 1 else 2
            whole.add(trace_of(scene, part, end, phase, beam), truth, number)
            looked = np.flatnonzero([sides[port] == "outside" for port in reads.antenna[part].tolist()])
            looked = looked[looked >= 2]
            for place in random.choice(looked, min(_LOOKS, len(looked)), replace=False).tolist():
                until = float(reads.at_s[part[place]])
                cut.add(trace_of(scene, part[: place + 1], until, phase, beam), truth, number)


def trace_of(scene: GateScene, part: NDArray[np.intp], until: float, phase: bool, beam: bool) -> Trace:
    """The engine's trace of these reads of one tag."""
    trace, reads, sides = Trace(), scene.reads, scene.group
    for place in part.tolist():
        port = int(reads.antenna[place])
        side: Side = "outside" if sides[port] == "outside" else "inside"
        at_us = int(reads.at_s[place] * 1e6) + 1_000_000_000_000
        trace.add(side, at_us, int(reads.rssi_cdbm[place]), 1)
        if phase:
            trace.add_phase(side, port, at_us, reads.phase_mrad[place] / 1000, float(reads.channel_khz[place]) * 1e3)
    if beam:
        begin = float(reads.at_s[part[0]])
        trace.beams = beam_order([side for at, side in scene.beams if begin - 0.3 <= at <= until])
    return trace


def beam_order(sides: list[Side]) -> int:
    """1 if the inner beam was broken first and the outer one last, -1 the other way round, 0 if it can't be told."""
    if len(sides) < 2 or sides[0] == sides[-1]:
        return 0
    return 1 if sides[0] == "inside" else -1


def fit(sample: Sample, rounds: int = 1500) -> tuple[Floats, Floats]:
    """The weights (of a direction, of staying)."""
    out, into, stay, truth = sample.arrays()
    scale, scale_stay = np.maximum(out.std(0), 1e-6), np.maximum(stay.std(0), 1e-6)
    scale_stay[0] = 1.0
    out, into, stay = out / scale, into / scale, stay / scale_stay
    wanted = np.eye(3)[truth]
    weights = np.zeros(out.shape[1] + stay.shape[1])
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for turn in range(1, rounds + 1):
        error = (_softmax(out, into, stay, weights) - wanted) / len(truth)
        slope = np.concatenate([out.T @ error[:, 0] + into.T @ error[:, 1], stay.T @ error[:, 2]]) + 2e-5 * weights
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        step = 0.05 * (mean / (1 - 0.9**turn)) / (np.sqrt(square / (1 - 0.999**turn)) + 1e-9)
        weights -= step
    width = out.shape[1]
    return weights[:width] / scale, weights[width:] / scale_stay


def _softmax(out: Floats, into: Floats, stay: Floats, weights: Floats) -> Floats:
    way, still = weights[: out.shape[1]], weights[out.shape[1] :]
    logits = np.column_stack([out @ way, into @ way, stay @ still])
    logits -= logits.max(axis=1, keepdims=True)
    chances = np.exp(logits)
    found: Floats = chances / chances.sum(axis=1, keepdims=True)
    return found


def main(scenes: int) -> None:
    """Print both tables of weights as Python."""
    whole, cut = collect(scenes)
    for name, sample in (("WAY", whole), ("LEAVING", cut)):
        way, still = fit(sample)
        out, into, stay, truth = sample.arrays()
        guessed = _softmax(out, into, stay, np.concatenate([way, still])).argmax(axis=1)
        print(f"# {len(truth)} traces, {100 * float((guessed == truth).mean()):.2f} % right on these very ones")
        print(f"{name}: Final[Weights] = (")
        for row in (way, still):
            print(f"    ({', '.join(f'{one:.3f}' for one in row)}),")
        print(")")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3000)

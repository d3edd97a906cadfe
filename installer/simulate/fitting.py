"""Fit the weights of ``retail.presence.chances`` and print their module: ``python -m installer.simulate.fitting``.

Learned on whole passages (``WAY``) and on passages cut short right after a read outside (``LEAVING``: what became of it
in the end). Seeds from ``FITTED_FROM`` on: accuracy is never reported on them.
"""

import sys
import textwrap
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from drivers.rfid.simulated.gates import TRAFFIC, GateScene, Kind, gate_scene
from installer.simulate.report import FITTED_FROM
from retail.presence.chances import Weights, design
from retail.presence.direction import Trace
from retail.presence.plan import Side

STAYING: Final[dict[Kind, float]] = {"pass_by": 0.28, "browse": 0.18, "restock": 0.05, "strays": 0.02}
GAP_S: Final = 8.0
_BATCH: Final = 512
_DECAY: Final = 2e-4
_EVEN: Final = 5
"""features that say how much there was to hear"""
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


class Network(NamedTuple):
    """The parameters of ``retail.presence.chances.Weights`` for scaled features; also their slopes and moments."""

    units: Floats
    bias: Floats
    mixed: Floats
    linear: Floats
    staying: Floats


def fit(sample: Sample, units: int, rounds: int) -> Weights:
    """Minimise the cross entropy by Adam in small batches, with a step that shrinks as a cosine."""
    out, into, stay, truth = sample.arrays()
    middle, scale = _scaling(out, stay)
    stay_middle, stay_scale = middle[-_EVEN:], scale[-_EVEN:]
    out, into = (out - middle) / scale, (into - middle) / scale
    stay = np.column_stack([np.ones(len(stay)), (stay[:, 1:] - stay_middle) / stay_scale])
    random = np.random.default_rng(0)
    width = out.shape[1]
    network = Network(
        random.normal(0, 0.3, (width, units)), np.zeros(units), random.normal(0, 0.3, units), np.zeros(width),
        np.zeros(stay.shape[1]),
    )  # fmt: skip
    means, squares = ([np.zeros_like(one) for one in network] for _ in range(2))
    turn, order = 0, np.arange(len(truth))
    for cycle in range(rounds):
        random.shuffle(order)
        speed = 0.01 * (0.5 * (1 + np.cos(np.pi * cycle / rounds)) + 0.01)
        for begin in range(0, len(order), _BATCH):
            rows, turn = order[begin : begin + _BATCH], turn + 1
            slopes = _slopes(network, out[rows], into[rows], stay[rows], truth[rows])
            for one, slope, mean, square in zip(network, slopes, means, squares, strict=True):
                slope = slope + _DECAY * one
                mean += 0.1 * (slope - mean)
                square += 0.001 * (slope**2 - square)
                one -= speed * (mean / (1 - 0.9**turn)) / (np.sqrt(square / (1 - 0.999**turn)) + 1e-8)
    return _unscaled(network, middle, scale)


def _scaling(out: Floats, stay: Floats) -> tuple[Floats, Floats]:
    """Middle and spread of the features; those that change their sign keep their zero: both ways scale alike."""
    odd = out.shape[1] - _EVEN
    middle = np.concatenate([np.zeros(odd), stay[:, 1:].mean(0)])
    spread = np.concatenate([np.sqrt((out[:, :odd] ** 2).mean(0)), stay[:, 1:].std(0)])
    return middle, np.maximum(spread, 1e-6)


def _slopes(network: Network, out: Floats, into: Floats, stay: Floats, truth: NDArray[np.intp]) -> list[Floats]:
    hidden = [np.tanh(rows @ network.units + network.bias) for rows in (out, into)]
    ways = [units @ network.mixed + rows @ network.linear for units, rows in zip(hidden, (out, into), strict=True)]
    logits = np.column_stack([*ways, stay @ network.staying])
    chances = np.exp(logits - logits.max(axis=1, keepdims=True))
    error = (chances / chances.sum(axis=1, keepdims=True) - np.eye(3)[truth]) / len(truth)
    back = [error[:, [way]] * network.mixed * (1 - hidden[way] ** 2) for way in (0, 1)]
    return [
        out.T @ back[0] + into.T @ back[1],
        back[0].sum(0) + back[1].sum(0),
        hidden[0].T @ error[:, 0] + hidden[1].T @ error[:, 1],
        out.T @ error[:, 0] + into.T @ error[:, 1],
        stay.T @ error[:, 2],
    ]


def _unscaled(network: Network, middle: Floats, scale: Floats) -> Weights:
    """The same for features as they come; what is common to both ways goes into the weight of staying."""
    units = network.units / scale[:, None]
    bias = network.bias - (middle / scale) @ network.units
    staying = np.concatenate([network.staying[:1], network.staying[1:] / scale[-_EVEN:]])
    staying[0] += float((middle / scale) @ network.linear) - float(middle[-_EVEN:] @ staying[1:])
    rows = tuple((float(one), *column.tolist()) for one, column in zip(bias, units.T, strict=True))
    return Weights(rows, *(tuple(row.tolist()) for row in (network.mixed, network.linear / scale, staying)))


def main(scenes: int) -> None:
    """Print the module of weights."""
    whole, cut = collect(scenes)
    print('"""The fitted weights of `chances`: made by `installer/simulate/fitting.py`, not by hand."""\n')
    print("from typing import Final\n\nfrom retail.presence.chances import Weights\n")
    for name, found in (("WAY", fit(whole, 12, 40)), ("LEAVING", fit(cut, 10, 12))):
        print(f"{name}: Final = Weights(\n    units=(")
        for unit in found.units:
            print(f"        (\n{_row(unit, 12)}\n        ),")
        print("    ),")
        for field, row in (("mixed", found.mixed), ("linear", found.linear), ("staying", found.staying)):
            print(f"    {field}=(\n{_row(row, 8)}\n    ),")
        print(")  # fmt: skip")


def _row(row: tuple[float, ...], indent: int) -> str:
    text = ", ".join(f"{one:.4g}" for one in row) + ","
    return textwrap.fill(text, 116, initial_indent=" " * indent, subsequent_indent=" " * indent)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 4000)

"""How likely a trace at a gate is a way out, a way in, or none: a softmax over what its features say.

Each way is weighed by one small network (tanh units beside a linear part); what speaks for out speaks for in seen from
the other side, so both share it. Staying is weighed by how much there was to hear at all. The figures stand in
`gate_weights`, fitted on simulated passages by `installer/simulate/fitting.py`, whose seeds are never those that
accuracy is reported on: ``WAY`` judges a passage that is over, ``LEAVING`` one that goes on, by what became of it.
"""

from math import exp, tanh
from typing import NamedTuple

from retail.presence.direction import ODD, Trace, features


class Weights(NamedTuple):
    """``units`` are rows of a bias and as many weights as there are features; ``mixed`` weighs what the units say."""

    units: tuple[tuple[float, ...], ...]
    mixed: tuple[float, ...]
    linear: tuple[float, ...]
    staying: tuple[float, ...]


class Odds(NamedTuple):
    """Logits of the three ways."""

    out: float
    into: float
    stayed: float

    def __add__(self, other: object) -> "Odds":
        if not isinstance(other, Odds):
            return NotImplemented
        return Odds(self.out + other.out, self.into + other.into, self.stayed + other.stayed)

    def chances(self) -> "Chances":
        """The softmax."""
        top = max(self)
        out, into, stayed = (exp(one - top) for one in self)
        total = out + into + stayed
        return Chances(out / total, into / total, stayed / total)


class Chances(NamedTuple):
    """Probabilities of the three ways; they sum to 1."""

    out: float
    into: float
    stayed: float


def odds(trace: Trace, weights: Weights) -> Odds:
    """Weigh a trace that has at least one read."""
    out, into, still = design(trace)
    return Odds(_speaks(out, weights), _speaks(into, weights), sum(map(_times, weights.staying, still)))


def _speaks(row: list[float], weights: Weights) -> float:
    said = sum(map(_times, weights.linear, row))
    for unit, mixed in zip(weights.units, weights.mixed, strict=True):
        said += mixed * tanh(unit[0] + sum(map(_times, unit[1:], row)))
    return said


def design(trace: Trace) -> tuple[list[float], list[float], list[float]]:
    """What the weights are multiplied with, for out, in and stayed: for fitting."""
    odd, even = features(trace)
    still = _still(even)
    return [*_spoken(odd), *still[1:]], [*_spoken(_mirrored(odd)), *still[1:]], still


def _times(one: float, other: float) -> float:
    return one * other


def _mirrored(odd: list[float]) -> list[float]:
    """The same features seen from the other side."""
    turned = [-one for one in odd]
    turned[ODD.split_out], turned[ODD.split_in] = odd[ODD.split_in], odd[ODD.split_out]
    return turned


def _spoken(odd: list[float]) -> list[float]:
    """The features and what two of them say together: a way out begins inside *and* ends outside."""
    at = ODD
    return [
        *odd[: at.split_in],
        min(odd[at.early_time], odd[at.late_time]),
        min(odd[at.early_reads], odd[at.late_reads]),
        min(odd[at.begin], odd[at.end]),
        min(odd[at.begin_long], odd[at.end_long]),
        min(odd[at.first], odd[at.last]),
        max(odd[at.lag_power], 0.0),
        max(odd[at.lag_reads], 0.0),
    ]


def _still(even: list[float]) -> list[float]:
    weaker, stronger, reads, length = even
    return [1.0, (weaker + 60.0) / 10.0, (stronger + 60.0) / 10.0, min(weaker + 60.0, 0.0) / 10.0, reads, length]

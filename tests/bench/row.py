"""One line of the table: what was measured, beside its bar or a raw baseline of the same run."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

Json = dict[str, str | float | None]


@dataclass(frozen=True)
class Row:
    """``ratio`` is how many times better than ``against`` it is: below 1 is worse."""

    what: str
    measured: str
    against: str = ""
    ratio: float | None = None

    def as_json(self) -> Json:
        """How a row comes back from the process that measured it."""
        return asdict(self)


def percentile(samples: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile. Raises ValueError without samples."""
    if not samples:
        raise ValueError("nothing was measured")
    ordered = sorted(samples)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def best_p99(rounds: Sequence[Sequence[float]]) -> Sequence[float]:
    """Of several rounds of samples the one whose tail is shortest: other programs share the machine."""
    return min(rounds, key=lambda samples: percentile(samples, 99))


def time_row(what: str, samples_ms: Sequence[float], bar_ms: float, *, percent: float = 99, bar: str = "") -> Row:
    """Durations in ms against a bar at a percentile (``p99 30 ms``)."""
    reached = percentile(samples_ms, percent)
    measured = f"p50 {millis(percentile(samples_ms, 50))}, p{percent:g} {millis(reached)}"
    return Row(what, measured, bar or f"p{percent:g} {millis(bar_ms)}", bar_ms / reached)


def span_row(what: str, took_ms: float, bar_ms: float, *, note: str = "") -> Row:
    """One duration in ms against a bar."""
    return Row(what, millis(took_ms) + note, millis(bar_ms), bar_ms / took_ms)


def rate_row(what: str, per_s: float, bar_per_s: float, *, unit: str = "/s", bar: str = "", note: str = "") -> Row:
    """A rate against a bar, or against a baseline named in ``bar``."""
    against = f"{count(bar_per_s)}{unit}"
    return Row(what, f"{count(per_s)}{unit}{note}", f"{bar}: {against}" if bar else against, per_s / bar_per_s)


def millis(ms: float) -> str:
    """Three digits and a unit."""
    if ms >= 1000:
        return f"{ms / 1000:.3g} s"
    return f"{ms:.3g} ms" if ms >= 0.1 else f"{ms * 1000:.3g} µs"


def count(number: float) -> str:
    """Three digits and k or M."""
    for size, letter in ((1e6, " M"), (1e3, " k")):
        if number >= size:
            return f"{number / size:.3g}{letter}"
    return f"{number:.3g}"

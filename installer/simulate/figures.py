"""A share with its 95 % confidence interval (Wilson), a rate with its exact one (Garwood), and a line of the table."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

_Z: Final = 1.959964


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a binomial share (Wilson 1927); (0, 1) when nothing was tried."""
    if of == 0:
        return 0.0, 1.0
    share = hits / of
    weight = 1 + _Z**2 / of
    middle = (share + _Z**2 / (2 * of)) / weight
    half = _Z / weight * math.sqrt(share * (1 - share) / of + _Z**2 / (4 * of**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def garwood(count: int) -> tuple[float, float]:
    """The exact 95 % interval of a Poisson mean (Garwood 1936)."""
    low = 0.0 if count == 0 else _root(lambda mean: 1 - _poisson_at_most(count - 1, mean) - 0.025, 0.0, count)
    return low, _root(lambda mean: 0.025 - _poisson_at_most(count, mean), count, count + 10 * math.sqrt(count + 1) + 10)


def _poisson_at_most(count: int, mean: float) -> float:
    term = total = math.exp(-mean)
    for number in range(1, count + 1):
        term *= mean / number
        total += term
    return total


def _root(rising: Callable[[float], float], low: float, high: float) -> float:
    for _ in range(80):
        middle = (low + high) / 2
        if rising(middle) > 0:
            high = middle
        else:
            low = middle
    return (low + high) / 2


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """The share itself; 0 when nothing was tried."""
        return self.hits / self.of if self.of else 0.0

    def __str__(self) -> str:
        low, high = wilson(self.hits, self.of)
        return f"{100 * self.value:.2f} % ({100 * low:.2f} to {100 * high:.2f})"


def spread(values: Sequence[float]) -> str:
    """The 50th, 90th and 99th percentile, each a value that occurred (nearest rank)."""
    if not values:
        return "none"
    ranked = sorted(values)
    return ", ".join(f"p{part} {ranked[math.ceil(part / 100 * len(ranked)) - 1]:.1f}" for part in (50, 90, 99))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table. ``met`` is None where there is no bar."""

    what: str
    scenes: str
    figure: str
    bar: str = ""
    baseline: str = ""
    met: bool | None = None
    ratio: float | None = None


def table(lines: list[Line]) -> str:
    """The lines as text, columns aligned."""
    head = ("what", "scenes", "figure (95 % interval)", "bar", "met", "baseline on the same seeds")
    mark = {True: "yes", False: "NO", None: ""}
    rows = [(one.what, one.scenes, one.figure, one.bar, mark[one.met], one.baseline) for one in lines]
    widths = [max(len(row[place]) for row in [head, *rows]) for place in range(len(head))]
    shown = [head, tuple("-" * width for width in widths), *rows]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in shown
    )

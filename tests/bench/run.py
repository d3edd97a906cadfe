"""What a measurement is given: how large, where to put files, and clocks."""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Scale = Literal["tiny", "usual", "full"]


@dataclass(frozen=True)
class Run:
    """``scale`` is ``tiny`` in tests, ``full`` with ``--full``; ``folder`` is empty and goes away afterwards."""

    folder: Path
    scale: Scale = "usual"

    def size(self, tiny: int, usual: int, full: int | None = None) -> int:
        """The number that belongs to this run's scale."""
        return {"tiny": tiny, "usual": usual, "full": usual if full is None else full}[self.scale]

    def sub(self, name: str) -> Path:
        """A folder of its own for one part of a measurement."""
        path = self.folder / name
        path.mkdir(parents=True, exist_ok=True)
        return path


@contextmanager
def quiet() -> Iterator[None]:
    """Collect garbage before, not while, something short is measured."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def timed_ms(work: Callable[[], object]) -> float:
    """How long it takes, in ms."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def fastest_ms(work: Callable[[], object], times: int = 3) -> float:
    """The shortest of several, in ms."""
    return min(timed_ms(work) for _ in range(times))


def cpu_ms(work: Callable[[], object]) -> float:
    """How long it keeps its core busy, in ms: for pure computations, whatever else the machine does."""
    began = time.thread_time_ns()
    work()
    return (time.thread_time_ns() - began) / 1e6


def best_rate(work: Callable[[], int], times: int = 3) -> float:
    """Things a second, best of several; ``work`` returns how many it did."""

    def once() -> float:
        began = time.perf_counter()
        done = work()
        return done / (time.perf_counter() - began)

    return max(once() for _ in range(times))


def core_rate(work: Callable[[], int], times: int = 4) -> float:
    """Things a second of one core's time, best of several: for pure computations."""

    def once() -> float:
        began = time.thread_time_ns()
        done = work()
        return done * 1e9 / (time.thread_time_ns() - began)

    return max(once() for _ in range(times))

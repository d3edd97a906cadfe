"""Keeps the garbage collector's pauses away from the gate.

A full collection looks at every object that isn't frozen, and stops all threads meanwhile: 150-230 ms with 20,000
units placed, against a siren that must sound within 20 ms. What the store holds lives long and is freed by its
reference counts; only cycles need the collector. So all that has grown is frozen, which costs nothing, and a full
collection sees what came since. As frozen objects don't count for the collector's rule of a quarter, it would run
several times a second while reads stream through; the thresholds spread it.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

THRESHOLDS = (10_000, 20, 20)
"""objects more than before a young collection (about 1 ms); young ones before a middle one; middle before a full one"""
GROWN = 1_000
"""units placed since the last freeze that are worth another: a full collection over their objects takes about 1 ms"""
TIDY_MS = 300_000


@contextmanager
def paused() -> Iterator[None]:
    """No collections while much is loaded that is there to stay."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Collector:
    """Belongs to the heart's thread; the settings are the whole process's."""

    def __init__(self) -> None:
        self._frozen_units = 0
        self._tidied = 0

    def begin(self, units: int, mono_ms: int) -> None:
        """Freeze what was loaded, and spread the collections."""
        gc.set_threshold(*THRESHOLDS)
        self._tidy(units, mono_ms)

    def after_turn(self, units: int, mono_ms: int, idle: bool) -> None:
        """Freeze what a filling store has grown by; when nothing waits, every few minutes, look for cycles first."""
        if units - self._frozen_units >= GROWN:
            gc.freeze()
            self._frozen_units = units
        if idle and mono_ms - self._tidied >= TIDY_MS:
            self._tidy(units, mono_ms)

    def _tidy(self, units: int, mono_ms: int) -> None:
        gc.collect()
        gc.freeze()
        self._frozen_units = units
        self._tidied = mono_ms

"""The agent from nothing to a health page that answers, with the store's units in its database; and its memory."""

from functools import partial

from tests.bench.memory import resident_mb
from tests.bench.row import Row, count, span_row
from tests.bench.run import Run, timed_ms
from tests.bench.store import Store

MEMORY_BAR_MB = 250


def measure(run: Run) -> list[Row]:
    """``comptoir agent`` as a process of its own, Python's start included."""
    store = Store(run.folder, run.size(100, 20_000, 200_000))
    store.furnish()
    took, memory = [], 0.0
    for _ in range(run.size(1, 3)):
        program = store.program()
        try:
            took.append(timed_ms(partial(program.start, 120)))
            memory = resident_mb(program.pid)
        finally:
            program.stop()
    what = f"agent cold start, {count(store.size)} units"
    used = Row(f"{what}: memory", f"{memory:.0f} MB", f"{MEMORY_BAR_MB} MB", MEMORY_BAR_MB / memory)
    return [span_row(what, min(took), 1500), used]

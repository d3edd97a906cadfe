"""``kill -9`` in full flow: how much of the raw reads is gone, whether an accepted fact is; and memory until then."""

import sqlite3
import time
from contextlib import ExitStack

from edge_agent.telemetry import NAME, kept
from tests.bench.far_readers import FarReaders
from tests.bench.memory import resident_mb
from tests.bench.row import Row, count
from tests.bench.run import Run
from tests.bench.store import Store
from tests.support.agents import TillSide
from tests.support.processes import wait_until
from tests.support.stock_builders import COAT, unit_of

A_SECOND = 44_000
LOSS_BAR_S = 1.0
MEMORY_BAR_MB = 250
READERS = 4
NEW = 900_000
"""serials of units that come in while the readers report"""


def measure(run: Run) -> list[Row]:
    """``comptoir agent`` keeps raw reads; goods come in meanwhile, each delivery answered before the next."""
    seconds = run.size(1, 8)
    with ExitStack() as stack:
        readers = stack.enter_context(FarReaders())
        names = [f"plafond-{n}" for n in range(READERS)]
        tables = [
            {"name": n, "kind": "llrp", "url": readers.reader(n), "antennas": [{"port": 1, "zone": "femme"}]}
            for n in names
        ]
        store = Store(run.folder, run.size(200, 20_000, 200_000), tables, telemetry={"on": True})
        till = TillSide(run.sub("till"))
        stack.callback(till.close)
        keys = store.furnish(till)
        program = store.program()
        stack.callback(program.kill)
        program.start()
        till.dial(store.url)
        rate = run.size(1_000, A_SECOND) // READERS
        rounds = store.size // READERS + rate * (seconds + 6)
        for place, name in enumerate(names):
            readers.begin_burst(name, keys[place::READERS], rounds, rate)
        ring = store.folder / "agent" / NAME
        wait_until(lambda: ring.exists() and any(True for _ in kept(ring)), 60, "reads to be kept")
        time.sleep(store.size / READERS / rate)  # every unit has been seen
        accepted = _deliver(till, seconds)
        memory = resident_mb(program.pid)
        program.kill()
        killed_us = time.time_ns() // 1000
        newest_us = max(reads[-1][3] for _, _, reads in kept(ring))
        gone = accepted - _in_stock(store)
    lost_s = max(0.0, (killed_us - newest_us) / 1e6)
    what = f"kill -9 at {A_SECOND // 1000} k reads/s, {count(store.size)} units"
    return [
        Row(f"{what}: raw reads gone", f"{lost_s:.2f} s", f"{LOSS_BAR_S:g} s", LOSS_BAR_S / max(lost_s, 0.001)),
        Row(f"{what}: accepted facts gone", f"{len(gone)} of {len(accepted)}", "0"),
        Row(f"{what}: memory before", f"{memory:.0f} MB", f"{MEMORY_BAR_MB} MB", MEMORY_BAR_MB / memory),
    ]


def _deliver(till: TillSide, seconds: float) -> set[str]:
    """Units whose coming in was answered with 200."""
    accepted: set[str] = set()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        unit = unit_of(COAT, NEW + len(accepted))
        lines = [{"gtin": COAT, "qty": 1, "units": [unit], "location": "stockroom"}]
        if till.command("stock.receive", lines=lines).status_code == 200:
            accepted.add(unit)
    return accepted


def _in_stock(store: Store) -> set[str]:
    """Units that the database knows after the crash."""
    connection = sqlite3.connect(store.folder / "agent" / "edge.db")
    try:
        return {unit for (unit,) in connection.execute("SELECT key FROM stock_unit")}
    finally:
        connection.close()

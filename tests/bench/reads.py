"""Reads through a whole agent: bytes of an LLRP reader over TCP, decoded, smoothed, placed, written; none lost."""

import time
from contextlib import ExitStack

from edge_agent.wiring import Agent
from tests.bench.far_readers import FarReaders
from tests.bench.row import Row, count, rate_row
from tests.bench.run import Run
from tests.bench.store import Store
from tests.support.agents import running_agent
from tests.support.processes import wait_until

BAR = 600_000
READER = "plafond"


def measure(run: Run) -> list[Row]:
    """One reader reports every unit of the store, again and again, as fast as the agent takes the bytes."""
    units = run.size(200, 20_000, 200_000)
    reads = run.size(2_000, 500_000, 2_000_000)
    with ExitStack() as stack:
        readers = stack.enter_context(FarReaders())
        antennas = [{"port": 1, "zone": "femme"}, {"port": 2, "zone": "homme"}]
        reader = {"name": READER, "kind": "llrp", "url": readers.reader(READER), "antennas": antennas}
        store = Store(run.folder, units, [reader])
        keys = store.furnish()
        agent = stack.enter_context(running_agent(store.settings()))
        wait_until(lambda: agent.supervisor.health[READER].well, 20, "the reader to be connected")
        first = _burst(agent, readers, keys, units)
        again = max(_burst(agent, readers, keys, reads) for _ in range(run.size(1, 2)))
        found = sum(1 for key in keys if agent.heart.shop.where(key) is not None)
        health = agent.supervisor.health[READER]
        lost = agent.heart.troubles.dropped_reads + health.gaps + health.garbled + units - found
    note = f", {lost} lost"
    return [
        rate_row(f"reads through the agent, {count(units)} units, each seen again", again, BAR, note=note),
        rate_row(f"reads through the agent, {count(units)} units, each new: all written", first, BAR, note=note),
    ]


def _burst(agent: Agent, readers: FarReaders, units: list[str], reads: int) -> float:
    """Reads a second from the first byte until the heart has nothing left to do."""
    health = agent.supervisor.health[READER]
    before = health.reads
    readers.begin_burst(READER, units, reads)
    wait_until(lambda: health.reads - before >= reads and not agent.heart.waiting, 240, "all reads to arrive")
    with agent.book.unit():  # the heart's last commit is over when this one's turn comes
        ended_us = time.time_ns() // 1000
    return reads * 1e6 / (ended_us - readers.end_burst(READER))

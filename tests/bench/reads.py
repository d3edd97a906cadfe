"""Reads through a whole agent: bytes of LLRP readers over TCP, decoded, smoothed, placed, written; none lost."""

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
COST_BAR = 8.0
A_SECOND = 44_000
READERS = 40
READER = "plafond"
ZONES = ("femme", "homme")


def measure(run: Run) -> list[Row]:
    """One reader reports every unit as fast as the agent takes the bytes; then forty report at their limit.

    The readers are a process of their own; the agent's work is counted in the time of one core, all its threads.
    """
    units = run.size(200, 20_000, 200_000)
    reads = run.size(2_000, 500_000, 2_000_000)
    with ExitStack() as stack:
        readers = stack.enter_context(FarReaders())
        names = [READER, *(f"{READER}-{n}" for n in range(1, run.size(3, READERS)))]
        tables = [
            {
                "name": name, "kind": "llrp", "url": readers.reader(name),
                "antennas": [{"port": port, "zone": zone} for port, zone in enumerate(ZONES, 1)],
            }
            for name in names
        ]  # fmt: skip
        store = Store(run.folder, units, tables)
        keys = store.furnish()
        agent = stack.enter_context(running_agent(store.settings()))
        wait_until(lambda: all(agent.supervisor.health[name].well for name in names), 60, "readers to be connected")
        first = _burst(agent, readers, keys, units)
        again = max(_burst(agent, readers, keys, reads) for _ in range(run.size(1, 2)))
        cost = _cost(agent, readers, names, keys, run.size(1, 15))
        found = sum(1 for key in keys if agent.heart.shop.where(key) is not None)
        health = agent.supervisor.health.values()
        lost = agent.heart.troubles.dropped_reads + sum(one.gaps + one.garbled for one in health) + units - found
    note = f" of a core, {again[1] / 1000:.0f} k/s by the clock, {lost} lost"
    new = f" of a core, {first[1] / 1000:.0f} k/s by the clock, {lost} lost"
    what = f"cost at {A_SECOND // 1000} k reads/s, {len(names)} readers, {count(units)} units"
    return [
        rate_row(f"reads through the agent, {count(units)} units, each seen again", again[0], BAR, note=note),
        rate_row(f"reads through the agent, {count(units)} units, each new: all written", first[0], BAR, note=new),
        Row(what, f"{cost:.1f} % of a core", f"{COST_BAR:g} %", COST_BAR / cost),
    ]


def _burst(agent: Agent, readers: FarReaders, units: list[str], reads: int) -> tuple[float, float]:
    """Reads a second of a core's time, and by the clock, until the heart has nothing left to do."""
    health = agent.supervisor.health[READER]
    before = health.reads
    readers.begin_burst(READER, units, reads)
    used = time.process_time()
    wait_until(lambda: health.reads - before >= reads and not agent.heart.waiting, 240, "all reads to arrive")
    wait_until(lambda: not agent.heart.shop.live.behind, 240, "all places to be written")
    with agent.book.unit():  # the heart's last commit is over when this one's turn comes
        used = time.process_time() - used
        ended_us = time.time_ns() // 1000
    return reads / used, reads * 1e6 / (ended_us - readers.end_burst(READER))


def _cost(agent: Agent, readers: FarReaders, names: list[str], units: list[str], seconds: int) -> float:
    """Percent of a core that the agent uses while all readers report at their limit, each its own part of the store."""
    rate = A_SECOND // len(names)
    for place, name in enumerate(names):
        readers.begin_burst(name, units[place :: len(names)], rate * (seconds + 4), rate)
    health = agent.supervisor.health
    before = sum(health[name].reads for name in names)
    wait_until(lambda: sum(health[name].reads for name in names) - before > A_SECOND, 60, "all readers to report")
    used, began = time.process_time(), time.monotonic()
    reads = sum(health[name].reads for name in names)
    time.sleep(seconds)
    used, took = time.process_time() - used, time.monotonic() - began
    reads = sum(health[name].reads for name in names) - reads
    for name in names:
        readers.end_burst(name)
    return 100 * used / took * (A_SECOND * took / reads)

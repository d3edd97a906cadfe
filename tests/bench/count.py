"""A cycle count of a large zone: the result after the last read, what it found of what was read, what it made up."""

import time
from contextlib import ExitStack

from edge_agent.messages import Answer
from edge_agent.wiring import Agent
from tests.bench.far_readers import FarReaders
from tests.bench.row import Row
from tests.bench.row import count as short
from tests.bench.run import Run
from tests.bench.store import Store
from tests.support.agents import command_message, running_agent
from tests.support.processes import wait_until

ZONE = "femme"
READERS = 4
A_SECOND = 22_000
BAR_S = 1.0
RECALL_BAR, GHOSTS_BAR = 99.9, 0.01
UNREAD_EVERY = 500


def measure(run: Run) -> list[Row]:
    """Several readers walk the same zone; one unit of 500 isn't read by any, each other one by two."""
    wanted = run.size(200, 10_000, 100_000)
    with ExitStack() as stack:
        readers = stack.enter_context(FarReaders())
        names = [f"portable-{n}" for n in range(READERS)]
        tables = [{"name": name, "kind": "llrp", "url": readers.reader(name)} for name in names]
        store = Store(run.folder, run.size(400, 20_000, 200_000), tables)
        store.furnish()
        agent = stack.enter_context(running_agent(store.settings()))
        wait_until(lambda: all(agent.supervisor.health[name].well for name in names), 60, "readers to be connected")
        opened = _ask(agent, "count.open", "", zone=ZONE)
        there = sorted(agent.heart.shop.counts[opened.body["count"]].expected)[:wanted]
        read = [unit for place, unit in enumerate(there) if place % UNREAD_EVERY]
        parts = [read[n::READERS] + read[(n + 1) % READERS :: READERS] for n in range(READERS)]
        for name, part in zip(names, parts, strict=True):
            readers.begin_burst(name, part, len(part), A_SECOND // READERS)
        for name in names:
            readers.end_burst(name)
        began = time.perf_counter()
        closed = _ask(agent, "count.finish", opened.body["count"])
        took_s = time.perf_counter() - began
        found = agent.heart.shop.counts[opened.body["count"]].read.keys()
    assert closed.status in (200, 409), closed.body
    recall = 100 * len(found & set(read)) / len(read)
    ghosts = 100 * len(found - set(read)) / len(read)
    what = f"count, {short(len(read))} units read, store of {short(store.size)}"
    return [
        Row(f"{what}: result after the last read", f"{took_s:.2f} s", f"{BAR_S:g} s", BAR_S / took_s),
        Row(f"{what}: recall", f"{recall:.3f} %", f"{RECALL_BAR} %", recall / RECALL_BAR),
        Row(f"{what}: ghosts", f"{ghosts:.3f} %", f"{GHOSTS_BAR} %", GHOSTS_BAR / ghosts if ghosts else None),
    ]


def _ask(agent: Agent, kind: str, subject: str, **args: str) -> Answer:
    message = command_message(kind, subject, **args)
    agent.heart.post(message)
    return message.reply.result(60)

"""The exit alarm, socket to socket: from the last byte of a report to the bytes that switch the reader's output."""

import time
from contextlib import ExitStack

from sqlalchemy import event
from sqlalchemy.engine import Connection

from edge_agent.wiring import Agent
from tests.bench.far_readers import FarReaders
from tests.bench.row import Row, percentile, time_row
from tests.bench.run import Run
from tests.bench.store import Store
from tests.bench.twin_process import ALARM_TIMEOUT_S
from tests.support.agents import running_agent
from tests.support.processes import wait_until

READS_A_SECOND = 44_000
SLOW_DISK_S = 0.010
CAUGHT_UP = 5
GATE, CEILING = "portique", "plafond"


def measure(run: Run) -> list[Row]:
    """Unsold units leave one by one, with the gate alone on the line and with 40 readers' worth of reads beside."""
    alarms = run.size(3, 150, 1_000)
    with ExitStack() as stack:
        readers = stack.enter_context(FarReaders())
        sides = [{"port": 1, "gate": "entree", "side": "in"}, {"port": 2, "gate": "entree", "side": "out"}]
        store = Store(
            run.folder,
            max(alarms * 2, run.size(100, 20_000, 200_000)),
            [
                {"name": GATE, "kind": "llrp", "url": readers.reader(GATE), "antennas": sides, "gpo": {"port": 1}},
                {
                    "name": CEILING,
                    "kind": "llrp",
                    "url": readers.reader(CEILING),
                    "antennas": [{"port": 1, "zone": "femme"}, {"port": 2, "zone": "homme"}],
                },
            ],
        )
        keys = store.furnish()
        agent = stack.enter_context(running_agent(store.settings()))
        _slow_disk(agent)
        health = agent.supervisor.health
        wait_until(lambda: health[GATE].well and health[CEILING].well, 20, "the readers to be connected")
        calm = [_alarm(readers, key) for key in keys[:alarms]]
        busy = _while_reading(run, readers, agent, keys, alarms)
    name = "exit alarm, socket to socket, slow disk"
    silent = sum(1 for took in (*calm, *busy) if took >= ALARM_TIMEOUT_S * 1000)
    tail = f", p99.9 {percentile(busy, 99.9):.0f} ms, {silent} silent"
    loaded = time_row(f"{name}, {READS_A_SECOND // 1000} k reads/s", busy, 20)
    return [time_row(name, calm, 20), Row(loaded.what, loaded.measured + tail, loaded.against, loaded.ratio)]


def _while_reading(run: Run, readers: FarReaders, agent: Agent, keys: list[str], alarms: int) -> list[float]:
    """The ceiling reports the rest of the store all the time; alarms begin once it has placed every unit."""
    rest = keys[alarms * 2 :] or keys
    readers.begin_burst(CEILING, rest, run.size(2_000, READS_A_SECOND * 16, READS_A_SECOND * 60), READS_A_SECOND)
    presence = agent.heart.shop.live.presence
    placed = (rest[0], rest[-1])
    wait_until(lambda: all(presence.where(unit) for unit in placed), 60, "the ceiling to see every unit")
    wait_until(lambda: agent.heart.waiting < CAUGHT_UP, 60, "the heart to have caught up")
    return [_alarm(readers, key) for key in keys[alarms : alarms * 2]]


def _alarm(readers: FarReaders, unit: str) -> float:
    """ms until the output went on; one that didn't within 5 s counts as those 5 s."""
    took = readers.leave(GATE, unit)
    time.sleep(0.02)  # a gate isn't passed by a unit every millisecond
    return ALARM_TIMEOUT_S * 1000 if took is None else took


def _slow_disk(agent: Agent) -> None:
    """Every commit takes 10 ms longer, as an fsync to a worn card does."""

    @event.listens_for(agent.book.engine, "commit")
    def on_commit(_conn: Connection) -> None:
        time.sleep(SLOW_DISK_S)

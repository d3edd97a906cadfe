"""From a sale's commit at the till to the article's new availability in the till's reference, by way of the agent."""

import time
from contextlib import ExitStack

from installer.demo.floorplan import STORE
from sync.client import Post, Upstream
from sync.feeds.reference import Reference
from sync.feeds.sinks import ReferenceSink
from tests.bench.row import Row, time_row
from tests.bench.run import Run
from tests.bench.store import Store
from tests.support.agents import TillSide
from tests.support.ledgers import sale
from tests.support.processes import wait_until

TIMEOUT_S = 10.0


def measure(run: Run) -> list[Row]:
    """The till's real post and feed; the agent is a process of its own."""
    with ExitStack() as stack:
        till = TillSide(run.sub("till"))
        stack.callback(till.close)
        store = Store(run.sub("store"), run.size(100, 2_000))
        gtins = list(dict.fromkeys(unit[:14] for unit in store.furnish(till)))
        agent = store.program()
        stack.enter_context(agent)
        reference = Reference(run.sub("reference"))
        stack.callback(reference.close)
        sink = ReferenceSink(reference, STORE, ("stock",))
        post = Post(till.identity, till.book, [Upstream("agent", store.url)], sink)
        post.start()
        stack.callback(post.stop)
        wait_until(lambda: all(_atp(reference, gtin) is not None for gtin in gtins), 20, "the stock feed")
        wait_until(lambda: all(line.connected for line in post.status.upstreams), 10, "the post to stand")
        took = [_sell(till, reference, gtin, n) for n, gtin in enumerate(gtins[: run.size(3, 60)])]
    return [time_row("sale to local ATP, at the till that sold", took, 100)]


def _sell(till: TillSide, reference: Reference, gtin: str, number: int) -> float:
    before = _atp(reference, gtin)
    till.record(sale(f"n{number}", (gtin, 1)))
    began = time.perf_counter()
    while _atp(reference, gtin) == before:
        assert time.perf_counter() - began < TIMEOUT_S, f"{gtin}: the stock never fell"
        time.sleep(0.001)
    return (time.perf_counter() - began) * 1000


def _atp(reference: Reference, gtin: str) -> object:
    row = reference.row("stock", gtin)
    return None if row is None else row["atp"]

"""Events into the ledger over real HTTP, every chain verified, each batch committed before its answer."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import tomli_w

from sync.ledger.settings import load_settings
from sync.ledger.wiring import enrol
from sync.wire.channel import Channel
from sync.wire.messages import BATCH_TYPE
from tests.bench.journals import Log, make_log
from tests.bench.row import Row, count, rate_row
from tests.bench.run import Run, best_rate
from tests.support.processes import Program, free_port

HEADERS = {"Content-Type": BATCH_TYPE, "Content-Encoding": "zstd"}
TILLS = 4
FEWEST_OF_RAW = 0.55
"""of what the database itself takes (reference, sync, 10)"""

Raw = Callable[[list[list[dict[str, object]]]], int]


def rows_for(run: Run, name: str, database: Callable[[], str], raw: Raw, raw_name: str) -> list[Row]:
    """Four tills post at once; ``database`` gives an empty one, ``raw`` inserts the same rows batch by batch."""
    batches = run.size(1, 25)
    per_s = 0.0
    for part in range(run.size(1, 3)):
        folder = run.sub(f"{name}{part}")
        logs = [make_log(folder, f"LYO{till}-T1", batches) for till in range(1, TILLS + 1)]
        per_s = max(per_s, _through_http(folder, logs, database()))
    rows = [row for log in logs for row in log.rows]
    plain = best_rate(lambda: raw(rows), times=1)
    line = rate_row(
        f"ingest over HTTP, {name}, {TILLS} tills", per_s, FEWEST_OF_RAW * plain, unit=" events/s", bar="0.55 × raw"
    )
    return [Row(line.what, line.measured, f"{line.against} ({raw_name} {count(plain)})", line.ratio)]


def _through_http(folder: Path, logs: list[Log], database: str) -> float:
    port = free_port()
    config = folder / "ledger.toml"
    settings = {
        "data": str(folder / "ledger"),
        "database": database,
        "http": {"port": port},
        "projection": {"delay_s": 60.0},
        "log": {"level": "warning"},
    }
    config.write_text(tomli_w.dumps(settings), encoding="utf-8")
    for log in logs:
        enrol(load_settings(config), log.identity.store, log.identity.device, "till", log.identity.public)
    url = f"http://127.0.0.1:{port}"
    with (
        Program("ledger", "--config", str(config), health=f"{url}/v1/health", log=folder / "ledger.log"),
        ThreadPoolExecutor(len(logs)) as pool,
    ):
        return best_rate(lambda: sum(pool.map(lambda log: _post(log, url), logs)), times=1)


def _post(log: Log, url: str) -> int:
    with Channel(log.identity, url) as channel:
        for body in log.bodies:
            channel.request("POST", f"/v1/devices/{log.identity.device}/events", body=body, headers=HEADERS)
    return log.records

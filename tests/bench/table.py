"""Every measurement by name, in the order of the table. Each module has one ``measure(run) -> list[Row]``."""

import importlib
from collections.abc import Callable

from tests.bench.row import Row
from tests.bench.run import Run

TABLE: dict[str, str] = {
    "window": "tests.bench.window",
    "search": "tests.bench.search",
    "reprice": "tests.bench.reprice",
    "commit": "tests.bench.commit",
    "ingest-sqlite": "tests.bench.ingest_sqlite",
    "ingest-postgres": "tests.bench.ingest_postgres",
    "feeds": "tests.bench.feeds",
    "llrp": "tests.bench.llrp",
    "mqtt": "tests.bench.mqtt",
    "epc": "tests.bench.epc",
    "reads": "tests.bench.reads",
    "alarm": "tests.bench.alarm",
    "accuracy": "tests.bench.accuracy",
    "count": "tests.bench.count",
    "crash": "tests.bench.crash",
    "atp": "tests.bench.atp",
    "verify": "tests.bench.verify",
    "closing": "tests.bench.closing",
    "cold-start": "tests.bench.cold_start",
}


def measure(name: str, run: Run) -> list[Row]:
    """Measure one entry. Raises KeyError for a name that isn't in the table."""
    work: Callable[[Run], list[Row]] = importlib.import_module(TABLE[name]).measure
    return work(run)

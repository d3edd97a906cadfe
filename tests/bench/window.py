"""The till's window: ready, scan to line painted, search to results painted, pay to receipt, memory."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.bench.row import Row, best_p99, count, time_row
from tests.bench.row import span_row as span
from tests.bench.run import Run
from tests.bench.window_shop import furnish
from tests.support.processes import ROOT

TIMEOUT_S = 600
MEMORY_BAR_MB = 300


def measure(run: Run) -> list[Row]:
    """Each part in a fresh process, on one furnished folder."""
    size, scans = run.size(500, 100_000, 1_000_000), run.size(12, 240)
    furnish(run.folder, size)
    ready = min(_till(run.folder, "ready", time.time_ns())["ready_ms"] for _ in range(run.size(1, 3)))
    works = [_till(run.folder, "work", scans, size) for _ in range(run.size(1, 2))]
    skus = f"{count(size)} SKUs"
    memory = min(done["memory_mb"] for done in works)
    return [
        time_row(f"scan to line painted, {skus}", best_p99([done["scanned"] for done in works]), 30),
        time_row(f"search, each key to results painted, {skus}", best_p99([done["keys"] for done in works]), 50),
        time_row("pay to receipt printed", best_p99([done["paid"] for done in works]), 100, percent=95),
        span(f"start to window painted, {skus}", ready, 2000),
        Row("till's memory after work", f"{memory:.0f} MB", f"{MEMORY_BAR_MB} MB", MEMORY_BAR_MB / memory),
    ]


def _till(folder: Path, *arguments: str | int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.window_till", str(folder), *map(str, arguments)]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=TIMEOUT_S)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer

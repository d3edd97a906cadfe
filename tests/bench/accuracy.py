"""How often the RFID engine is right on simulated physics: passages, alarms, front and back, counts, with baselines."""

import os

from installer.simulate.report import lines, seed_tally, seed_tally_quick, tally
from tests.bench.row import Row
from tests.bench.run import Run


def measure(run: Run) -> list[Row]:
    """Fifty seeds, none of which the engine was fitted on; 95 % intervals in brackets."""
    seeds = range(run.size(1, 50, 200))
    work = seed_tally_quick if run.scale == "tiny" else seed_tally
    found = tally(seeds, work, workers=min(2, os.cpu_count() or 1) if len(seeds) > 1 else 1)
    return [
        Row(f"{one.what}: {one.scenes}", one.figure, "; ".join(filter(None, (one.bar, one.baseline))), one.ratio)
        for one in lines(found)
    ]

"""The table of speeds: ``python -m tests.bench [names] [--full]``. Each measurement runs in a process of its own."""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.row import Row
from tests.bench.run import Run, Scale
from tests.bench.table import TABLE, measure

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_S = 900
HEADINGS = ("what", "measured", "bar or baseline", "ratio")


def main(argv: list[str]) -> int:
    """Measure and print; 1 if a measurement failed. A missed bar is no failure: the figures speak."""
    arguments = _parser().parse_args(argv)
    scale: Scale = "full" if arguments.full else "tiny" if arguments.tiny else "usual"
    if arguments.child:
        return _measure_here(arguments.names[0], scale)
    with tempfile.TemporaryDirectory(prefix="comptoir-bench-") as compiled:
        rows, failed = _all(arguments.names or list(TABLE), scale, compiled)
    print(render(rows))
    print(footer(scale))
    for text in failed:
        print(text, file=sys.stderr)
    return 1 if failed else 0


def _all(names: list[str], scale: Scale, compiled: str) -> tuple[list[Row], list[str]]:
    rows: list[Row] = []
    failed: list[str] = []
    for name in names:
        if sys.stderr.isatty():
            print(f"{name} …", file=sys.stderr, flush=True)
        try:
            rows += _measure_apart(name, scale, compiled)
        except RuntimeError as error:
            failed.append(f"{name}: {error}")
            rows.append(Row(name, "failed"))
    return rows, failed


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 installer bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *TABLE], metavar="name", help=", ".join(TABLE))
    parser.add_argument("--full", action="store_true", help="1,000,000 articles and 200,000 tagged units")
    parser.add_argument("--tiny", action="store_true", help="sizes that only show that it works")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    return parser


def _measure_here(name: str, scale: Scale) -> int:
    with tempfile.TemporaryDirectory(prefix="comptoir-bench-") as folder:
        rows = measure(name, Run(Path(folder), scale))
    print(json.dumps([row.as_json() for row in rows]))
    return 0


def _measure_apart(name: str, scale: Scale, compiled: str) -> list[Row]:
    """The rows of one measurement, made in a fresh process; RuntimeError says why there are none."""
    command = [sys.executable, "-m", "tests.bench", "--child", name, *([] if scale == "usual" else [f"--{scale}"])]
    environment = {
        "QT_QPA_PLATFORM": "offscreen",
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHONPYCACHEPREFIX": compiled,
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # programs start from compiled modules, as installed ones do
    try:
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"no result within {TIMEOUT_S} s") from None
    if done.returncode:
        raise RuntimeError("\n".join([f"exit code {done.returncode}", *done.stderr.splitlines()[-12:]]))
    return [Row(**fields) for fields in json.loads(done.stdout.splitlines()[-1])]


def render(rows: list[Row]) -> str:
    """The table as text, columns aligned."""
    cells = [(row.what, row.measured, row.against, "" if row.ratio is None else f"{row.ratio:.2g}×") for row in rows]
    widths = [max(len(line[place]) for line in [HEADINGS, *cells]) for place in range(len(HEADINGS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    head = "  ".join(cell.ljust(width) for cell, width in zip(HEADINGS, widths, strict=True)).rstrip()
    return "\n".join([head, "  ".join("-" * width for width in widths), *lines])


def footer(scale: Scale) -> str:
    """What the figures were measured on."""
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return (
        f"\nRatio: how many times better than the bar or baseline; below 1 misses it. Best of several short rounds;\n"
        f"pure computations (search, reprice, LLRP, EPC, verify) in the time of one core, all else by the clock.\n"
        f"{_processor()}, {os.cpu_count()} cores (load {_load()} now), {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, {now}, sizes: {scale}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

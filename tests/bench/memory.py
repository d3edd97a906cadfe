"""Memory of a process, as Linux counts it."""

from pathlib import Path


def resident_mb(pid: int | str = "self") -> float:
    """Memory that a process holds, in MB; from ``/proc``."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024 / 1e6

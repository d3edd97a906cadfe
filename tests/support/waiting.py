"""Wait for a condition, never for a time."""

import time
from collections.abc import Callable


def wait_until(holds: Callable[[], object], timeout: float = 10.0) -> None:
    """Return as soon as ``holds()`` is true; raises AssertionError after ``timeout`` seconds."""
    ends = time.monotonic() + timeout
    while not holds():
        assert time.monotonic() < ends, f"not true within {timeout} s"
        time.sleep(0.005)

"""``comptoir demo``: a whole shop on this machine, in a window or as a scripted day."""

import argparse
import os
import signal
import sys
import tempfile
from pathlib import Path
from types import FrameType

from installer.demo.goods import MOST
from installer.demo.premises import Size

MOST_UNITS = 200_000


def run_demo(arguments: argparse.Namespace) -> int:
    """With a display the real window, else (or with ``--headless``) the scripted day; the exit code."""
    wrong = _wrong(arguments)
    if wrong:
        print(wrong, file=sys.stderr)
        return 2
    size = Size(arguments.size, arguments.units, arguments.clients)
    folder = arguments.folder or Path(tempfile.mkdtemp(prefix="comptoir-demo-"))
    if arguments.headless or not has_display():
        from installer.demo.headless import play_day

        signal.signal(signal.SIGTERM, _interrupt)
        return play_day(folder.resolve(), seed=arguments.seed, minutes=arguments.minutes, size=size)
    from installer.demo.interactive import open_shop

    return open_shop(folder.resolve(), seed=arguments.seed, size=size)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """End as on Ctrl-C, so that no program of the shop is left running."""
    raise KeyboardInterrupt


def has_display() -> bool:
    """Whether a window could be seen."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _wrong(arguments: argparse.Namespace) -> str:
    if not 100 <= arguments.size <= MOST:
        return f"--size is between 100 and {MOST:,}"
    if not 50 <= arguments.units <= MOST_UNITS:
        return f"--units is between 50 and {MOST_UNITS:,}"
    if not 1 <= arguments.clients <= 1_000_000:
        return "--clients is between 1 and 1,000,000"
    if not 1 <= arguments.minutes <= 24 * 60:
        return "--minutes is between 1 and 1440"
    return ""

"""Ctrl-C ends the demo at once, whatever it is doing, and leaves no program running."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.processes import ROOT, wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what runs is looked up in /proc")
STARTED = "ledger and agent work"
OPENED = "The doors open"


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A scripted day that has just begun; what it says goes to ``said.txt``."""
    command = [sys.executable, "-m", "installer.cli", "demo", "--headless", "--folder", str(tmp_path / "shop")]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUNBUFFERED": "1"}
    with (tmp_path / "said.txt").open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
    yield process
    process.kill()
    process.wait(timeout=10)


def of_shop(folder: Path) -> list[str]:
    """Ids of processes that were started with a file of this folder."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes() if entry.name.isdigit() else b""
        except OSError:
            continue
        if str(folder).encode() in words:
            found.append(entry.name)
    return found


@pytest.mark.parametrize(
    ("moment", "number"), [(STARTED, signal.SIGTERM), (OPENED, signal.SIGINT)], ids=["setting-up", "selling"]
)
def test_it_ends_and_takes_its_programs_along(
    demo: subprocess.Popen[bytes], tmp_path: Path, moment: str, number: signal.Signals
) -> None:
    said = tmp_path / "said.txt"
    wait_until(lambda: moment in said.read_text(errors="replace"), 60, f"{moment!r} in what the demo says")
    demo.send_signal(number)
    assert demo.wait(timeout=15) == 130
    assert of_shop(tmp_path / "shop") == []
    assert "Traceback" not in said.read_text(errors="replace")

"""A whole scripted day, short and small, from the command to its exit code."""

import subprocess
import sys
from pathlib import Path

import pytest

from installer.demo.processes import ROOT


@pytest.mark.long
@pytest.mark.timeout(400)
def test_a_short_day_ends_clean_and_leaves_pictures(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "installer.cli", "demo", "--headless", "--seed", "11", "--minutes", "12"]
    command += ["--size", "500", "--units", "600", "--folder", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=380, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The day ended clean." in done.stdout
    assert {"till", "pick", "count", "gate", "shift"} <= {file.stem for file in (tmp_path / "pictures").glob("*.png")}

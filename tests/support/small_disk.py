"""A disk so small that it fills up: a tmpfs where a test wants it."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

MIB = 1024 * 1024
TIMEOUT_S = 10


@contextmanager
def small_disk(place: Path, mib: int) -> Iterator[Path]:
    """``place`` becomes a disk of its own; skips where nobody may mount one."""
    place.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.name == "nt" or os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    command = [mount, "-t", "tmpfs", "-o", f"size={mib}m", "tmpfs", str(place)]
    if subprocess.run(command, check=False, timeout=TIMEOUT_S).returncode:
        pytest.skip("a small disk can't be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True, timeout=TIMEOUT_S)


def fill(folder: Path) -> None:
    """Use up all the room that is left."""
    with (folder / "filler").open("ab", buffering=0) as file:
        for size in (MIB, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue

"""Real programs as child processes: started, waited for, ended, and killed by their own id."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import ClassVar

import httpx

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """A TCP port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], object], timeout: float = 20.0, what: str = "") -> None:
    """Wait until the condition holds; an AssertionError names what didn't come."""
    end = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"waited {timeout:g} s in vain for {what or condition}")
        time.sleep(0.02)


class Program:
    """``comptoir agent --config …`` and the like; its output goes to a file that a failing test shows."""

    runs: ClassVar[tuple[str, ...]] = ("-m", "installer.cli")
    """what Python is asked to run; the arguments come after it"""

    def __init__(self, *arguments: str, health: str, log: Path) -> None:
        self.arguments = arguments
        self.health = health
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, timeout: float = 30.0) -> "Program":
        """Start it and wait until its health page answers."""
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        with self.log.open("ab") as out:
            command = [sys.executable, *self.runs, *self.arguments]
            self._process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
        try:
            wait_until(self._ready, timeout, f"{self.arguments[0]} to be ready")
        except AssertionError as error:
            self.kill()
            raise AssertionError(f"{error}\n{self.tail()}") from None
        return self

    def _ready(self) -> bool:
        if self._process is not None and self._process.poll() is not None:
            raise AssertionError(f"{self.arguments[0]} ended with {self._process.returncode}")
        try:
            return httpx.get(self.health, timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process's id; AssertionError before it was started."""
        assert self._process is not None, f"{self.arguments[0]} isn't started"
        return self._process.pid

    def kill(self) -> None:
        """``kill -9``: nothing of it gets a chance to tidy up."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=10)

    def stop(self, timeout: float = 10.0) -> int:
        """Ask it to end and wait for it; the exit code."""
        if self._process is None:
            return 0
        self._process.terminate()
        try:
            return self._process.wait(timeout=timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.arguments[0]} didn't end in {timeout:g} s\n{self.tail()}") from None

    def tail(self, lines: int = 40) -> str:
        """The last lines that it printed."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:]) if self.log.exists() else ""

    def __enter__(self) -> "Program":
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self.running:
            self.stop()

"""The shop's programs as child processes: started, waited for, ended, and killed by their own id."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import httpx

ROOT = Path(__file__).resolve().parents[2]
HURRIED_S = 2.0
"""how long a program gets to end when somebody pressed Ctrl-C"""


class DemoTrouble(Exception):
    """Something that the demo counts on didn't happen; the text says what, and what a program said last."""


class Interruption:
    """Ctrl-C and SIGTERM. Raised at once, or while ``gently``, where Qt would swallow it, when somebody looks."""

    def __init__(self) -> None:
        self.gently = False
        self._asked = threading.Event()

    def listen(self) -> None:
        """Take the signals; call it in the main thread."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)

    @property
    def asked(self) -> bool:
        """Whether somebody asked to end."""
        return self._asked.is_set()

    def look(self) -> None:
        """Raise KeyboardInterrupt if somebody asked to end; in other threads than the main one DemoTrouble."""
        if self._asked.is_set():
            if threading.current_thread() is threading.main_thread():
                raise KeyboardInterrupt
            raise DemoTrouble("the demo was asked to end")

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._asked.set()
        if not self.gently:
            raise KeyboardInterrupt


INTERRUPTION = Interruption()


def free_port() -> int:
    """A TCP port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], object], timeout: float, what: str, *, pause: float = 0.02) -> None:
    """Wait until the condition holds. Raises :class:`DemoTrouble`, which names what didn't come."""
    end = time.monotonic() + timeout
    while not condition():
        INTERRUPTION.look()
        if time.monotonic() > end:
            raise DemoTrouble(f"waited {timeout:g} s in vain for {what}")
        time.sleep(pause)


class Program:
    """``comptoir agent --config …`` and the like; what it prints goes to a file."""

    def __init__(self, *arguments: str, health: str, log: Path) -> None:
        self.arguments = arguments
        self.health = health
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None

    def launch(self) -> "Program":
        """Start it and don't wait."""
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        # a group of its own: Ctrl-C in the terminal reaches the demo alone, which then ends its programs in order
        flags = 0x200 if sys.platform == "win32" else 0
        command = [sys.executable, "-m", "installer.cli", *self.arguments]
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=out, stderr=out,
                creationflags=flags, start_new_session=sys.platform != "win32",
            )  # fmt: skip
        return self

    def start(self, timeout: float = 60.0) -> "Program":
        """Start it and wait until its health page answers. Raises :class:`DemoTrouble`."""
        self.launch()
        self.wait_ready(timeout)
        return self

    def wait_ready(self, timeout: float = 60.0) -> None:
        """Wait until its health page answers. Raises :class:`DemoTrouble`."""
        try:
            wait_until(self._ready, timeout, f"{self.name} to be ready")
        except DemoTrouble as trouble:
            self.kill()
            raise DemoTrouble(f"{trouble}\n{self.tail()}") from None

    def _ready(self) -> bool:
        if self._process is not None and self._process.poll() is not None:
            raise DemoTrouble(f"{self.name} ended with {self._process.returncode}")
        try:
            return httpx.get(self.health, timeout=2, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    @property
    def name(self) -> str:
        return self.arguments[0]

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """``kill -9``: nothing of it gets a chance to tidy up."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=10)

    def ask_to_end(self) -> None:
        """Ask it to end; it finishes what is in hand."""
        if self._process is not None and self.running:
            self._process.terminate()

    def stop(self, timeout: float = 15.0) -> int:
        """Ask it to end and wait for it; one that doesn't is killed. The exit code."""
        if self._process is None:
            return 0
        self.ask_to_end()
        try:
            return self._process.wait(timeout=min(timeout, HURRIED_S) if INTERRUPTION.asked else timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            return -9

    def tail(self, lines: int = 30) -> str:
        """The last lines that it printed."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:]) if self.log.exists() else ""

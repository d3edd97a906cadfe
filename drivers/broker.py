"""MQTT brokers behind a two-method face: the embedded one for a small shop, Mosquitto for a large one.

Both run in a child process on a port that is chosen if 0 is asked for, and both end with the program, however it ends
(Mosquitto: when ``stop`` is called).
"""

import contextlib
import os
import queue
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Final, Protocol

import structlog

from drivers.errors import Busy, DeviceError, NotInstalled

log = structlog.get_logger(__name__)

START_S: Final = 15.0
STOP_S: Final = 5.0
PORT_S: Final = 3.0
_NO_WINDOW: Final = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # Windows: no console pops up
_MOSQUITTO_PLACES: Final = (
    "/usr/sbin/mosquitto",
    "/usr/local/sbin/mosquitto",
    r"C:\Program Files\mosquitto\mosquitto.exe",
)


class Broker(Protocol):
    """An MQTT broker."""

    host: str
    port: int

    def start(self) -> int:
        """Serve; returns the port. NotInstalled or Busy if it can't."""
        ...

    def stop(self) -> None:
        """End the process; idempotent."""
        ...


class EmbeddedBroker:
    """amqtt in a child process of its own, so that its work never holds up the program. MQTT 3.1.1."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        self.host = host
        self.port = port
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The child's process id; 0 when it doesn't run."""
        return self._process.pid if self._process is not None else 0

    def start(self) -> int:
        """Serve; ``port`` stays the same over a later start.

        The broker of a program that was killed a moment ago may still hold the port: it is tried until it is free.
        """
        deadline = time.monotonic() + PORT_S
        while not (line := self._spawn()).isdigit():
            self.stop()
            if time.monotonic() > deadline or not self.port:
                raise Busy(f"the embedded MQTT broker didn't start on {self.host}:{self.port}; is the port taken?")
            time.sleep(0.1)
        self.port = int(line)
        log.info("broker.started", kind="embedded", host=self.host, port=self.port)
        return self.port

    def _spawn(self) -> str:
        """Start the child; its first line is its port."""
        command = [sys.executable, "-m", "drivers.broker_process", self.host, str(self.port)]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUNBUFFERED": "1"}
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            creationflags=_NO_WINDOW,
        )
        return _first_line(self._process, START_S)

    def stop(self) -> None:
        """End its input, and the process if it doesn't heed that."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        with contextlib.suppress(OSError):
            process.stdin.close()
        _end(process)


class MosquittoBroker:
    """Debian's or Eclipse's Mosquitto with its store in ``folder``, written every second: acknowledged is kept."""

    def __init__(self, folder: Path, host: str = "127.0.0.1", port: int = 0, *, program: str | None = None) -> None:
        self.host = host
        self.port = port
        self._folder = folder
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The child's process id; 0 when it doesn't run."""
        return self._process.pid if self._process is not None else 0

    def start(self) -> int:
        """Serve; ``port`` stays the same over a later start."""
        program = self._program or mosquitto_program()
        if program is None:
            raise NotInstalled("the Mosquitto broker isn't installed here; install it or choose the embedded broker")
        self._folder.mkdir(parents=True, exist_ok=True)
        # Mosquitto can't choose its port: one that was free a moment ago may be taken, so try a few
        for _ in range(1 if self.port else 5):
            port = self.port or _free_port(self.host)
            config = self._folder / "mosquitto.conf"
            config.write_text(self._config(port), encoding="utf-8")
            self._process = subprocess.Popen(
                [program, "-c", str(config)],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                creationflags=_NO_WINDOW,
            )
            if _answers(self._process, self.host, port):
                self.port = port
                log.info("broker.started", kind="mosquitto", host=self.host, port=port)
                return port
            self.stop()
        raise Busy(
            f"Mosquitto didn't start on {self.host}:{self.port or 'any port'}; see {self._folder / 'mosquitto.log'}"
        )

    def _config(self, port: int) -> str:
        lines = [
            f"listener {port} {self.host}",
            "allow_anonymous true",
            "persistence true",
            f"persistence_location {self._folder}{os.sep}",
            "autosave_on_changes true",
            "autosave_interval 1",
            "max_queued_messages 100000",
            f"log_dest file {self._folder / 'mosquitto.log'}",
        ]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            lines.append("user root")  # else it drops its rights and can't write its own folder
        return "\n".join(lines) + "\n"

    def stop(self) -> None:
        """End the process after a last save."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            _end(process)


def mosquitto_program() -> str | None:
    """Where Mosquitto is installed, or None; it isn't always on the path."""
    found = shutil.which("mosquitto")
    return found or next((place for place in _MOSQUITTO_PLACES if Path(place).exists()), None)


def open_broker(kind: str, *, host: str = "127.0.0.1", port: int = 0, folder: Path | None = None) -> Broker:
    """``embedded`` or ``mosquitto`` (which needs ``folder``), not yet started."""
    if kind == "embedded":
        return EmbeddedBroker(host, port)
    if kind == "mosquitto" and folder is not None:
        return MosquittoBroker(folder, host, port)
    raise DeviceError(f"there is no broker {kind!r}; choose embedded or mosquitto (with a folder)")


def _first_line(process: subprocess.Popen[bytes], timeout: float) -> str:
    """The child's first line of output; empty if it ends or says nothing in time."""
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    output = process.stdout
    assert output is not None
    threading.Thread(target=lambda: lines.put(output.readline()), daemon=True).start()
    try:
        return lines.get(timeout=timeout).decode().strip()
    except queue.Empty:
        return ""


def _answers(process: subprocess.Popen[bytes], host: str, port: int) -> bool:
    """Wait until the broker takes connections; False if it ends instead."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=0.5):
            return process.poll() is None
        time.sleep(0.02)
    return False


def _free_port(host: str) -> int:
    with socket.create_server((host, 0)) as probe:
        return int(probe.getsockname()[1])


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        log.warning("broker.stop_slow", pid=process.pid)
        process.kill()
        process.wait(STOP_S)
    finally:
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()

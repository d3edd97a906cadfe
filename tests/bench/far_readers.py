"""The other end of ``twin_process``: readers that don't share this process's interpreter."""

import json
import queue
import subprocess
import sys
import threading
from types import TracebackType
from typing import Any, Self

from installer.demo.devices import epc_of
from tests.support.processes import ROOT

TIMEOUT_S = 300.0


class FarReaders:
    """Ask, and wait for the answer; a burst may run while other things are asked."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, str], queue.Queue[dict[str, Any]]] = {}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.twin_process"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def reader(self, name: str) -> str:
        """Start a reader; its url."""
        return str(self._ask("reader", name)["url"])

    def begin_burst(self, name: str, units: list[str], reads: int, rate: int = 0) -> None:
        """Let a reader report units (keys) so often in all."""
        self._tell("burst", name, epcs=[epc_of(unit).hex() for unit in units], reads=reads, rate=rate)

    def end_burst(self, name: str) -> int:
        """Wait until everything is written; when the first report went out, in us UTC."""
        return int(self._await("burst", name)["began_us"])

    def leave(self, name: str, unit: str) -> float | None:
        """Carry a unit out; ms until the reader's output went on, None if it didn't."""
        ms = self._ask("leave", name, epc=epc_of(unit).hex())["ms"]
        return None if ms is None else float(ms)

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)
        self._listener.join(5)
        self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.close()

    def _ask(self, what: str, name: str, **fields: Any) -> dict[str, Any]:
        self._tell(what, name, **fields)
        return self._await(what, name)

    def _tell(self, what: str, name: str, **fields: Any) -> None:
        self._answers[what, name] = queue.Queue()
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": what, "name": name, **fields}) + "\n")
        self._process.stdin.flush()

    def _await(self, what: str, name: str) -> dict[str, Any]:
        return self._answers[what, name].get(timeout=TIMEOUT_S)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            said = json.loads(line)
            self._answers[said["do"], said["name"]].put(said)

"""Readers on a serial line that have outputs: a queue of commands beside the reading, and pulses that surely end."""

import threading
import time
from abc import abstractmethod
from collections import deque
from typing import Final

import structlog

from drivers.errors import DeviceError
from drivers.framing import Framer
from drivers.ports import Port
from drivers.rfid.line_reader import SLICE_S, LineReader
from drivers.rfid.outputs import Outputs
from drivers.rfid.readings import NowUs, system_now_us

log = structlog.get_logger(__name__)

CLOSING_S: Final = 1.0
"""how long closing may wait for a reader to take the end of a pulse"""


class OutputLineReader(LineReader):
    """What is in ``_outbox`` is sent one after the other, each when the one before was answered (``_awaiting``)."""

    def __init__(self, name: str, port: Port, framer: Framer, now_us: NowUs = system_now_us) -> None:
        super().__init__(name, port, framer, now_us)
        self._outbox: deque[bytes] = deque()
        self._lock = threading.Lock()
        self._outputs = Outputs(lambda output, on: self._send(self._output_frames(output, on)), reader=name)
        self._awaiting: int | None = None
        """the command whose answer is due"""

    @abstractmethod
    def _output_frames(self, output: int, on: bool) -> list[bytes]:
        """The frames that drive an output, at any time."""

    def open(self) -> None:
        """As every line reader; outputs get the level that they should have now."""
        with self._lock:
            self._outbox.clear()
        self._awaiting = None
        super().open()
        self._outputs.renew(time.monotonic())

    def _send(self, frames: list[bytes]) -> None:
        with self._lock:
            self._outbox.extend(frames)

    def _next_sent(self) -> bytes | None:
        with self._lock:
            return self._outbox.popleft() if self._outbox else None

    def close(self) -> None:
        """Idempotent and quick: a pulse that lasts ends now, which may take a second."""
        if self._outputs.lasting:
            self._end_pulses()
        super().close()

    def _end_pulses(self) -> None:
        until = time.monotonic() + CLOSING_S
        self._outputs.end()
        alone = self._turn.acquire(blocking=False)
        try:
            while self._unsent and time.monotonic() < until:
                if alone:
                    self._pump()
                else:  # the thread that reads sends it
                    time.sleep(SLICE_S)
        except DeviceError as error:
            log.warning("reader.output_left", reader=self.name, why=str(error))
        finally:
            if alone:
                self._turn.release()

    @property
    def _unsent(self) -> bool:
        """Whether a command waits, or its answer does."""
        return bool(self._outbox) or self._awaiting is not None

    def _pump(self) -> None:
        self._tend(time.monotonic())
        for frame in self._receive(SLICE_S):
            self._take_safely(frame)

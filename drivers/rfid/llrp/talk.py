"""The conversation with a reader: numbered messages out, frames in, an answer waited for."""

import threading
import time
from collections.abc import Callable
from typing import Final

from drivers.errors import Disconnected, Garbled
from drivers.ports import Port
from drivers.rfid.llrp import messages
from drivers.rfid.llrp.codec import VERSION, Frame, Framer, Message, decode_frame, encode_message
from drivers.rfid.llrp.status import expect_success

ANSWER_S: Final = 5.0

_UNASKED: Final = (messages.RO_ACCESS_REPORT, messages.READER_EVENT_NOTIFICATION, messages.KEEPALIVE)


class Talk:
    """``send`` may be called from any thread; everything else from one.

    ``meanwhile`` is handed the frames that come while an answer is waited for; ``garbled`` the reason and the number of
    bytes that were passed over.
    """

    def __init__(
        self,
        name: str,
        port: Port,
        meanwhile: Callable[[list[Frame]], None],
        garbled: Callable[[str, int], None],
    ) -> None:
        self.name = name
        self.version = VERSION
        self.heard = 0.0
        """when the last whole message came, in monotonic seconds"""
        self._port = port
        self._meanwhile = meanwhile
        self._garbled = garbled
        self._framer = Framer()
        self._ids = 0
        self._lock = threading.Lock()

    def open(self) -> None:
        """Connect; what was left of an earlier connection is forgotten."""
        self._framer = Framer()
        self.version = VERSION
        self._port.open()
        self.heard = time.monotonic()

    def close(self) -> None:
        """Idempotent."""
        self._port.close()

    def send(self, message: Message, *, ident: int | None = None) -> int:
        """The number under which the answer will come; Disconnected if it can't be sent."""
        with self._lock:
            if ident is None:
                self._ids = self._ids % 0xFFFF_FFFF + 1
                ident = self._ids
            message.id, message.version = ident, max(message.version, self.version)
            self._port.write(encode_message(message))
        return ident

    def receive(self, timeout: float) -> list[Frame]:
        """The messages that came within ``timeout`` seconds; returns with the first bytes."""
        data = self._port.read(timeout)
        if not data:
            return []
        skipped = self._framer.skipped
        frames = self._framer.feed(data)
        if self._framer.skipped > skipped:
            self._garbled("bytes that are no LLRP message", self._framer.skipped - skipped)
        if frames:
            self.heard = time.monotonic()
        return frames

    def ask(self, message: Message, seconds: float = ANSWER_S) -> Message:
        """Send and wait for the answer; Rejected if the reader refuses, Disconnected if it says nothing."""
        return expect_success(self.ask_frankly(message, seconds), self.name)

    def ask_frankly(self, message: Message, seconds: float = ANSWER_S) -> Message:
        """As ``ask``, but a refusal is an answer, too."""
        ident = self.send(message)
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            frames = self.receive(left)
            for place, frame in enumerate(frames):
                if _answers(frame, ident):
                    self._meanwhile(frames[place + 1 :])
                    return self._decoded(frame)
                self._meanwhile([frame])
        raise Disconnected(f"{self.name}: no answer to {message.name} within {seconds:g} s")

    def _decoded(self, frame: Frame) -> Message:
        try:
            return decode_frame(frame)
        except Garbled as error:
            raise Garbled(f"{self.name}: an answer that can't be read: {error}") from None


def _answers(frame: Frame, ident: int) -> bool:
    """An error that is about a message which the reader couldn't read at all bears no number."""
    if frame.type == messages.ERROR_MESSAGE and frame.id == 0:
        return True
    return frame.id == ident and frame.type not in _UNASKED

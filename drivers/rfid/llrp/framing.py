"""Cuts a byte stream into LLRP messages and finds its way back after garbage and lying lengths."""

import re
import struct
from typing import Final, NamedTuple

from drivers.rfid.llrp.messages import MESSAGES

HEADER: Final = struct.Struct(">HII")
MAX_MESSAGE: Final = 0xFF_FFFF
"""Bytes; a longer one is taken for garbage. FX readers that were alone for long have sent several megabytes at once."""

_FIXED: Final = {number: row.layout.fixed_size for number, row in MESSAGES.items()}


def _header_pattern() -> re.Pattern[bytes]:
    """Reserved bits zero, version 1 or 2, a known type, a length below 16 MB: the first three bytes of any header."""
    low = b"".join(re.escape(bytes([number])) for number in MESSAGES if number < 256)
    return re.compile(rb"(?:[\x04\x08][" + low + rb"]|[\x07\x0b]\xff)\x00", re.DOTALL)


_HEADER_PATTERN: Final = _header_pattern()


class Frame(NamedTuple):
    """One whole message: header fields and the body without the 10-byte header."""

    type: int
    version: int
    id: int
    body: bytes


def whole_frame(frame: Frame) -> bytes:
    """The frame as it came over the wire."""
    return HEADER.pack(frame.version << 10 | frame.type, HEADER.size + len(frame.body), frame.id) + frame.body


class Framer:
    """One per connection. ``skipped`` counts the bytes passed over.

    LLRP has no start mark. After bytes that can't be a header the next plausible one is looked for. A message that
    isn't whole yet must at least be a chain of parameters as far as it has come: so a length that lies is found out
    as soon as the next message stands where a parameter should, not after as many bytes as it claims.
    """

    def __init__(self, max_message: int = MAX_MESSAGE) -> None:
        self.skipped = 0
        self._rest = bytearray()
        self._need = HEADER.size
        self._chain = 0  # how far the parameters of the message in ``_rest`` have been followed
        self._max = max_message

    @property
    def waiting(self) -> int:
        """Bytes of a message that isn't whole yet."""
        return len(self._rest)

    def feed(self, data: bytes) -> list[Frame]:
        """The messages that ``data`` completes."""
        buffer = data
        if self._rest:
            self._rest += data
            if len(self._rest) < self._need and self._believable():
                return []
            buffer = bytes(self._rest)
        frames, at, end = [], 0, len(buffer)
        self._need = HEADER.size
        while end - at >= HEADER.size:
            word, length, ident = HEADER.unpack_from(buffer, at)
            if not self._plausible(word, length):
                at = self._skip(buffer, at)
                continue
            if at + length > end:
                self._chain = 0
                if self._lies(buffer, at, length):
                    at = self._skip(buffer, at)
                    continue
                self._need = length
                break
            frames.append(Frame(word & 0x3FF, word >> 10 & 0x7, ident, buffer[at + HEADER.size : at + length]))
            at += length
        self._rest = bytearray(buffer[at:])
        return frames

    def _believable(self) -> bool:
        return self._need <= HEADER.size or not self._lies(self._rest, 0, self._need)

    def _plausible(self, word: int, length: int) -> bool:
        return (
            word >> 10 in (1, 2)  # three reserved bits are zero, too
            and HEADER.size <= length <= self._max
            and (word & 0x3FF) in MESSAGES
        )

    def _skip(self, buffer: bytes, at: int) -> int:
        found = _HEADER_PATTERN.search(buffer, at + 1)
        # without any, the last two bytes may still become one
        to = found.start() if found is not None else max(at + 1, len(buffer) - 2)
        self.skipped += to - at
        return to

    def _lies(self, buffer: bytes | bytearray, start: int, length: int) -> bool:
        """Whether what has come of the message at ``start`` can't be the beginning of ``length`` bytes of it."""
        fixed = _FIXED.get(HEADER.unpack_from(buffer, start)[0] & 0x3FF)
        if fixed is None:
            return False
        at, end = self._chain or HEADER.size + fixed, len(buffer) - start
        while at + 4 <= end:
            size = buffer[start + at + 2] << 8 | buffer[start + at + 3]
            if buffer[start + at] & 0xFC or size < 4 or at + size > length:
                return True
            at += size
        self._chain = at
        return False

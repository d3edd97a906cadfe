"""Cuts a byte stream into frames whose check is right, and finds the next frame after noise, whatever it claimed.

A frame is recognised by three things together: its first byte (where the protocol has one), the length that it claims
and its check. Bytes that belong to no such frame are skipped one by one and counted, so that a frame behind noise is
found even if the noise began like one.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

PREAMBLE: Final = 2
"""bytes of a frame that tell its length: the longest of the protocols here has head and length"""


class FrameShape(NamedTuple):
    """What a protocol's frames have in common. ``size`` gives the whole frame's bytes from its first two."""

    head: int | None
    size: Callable[[bytes], int]
    smallest: int
    sound: Callable[[bytes], bool]


class Framer:
    """Takes whatever pieces arrive. ``skipped`` counts bytes that belong to no frame; its user sets it back."""

    def __init__(self, shape: FrameShape) -> None:
        self.skipped = 0
        self._shape = shape
        self._buffer = b""

    @property
    def pending(self) -> int:
        """Bytes of what may be the beginning of a frame."""
        return len(self._buffer)

    def drop(self) -> None:
        """Forget what waits and what was counted: the link is a new one."""
        self._buffer, self.skipped = b"", 0

    def feed(self, data: bytes) -> list[bytes]:
        """The whole frames that ``data`` completes, in order."""
        buffer = self._buffer + data
        frames: list[bytes] = []
        at, end = 0, len(buffer)
        while at < end:
            start = self._next_head(buffer, at)
            self.skipped += start - at
            at = start
            if end - at < PREAMBLE:
                break
            size = self._shape.size(buffer[at : at + PREAMBLE])
            if size < self._shape.smallest:
                at, self.skipped = at + 1, self.skipped + 1
            elif end - at < size:
                break
            elif self._shape.sound(frame := buffer[at : at + size]):
                frames.append(frame)
                at += size
            else:
                at, self.skipped = at + 1, self.skipped + 1
        self._buffer = buffer[at:]
        return frames

    def _next_head(self, buffer: bytes, at: int) -> int:
        if self._shape.head is None:
            return at
        found = buffer.find(self._shape.head, at)
        return len(buffer) if found < 0 else found

    def give_up_waiting(self) -> list[bytes]:
        """The line is silent in the middle of a frame: it was none; look for frames behind its first byte."""
        frames: list[bytes] = []
        while self._buffer and not frames:
            self._buffer = self._buffer[1:]
            self.skipped += 1
            frames = self.feed(b"")
        return frames

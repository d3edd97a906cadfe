"""The head anchor: a copy of the journal's head outside the database, to notice a database that lost its tail.

SQLite recovers from a damaged WAL by stopping at the first bad frame: the file opens, passes its checks, and the last
commits are gone. Two small files, written alternately and synced, remember the head after every commit, so that a
sequence number is never used twice.
"""

import os
import struct
import zlib
from pathlib import Path
from typing import NamedTuple

_LAYOUT = struct.Struct(">8sQQ32s")
_MAGIC = b"CMPTANC1"
_SIZE = 128


class Anchored(NamedTuple):
    """A journal's head: sequence number and hash (32 bytes)."""

    seq: int
    hash: bytes


class HeadAnchor:
    """Two alternating files in ``folder``; a torn or lost one leaves the other."""

    def __init__(self, folder: Path) -> None:
        self._paths = (folder / "head-0.anchor", folder / "head-1.anchor")
        folder.mkdir(parents=True, exist_ok=True)
        self._turn = max(turn for turn, _ in (*self._entries(), (0, None)))

    def read(self) -> Anchored | None:
        """The newest head that was written whole, or None."""
        found = max(self._entries(), key=lambda entry: entry[0], default=None)
        return None if found is None else found[1]

    def write(self, seq: int, hash: bytes) -> None:
        """Remember a head durably. The files keep their size, so a full disk doesn't stop it."""
        self._turn += 1
        data = _LAYOUT.pack(_MAGIC, self._turn, seq, hash)
        data += struct.pack(">I", zlib.crc32(data))
        handle = os.open(self._paths[self._turn % 2], os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        try:
            os.write(handle, data.ljust(_SIZE, b"\0"))
            os.fsync(handle)
        finally:
            os.close(handle)

    def _entries(self) -> list[tuple[int, Anchored]]:
        found = []
        for path in self._paths:
            try:
                data = path.read_bytes()[:_SIZE]
            except FileNotFoundError:
                continue
            if len(data) != _SIZE or struct.unpack_from(">I", data, _LAYOUT.size)[0] != zlib.crc32(
                data[: _LAYOUT.size]
            ):
                continue
            magic, turn, seq, head = _LAYOUT.unpack_from(data)
            if magic == _MAGIC:
                found.append((turn, Anchored(seq, head)))
        return found

"""One entry of a device's log, and the limits of protocol 1."""

from dataclasses import dataclass

MAX_BATCH_RECORDS = 500
MAX_BATCH_BYTES = 1024 * 1024
MAX_BODY_BYTES = 256 * 1024
RECORD_OVERHEAD = 128
"""Counted for a record besides its body, in bytes, when a batch is measured."""


class FactTooLong(ValueError):
    """A fact's body is longer than the protocol carries; write it as several facts."""

    def __init__(self, kind: str, size: int) -> None:
        super().__init__(
            f"{kind}: {size} bytes are more than the {MAX_BODY_BYTES} of one fact; write it in several smaller facts"
        )


@dataclass(frozen=True, slots=True)
class Record:
    """What the hash covers, and the signature if this record ended a commit.

    ``occurred_at`` is wall time in ms UTC, ``utc_offset`` minutes, ``mono`` ms since some moment of this ``boot``
    (16 bytes); ``body`` is the exact JSON text that was hashed.
    """

    seq: int
    kind: str
    v: int
    occurred_at: int
    utc_offset: int
    mono: int
    boot: bytes
    body: str
    sig: bytes | None = None

    @property
    def weight(self) -> int:
        """Bytes that this record counts in a batch."""
        return len(self.body.encode()) + RECORD_OVERHEAD

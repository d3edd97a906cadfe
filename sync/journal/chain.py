"""The hash chain of a device's log; exact bytes, big-endian, as the contract of protocol 1 says.

::

    h_0 = SHA-256("comptoir/1" | u16 len, store | u16 len, device | public key)
    h_n = SHA-256(h_{n-1} | u64 seq | u16 len, kind | u16 v | i64 occurred_at | i16 utc_offset | u64 mono
                  | 16 bytes boot | u32 len, body)
"""

import struct
from hashlib import sha256

from sync.journal.record import Record

_HEAD = struct.Struct(">QH")
_TIMES = struct.Struct(">HqhQ")
_LENGTH = struct.Struct(">I")


class Unchainable(ValueError):
    """A record's fields don't fit the bytes that are hashed."""


def genesis(store: str, device: str, public: bytes) -> bytes:
    """The hash before a device's first record (32 bytes)."""
    return sha256(b"comptoir/1" + _short(store) + _short(device) + public).digest()


def link(prev: bytes, r: Record) -> bytes:
    """The hash after ``r``, given the hash before it (32 bytes). Raises :class:`Unchainable`."""
    try:
        kind = r.kind.encode()
        body = r.body.encode()
        data = b"".join(
            (
                prev,
                _HEAD.pack(r.seq, len(kind)),
                kind,
                _TIMES.pack(r.v, r.occurred_at, r.utc_offset, r.mono),
                r.boot,
                _LENGTH.pack(len(body)),
                body,
            )
        )
    except (struct.error, UnicodeEncodeError) as error:
        raise Unchainable(f"record {r.seq} ({r.kind}): {error}") from None
    if len(r.boot) != 16:
        raise Unchainable(f"record {r.seq} ({r.kind}): boot has {len(r.boot)} bytes, not 16")
    return sha256(data).digest()


def _short(text: str) -> bytes:
    data = text.encode()
    return struct.pack(">H", len(data)) + data

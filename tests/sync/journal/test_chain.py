"""The bytes that are hashed, against an independent reading of the contract."""

import struct
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.journal.chain import Unchainable, genesis, link
from sync.journal.record import Record

RECORD = Record(7, "sale.completed", 1, 1_763_712_000_123, 60, 4242, bytes(range(16)), '{"é":"œ"}')


def test_genesis_is_the_contracts() -> None:
    public = bytes(range(32))
    expected = sha256(b"comptoir/1" + b"\x00\x04LYO1" + b"\x00\x07LYO1-T1" + public).digest()
    assert genesis("LYO1", "LYO1-T1", public) == expected


def test_link_is_the_contracts() -> None:
    body = RECORD.body.encode()
    expected = sha256(
        b"\x11" * 32
        + struct.pack(">Q", 7)
        + struct.pack(">H", 14)
        + b"sale.completed"
        + struct.pack(">H", 1)
        + struct.pack(">q", 1_763_712_000_123)
        + struct.pack(">h", 60)
        + struct.pack(">Q", 4242)
        + bytes(range(16))
        + struct.pack(">I", len(body))
        + body
    ).digest()
    assert link(b"\x11" * 32, RECORD) == expected


def test_the_bytes_stay_what_they_were() -> None:
    first = genesis("LYO1", "LYO1-T1", bytes(32))
    assert first.hex() == "668fc85605c80146f760213b700dea399c5fd6f5bc4f3fdd1f0411ec6c0c734e"
    assert link(first, RECORD).hex() == "120ea689987dccd760da168c8e6accd222b8c6aeb32a2af38955f9d9c5099a82"


@given(
    field=st.sampled_from(["seq", "kind", "v", "occurred_at", "utc_offset", "mono", "boot", "body"]),
    prev=st.binary(min_size=32, max_size=32),
)
@settings(max_examples=40, deadline=None)
def test_every_field_is_covered(field: str, prev: bytes) -> None:
    changed: dict[str, object] = {
        "seq": 8, "kind": "sale.voided", "v": 2, "occurred_at": 1, "utc_offset": -60, "mono": 1, "boot": b"x" * 16,
        "body": '{"é":"o"}',
    }  # fmt: skip
    assert link(prev, RECORD) != link(prev, replace(RECORD, **{field: changed[field]}))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "field", [{"v": 70_000}, {"mono": -1}, {"utc_offset": 40_000}, {"boot": b"short"}, {"body": "\ud800"}]
)
def test_what_does_not_fit_the_bytes_is_refused(field: dict[str, object]) -> None:
    with pytest.raises(Unchainable):
        link(bytes(32), replace(RECORD, **field))  # type: ignore[arg-type]

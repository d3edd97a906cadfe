"""The codec and the framer on bytes that are not as they should be."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.errors import Garbled
from drivers.rfid.llrp.codec import (
    MAX_MESSAGE,
    Frame,
    Framer,
    Message,
    Param,
    decode_frame,
    decode_params,
    encode_message,
    encode_param,
)
from drivers.rfid.llrp.messages import MESSAGES
from drivers.rfid.llrp.reports import ReportReader

KEEPALIVE = encode_message(Message("KEEPALIVE", id=9))
START = encode_message(Message("START_ROSPEC", {"ROSpecID": 7}, id=3))


@given(st.lists(st.integers(1, 13), max_size=6))
@settings(max_examples=50)
def test_a_stream_cut_anywhere_gives_the_same_messages(cuts: list[int]) -> None:
    stream = START + KEEPALIVE + START
    framer, at, got = Framer(), 0, []
    for cut in cuts:
        got += framer.feed(stream[at : at + cut])
        at += cut
    got += framer.feed(stream[at:])
    assert [frame.id for frame in got] == [3, 9, 3]
    assert framer.skipped == 0


def test_garbage_before_and_between_messages_is_passed_over_and_counted() -> None:
    framer = Framer()
    frames = framer.feed(b"\xff\xfe noise " + START + b"\x00" * 12 + KEEPALIVE)
    assert [frame.id for frame in frames] == [3, 9]
    assert framer.skipped == 9 + 12


@pytest.mark.parametrize("length", [0, 9, MAX_MESSAGE + 1, 0xFFFF_FFFF])
def test_a_length_that_cannot_be_is_garbage(length: int) -> None:
    framer = Framer()
    liar = struct.pack(">HII", 0x0400 | 61, length, 1)
    assert [frame.id for frame in framer.feed(liar + KEEPALIVE)] == [9]
    assert framer.skipped == len(liar)


def test_an_unknown_parameter_is_kept_with_its_bytes_and_the_rest_read() -> None:
    unknown = struct.pack(">HH", 900, 7) + b"xyz"
    known = encode_param(Param("ROReportSpec", {"ROReportTrigger": 1, "N": 3}))
    params = decode_params(unknown + known, 0, len(unknown) + len(known))
    assert params[0] == Param("Unknown", {"Type": 900, "Data": b"xyz"})
    assert params[1].number("N") == 3
    assert b"".join(map(encode_param, params)) == unknown + known


@pytest.mark.parametrize("body", ["00", "00f00003", "00f000208d", "ff0000", "00f000058d"])
def test_a_report_that_lies_about_its_lengths_is_refused_by_the_codec_and_counted_by_the_fast_path(body: str) -> None:
    with pytest.raises(Garbled):
        decode_frame(Frame(61, 1, 1, bytes.fromhex(body)))
    reader = ReportReader()
    assert reader.decode(bytes.fromhex(body), 0) == ([], {})
    assert reader.faults.bytes or reader.faults.records
    assert reader.faults.reason


@given(st.sampled_from(sorted(MESSAGES)), st.binary(max_size=200))
@settings(max_examples=300)
def test_any_bytes_are_read_or_refused_never_worse(kind: int, body: bytes) -> None:
    try:
        message = decode_frame(Frame(kind, 1, 1, body))
    except Garbled:
        return
    assert message.name == MESSAGES[kind].name


@given(st.binary(max_size=300))
@settings(max_examples=300)
def test_any_report_body_is_read_or_refused_never_worse(body: bytes) -> None:
    reader = ReportReader()
    for candidate in (body, b"\x00\xf0" + len(body[:60]).to_bytes(2, "big") + body[4:60]):
        reads, extras = reader.decode(candidate, 1)
        assert all(0 <= index < len(reads) for index in extras)


def test_parameters_nested_without_end_are_refused() -> None:
    data = b""
    for _ in range(40):
        data = struct.pack(">HH", 240, 4 + len(data)) + data
    with pytest.raises(Garbled, match="deep"):
        decode_params(data, 0, len(data))


def test_a_message_that_does_not_exist_cannot_be_made() -> None:
    with pytest.raises(Garbled):
        encode_message(Message("MAKE_COFFEE"))

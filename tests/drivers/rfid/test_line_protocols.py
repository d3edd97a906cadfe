"""The frames of serial readers: published samples, round trips, and every frame cut and bit-flipped at every place."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.errors import Garbled
from drivers.framing import Framer
from drivers.readings import Extra
from drivers.rfid import chafon, r2000_frames, thingmagic_frames
from drivers.rfid.r2000_frames import R2000Tag, RoundEnd, RoundError
from drivers.rfid.readings import NO_RSSI_CDBM
from drivers.rfid.thingmagic_frames import ThingMagicTag
from tests.support.shared_data import data_file

EPC = bytes.fromhex("3034257bf7194e4000001a85")


@dataclass(frozen=True)
class Protocol:
    """A protocol as the fuzzer sees it. ``whole`` gives a frame as the framer hands it over."""

    framer: Callable[[], Framer]
    frames: tuple[bytes, ...]
    decode: Callable[[bytes], object]
    whole: Callable[[bytes], bytes] = lambda frame: frame


def _decode_thingmagic(frame: bytes) -> object:
    answer = thingmagic_frames.decode_answer(frame)
    return thingmagic_frames.decode_tag(answer.data) if answer.opcode == 0x22 and not answer.status else answer


def _decode_r2000(frame: bytes) -> object:
    answer = r2000_frames.decode_frame(frame)
    return r2000_frames.decode_inventory(answer.command, answer.data)


def _decode_chafon(frame: bytes) -> object:
    return chafon.decode_tags(chafon.decode_answer(frame).data)


TM_TAG = ThingMagicTag(EPC, 2, -6100, 3, 417, Extra(1204, 866_300, None, b"\xe2\x80\x11\x60"))
PROTOCOLS = {
    "thingmagic": Protocol(
        thingmagic_frames.answer_framer,
        (
            thingmagic_frames.encode_answer(0x03, 0, bytes(20)),
            thingmagic_frames.encode_answer(0x22, 0, thingmagic_frames.encode_tag(TM_TAG)),
            thingmagic_frames.encode_answer(0x22, 0, thingmagic_frames.encode_tag(ThingMagicTag(EPC), 0)),
            thingmagic_frames.encode_answer(0x22, thingmagic_frames.NO_TAGS),
            thingmagic_frames.encode_answer(0x22, thingmagic_frames.TOO_HOT),
            thingmagic_frames.encode_answer(0x2F),
        ),
        _decode_thingmagic,
    ),
    "r2000": Protocol(
        r2000_frames.frame_framer,
        (
            r2000_frames.encode_frame(0x89, r2000_frames.encode_tag(R2000Tag(EPC, 1, -5500, 866_500))),
            r2000_frames.encode_frame(0x8B, r2000_frames.encode_tag(R2000Tag(EPC, 6, -5500, 902_500, 1571))),
            r2000_frames.encode_frame(0x89, r2000_frames.encode_end(0x89, 1, 7)),
            r2000_frames.encode_frame(0x8A, r2000_frames.encode_end(0x8A, 1, 7)),
            r2000_frames.encode_frame(0x8A, b"\x02\x22"),
            r2000_frames.encode_frame(0x89, b"\x22"),
        ),
        _decode_r2000,
    ),
    "chafon": Protocol(
        chafon.ChafonFramer,
        (
            chafon.encode_answer(0x01, chafon.MORE, bytes([1, 1, len(EPC)]) + EPC + b"\x40"),
            chafon.encode_answer(0x01, chafon.LAST, b"\x01\x00"),
            chafon.encode_answer(0x01, chafon.NO_TAG),
            chafon.encode_answer(0x21, 0, bytes(12)),
        ),
        _decode_chafon,
        lambda frame: frame[1:-2],
    ),
}


@pytest.fixture(params=sorted(PROTOCOLS))
def protocol(request: pytest.FixtureRequest) -> Protocol:
    return PROTOCOLS[request.param]


def heard(framer: Framer, stream: bytes) -> list[bytes]:
    """All frames of a stream after which the line stays silent."""
    frames = framer.feed(stream)
    while framer.pending:
        frames += framer.give_up_waiting()
    return frames


def test_every_frame_cut_at_every_place_costs_itself_and_nothing_else(protocol: Protocol) -> None:
    after = [protocol.whole(frame) for frame in protocol.frames]
    for broken in protocol.frames:
        for cut in range(1, len(broken)):
            framer = protocol.framer()
            found = heard(framer, broken[:cut] + b"".join(protocol.frames))
            assert found[-len(after) :] == after, (broken.hex(), cut)
            assert framer.skipped > 0


def test_every_bit_flipped_is_dropped_and_counted(protocol: Protocol) -> None:
    after = protocol.frames[0]
    for frame in protocol.frames:
        for bit in range(len(frame) * 8):
            flipped = bytearray(frame)
            flipped[bit // 8] ^= 1 << bit % 8
            framer = protocol.framer()
            found = heard(framer, bytes(flipped) + after)
            assert found == [protocol.whole(after)], (frame.hex(), bit)
            assert framer.skipped > 0


def test_content_that_passes_its_check_but_makes_no_sense_is_garbled(protocol: Protocol) -> None:
    for frame in protocol.frames:
        whole = protocol.whole(frame)
        for place in range(5, len(whole)):
            for value in (0x00, 0x7F, 0x80, 0xFF):
                bent = whole[:place] + bytes([value]) + whole[place + 1 :]
                for content in (bent, whole[:place]):
                    with contextlib.suppress(Garbled):
                        protocol.decode(content)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_frames_survive_noise_between_them_and_any_cutting(data: st.DataObject) -> None:
    protocol = PROTOCOLS[data.draw(st.sampled_from(sorted(PROTOCOLS)))]
    pieces = data.draw(st.lists(st.tuples(st.binary(max_size=12), st.sampled_from(protocol.frames)), max_size=6))
    stream = b"".join(noise + frame for noise, frame in pieces)
    framer = protocol.framer()
    found: list[bytes] = []
    for size in data.draw(st.lists(st.integers(1, 40), max_size=12)):
        found += framer.feed(stream[:size])
        stream = stream[size:]
    found += heard(framer, stream)
    wanted = [protocol.whole(frame) for _, frame in pieces]
    places = iter(found)
    if all(not noise for noise, _ in pieces):
        assert found == wanted
        assert framer.skipped == 0
    assert all(frame in places for frame in wanted)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=600), st.sampled_from(sorted(PROTOCOLS)))
def test_no_bytes_whatever_break_a_framer_or_a_decoder(stream: bytes, name: str) -> None:
    protocol = PROTOCOLS[name]
    for frame in heard(protocol.framer(), stream):
        with contextlib.suppress(Garbled):
            protocol.decode(frame)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=80))
def test_no_content_whatever_breaks_a_tag_decoder(data: bytes) -> None:
    for decode in (
        thingmagic_frames.decode_tag,
        chafon.decode_tags,
        lambda content: chafon.decode_tags(content, extended=False),
        lambda content: r2000_frames.decode_inventory(0x89, content),
    ):
        with contextlib.suppress(Garbled):
            decode(data)


def test_a_hundred_thousand_false_beginnings_are_skipped() -> None:
    for protocol in PROTOCOLS.values():
        framer = protocol.framer()
        head = protocol.frames[0][:1]
        for _ in range(2):
            framer.feed(head * 50_000)
        assert heard(framer, b"\x00" * 300 + protocol.frames[0])[-1] == protocol.whole(protocol.frames[0])


# ThingMagic


def test_the_published_thingmagic_frame() -> None:
    rows = data_file("reader_payloads/thingmagic_frames.txt").read_text(encoding="utf-8").splitlines()
    (frame,) = [bytes.fromhex(row) for row in rows if not row.startswith("#")]
    (whole,) = thingmagic_frames.answer_framer().feed(frame)
    tag = thingmagic_frames.decode_tag(thingmagic_frames.decode_answer(whole).data)
    epc = bytes.fromhex("000000000000000000001545")
    assert tag == ThingMagicTag(epc, 1, -6000, 1, 295, Extra(0, 923_200))
    assert thingmagic_frames.encode_tag(tag) == frame[5:24] + b"\x00\x00" + b"\x00" + frame[27:-2]


@pytest.mark.parametrize("fields", [*(1 << bit for bit in range(13)), 0, 0x01FF, 0x1FFF, 0x0155, 0x00AA])
def test_every_thingmagic_field_may_be_absent(fields: int) -> None:
    tag = thingmagic_frames.decode_tag(thingmagic_frames.encode_tag(TM_TAG, fields))
    assert tag is not None
    extra = tag.extra or Extra()
    assert tag.epc == EPC
    assert tag.seen == (3 if fields & thingmagic_frames.COUNT else 1)
    assert tag.rssi_cdbm == (-6100 if fields & thingmagic_frames.RSSI else NO_RSSI_CDBM)
    assert tag.antenna == (2 if fields & thingmagic_frames.ANTENNA else 0)
    assert tag.ms == (417 if fields & thingmagic_frames.TIME else None)
    assert extra.channel_khz == (866_300 if fields & thingmagic_frames.FREQUENCY else None)
    assert extra.phase_mrad == (1204 if fields & thingmagic_frames.PHASE else None)
    assert extra.tid == (TM_TAG.extra.tid if TM_TAG.extra and fields & thingmagic_frames.DATA else b"")


def test_a_thingmagic_read_of_other_lengths_and_kinds() -> None:
    for epc in (b"", b"\xaa\xbb", bytes(62)):
        tag = thingmagic_frames.decode_tag(thingmagic_frames.encode_tag(ThingMagicTag(epc)))
        assert tag is not None
        assert tag.epc == epc
    report = bytes([0x10, 0x00, 0x1B, 0x00, 0x00, 0x02, 0x01, 0x23])
    assert thingmagic_frames.decode_tag(report) is None
    extended_control = bytearray(thingmagic_frames.encode_tag(ThingMagicTag(b"\x12\x34" + EPC), 0))
    extended_control[8] |= 0x02
    tag = thingmagic_frames.decode_tag(bytes(extended_control))
    assert tag is not None
    assert tag.epc == EPC


# R2000


@pytest.mark.parametrize(
    "tag",
    [
        R2000Tag(EPC, 1, -5500, 866_500),
        R2000Tag(EPC, 4, -12_900, 868_000),
        R2000Tag(EPC, 8, -3_100, 865_000, 1571),
        R2000Tag(b"", 2, -6_000, 865_500),
        R2000Tag(bytes(62), 3, -6_000, 865_500),
    ],
)
def test_r2000_reads_round_trip(tag: R2000Tag) -> None:
    found = r2000_frames.decode_inventory(0x89, r2000_frames.encode_tag(tag))
    assert isinstance(found, R2000Tag)
    assert found._replace(phase_mrad=None) == tag._replace(phase_mrad=None)
    assert abs((found.phase_mrad or 0) - (tag.phase_mrad or 0)) <= 1


def test_r2000_ends_and_errors() -> None:
    assert r2000_frames.decode_inventory(0x89, r2000_frames.encode_end(0x89, 2, 70_000)) == RoundEnd(70_000)
    assert r2000_frames.decode_inventory(0x8A, r2000_frames.encode_end(0x8A, 2, 70_000)) == RoundEnd(70_000)
    assert r2000_frames.decode_inventory(0x8A, b"\x02\x22") == RoundError(0x22, 3)
    assert r2000_frames.decode_inventory(0x89, b"\x22") == RoundError(0x22)
    assert r2000_frames.channel_khz(7) == 902_000
    assert r2000_frames.channel_khz(60) is None
    # a firmware query to address 1, as makers' documents print it
    assert r2000_frames.encode_frame(0x72, address=1) == bytes.fromhex("a0030172ea")


# Chafon


def test_the_published_chafon_sum() -> None:
    assert chafon.crc16(bytes.fromhex("0700010101001e4b")) == 0
    assert chafon.encode_command(0x21).hex() == "04ff211995"


def test_chafon_tags_with_fast_id_and_several_in_a_frame() -> None:
    tid = bytes.fromhex("e2801160200050f2c1b30123")
    first = bytes([0x80 | len(EPC + tid)]) + EPC + tid + b"\x40"
    second = bytes([2]) + b"\xaa\xbb" + b"\x50"
    tags = chafon.decode_tags(bytes([4, 2]) + first + second)
    assert tags == [chafon.ChafonTag(EPC, 3, -6500, tid), chafon.ChafonTag(b"\xaa\xbb", 3, -4900)]

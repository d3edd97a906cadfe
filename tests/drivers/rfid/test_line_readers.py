"""Serial readers beside the common suite: cables pulled in mid-frame, status frames, late bursts, absent fields."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from drivers.contracts import Identify, Reader, SetGpo
from drivers.errors import Disconnected, NotFound, Rejected
from drivers.readings import ReaderEvent, ReaderEventKind, TagReads
from drivers.registry import open_reader
from drivers.rfid import chafon, r2000_frames, thingmagic_frames
from drivers.rfid.readings import NO_RSSI_CDBM, SeenTag
from drivers.rfid.thingmagic import SinceLife
from drivers.rfid.twins.chafon import ChafonTwin
from drivers.rfid.twins.line import LineTwin
from drivers.rfid.twins.r2000 import R2000Twin
from drivers.rfid.twins.thingmagic import ThingMagicTwin
from drivers.worker import Back, BackOff, Lost, ReaderWorker
from tests.support.reader_rigs import SERIAL_TWINS, await_event, await_read, read_batches
from tests.support.waiting import wait_until

EPC = bytes.fromhex("3034257bf7194e4000001a85")
HALVES = {
    "chafon": chafon.encode_answer(0x01, chafon.MORE, bytes([1, 1, len(EPC)]) + EPC + b"\x40"),
    "thingmagic": thingmagic_frames.encode_answer(
        0x22, 0, thingmagic_frames.encode_tag(thingmagic_frames.ThingMagicTag(EPC))
    ),
    "r2000": r2000_frames.encode_frame(0x89, r2000_frames.encode_tag(r2000_frames.R2000Tag(EPC, 1, -5500))),
}
Made = Callable[..., Reader]


@pytest.fixture
def made() -> Iterator[Callable[..., Reader]]:
    """Opens a reader on a started twin; both end with the test."""
    with ExitStack() as stack:

        def make(kind: str, twin: LineTwin, **options: object) -> Reader:
            twin.start()
            stack.callback(twin.stop)
            reader = open_reader(kind, "pad", twin.url, **options)
            stack.callback(reader.close)
            reader.open()
            await_event(reader, ReaderEventKind.CONNECTED)
            return reader

        yield make


def dropped(reader: Reader) -> int:
    count = reader.dropped  # type: ignore[attr-defined]  # serial readers count
    assert isinstance(count, int)
    return count


@pytest.mark.parametrize("family", sorted(SERIAL_TWINS))
def test_a_cable_pulled_in_mid_frame_is_told_once_and_counted(family: str) -> None:
    kind, twin_of = SERIAL_TWINS[family]
    twin = twin_of()
    twin.start()
    reader = open_reader(kind, "pad", twin.url)
    said: list[TagReads | ReaderEvent | Lost | Back] = []
    worker = ReaderWorker(reader, said.append, back_off=BackOff(0.02, 0.1))
    half = HALVES[family][: len(HALVES[family]) // 2]
    worker.start()
    try:
        wait_until(lambda: worker.connected)
        twin.silent = True
        for _ in range(3):
            wait_until(lambda: worker.connected)
            twin.send_garbage(half)
            losses = sum(isinstance(thing, Lost) for thing in said)
            twin.drop_link()
            twin.silent = False
            wait_until(lambda losses=losses: sum(isinstance(thing, Back) for thing in said) > losses)
        twin.present([SeenTag(EPC)])
        wait_until(lambda: any(isinstance(thing, TagReads) for thing in said))
    finally:
        worker.stop()
        twin.stop()
    told = [thing for thing in said if isinstance(thing, ReaderEvent) and thing.kind is ReaderEventKind.GARBLED]
    assert len(told) <= 1
    assert dropped(reader) >= 1
    assert sum(isinstance(thing, Lost) for thing in said) == sum(isinstance(thing, Back) for thing in said)


@pytest.mark.parametrize("family", sorted(SERIAL_TWINS))
def test_frames_cut_in_pieces_and_two_in_one_piece_are_whole(family: str, made: Made) -> None:
    kind, twin_of = SERIAL_TWINS[family]
    twin = twin_of()
    reader = made(kind, twin)
    twin.silent = True
    frame = HALVES[family]
    for cut in (1, 2, 3, len(frame) - 1):
        twin.send_garbage(frame[:cut])
        reader.read(0.03)
        twin.send_garbage(frame[cut:] + frame)
        assert await_read(reader, lambda read: True, 2.0)[0] == EPC
    assert dropped(reader) == 0


@pytest.mark.parametrize("family", sorted(SERIAL_TWINS))
def test_half_a_frame_on_a_line_that_stays_does_not_swallow_the_next(family: str, made: Made) -> None:
    kind, twin_of = SERIAL_TWINS[family]
    twin = twin_of()
    reader = made(kind, twin)
    half = HALVES[family][:-4]
    twin.send_garbage(half)
    twin.present([SeenTag(EPC)])
    assert await_read(reader, lambda read: read[0] == EPC)
    assert dropped(reader) >= 1


@pytest.mark.parametrize("family", sorted(SERIAL_TWINS))
def test_a_frame_spoiled_in_every_way_on_the_wire_is_counted_and_reading_goes_on(family: str, made: Made) -> None:
    kind, twin_of = SERIAL_TWINS[family]
    twin = twin_of()
    reader = made(kind, twin)
    frame = HALVES[family]
    spoiled = [frame[:cut] for cut in range(1, len(frame))]
    for bit in range(len(frame) * 8):
        flipped = bytearray(frame)
        flipped[bit // 8] ^= 1 << bit % 8
        spoiled.append(bytes(flipped))
    twin.send_garbage(b"".join(spoiled))
    twin.present([SeenTag(EPC, 1, -4200)])
    assert await_read(reader, lambda read: read[2] == -4200)[0] == EPC
    assert dropped(reader) > sum(map(len, spoiled)) * 0.9
    events = [said for said in read_batches(reader, 0.1) if isinstance(said, ReaderEvent)]
    assert not [event for event in events if event.kind is ReaderEventKind.GARBLED]


@pytest.mark.parametrize("family", sorted(SERIAL_TWINS))
def test_a_reader_that_falls_silent_is_lost(family: str, made: Made) -> None:
    kind, twin_of = SERIAL_TWINS[family]
    twin = twin_of()
    reader = made(kind, twin)
    twin.silent = True

    def listen() -> None:
        for _ in read_batches(reader, 12.0):
            pass

    with pytest.raises(Disconnected, match="without an answer"):
        listen()


@pytest.mark.parametrize("family", sorted(SERIAL_TWINS))
def test_who_does_not_answer_at_the_start_is_said_with_what_to_check(family: str) -> None:
    kind, twin_of = SERIAL_TWINS[family]
    twin = twin_of()
    twin.silent = True
    twin.start()
    reader = open_reader(kind, "pad", twin.url)
    try:
        with pytest.raises(Disconnected, match="is the reader on"):
            reader.open()
    finally:
        reader.close()
        twin.stop()


@pytest.mark.parametrize("family", sorted(SERIAL_TWINS))
def test_a_burst_of_twenty_thousand_frames_is_read_whole(family: str, made: Made) -> None:
    kind, twin_of = SERIAL_TWINS[family]
    twin = twin_of()
    reader = made(kind, twin)
    twin.silent = True
    for _ in range(40):
        twin.send_garbage(HALVES[family] * 500)
        count, ends = 0, time.monotonic() + 10
        while count < 500:
            assert time.monotonic() < ends
            said = reader.read(0.2)
            count += len(said.reads) if isinstance(said, TagReads) else 0
    assert dropped(reader) == 0


# ThingMagic


def test_a_module_that_streams_from_before_is_stopped_and_set_up(made: Made) -> None:
    twin = ThingMagicTwin()
    twin.streaming = True
    twin.present([SeenTag(EPC, 2)])
    reader = made("thingmagic", twin, region="north-america", antennas="1,2", power_dbm=27)
    assert await_read(reader, lambda read: True)[:3] == (EPC, 2, -5500)
    assert twin.settings == {
        thingmagic_frames.SET_REGION: b"\x0d",
        thingmagic_frames.SET_PROTOCOL: b"\x00\x05",
        thingmagic_frames.SET_ANTENNAS: b"\x02\x01\x01\x02\x02",
        thingmagic_frames.SET_POWER: (2700).to_bytes(2, "big"),
        thingmagic_frames.SET_OPTION: b"\x01\x0c\x00",
    }


def test_a_module_in_its_bootloader_is_started(made: Made) -> None:
    twin = ThingMagicTwin(in_bootloader=True)
    reader = made("thingmagic", twin)
    twin.present([SeenTag(EPC)])
    assert await_read(reader, lambda read: True)[0] == EPC


def test_a_module_that_tells_no_field_at_all(made: Made) -> None:
    reader = made("thingmagic", twin := ThingMagicTwin(fields=0))
    twin.present([SeenTag(EPC)])
    epc, antenna, rssi, at_us, seen = await_read(reader, lambda read: True)
    assert (epc, antenna, rssi, seen) == (EPC, 0, NO_RSSI_CDBM, 1)
    assert abs(at_us - time.time_ns() // 1000) < 5_000_000


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (thingmagic_frames.RETURN_LOSS, ReaderEventKind.OTHER),
        (thingmagic_frames.ANTENNA_MISSING, ReaderEventKind.ANTENNA_LOST),
        (0x7F00, ReaderEventKind.OTHER),
    ],
)
def test_a_modules_trouble_is_told_once_and_reading_begins_again(
    made: Made, status: int, kind: ReaderEventKind
) -> None:
    reader = made("thingmagic", twin := ThingMagicTwin())
    twin.present([SeenTag(EPC)])
    twin.trouble = status
    told = await_event(reader, kind)
    assert told.value == status
    assert told.text
    assert not [said for said in read_batches(reader, 1.2) if isinstance(said, ReaderEvent)], "told once"
    twin.trouble = None
    assert await_read(reader, lambda read: True)[0] == EPC


def test_a_module_tells_which_antenna_is_off_and_that_it_is_back(made: Made) -> None:
    reader = made("thingmagic", twin := ThingMagicTwin(), antennas=[2])
    twin.trouble = thingmagic_frames.ANTENNA_MISSING
    assert await_event(reader, ReaderEventKind.ANTENNA_LOST).port == 2
    twin.trouble = None
    assert await_event(reader, ReaderEventKind.ANTENNA_CONNECTED).port == 2


def test_a_module_with_several_antennas_blames_none_of_them(made: Made) -> None:
    reader = made("thingmagic", twin := ThingMagicTwin(), antennas=[1, 2])
    twin.trouble = thingmagic_frames.ANTENNA_MISSING
    assert "antenna" in await_event(reader, ReaderEventKind.OTHER).text


def test_a_hot_module_is_told_once_and_goes_on(made: Made) -> None:
    reader = made("thingmagic", twin := ThingMagicTwin())
    hot = thingmagic_frames.encode_answer(0x22, thingmagic_frames.TOO_HOT)
    twin.send_garbage(hot * 5)
    assert "hot" in await_event(reader, ReaderEventKind.OTHER).text
    assert not [said for said in read_batches(reader, 0.1) if isinstance(said, ReaderEvent)]
    twin.present([SeenTag(EPC)])
    assert await_read(reader, lambda read: True)[0] == EPC


def test_a_late_burst_keeps_the_times_at_which_it_was_read() -> None:
    clock = SinceLife()
    assert clock.at(100, 1_000_000) == 1_000_000
    assert clock.at(200, 1_100_000) == 1_100_000
    assert [clock.at(ms, 9_000_000) for ms in (300, 400, 500)] == [1_200_000, 1_300_000, 1_400_000]
    assert clock.at(None, 9_100_000) == 9_100_000
    clock.begin()
    assert clock.at(0, 9_200_000) == 9_200_000
    assert clock.at(4_000_000_000, 9_300_000) <= 9_300_000


# R2000


def test_a_board_with_several_antennas_reads_on_each_and_says_which_is_missing(made: Made) -> None:
    twin = R2000Twin(phase=True)
    twin.missing_antennas = {4}
    twin.present([SeenTag(EPC, antenna) for antenna in (1, 2, 3)])
    reader = made("r2000", twin, antennas=[1, 3, 4], power_dbm=20)
    assert await_event(reader, ReaderEventKind.ANTENNA_LOST).port == 4
    again = [said for said in read_batches(reader, 0.3) if isinstance(said, ReaderEvent)]
    assert not [event for event in again if event.kind is ReaderEventKind.ANTENNA_LOST], "told once, while others read"
    for antenna in (1, 3):
        assert await_read(reader, lambda read, antenna=antenna: read[1] == antenna)[:3] == (EPC, antenna, -5500)
    batch = next(said for said in read_batches(reader, 5) if isinstance(said, TagReads))
    assert batch.extras is not None
    assert batch.extras[0].channel_khz == 866_500
    assert abs((batch.extras[0].phase_mrad or 0) - 1570) <= 1
    assert twin.settings == {r2000_frames.SET_POWER: b"\x14"}
    twin.missing_antennas = set()
    assert await_event(reader, ReaderEventKind.ANTENNA_CONNECTED).port == 4


def test_a_board_without_its_only_antenna_says_so_once(made: Made) -> None:
    twin = R2000Twin()
    twin.missing_antennas = {2}
    reader = made("r2000", twin, antennas=2)
    assert await_event(reader, ReaderEventKind.ANTENNA_LOST).port == 2
    again = [said for said in read_batches(reader, 1.2) if isinstance(said, ReaderEvent)]
    assert not [event for event in again if event.kind is ReaderEventKind.ANTENNA_LOST]
    twin.missing_antennas = set()
    assert await_event(reader, ReaderEventKind.ANTENNA_CONNECTED).port == 2
    twin.present([SeenTag(EPC, 2)])
    assert await_read(reader, lambda read: True)[1] == 2


def test_a_board_tells_its_temperature(made: Made) -> None:
    reader = made("r2000", R2000Twin(celsius=-7))
    assert await_event(reader, ReaderEventKind.TEMPERATURE).value == -7


# Chafon


def test_a_pad_without_antenna_and_an_unknown_status(made: Made) -> None:
    reader = made("chafon-serial", twin := ChafonTwin())
    twin.status = chafon.ANTENNA_ERROR
    assert await_event(reader, ReaderEventKind.ANTENNA_LOST).port == 1
    assert not [said for said in read_batches(reader, 0.3) if isinstance(said, ReaderEvent)], "told once"
    twin.status = None
    assert await_event(reader, ReaderEventKind.ANTENNA_CONNECTED).port == 1
    twin.status = 0xF9
    assert await_event(reader, ReaderEventKind.OTHER).value == 0xF9
    twin.status = None
    twin.present([SeenTag(EPC)])
    assert await_read(reader, lambda read: True)[0] == EPC


def test_a_pad_of_the_older_kind_tells_neither_antenna_nor_strength(made: Made) -> None:
    reader = made("chafon-serial", twin := ChafonTwin(extended=False), extended=False)
    twin.present([SeenTag(EPC, 3, -4000)])
    assert await_read(reader, lambda read: True)[:3] == (EPC, 1, NO_RSSI_CDBM)
    reader.command(Identify(2))
    wait_until(lambda: reader.read(0.02) is not None and twin.identified)


# what settings may say


@pytest.mark.parametrize(
    ("kind", "options", "says"),
    [
        ("thingmagic", {"region": "atlantis"}, "europe"),
        ("thingmagic", {"antennas": [9]}, "1 to 4"),
        ("thingmagic", {"power_dbm": "loud"}, "31.5"),
        ("r2000", {"antennas": "one"}, "1 to 4"),
        ("r2000", {"power_dbm": 40}, "33"),
        ("chafon-serial", {"antennas": 1}, "extended"),
    ],
)
def test_an_option_that_makes_no_sense_is_explained(kind: str, options: dict[str, object], says: str) -> None:
    with pytest.raises(NotFound, match=says):
        open_reader(kind, "pad", "tcp://h:1", **options)


@pytest.mark.parametrize("kind", ["thingmagic", "r2000"])
def test_an_output_that_is_not_there_and_a_lamp_that_is_not_there(kind: str) -> None:
    reader = open_reader(kind, "gate", "tcp://h:1")
    for command in (SetGpo(7, True), Identify()):
        with pytest.raises(Rejected):
            reader.command(command)

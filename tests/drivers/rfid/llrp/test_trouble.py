"""What a reader on LLRP may do wrong, on the wire: told once, counted, got over."""

import contextlib
import struct
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from drivers.errors import Busy, Disconnected
from drivers.readings import ReaderEvent, ReaderEventKind, TagReads
from drivers.rfid.llrp import vendor
from drivers.rfid.llrp.codec import HEADER, Message, Param, encode_message, encode_param
from drivers.rfid.llrp.driver import LlrpReader
from drivers.rfid.llrp.twin import LlrpTwin
from drivers.rfid.readings import SeenTag
from tests.support.llrp_rigs import TAG, reading, running
from tests.support.reader_rigs import await_event, await_read, read_batches

REPORT = 1 << 10 | 61


def framed(kind: int, body: bytes, length: int | None = None) -> bytes:
    return HEADER.pack(kind, HEADER.size + len(body) if length is None else length, 1) + body


def tag(epc: bytes, *more: Param) -> bytes:
    return encode_param(Param("TagReportData", {}, [Param("EPC_96", {"EPC": epc}), *more]))


def said_garbled(reader: LlrpReader, seconds: float) -> int:
    return sum(
        isinstance(said, ReaderEvent) and said.kind is ReaderEventKind.GARBLED for said in read_batches(reader, seconds)
    )


def test_half_a_frame_is_garbage_once_and_the_next_are_read() -> None:
    with running(LlrpTwin()) as twin, reading(twin) as reader:
        twin.present([TAG])
        await_read(reader, lambda read: True)
        twin.send_half_frame()
        await_event(reader, ReaderEventKind.GARBLED)
        await_read(reader, lambda read: read[0] == TAG.epc)


@pytest.mark.parametrize("length", [3_000_000, 0x00FF_FFFF, 0xFFFF_FFFF, 10, 3])
def test_a_length_that_lies_costs_no_more_than_its_own_message(length: int) -> None:
    with running(LlrpTwin()) as twin, reading(twin) as reader:
        twin.send_garbage(framed(REPORT, tag(bytes(12)), length))
        twin.send_garbage(framed(REPORT, tag(TAG.epc)))
        started = time.monotonic()
        await_read(reader, lambda read: read[0] == TAG.epc)
        assert time.monotonic() - started < 2.0
        assert reader.counters.garbled > 0


def test_a_length_that_lies_where_nothing_follows_ends_with_the_watchdog() -> None:
    with running(LlrpTwin()) as twin, reading(twin, keepalive_ms=100, report_every_ms=0) as reader:
        twin.silent = True
        twin.send_garbage(framed(REPORT, tag(bytes(12)), 3_000_000))
        with pytest.raises(Disconnected, match="silent"):
            for _ in read_batches(reader, 5.0):
                pass


def test_a_report_with_a_broken_body_does_not_stop_the_next() -> None:
    with running(LlrpTwin()) as twin, reading(twin) as reader:
        twin.send_garbage(framed(REPORT, b"\x00\xf0\xff\xff"))
        event = await_event(reader, ReaderEventKind.GARBLED)
        assert "RO_ACCESS_REPORT" in event.text
        twin.send_garbage(encode_message(Message("KEEPALIVE", id=77)))
        twin.present([TAG])
        await_read(reader, lambda read: True)


def test_one_broken_tag_report_among_many_costs_only_itself() -> None:
    broken = b"\x00\xf0\x00\x06\x8d\x00"
    epcs = [bytes(11) + bytes([n]) for n in range(6)]
    body = b"".join(map(tag, epcs[:3])) + broken + b"".join(map(tag, epcs[3:]))
    with running(LlrpTwin()) as twin, reading(twin) as reader:
        twin.send_garbage(framed(REPORT, body))
        got = next(said for said in read_batches(reader, 5.0) if isinstance(said, TagReads))
        assert [read[0] for read in got.reads] == epcs
        assert reader.counters.garbled == 1


def test_messages_that_a_lying_length_swallowed_are_read_all_the_same() -> None:
    inner = framed(REPORT, tag(TAG.epc))
    swallowing = framed(REPORT, tag(bytes(12)) + inner)  # complete, its second parameter is a header
    with running(LlrpTwin()) as twin, reading(twin) as reader:
        twin.send_garbage(swallowing)
        await_read(reader, lambda read: read[0] == TAG.epc)
        assert reader.counters.garbled == len(inner)


def test_trouble_is_told_once_however_much_there_is_and_counted_all() -> None:
    with running(LlrpTwin()) as twin, reading(twin) as reader:
        for _ in range(50):
            twin.send_garbage(b"\xff" * 100)
            twin.send_garbage(framed(REPORT, b"\x00\xf0\x00\x03"))
        twin.send_garbage(framed(REPORT, tag(TAG.epc)))
        assert said_garbled(reader, 0.5) == 1
        assert reader.counters.garbled >= 50 * 100 + 50 * 4


def test_unknown_parameters_are_skipped_in_any_place_and_counted() -> None:
    unknown = Param("Unknown", {"Type": 900, "Data": b"xyz"})
    stranger = Param("Custom", {"VendorIdentifier": 4711, "ParameterSubtype": 1, "Data": b"?"})
    body = tag(TAG.epc, unknown, stranger) * 3
    event = Message("READER_EVENT_NOTIFICATION", {}, [Param("ReaderEventNotificationData", {}, [unknown])])
    with running(LlrpTwin()) as twin, reading(twin) as reader:
        twin.send_garbage(encode_message(event) + framed(REPORT, body))
        await_read(reader, lambda read: read[0] == TAG.epc)
        assert (reader.counters.unknown, reader.counters.garbled) == (7, 0)


@contextlib.contextmanager
def meanwhile(work: Callable[[], None]) -> Iterator[None]:
    """Done by another thread, since the line takes no more than is read from it."""
    thread = threading.Thread(target=work)
    thread.start()
    yield
    thread.join(30.0)


def test_a_report_of_ten_megabytes_is_read_whole() -> None:
    body = b"".join(tag(n.to_bytes(12, "big")) for n in range(1000)) * 600
    assert len(body) > 10_000_000
    with running(LlrpTwin()) as twin, reading(twin) as reader:
        with meanwhile(lambda: twin.send_garbage(framed(REPORT, body))):
            sizes = sizes_of_batches(reader, 600_000)
        assert (sum(sizes), max(sizes) <= 10_000, reader.counters.garbled) == (600_000, True, 0)


def test_the_extras_of_a_long_report_stay_with_their_reads() -> None:
    body = b"".join(
        tag(n.to_bytes(12, "big"), Param("ImpinjRFPhaseAngle", {"PhaseAngle": n % 4096})) for n in range(100)
    )
    with running(LlrpTwin()) as twin, reading(twin) as reader:
        with meanwhile(lambda: twin.send_garbage(framed(REPORT, body * 250))):
            batches: list[TagReads] = []
            for said in read_batches(reader, 30.0):
                batches += [said] if isinstance(said, TagReads) else []
                if sum(len(batch.reads) for batch in batches) >= 25_000:
                    break
        for batch in batches:
            assert batch.extras is not None
            assert all(
                batch.extras[place].phase_mrad == vendor.impinj_phase_mrad(int.from_bytes(read[0], "big"))
                for place, read in enumerate(batch.reads)
            )


def sizes_of_batches(reader: LlrpReader, reads: int) -> list[int]:
    sizes: list[int] = []
    for said in read_batches(reader, 30.0):
        if isinstance(said, TagReads):
            sizes.append(len(said.reads))
        if sum(sizes) >= reads:
            break
    return sizes


@pytest.mark.parametrize(
    "noise",
    [
        bytes(10_000_000),
        framed(1 << 10 | 36, struct.pack(">HH", 900, 4) * 1_000_000),
        framed(REPORT, struct.pack(">HH", 240, 4) * 600_000),
        b"\x04\x3d\x00" * 100_000,
    ],
    ids=["zeros", "endless configuration", "empty tag reports", "beginnings of headers"],
)
def test_megabytes_of_nonsense_are_got_over_in_seconds(noise: bytes) -> None:
    good = framed(REPORT, tag(TAG.epc))
    with (
        running(LlrpTwin()) as twin,
        reading(twin) as reader,
        meanwhile(lambda: twin.send_garbage(noise + good)),
    ):
        await_read(reader, lambda read: read[0] == TAG.epc, 20.0)


def test_a_flood_comes_whole_and_in_order_of_its_batches() -> None:
    tags = [SeenTag(n.to_bytes(12, "big")) for n in range(100)]
    with running(LlrpTwin()) as twin, reading(twin) as reader:
        with meanwhile(lambda: twin.flood(tags, 500)):
            sizes = sizes_of_batches(reader, 50_000)
        assert sum(sizes) == 50_000


def test_a_reader_that_loses_reads_says_so_and_it_is_counted() -> None:
    lost = Param("ReaderEventNotificationData", {}, [Param("ReportBufferOverflowErrorEvent")])
    with running(LlrpTwin()) as twin, reading(twin) as reader:
        twin.send_garbage(encode_message(Message("READER_EVENT_NOTIFICATION", {}, [lost])))
        assert await_event(reader, ReaderEventKind.OVERFLOW).value == 100
        assert reader.counters.overflowed == 1


def test_reads_that_came_with_the_last_word_are_not_lost() -> None:
    closing = Param("ReaderEventNotificationData", {}, [Param("ConnectionCloseEvent")])
    with running(LlrpTwin()) as twin, reading(twin) as reader:
        notification = encode_message(Message("READER_EVENT_NOTIFICATION", {}, [closing]))
        twin.send_garbage(framed(REPORT, tag(TAG.epc)) + notification)
        with pytest.raises(Disconnected, match="closes"):
            await_event(reader, ReaderEventKind.STOPPED)
        reader.close()
        reader.open()
        await_read(reader, lambda read: read[0] == TAG.epc)


def test_an_antenna_that_appears_is_told_and_read_from() -> None:
    with running(LlrpTwin()) as twin, reading(twin) as reader:
        twin.set_antenna(3, True)
        assert await_event(reader, ReaderEventKind.ANTENNA_CONNECTED).port == 3
        twin.present([TAG._replace(antenna=3)])
        await_read(reader, lambda read: read[1] == 3)


def test_an_antenna_that_had_come_off_before_is_told_if_it_is_wanted() -> None:
    with running(LlrpTwin()) as twin:
        twin.set_antenna(2, False)
        twin.set_antenna(3, False)
        with reading(twin, antennas=(1, 2)) as reader:
            assert await_event(reader, ReaderEventKind.ANTENNA_LOST).port == 2


def test_a_planned_antenna_that_is_off_at_the_start_is_told_and_all_are_read() -> None:
    with running(LlrpTwin()) as twin:
        twin.set_antenna(2, False)
        twin.set_antenna(3, False)
        with reading(twin, planned=[1, 2, 9]) as reader:
            assert reader.read(0.1).kind is ReaderEventKind.CONNECTED  # type: ignore[union-attr]
            lost = [said.port for said in (reader.read(0.1), reader.read(0.1)) if isinstance(said, ReaderEvent)]
            assert lost == [2, 9], "the reader has no ninth"
            twin.present([TAG._replace(antenna=4)])
            await_read(reader, lambda read: read[1] == 4)


def test_another_client_that_tries_is_told() -> None:
    with running(LlrpTwin()) as twin, reading(twin) as reader:
        with pytest.raises(Busy, match="another client"):
            LlrpReader.from_url("other", twin.url).open()
        assert "another client" in await_event(reader, ReaderEventKind.OTHER).text


def test_an_impinj_reader_tells_its_temperature() -> None:
    twin = LlrpTwin()
    twin.celsius = -3
    with running(twin), reading(twin) as reader:
        assert await_event(reader, ReaderEventKind.TEMPERATURE).value == -3


def test_epcs_of_no_bits_and_of_the_most_there_are() -> None:
    longest = bytes(range(62))
    with running(LlrpTwin()) as twin, reading(twin) as reader:
        twin.present([SeenTag(b""), SeenTag(longest)])
        assert await_read(reader, lambda read: True)[0] == longest
        assert reader.counters.garbled == 0

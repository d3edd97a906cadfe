"""Readers on MQTT beyond the suite: overflow, bursts, repeated deliveries, refused commands, barcodes."""

import time
from collections.abc import Iterator

import pytest

from drivers.broker import EmbeddedBroker
from drivers.contracts import Identify, SetGpo
from drivers.errors import NotFound, Rejected
from drivers.readings import ReaderEvent, ReaderEventKind, TagReads
from drivers.registry import open_reader
from drivers.rfid.readings import SeenTag
from drivers.rfid.twins.handheld import HandheldTwin
from drivers.rfid.twins.impinj import ImpinjTwin
from drivers.rfid.twins.neutral import NeutralTwin
from drivers.rfid.twins.zebra import ZebraTwin
from drivers.rfid.zebra import ZebraReader
from tests.support.reader_rigs import await_event, await_read, read_batches

EPC = bytes.fromhex("3034257bf7194e4000001a85")


@pytest.fixture(scope="module")
def broker() -> Iterator[EmbeddedBroker]:
    made = EmbeddedBroker()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def zebra(broker: EmbeddedBroker) -> Iterator[ZebraTwin]:
    twin = ZebraTwin(broker, f"fx-{time.monotonic_ns()}")
    twin.start()
    yield twin
    twin.stop()


@pytest.fixture
def impinj(broker: EmbeddedBroker) -> Iterator[ImpinjTwin]:
    twin = ImpinjTwin(broker, f"r700-{time.monotonic_ns()}")
    twin.start()
    yield twin
    twin.stop()


def test_a_late_burst_arrives_with_its_old_times_and_nothing_missing(zebra: ZebraTwin) -> None:
    reader = open_reader("zebra-mqtt", zebra.name, zebra.url)
    reader.open()
    hour_ago_us = (time.time_ns() // 1000 - 3_600_000_000) // 1000 * 1000
    burst = [SeenTag(EPC[:-2] + serial.to_bytes(2, "big")) for serial in range(2000)]
    for start in range(0, len(burst), 100):
        zebra.report(burst[start : start + 100], hour_ago_us)
    seen: dict[bytes, int] = {}
    for said in read_batches(reader, 20.0):
        if isinstance(said, TagReads):
            seen.update({read[0]: read[3] for read in said.reads})
        if len(seen) == len(burst):
            break
    reader.close()
    assert seen == {tag.epc: hour_ago_us for tag in burst}


def test_a_flood_is_read_to_its_end(zebra: ZebraTwin) -> None:
    reader = open_reader("zebra-mqtt", zebra.name, zebra.url)
    reader.open()
    for start in range(0, 20_000, 500):
        tags = [SeenTag(EPC[:-2] + serial.to_bytes(2, "big")) for serial in range(start, start + 500)]
        zebra.report(tags, time.time_ns() // 1000)
    seen: set[bytes] = set()
    for said in read_batches(reader, 20.0):
        seen |= {read[0] for read in said.reads} if isinstance(said, TagReads) else set()
        if len(seen) == 20_000:
            break
    reader.close()
    assert len(seen) == 20_000


def test_a_message_of_ten_megabytes_is_told_counted_and_passed_over(zebra: ZebraTwin) -> None:
    reader = ZebraReader.from_url(zebra.name, zebra.url)
    reader.open()
    zebra.publish(b'{"data":"' + b"x" * 10_000_000 + b'"}')
    zebra.present([SeenTag(EPC)])
    told = await_event(reader, ReaderEventKind.GARBLED)
    assert "MiB" in told.text
    await_read(reader, lambda read: read[0] == EPC)
    assert reader.dropped == 1
    reader.close()


def test_a_heartbeats_health_is_told_when_it_changes(zebra: ZebraTwin) -> None:
    reader = open_reader("zebra-mqtt", zebra.name, zebra.url)
    reader.open()
    zebra.heartbeat()
    assert await_event(reader, ReaderEventKind.ANTENNA_CONNECTED).port == 1
    zebra.antennas["1"] = "disconnected"
    zebra.dropped += 12
    zebra.heartbeat()
    assert await_event(reader, ReaderEventKind.ANTENNA_LOST).port == 1
    assert await_event(reader, ReaderEventKind.OVERFLOW).value == 12
    zebra.running = False
    zebra.heartbeat()
    await_event(reader, ReaderEventKind.STOPPED)
    reader.close()


def test_an_antenna_that_is_off_is_told_at_the_start_and_again_after_each_new_link(zebra: ZebraTwin) -> None:
    zebra.antennas = {"1": "connected", "2": "disconnected", "3": "disconnected"}
    reader = open_reader("zebra-mqtt", zebra.name, zebra.url, planned=[1, 2])
    for _ in range(2):
        reader.open()
        await_event(reader, ReaderEventKind.CONNECTED)
        zebra.heartbeat()
        assert await_event(reader, ReaderEventKind.ANTENNA_LOST).port == 2
        zebra.heartbeat()
        said = [one for one in read_batches(reader, 0.3) if isinstance(one, ReaderEvent)]
        assert not [one for one in said if one.kind is ReaderEventKind.ANTENNA_LOST], "told once"
        reader.close()


def test_what_a_neutral_gateway_says_beside_reads(broker: EmbeddedBroker) -> None:
    twin = NeutralTwin(broker, "gateway")
    twin.start()
    reader = open_reader("neutral-mqtt", "door", twin.url)
    reader.open()
    for _ in range(2):
        twin.publish(twin.message(events=[{"kind": "temperature", "value": 41}]))
        assert await_event(reader, ReaderEventKind.TEMPERATURE).value == 41
    twin.message()  # lost on its way
    twin.heartbeat()
    assert await_event(reader, ReaderEventKind.OVERFLOW).value == 1
    reader.close()
    twin.stop()


def test_heartbeat_and_temperature_of_a_zebra_reader(zebra: ZebraTwin) -> None:
    reader = open_reader("zebra-mqtt", zebra.name, zebra.url)
    reader.open()
    zebra.heartbeat()
    assert await_event(reader, ReaderEventKind.TEMPERATURE).value == 41
    reader.close()


def test_a_command_that_the_reader_refuses_is_told_as_an_event(zebra: ZebraTwin) -> None:
    reader = open_reader("zebra-mqtt", zebra.name, zebra.url)
    reader.open()
    reader.command(Identify())
    assert "set_appled: failure" in await_event(reader, ReaderEventKind.OTHER).text
    reader.close()


def test_an_overflow_in_an_impinj_reader_is_told(impinj: ImpinjTwin) -> None:
    reader = open_reader("impinj-mqtt", impinj.name, impinj.url)
    reader.open()
    impinj.overflow(17)
    assert await_event(reader, ReaderEventKind.OVERFLOW).value == 17
    with pytest.raises(Rejected, match="api"):
        reader.command(SetGpo(1, True))
    reader.close()


def test_an_impinj_reader_whose_api_does_not_answer_tells_it_as_an_event(impinj: ImpinjTwin) -> None:
    reader = open_reader("impinj-mqtt", impinj.name, impinj.url, api="http://127.0.0.1:9")
    reader.open()
    reader.command(SetGpo(1, True))
    told = await_event(reader, ReaderEventKind.OUTPUT_REFUSED)
    assert (told.port, "/device/gpos" in told.text) == (1, True)
    reader.close()


def test_an_option_of_the_wrong_type_is_named() -> None:
    with pytest.raises(NotFound, match="verify"):
        open_reader("impinj-mqtt", "r700", "mqtt://h/x", verify="maybe")


def test_a_handhelds_barcode_and_a_message_delivered_twice(broker: EmbeddedBroker) -> None:
    twin = HandheldTwin(broker, "RFD40-1")
    twin.start()
    reader = open_reader("zebra-handheld", "handheld", twin.url)
    reader.open()
    twin.scan("3012345678900")
    assert await_event(reader, ReaderEventKind.BARCODE).text == "3012345678900"
    (payload,) = twin.payloads([(SeenTag(EPC), time.time_ns() // 1000)])
    (after,) = twin.payloads([(SeenTag(bytes(12)), time.time_ns() // 1000)])
    for message in (payload, payload, after):
        twin.publish(message)
    reads = []
    for said in read_batches(reader, 10.0):
        reads += said.reads if isinstance(said, TagReads) else []
        if reads and reads[-1][0] == bytes(12):
            break
    assert [read[0] for read in reads] == [EPC, bytes(12)]
    reader.close()
    twin.stop()


def test_a_walk_is_seen_by_a_handheld_too(broker: EmbeddedBroker) -> None:
    twin = HandheldTwin(broker, "RFD40-2")
    twin.start()
    reader = open_reader("zebra-handheld", "handheld-2", twin.url)
    reader.open()
    twin.pass_by([EPC], antennas=(1,), seconds=0.3)
    await_read(reader, lambda read: read[0] == EPC)
    reader.close()
    twin.stop()

"""Readers' published payloads, read as their makers' documents have it."""

import json

import pytest

from drivers.errors import Garbled
from drivers.readings import ReaderEventKind
from drivers.rfid.chafon import LAST, MORE, ChafonFramer, decode_answer, decode_tags, encode_command
from drivers.rfid.gathered import Dialect, Gathered
from drivers.rfid.handheld import HandheldDialect
from drivers.rfid.impinj_events import ImpinjDialect
from drivers.rfid.readings import NO_RSSI_CDBM
from drivers.rfid.timestamps import ReaderClock
from drivers.rfid.zebra_events import ZebraDialect
from tests.support.shared_data import data_file

NOW = 1_900_000_000_000_000


def taken(dialect: Dialect, payload: bytes, topic: str = "t/data") -> Gathered:
    gathered = Gathered("r", NOW, ReaderClock())
    dialect.take(topic, payload, gathered)
    return gathered


def lines(name: str) -> list[bytes]:
    return [line.encode() for line in data_file(f"reader_payloads/{name}").read_text(encoding="utf-8").splitlines()]


def test_impinj_events() -> None:
    rows = [taken(ImpinjDialect(), line) for line in lines("impinj_iot_taginventory.jsonl")]
    assert [row.reads[0] for row in rows] == [
        (bytes.fromhex("7EDA9038051002710002C0AE"), 1, -7000, 1_654_084_800_000_000, 1),
        (bytes.fromhex("3500B6D9801234567890ABCDEF"), 1, NO_RSSI_CDBM, 1_722_945_600_000_000, 1),
        (bytes.fromhex("300833B2DDD9014000000000"), 1, -5234, 1_775_131_201_000_000, 1),
        (bytes.fromhex("8A450224"), 1, -3200, 1_767_261_600_000_000, 1),
    ]
    extra = rows[0].extras[0]
    assert (extra.phase_mrad, extra.channel_khz) == (1204, 927250)
    assert extra.tid == bytes.fromhex("E2801170200014CD9B5A08EC")


def test_impinj_base64_and_hex_say_the_same() -> None:
    first = json.loads(lines("impinj_iot_taginventory.jsonl")[0])
    without_hex = {key: value for key, value in first["tagInventoryEvent"].items() if key != "epcHex"}
    row = taken(ImpinjDialect(), json.dumps({**first, "tagInventoryEvent": without_hex}).encode())
    assert row.reads[0][0] == bytes.fromhex("7EDA9038051002710002C0AE")


def test_impinj_arrays_lines_and_any_field_absent() -> None:
    one = b'{"tagInventoryEvent":{"epc":"ikUCJA=="}}'
    for payload in (b"[" + one + b"," + one + b"]", one + b"\n" + one + b"\n", one + one):
        assert [read[0] for read in taken(ImpinjDialect(), payload).reads] == [bytes.fromhex("8A450224")] * 2
    assert taken(ImpinjDialect(), b'{"tagInventoryEvent":{}}').reads == []
    assert taken(ImpinjDialect(), b"[]").reads == []
    assert taken(ImpinjDialect(), one).reads[0] == (bytes.fromhex("8A450224"), 0, NO_RSSI_CDBM, NOW, 1)


@pytest.mark.parametrize(
    ("event", "kind", "port", "value"),
    [
        ({"overflowEvent": {"eventsPurged": 12, "eventsRemaining": 3}}, ReaderEventKind.OVERFLOW, 0, 12),
        ({"antennaConnectedEvent": {"antennaPort": 2}}, ReaderEventKind.ANTENNA_CONNECTED, 2, 0),
        ({"antennaDisconnectedEvent": {"antennaPort": 3}}, ReaderEventKind.ANTENNA_LOST, 3, 0),
        ({"inventoryStatusEvent": {"inventoryStatus": "running"}}, ReaderEventKind.STARTED, 0, 0),
        ({"gpiTransitionEvent": {"gpi": 1, "transition": "low-to-high"}}, ReaderEventKind.GPI, 1, 1),
        ({"eventType": "somethingNew"}, ReaderEventKind.OTHER, 0, 0),
    ],
)
def test_impinj_other_events(event: dict[str, object], kind: ReaderEventKind, port: int, value: int) -> None:
    (told,) = taken(ImpinjDialect(), json.dumps(event).encode()).events
    assert (told.kind, told.port, told.value) == (kind, port, value)


def test_zebra_events_with_their_offsets() -> None:
    first, second = lines("zebra_iotconnector.jsonl")
    expected = [
        (bytes.fromhex("7EDA9038051002710002C0AE"), 1, -7000, 1_645_568_542_222_000, 1),
        (bytes.fromhex("3034257bf7194e4000001a85"), 2, -4900, 1_658_736_000_000_000, 4),
    ]
    assert taken(ZebraDialect(), first).reads == expected[:1]
    together = taken(ZebraDialect(), first + second)
    assert together.reads == expected
    assert together.extras[1].channel_khz == 867500


@pytest.mark.parametrize("stamp", ['"2022-02-22T22:22:22.222+0000"', "1645568542222", '"1645568542222"'])
def test_zebra_times_in_three_forms(stamp: str) -> None:
    payload = f'{{"type":"SIMPLE","timestamp":{stamp},"data":{{"idHex":"00ff","antenna":1}}}}'.encode()
    assert taken(ZebraDialect(), payload).reads[0][3] == 1_645_568_542_222_000


def test_zebra_heartbeats_inputs_answers_and_our_own_commands() -> None:
    heartbeat = b'{"type":"heartbeat","timestamp":"2022-07-25T10:00:00Z","data":{"system":{"temperature":41.4}}}'
    told = taken(ZebraDialect(), heartbeat).events
    assert [(event.kind, event.value) for event in told] == [
        (ReaderEventKind.HEARTBEAT, 0),
        (ReaderEventKind.TEMPERATURE, 41),
    ]
    (gpi,) = taken(ZebraDialect(), b'{"type":"gpi","data":{"pin":2,"state":"HIGH"}}').events
    assert (gpi.kind, gpi.port, gpi.value) == (ReaderEventKind.GPI, 2, 1)
    (refused,) = taken(ZebraDialect(), b'{"command":"set_gpo","response":"failure"}').events
    assert refused.text == "set_gpo: failure"
    assert taken(ZebraDialect(), b'{"command":"set_gpo","response":"success"}').events == []
    assert taken(ZebraDialect(), b'{"command":"start"}', "t/ctrl/cmd").events == []


def test_handheld_repeats_are_folded_by_number_but_not_after_a_restart() -> None:
    dialect = HandheldDialect()

    def message(number: int, at: str) -> bytes:
        tag = {"EPCid": "E2003411B802011533ABCD12", "peakRssi": -52, "seenCount": 14, "eventNum": number}
        return json.dumps({"type": "INVENTORY", "timestamp": at, "data": {"tagData": [tag]}}).encode()

    first = taken(dialect, message(1, "2026-05-19T14:23:11Z")).reads
    assert first == [(bytes.fromhex("E2003411B802011533ABCD12"), 1, -5200, 1_779_200_591_000_000, 14)]
    assert taken(dialect, message(1, "2026-05-19T14:23:11Z")).reads == []
    assert len(taken(dialect, message(2, "2026-05-19T14:23:11Z")).reads) == 1
    assert len(taken(dialect, message(1, "2026-05-19T15:00:00Z")).reads) == 1


def test_handheld_tags_of_which_only_the_number_is_sure_and_barcodes() -> None:
    assert taken(HandheldDialect(), b'{"data":{"tagData":[{"eventNum":5}]}}').reads == []
    scanned = taken(
        HandheldDialect(), b'{"data":{"barcodeData":[{"decodedBarcode":"3012345678900","symbology":"EAN13"}]}}'
    )
    assert [(event.kind, event.text) for event in scanned.events] == [(ReaderEventKind.BARCODE, "3012345678900")]
    (other,) = taken(HandheldDialect(), b'{"type":"heartBeatEVT"}').events
    assert other.kind is ReaderEventKind.HEARTBEAT


LATE = (
    b'{"timestamp":"late","type":"SIMPLE","tagInventoryEvent":{"epc":"ikUCJA=="},'
    b'"data":{"idHex":"00","tagData":[{"EPC":"00"}]}}'
)


@pytest.mark.parametrize("dialect", [ImpinjDialect, ZebraDialect, HandheldDialect])
@pytest.mark.parametrize(
    "payload", [b"{", b"nonsense", b"\xff\xfe\x00", b"[1,2]", b'{"data":', LATE, b'"text"', b"[" * 5000]
)
def test_malformed_messages_are_refused(dialect: type[Dialect], payload: bytes) -> None:
    with pytest.raises(Garbled):
        taken(dialect(), payload)


@pytest.mark.parametrize(
    ("dialect", "payload"),
    [
        (ImpinjDialect, b'{"tagInventoryEvent":{"epc":"*"}}'),
        (ImpinjDialect, b'{"tagInventoryEvent":{"epcHex":"xyz"}}'),
        (ImpinjDialect, b"{}"),
        (ZebraDialect, b'{"type":"SIMPLE","data":{"idHex":"xyz"}}'),
        (ZebraDialect, b'{"type":"SIMPLE","data":{"peakRssi":"loud","idHex":5}}'),
        (ZebraDialect, b"{}"),
        (HandheldDialect, b'{"data":{"tagData":[{"EPC":"xyz"}]}}'),
    ],
)
def test_fields_that_make_no_sense_are_refused(dialect: type[Dialect], payload: bytes) -> None:
    with pytest.raises(Garbled):
        taken(dialect(), payload)


def test_a_reader_clock_that_runs_ahead_is_set_back_and_a_late_message_keeps_its_time() -> None:
    clock = ReaderClock()
    assert clock.correct(NOW - 3_600_000_000, NOW) == NOW - 3_600_000_000
    assert clock.correct(NOW + 3_600_000_000, NOW) == NOW
    assert clock.correct(NOW + 3_600_000_500, NOW + 1000) == NOW + 500
    assert clock.correct(None, NOW) == NOW


def test_chafon_frames() -> None:
    rows = [bytes.fromhex(line.decode()) for line in lines("chafon_frames.txt") if not line.startswith(b"#")]
    framer = ChafonFramer()
    answers = [decode_answer(frame) for frame in framer.feed(b"".join(rows))]
    assert framer.skipped == 0
    assert [answer.status for answer in answers] == [MORE, MORE, LAST]
    assert [[tag[:3] for tag in decode_tags(answer.data)] for answer in answers] == [
        [(bytes.fromhex("000000000000000000000313"), 1, -2200)],
        [(bytes.fromhex("3039606303c74380001a0559"), 1, -6500)],
        [],
    ]


def test_chafon_finds_its_way_after_garbage_and_half_a_frame() -> None:
    rows = [bytes.fromhex(line.decode()) for line in lines("chafon_frames.txt") if not line.startswith(b"#")]
    framer = ChafonFramer()
    # noise whose first byte may claim a long frame: found only once the line stays silent
    frames = framer.feed(b"\x60noise" + rows[0] + rows[1][:7])
    while not frames:
        frames = framer.give_up_waiting()
    assert frames == [rows[0][1:-2]]
    assert framer.skipped == 6
    frames = framer.feed(rows[2])
    while not frames:
        frames = framer.give_up_waiting()
    assert frames == [rows[2][1:-2]]


def test_chafon_tags_of_uhfreader18_have_no_antenna() -> None:
    assert [tag[:3] for tag in decode_tags(bytes([2, 2, 0xAA, 0xBB, 1, 0xCC]), extended=False)] == [
        (b"\xaa\xbb", 1, NO_RSSI_CDBM),
        (b"\xcc", 1, NO_RSSI_CDBM),
    ]
    with pytest.raises(Garbled):
        decode_tags(bytes([3, 12, 0xAA]))


def test_chafon_inventory_command() -> None:
    assert encode_command(1) == bytes.fromhex("04ff01") + encode_command(1)[3:]
    framer = ChafonFramer(smallest=4)
    assert framer.feed(encode_command(1)) == [b"\xff\x01"]

"""Whatever stands in a message: it is read or refused as garbled, and what came with it isn't lost."""

import json
import math
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import Garbled
from drivers.readings import ReaderEvent, ReaderEventKind, TagReads
from drivers.rfid.gathered import Dialect, Gathered, Gatherer
from drivers.rfid.handheld import HandheldDialect
from drivers.rfid.impinj_events import ImpinjDialect
from drivers.rfid.impinj_webhook import ImpinjWebhookReader
from drivers.rfid.json_stream import Lines
from drivers.rfid.neutral_messages import NeutralDialect
from drivers.rfid.timestamps import ReaderClock
from drivers.rfid.zebra_events import ZebraDialect

NOW = 1_900_000_000_000_000
STAMP = "2030-03-17T17:46:40.000Z"
DIALECTS: list[type[Dialect]] = [ImpinjDialect, ZebraDialect, HandheldDialect, NeutralDialect]
SOUND: dict[type[Dialect], dict[str, Any]] = {
    ImpinjDialect: {
        "timestamp": STAMP,
        "hostname": "r",
        "eventType": "tagInventory",
        "tagInventoryEvent": {
            "epc": "ikUCJA==", "epcHex": "8A450224", "tid": "4oA=", "tidHex": "E280", "antennaPort": 1,
            "peakRssiCdbm": -5500, "frequency": 866900, "phaseAngle": 12.5, "lastSeenTime": STAMP,
        },
    },
    ZebraDialect: {
        "type": "SIMPLE",
        "timestamp": "2030-03-17T17:46:40.000+0000",
        "data": {
            "idHex": "8A450224", "antenna": 1, "peakRssi": -55, "phase": 12.5, "channel": 867.5, "reads": 2,
            "TID": "E280", "MAC": "C4:7D", "hostName": "fx",
        },
    },
    HandheldDialect: {
        "type": "INVENTORY",
        "timestamp": STAMP,
        "data": {
            "tagData": [
                {"EPCid": "8A450224", "eventNum": 1, "antenna": 1, "peakRssi": -52, "phase": 1, "channel": 1,
                 "seenCount": 2, "reads": 2}
            ],
            "barcodeData": [{"decodedBarcode": "3012345678900", "symbology": "EAN13"}],
        },
    },
    NeutralDialect: {
        "v": 1, "boot": "a", "n": 1, "t": STAMP, "reader": "r",
        "reads": [{"epc": "8A450224", "antenna": 1, "rssi": -55, "t": STAMP, "count": 2, "phase": 1, "khz": 1,
                   "tid": "E280"}],
        "events": [{"kind": "gpi", "port": 1, "value": 1, "text": "", "t": STAMP}],
    },
}  # fmt: skip
WRONG = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(10**18, 10**40),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        [1e308, -1e308, "nan", "inf", "-inf", "1e999", "9" * 400, "²", "\ud800".encode("utf-8", "replace").decode()]
    ),
    st.text(max_size=8),
    st.just([]),
    st.just({}),
    st.just([[]]),
    st.just({"temperature": {"ambient": "hot"}, "system": 3}),
)


def paths(thing: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where every value of a JSON object stands."""
    found = [at] if at else []
    items = thing.items() if isinstance(thing, dict) else enumerate(thing) if isinstance(thing, list) else ()
    for key, value in items:
        found += paths(value, (*at, key))
    return found


def with_value(thing: Any, path: tuple[Any, ...], value: Any) -> Any:
    """A copy with one value replaced."""
    copy = json.loads(json.dumps(thing))
    place = copy
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return copy


def check(gathered: Gathered) -> None:
    """Everything that was gathered is of its type and within what a reader may say."""
    for epc, antenna, rssi, at_us, seen in gathered.reads:
        assert isinstance(epc, bytes)
        assert 0 < len(epc) <= 62
        assert 0 <= antenna <= 65_535
        assert -20_000 <= rssi <= 10_000
        assert isinstance(at_us, int)
        assert at_us <= NOW + 1_000_000
        assert 1 <= seen <= 2**31
    for extra in gathered.extras.values():
        assert extra.phase_mrad is None or math.isfinite(extra.phase_mrad)
    assert all(place < len(gathered.reads) for place in gathered.extras)
    for event in gathered.events:
        assert isinstance(event.at_us, int)
        assert isinstance(event.port, int)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_sound_message_is_read_by_the_fast_way_and_the_patient_one_alike(dialect: type[Dialect]) -> None:
    sound = SOUND[dialect]
    fast, patient = (Gathered("r", NOW, ReaderClock()) for _ in range(2))
    dialect().take("t", json.dumps(sound).encode(), fast)
    dialect().take("t", (" \n" + json.dumps(sound, indent=1) + "\n").encode(), patient)
    check(fast)
    assert (fast.reads, fast.extras, fast.events) == (patient.reads, patient.extras, patient.events)
    assert fast.reads


@pytest.mark.parametrize("dialect", DIALECTS)
@given(data=st.data())
def test_a_wrong_value_in_any_field(dialect: type[Dialect], data: st.DataObject) -> None:
    sound = SOUND[dialect]
    path = data.draw(st.sampled_from(paths(sound)))
    message = json.dumps(with_value(sound, path, data.draw(WRONG))).encode()
    gathered = Gathered("r", NOW, ReaderClock())
    try:
        dialect().take("t", message, gathered)
    except Garbled:
        return
    check(gathered)


@pytest.mark.parametrize("dialect", DIALECTS)
@given(cut=st.integers(0, 600), noise=st.binary(max_size=6), tail=st.integers(0, 600))
def test_a_message_cut_and_spoiled_anywhere(dialect: type[Dialect], cut: int, noise: bytes, tail: int) -> None:
    whole = json.dumps(SOUND[dialect]).encode()
    gathered = Gathered("r", NOW, ReaderClock())
    try:
        dialect().take("t", whole[:cut] + noise + whole[len(whole) - tail :], gathered)
    except Garbled:
        return
    check(gathered)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_sound_messages_around_a_bad_one_are_read_and_the_trouble_is_told_once(dialect: type[Dialect]) -> None:
    sound = SOUND[dialect]
    gatherer = Gatherer("r", dialect(), lambda: NOW)
    later = json.loads(json.dumps(sound).replace("2030-03-17T17:46:40.000", "2030-03-17T17:46:39.000"))
    later.pop("n", None)
    messages = [json.dumps(sound).encode(), b'{"broken', json.dumps(later).encode(), b"\xff", b"[1]"]
    gatherer.take([("t", message) for message in messages])
    said = list(gatherer.ready)
    told = [one for one in said if isinstance(one, ReaderEvent) and one.kind is ReaderEventKind.GARBLED]
    assert sum(len(one.reads) for one in said if isinstance(one, TagReads)) == 2
    assert len(told) == 1
    assert gatherer.counters.garbled == 3


def test_of_an_array_only_what_makes_no_sense_is_lost() -> None:
    tag = {"epc": "ikUCJA==", "antennaPort": 1}
    rows: list[Any] = [
        {"tagInventoryEvent": tag},
        {"tagInventoryEvent": {**tag, "antennaPort": 70_000}},
        {"tagInventoryEvent": {**tag, "tidHex": "E2" * 63, "phaseAngle": 1}},
        {"tagInventoryEvent": {**tag, "peakRssiCdbm": None, "frequency": "high"}},
        {"tagInventoryEvent": {"epc": "*", "phaseAngle": 1}},
        {"tagInventoryEvent": {"epc": 5}},
        7,
        {"tagInventoryEvent": {**tag, "phaseAngle": 180}},
    ]
    gatherer = Gatherer("r", ImpinjDialect(), lambda: NOW)
    assert not gatherer.take([("t", json.dumps(rows).encode())]), "the sender may forget it"
    (batch,) = [said for said in gatherer.ready if isinstance(said, TagReads)]
    assert [read[1] for read in batch.reads] == [1, 0, 1, 1, 1]
    assert {place: extra.phase_mrad for place, extra in (batch.extras or {}).items()} == {2: 17, 4: 3142}
    assert gatherer.counters.garbled == 3


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_bad_row_in_the_middle_of_many_costs_one(dialect: type[Dialect]) -> None:
    sound = {key: value for key, value in SOUND[dialect].items() if key != "n"}
    rows = [json.loads(json.dumps(sound).replace(":40.000", f":{second}.000")) for second in range(10, 40)]
    rows[17] = [[]]
    gatherer = Gatherer("r", dialect(), lambda: NOW)
    gatherer.take([("t", json.dumps(rows).encode())])
    assert sum(len(said.reads) for said in gatherer.ready if isinstance(said, TagReads)) == 29
    assert gatherer.counters.garbled == 1


@pytest.mark.parametrize("dialect", DIALECTS)
def test_nothing_of_a_message_that_breaks_off_is_kept(dialect: type[Dialect]) -> None:
    gatherer = Gatherer("r", dialect(), lambda: NOW)
    assert gatherer.take([("t", json.dumps([SOUND[dialect]] * 2).encode()[:-1])])
    assert all(isinstance(said, ReaderEvent) for said in gatherer.ready)
    assert gatherer.counters.garbled == 1


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("depth", [990, 1_100, 3_000, 100_000])
@pytest.mark.parametrize(("opens", "closes"), [('{"a":', "}"), ("[", "]"), ('{"data":', "}"), ('[{"reads":', "}]")])
def test_a_message_nested_beyond_reason_is_garbled(dialect: type[Dialect], depth: int, opens: str, closes: str) -> None:
    gatherer = Gatherer("r", dialect(), lambda: NOW)
    messages = [opens * depth + "1" + closes * depth, opens * depth, (opens * depth + "1" + closes * depth) * 2]
    for number, message in enumerate(messages, 1):
        assert gatherer.take([("t", message.encode())])
        assert gatherer.counters.garbled >= number
    gatherer.take([("t", messages[0].encode())] * 2)
    assert not any(isinstance(said, TagReads) for said in gatherer.ready)


@pytest.mark.parametrize("dialect", DIALECTS)
@given(data=st.data(), depth=st.integers(1, 3_000), kind=st.sampled_from([("[", "]"), ('{"a":', "}")]))
def test_a_deep_nest_in_any_field(
    dialect: type[Dialect], data: st.DataObject, depth: int, kind: tuple[str, str]
) -> None:
    sound = SOUND[dialect]
    path = data.draw(st.sampled_from(paths(sound)))
    nest = kind[0] * depth + "1" + kind[1] * depth
    message = json.dumps(with_value(sound, path, "@nest@")).replace('"@nest@"', nest).encode()
    for payload in (message, b"[%b,%b]" % (json.dumps(sound).encode(), message)):
        gathered = Gathered("r", NOW, ReaderClock())
        try:
            dialect().take("t", payload, gathered)
        except Garbled:
            continue
        check(gathered)


def test_a_webhooks_body_on_which_the_driver_fails_is_refused_and_the_next_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reader = ImpinjWebhookReader("r700", token="t", silence_s=0)
    reader.open()
    take = ImpinjDialect.take

    def fails(self: ImpinjDialect, topic: str, payload: bytes, into: Gathered) -> None:
        if payload == b"poison":
            raise ZeroDivisionError
        take(self, topic, payload, into)

    monkeypatch.setattr(ImpinjDialect, "take", fails)
    with ThreadPoolExecutor(1) as sender:
        poison = sender.submit(reader.offer, b"poison", 5.0)
        while not poison.done():
            reader.read(0.01)
        with pytest.raises(Garbled, match="ZeroDivision"):
            poison.result()
        sound = sender.submit(reader.offer, json.dumps([SOUND[ImpinjDialect]]).encode(), 5.0)
        said = [reader.read(0.01) for _ in iter(sound.done, True)]
        sound.result()
    assert sum(isinstance(one, TagReads) for one in said) == 1
    assert reader.dropped == 1
    reader.close()


def test_two_readers_under_one_name_are_told_once() -> None:
    gatherer = Gatherer("door", ImpinjDialect(), lambda: NOW)
    for hostname in ("a", "b", "a", "b"):
        gatherer.take([("t", json.dumps({**SOUND[ImpinjDialect], "hostname": hostname}).encode())])
    (told,) = [said for said in gatherer.ready if isinstance(said, ReaderEvent)]
    assert "a and b" in told.text


@given(st.lists(st.binary(max_size=20).map(lambda line: line.replace(b"\n", b"")), max_size=8), st.integers(1, 9))
def test_lines_come_whole_however_the_stream_is_cut(lines: list[bytes], size: int) -> None:
    stream = b"".join(line + b"\n" for line in lines)
    splitter = Lines(1000)
    got = [line for at in range(0, len(stream), size) for line in splitter.feed(stream[at : at + size])]
    assert got == [line for line in lines if line and not line.isspace()]


def test_a_line_that_is_too_long_is_passed_over_and_the_next_is_read() -> None:
    splitter = Lines(100)
    got = [line for _ in range(50) for line in splitter.feed(b"x" * 10)]
    assert got == []
    assert splitter.feed(b"end\nafter\nha") == [b"after"]
    assert splitter.oversized == 1
    splitter.restart()
    assert splitter.feed(b"whole\n") == [b"whole"]

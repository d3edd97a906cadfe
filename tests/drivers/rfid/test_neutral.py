"""The program's own messages: their schema, versions, repeats and gaps."""

import json
from typing import Any

import pytest

from drivers.errors import Garbled
from drivers.readings import Extra, ReaderEventKind
from drivers.rfid.gathered import Gathered
from drivers.rfid.neutral_messages import NeutralDialect, schema
from drivers.rfid.readings import NO_RSSI_CDBM
from drivers.rfid.timestamps import ReaderClock

NOW = 1_900_000_000_000_000
EPC = "3034257BF7194E4000001A85"


def taken(dialect: NeutralDialect, message: dict[str, Any] | bytes, topic: str = "door") -> Gathered:
    gathered = Gathered("r", NOW, ReaderClock())
    dialect.take(topic, message if isinstance(message, bytes) else json.dumps(message).encode(), gathered)
    return gathered


def test_a_whole_message() -> None:
    read = {"epc": EPC, "antenna": 2, "rssi": -54.5, "count": 3, "phase": 180, "khz": 866900, "tid": "E280"}
    events = [{"kind": "gpi", "port": 1, "value": 1}, {"kind": "barcode", "text": "3012345678900"}]
    row = taken(NeutralDialect(), {"v": 1, "t": "2026-05-19T14:23:11.250Z", "reads": [read], "events": events})
    assert row.reads == [(bytes.fromhex(EPC), 2, -5450, 1_779_200_591_250_000, 3)]
    assert row.extras == {0: Extra(3142, 866900, None, b"\xe2\x80")}
    assert [(event.kind, event.port, event.value, event.text) for event in row.events] == [
        (ReaderEventKind.GPI, 1, 1, ""),
        (ReaderEventKind.BARCODE, 0, 0, "3012345678900"),
    ]


def test_all_but_version_and_epc_may_be_absent_and_more_may_be_there() -> None:
    row = taken(NeutralDialect(), {"v": 1, "reads": [{"epc": EPC, "colour": "red"}], "mood": "good"})
    assert row.reads == [(bytes.fromhex(EPC), 0, NO_RSSI_CDBM, NOW, 1)]
    assert taken(NeutralDialect(), {"v": 1}).reads == []


@pytest.mark.parametrize(
    "stamp", ["2026-05-19T14:23:11.250Z", "2026-05-19T16:23:11.250+02:00", 1779200591.25, 1779200591250]
)
def test_times_in_their_forms(stamp: object) -> None:
    row = taken(NeutralDialect(), {"v": 1, "reads": [{"epc": EPC, "t": stamp}]})
    assert row.reads[0][3] == 1_779_200_591_250_000


def test_repeats_are_passed_over_gaps_told_and_a_restart_begins_anew() -> None:
    dialect = NeutralDialect()

    def message(boot: str, number: int, topic: str = "door/a") -> Gathered:
        return taken(dialect, {"v": 1, "boot": boot, "n": number, "reads": [{"epc": EPC}]}, topic)

    assert len(message("a", 5).reads) == 1
    again = message("a", 5)
    assert (again.reads, again.repeated) == ([], 1)
    assert message("a", 1, "door/b").events == []
    (gap,) = message("a", 9).events
    assert (gap.kind, gap.value) == (ReaderEventKind.OVERFLOW, 3)
    after = message("b", 1)
    assert (len(after.reads), after.events) == (1, [])


@pytest.mark.parametrize(
    "message",
    [
        {"reads": []},
        {"v": 2, "reads": []},
        {"v": 1, "reads": [{"antenna": 1}]},
        {"v": 1, "reads": [{"epc": "xyz"}]},
        {"v": 1, "reads": [{"epc": "00" * 63}]},
        {"v": 1, "reads": [{"epc": EPC, "t": "late"}]},
        {"v": 1, "events": [{"kind": "party"}]},
        {"v": 1, "reads": {"epc": EPC}},
    ],
)
def test_what_breaks_the_schema_is_refused(message: dict[str, Any]) -> None:
    with pytest.raises(Garbled):
        taken(NeutralDialect(), message)


def test_an_odd_read_costs_nothing_but_itself_and_an_odd_field_not_even_that() -> None:
    odd = [{"epc": EPC, "antenna": -1}, {"epc": EPC, "antenna": "door"}, {"epc": EPC, "rssi": 1e9, "tid": "xyz"}]
    row = taken(NeutralDialect(), {"v": 1, "reads": [*odd, {"epc": "xyz"}, {"antenna": 1}, {"epc": EPC, "antenna": 7}]})
    assert [(antenna, rssi) for _, antenna, rssi, _, _ in row.reads] == [(0, NO_RSSI_CDBM)] * 3 + [(7, NO_RSSI_CDBM)]
    assert len(row.refused) == 2


def test_a_sender_that_tells_no_boot_and_starts_again_is_heard_at_once() -> None:
    dialect = NeutralDialect()

    def told(number: int) -> Gathered:
        return taken(dialect, {"v": 1, "n": number, "reads": [{"epc": EPC}]})

    for number in (4_999, 5_000):
        assert told(number).reads
    for number in (5_000, 4_999, 4_900):
        assert (told(number).reads, told(number).repeated) == ([], 1), "delivered again"
    for number in (1, 2, 3):
        assert (len(told(number).reads), told(number).repeated) == (1, 1)
    assert told(4).events == []


def test_a_sender_that_tells_its_boot_never_steps_back() -> None:
    dialect = NeutralDialect()
    for number, reads in ((5_000, 1), (1, 0)):
        assert len(taken(dialect, {"v": 1, "boot": "a", "n": number, "reads": [{"epc": EPC}]}).reads) == reads


def test_our_own_commands_are_not_read_and_the_schema_can_be_shown() -> None:
    assert taken(NeutralDialect(), b'{"v":1,"do":"start"}', "door/cmd").reads == []
    assert schema()["$defs"]["NeutralRead"]["required"] == ["epc"]

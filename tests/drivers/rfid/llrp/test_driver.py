"""The LLRP driver and its twin, on TCP: configuration, clocks, holding, watchdog, inputs, refusals."""

import contextlib
import time
from collections.abc import Iterator

import pytest

from drivers.contracts import Identify, SetGpo
from drivers.errors import Busy, Disconnected, NotFound, Rejected
from drivers.readings import ReaderEvent, ReaderEventKind, TagReads
from drivers.rfid.llrp.codec import HEADER, Message, encode_message
from drivers.rfid.llrp.device import LlrpDevice, Model
from drivers.rfid.llrp.driver import LlrpReader
from drivers.rfid.llrp.twin import LlrpTwin
from drivers.rfid.readings import SeenTag
from tests.support.reader_rigs import await_event, await_read, read_batches
from tests.support.waiting import wait_until

TAG = SeenTag(bytes.fromhex("3034257bf7194e4000001a85"), 2, -6000)


@contextlib.contextmanager
def running(twin: LlrpTwin) -> Iterator[LlrpTwin]:
    twin.start()
    try:
        yield twin
    finally:
        twin.stop()


@contextlib.contextmanager
def reading(twin: LlrpTwin, **options: object) -> Iterator[LlrpReader]:
    reader = LlrpReader.from_url("gate", twin.url, **options)
    reader.open()
    try:
        yield reader
    finally:
        reader.close()


def sent(twin: LlrpTwin) -> list[str]:
    return [message.name for message in twin.received]


def test_configures_from_capabilities_then_starts() -> None:
    with running(LlrpTwin()) as twin, reading(twin, power_dbm=24.1, session=2, mode=1002, antennas="1,2") as reader:
        assert sent(twin) == [
            "GET_READER_CAPABILITIES",
            "GET_ROSPECS",
            "ENABLE_EVENTS_AND_REPORTS",
            "DELETE_ROSPEC",
            "SET_READER_CONFIG",
            "ADD_ROSPEC",
            "ENABLE_ROSPEC",
            "START_ROSPEC",
        ]
        assert (reader.capabilities.vendor, reader.capabilities.antennas) == (25882, 4)
        rospec = twin.received[5].first("ROSpec")
        assert rospec is not None
        (ai_spec,) = rospec.all("AISpec")
        assert ai_spec.fields["AntennaIDs"] == (1, 2)
        (inventory,) = ai_spec.all("InventoryParameterSpec")
        for antenna in inventory.all("AntennaConfiguration"):
            (transmitter,) = antenna.all("RFTransmitter")
            assert transmitter.fields == {"HopTableID": 0, "ChannelIndex": 1, "TransmitPower": 57}  # 24.0 dBm
        assert twin.inventorying


def test_a_reader_with_hopping_gets_its_own_hop_table_and_a_mode_it_lacks_is_left_out() -> None:
    model = Model(vendor=161, hop_table=3, modes=(7,), powers=((10, 1000), (20, 2000)))
    with running(LlrpTwin(model=model)) as twin, reading(twin, power_dbm=5.0, mode=1002):
        rospec = next(m for m in twin.received if m.name == "ADD_ROSPEC").first("ROSpec")
        assert rospec is not None
        antenna = next(next(next(rospec.all("AISpec")).all("InventoryParameterSpec")).all("AntennaConfiguration"))
        transmitter, command = antenna.params
        assert transmitter.fields == {"HopTableID": 3, "ChannelIndex": 0, "TransmitPower": 10}
        assert [param.name for param in command.params] == ["C1G2SingulationControl"]


@pytest.mark.parametrize("error_us", [-7_200_000_000, 3_600_000_000])
def test_a_clock_that_is_hours_wrong_is_corrected(error_us: int) -> None:
    with running(LlrpTwin(clock_error_us=error_us)) as twin, reading(twin) as reader:
        assert abs(reader.clock_offset_us + error_us) < 1_000_000
        twin.present([TAG])
        at_us = await_read(reader, lambda read: True)[3]
        assert abs(at_us - time.time_ns() // 1000) < 2_000_000


def test_a_clock_that_jumps_ahead_never_reads_in_the_future() -> None:
    with running(LlrpTwin()) as twin, reading(twin) as reader:
        twin.present([TAG])
        await_read(reader, lambda read: True)
        twin.clock_error_us = 3_600_000_000
        for _ in range(5):
            at_us = await_read(reader, lambda read: True)[3]
            assert at_us < time.time_ns() // 1000 + 1_100_000


def test_what_is_read_while_the_link_is_down_is_held_and_arrives_with_its_old_times() -> None:
    with running(LlrpTwin()) as twin:
        with reading(twin) as reader:
            twin.present([TAG])
            await_read(reader, lambda read: True)
            configured = len(twin.received)
            reader.close()
            wait_until(lambda: not twin.connected)
            away = SeenTag(bytes(12), 1, -5000)
            twin.report([away], at_us=time.time_ns() // 1000 - 5_000_000)
            reader.open()
            read = await_read(reader, lambda read: read[0] == away.epc)
            assert 4_000_000 < time.time_ns() // 1000 - read[3] < 15_000_000
            await_read(reader, lambda read: read[0] == TAG.epc)
        again = sent(twin)[configured:]
        assert "ADD_ROSPEC" not in again
        assert "ENABLE_EVENTS_AND_REPORTS" in again


def test_a_reader_that_was_restarted_is_configured_anew() -> None:
    with running(LlrpTwin()) as twin, reading(twin) as reader:
        twin.stop()
        twin.received.clear()
        with pytest.raises(Disconnected):
            for _ in read_batches(reader, 5.0):
                pass
        reader.close()
        twin.start()
        reader.open()
        assert "ADD_ROSPEC" in sent(twin)
        twin.present([TAG])
        await_read(reader, lambda read: True)


def test_reports_come_by_time_when_fewer_than_n_tags_are_there() -> None:
    with running(LlrpTwin()) as twin, reading(twin, report_every_n=1000, report_every_ms=50) as reader:
        twin.present([TAG])
        await_read(reader, lambda read: True)
        rospec = next(m for m in twin.received if m.name == "ADD_ROSPEC").first("ROSpec")
        assert rospec is not None
        report_spec = rospec.first("ROReportSpec")
        stop = next(rospec.all("AISpec")).first("AISpecStopTrigger")
        assert report_spec is not None
        assert stop is not None
        assert report_spec.number("N") == 1000
        assert stop.number("AISpecStopTriggerType") == 0  # a cadence, not a stop trigger


def test_reports_come_by_n_without_asking() -> None:
    with running(LlrpTwin()) as twin, reading(twin, report_every_n=1, report_every_ms=60_000) as reader:
        twin.present([TAG])
        await_read(reader, lambda read: True)


def test_a_reader_that_goes_silent_is_lost_after_three_keepalives() -> None:
    with running(LlrpTwin()) as twin, reading(twin, keepalive_ms=100) as reader:
        await_event(reader, ReaderEventKind.HEARTBEAT)
        twin.silent = True
        started = time.monotonic()
        with pytest.raises(Disconnected, match="silent"):
            for _ in read_batches(reader, 5.0):
                pass
        assert 0.1 < time.monotonic() - started < 2.0


def test_a_second_client_is_told_that_the_reader_is_busy() -> None:
    with running(LlrpTwin()) as twin, reading(twin):
        second = LlrpReader.from_url("other", twin.url)
        with pytest.raises(Busy, match="another client"):
            second.open()


def test_what_the_reader_refuses_is_told_in_its_words() -> None:
    with running(LlrpTwin()) as twin:
        reader = LlrpReader.from_url("gate", twin.url, antennas=(9,))
        with pytest.raises(Rejected, match="no antenna 9"):
            reader.open()


def test_an_output_is_driven_by_set_reader_config() -> None:
    with running(LlrpTwin()) as twin, reading(twin) as reader:
        reader.command(SetGpo(3, True))
        wait_until(lambda: twin.gpo)
        body = bytes.fromhex("00 00db 0007 0003 80".replace(" ", ""))
        frame = twin.gpo_frames[0]
        kind, length, _ = HEADER.unpack_from(frame)
        assert (kind & 0x3FF, length, frame[10:]) == (3, 10 + len(body), body)
        with pytest.raises(Rejected, match="no output 9"):
            reader.command(SetGpo(9, True))
        with pytest.raises(Rejected, match="identify_gpo"):
            reader.command(Identify())


def test_inputs_and_antennas_tell_events() -> None:
    with running(LlrpTwin()) as twin, reading(twin) as reader:
        twin.set_gpi(2, True)
        event = await_event(reader, ReaderEventKind.GPI)
        assert (event.port, event.value) == (2, 1)
        assert abs(event.at_us - time.time_ns() // 1000) < 2_000_000
        twin.set_antenna(4, False)
        assert await_event(reader, ReaderEventKind.ANTENNA_LOST).port == 4
        twin.set_antenna(4, True)
        assert await_event(reader, ReaderEventKind.ANTENNA_CONNECTED).port == 4


def test_half_a_frame_is_garbage_once_and_the_next_are_read() -> None:
    with running(LlrpTwin()) as twin, reading(twin) as reader:
        twin.present([TAG])
        await_read(reader, lambda read: True)
        twin.send_half_frame()
        await_event(reader, ReaderEventKind.GARBLED)
        await_read(reader, lambda read: read[0] == TAG.epc)


def test_a_length_that_lies_swallows_no_more_than_the_watchdog_allows() -> None:
    with running(LlrpTwin()) as twin, reading(twin, keepalive_ms=100) as reader:
        twin.present([TAG])
        await_read(reader, lambda read: True)
        twin.send_garbage(HEADER.pack(1 << 10 | 61, 3_000_000, 1))
        with pytest.raises(Disconnected):
            for _ in read_batches(reader, 5.0):
                pass
        reader.close()
        reader.open()
        await_read(reader, lambda read: read[0] == TAG.epc)


def test_a_report_with_a_broken_body_does_not_stop_the_next() -> None:
    with running(LlrpTwin()) as twin, reading(twin) as reader:
        twin.send_garbage(HEADER.pack(1 << 10 | 61, 14, 1) + b"\x00\xf0\xff\xff")
        event = await_event(reader, ReaderEventKind.GARBLED)
        assert "RO_ACCESS_REPORT" in event.text
        twin.send_garbage(encode_message(Message("KEEPALIVE", id=77)))
        twin.present([TAG])
        await_read(reader, lambda read: True)


def test_extras_of_an_impinj_reader() -> None:
    with running(LlrpTwin()) as twin, reading(twin, extras=True) as reader:
        assert "CUSTOM_MESSAGE" in sent(twin)
        twin.present([TAG._replace(rssi_cdbm=-6143)])
        batch = next(said for said in read_batches(reader, 5.0) if isinstance(said, TagReads))
        assert batch.reads[0][2] == -6143
        assert batch.extras is not None
        assert (batch.extras[0].phase_mrad, batch.extras[0].channel_khz) == (1571, 865700)


def test_a_walk_past_two_antennas_is_seen_in_their_order() -> None:
    with running(LlrpTwin()) as twin, reading(twin, report_every_n=1) as reader:
        epc = bytes(11) + b"\x01"
        twin.pass_by([epc], antennas=(1, 2), seconds=0.6)
        seen: dict[int, list[tuple[int, int]]] = {1: [], 2: []}
        for said in read_batches(reader, 1.0):
            for read in said.reads if isinstance(said, TagReads) else ():
                seen[read[1]].append((read[2], read[3]))
        strongest = {antenna: max(reads)[1] for antenna, reads in seen.items()}
        assert strongest[1] < strongest[2]


def test_a_port_that_speaks_no_llrp_and_one_that_is_closed() -> None:
    twin = LlrpTwin()
    twin.silent = True
    with running(twin):
        reader = LlrpReader.from_url("gate", twin.url)
    with pytest.raises(Disconnected, match="no answer"):
        reader.open()
    with pytest.raises(Disconnected):
        reader.command(SetGpo(1, True))
    reader.close()


def test_an_option_that_does_not_exist_is_named() -> None:
    with pytest.raises(NotFound, match="colour"):
        LlrpReader.from_url("gate", "tcp://127.0.0.1:1", colour="red")


def test_events_of_the_reader_keep_their_kind() -> None:
    with running(LlrpTwin()) as twin, reading(twin) as reader:
        kinds = [said.kind for said in read_batches(reader, 0.2) if isinstance(said, ReaderEvent)]
        assert kinds[:2] == [ReaderEventKind.CONNECTED, ReaderEventKind.STARTED]


def test_a_reader_that_refuses_its_makers_extras_reads_without_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(self: LlrpDevice, message: Message) -> str:
        spec = message.first("ROSpec")
        report = spec.first("ROReportSpec") if spec is not None else None
        return "no such custom parameter" if report is not None and report.first("Custom") else added(self, message)

    added = LlrpDevice._add
    monkeypatch.setattr(LlrpDevice, "_add", refusing)
    with running(LlrpTwin()) as twin, reading(twin, extras=True) as reader:
        twin.present([TAG])
        await_read(reader, lambda read: read[0] == TAG.epc)


def test_without_keepalives_a_quiet_reader_is_not_lost() -> None:
    with running(LlrpTwin()) as twin, reading(twin, keepalive_ms=0, report_every_ms=0) as reader:
        for said in read_batches(reader, 0.3):
            assert isinstance(said, ReaderEvent)
        assert not twin.gpo


def test_a_changed_keepalive_reaches_a_reader_that_went_on_without_us() -> None:
    with running(LlrpTwin()) as twin:
        with reading(twin):
            pass
        wait_until(lambda: not twin.connected)
        twin.received.clear()
        with reading(twin, keepalive_ms=100) as reader:
            assert sent(twin)[-1] == "SET_READER_CONFIG"
            await_event(reader, ReaderEventKind.HEARTBEAT)

"""The LLRP driver and its twin, on TCP: configuration, clocks, holding, watchdog, inputs, refusals."""

import time

import pytest

from drivers.contracts import Identify, SetGpo
from drivers.errors import Busy, Disconnected, NotFound, Rejected
from drivers.readings import ReaderEvent, ReaderEventKind, TagReads
from drivers.rfid.llrp.codec import HEADER, Message
from drivers.rfid.llrp.device import LlrpDevice, Model
from drivers.rfid.llrp.driver import LlrpReader
from drivers.rfid.llrp.twin import LlrpTwin
from drivers.rfid.readings import SeenTag
from drivers.worker import Back, BackOff, Lost, ReaderWorker
from tests.support.llrp_rigs import TAG, reading, running, sent
from tests.support.reader_rigs import await_event, await_read, read_batches
from tests.support.waiting import wait_until


def test_configures_from_capabilities_then_starts() -> None:
    with running(LlrpTwin()) as twin, reading(twin, power_dbm=24.1, session=2, mode=1002, antennas="1,2") as reader:
        assert sent(twin) == [
            "GET_READER_CAPABILITIES",
            "CUSTOM_MESSAGE",
            "GET_READER_CONFIG",
            "GET_ROSPECS",
            "ENABLE_EVENTS_AND_REPORTS",
            "DELETE_ROSPEC",
            "SET_READER_CONFIG",
            "ADD_ROSPEC",
            "ENABLE_ROSPEC",
            "START_ROSPEC",
        ]
        assert (reader.capabilities.vendor, reader.capabilities.antennas) == (25882, 4)
        rospec = twin.received[7].first("ROSpec")
        assert rospec is not None
        (ai_spec,) = rospec.all("AISpec")
        assert ai_spec.fields["AntennaIDs"] == (1, 2)
        (inventory,) = ai_spec.all("InventoryParameterSpec")
        for antenna in inventory.all("AntennaConfiguration"):
            (transmitter,) = antenna.all("RFTransmitter")
            assert transmitter.fields == {"HopTableID": 0, "ChannelIndex": 1, "TransmitPower": 57}  # 24.0 dBm
        assert twin.inventorying


def test_a_reader_with_hopping_gets_its_own_hop_table() -> None:
    model = Model(vendor=161, hop_table=3, modes=(7,), powers=((10, 1000), (20, 2000)))
    with running(LlrpTwin(model=model)) as twin, reading(twin, power_dbm=5.0, mode=7):
        rospec = next(m for m in twin.received if m.name == "ADD_ROSPEC").first("ROSpec")
        assert rospec is not None
        antenna = next(next(next(rospec.all("AISpec")).all("InventoryParameterSpec")).all("AntennaConfiguration"))
        transmitter, command = antenna.params
        assert transmitter.fields == {"HopTableID": 3, "ChannelIndex": 0, "TransmitPower": 10}
        assert [param.name for param in command.params] == ["C1G2RFControl", "C1G2SingulationControl"]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"mode": 1002}, "no RF mode 1002; it names 7"),
        ({"antennas": (1, 9)}, "no antenna 9; the reader has 4"),
        ({"power_dbm": 20.0}, "names no transmit powers"),
        ({"identify_gpo": 5}, "names output 5; the reader has 4"),
    ],
)
def test_what_a_reader_hasnt_got_is_refused_by_name(options: dict[str, object], why: str) -> None:
    with running(LlrpTwin(model=Model(modes=(7,), powers=()))) as twin:
        with pytest.raises(Rejected, match=why):
            LlrpReader.from_url("gate", twin.url, **options).open()
        assert "ADD_ROSPEC" not in sent(twin)


@pytest.mark.parametrize(
    "options", [{"session": 4}, {"llrp": "2.0"}, {"keepalive_ms": -1}, {"report_every_n": 70_000}, {"population": "x"}]
)
def test_an_option_that_no_reader_takes_is_refused(options: dict[str, object]) -> None:
    with pytest.raises(NotFound):
        LlrpReader.from_url("gate", "tcp://127.0.0.1:1", **options)


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


def test_a_slow_consumer_is_no_silent_reader() -> None:
    with running(LlrpTwin()) as twin, reading(twin, keepalive_ms=100) as reader:
        twin.present([TAG])
        await_read(reader, lambda read: True)
        acknowledged = time.monotonic() + 0.5  # five keepalives wait unread meanwhile
        wait_until(lambda: time.monotonic() > acknowledged)
        await_read(reader, lambda read: True)


def test_nothing_is_lost_over_many_reconnections() -> None:
    epcs = [number.to_bytes(12, "big") for number in range(600)]
    seen: list[bytes] = []

    def deliver(news: TagReads | ReaderEvent | Lost | Back) -> None:
        if isinstance(news, TagReads):
            seen.extend(read[0] for read in news.reads)

    with running(LlrpTwin()) as twin:
        worker = ReaderWorker(LlrpReader.from_url("gate", twin.url), deliver, back_off=BackOff(0.02, 0.1))
        worker.start()
        try:
            wait_until(lambda: worker.connected and twin.inventorying)
            for start in range(0, 600, 100):
                wait_until(lambda start=start: len(set(seen)) == start)
                twin.drop_link()
                for epc in epcs[start : start + 100]:
                    twin.report([SeenTag(epc)], at_us=time.time_ns() // 1000)
            wait_until(lambda: len(set(seen)) == 600)
        finally:
            worker.stop()
    assert sorted(seen) == epcs

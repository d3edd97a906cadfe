"""One suite for all RFID readers: each driver against its twin over its real transport."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.broker import Broker
from drivers.contracts import SetGpo, StartInventory, StopInventory
from drivers.errors import Rejected
from drivers.readings import ReaderEvent, ReaderEventKind, TagReads
from drivers.rfid.readings import SeenTag
from drivers.worker import Back, BackOff, Lost, ReaderWorker
from tests.support.reader_rigs import (
    RIG_NAMES,
    Rig,
    await_event,
    await_read,
    broker_of,
    make_rig,
    read_batches,
)
from tests.support.waiting import wait_until

EPCS = [bytes.fromhex("3034257bf7194e40000000") + bytes([serial]) for serial in range(5)]
TAGS = [SeenTag(epc, 1, -5500) for epc in EPCS]


@pytest.fixture(scope="module")
def brokers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Broker]]:
    """One broker of each kind for the module."""
    started: dict[str, Broker] = {}

    def get(kind: str) -> Broker:
        if kind not in started:
            started[kind] = broker_of(kind, tmp_path_factory.mktemp(kind))
        return started[kind]

    yield get
    for broker in started.values():
        broker.stop()


@pytest.fixture(params=RIG_NAMES)
def rig(request: pytest.FixtureRequest, tmp_path: Path, brokers: Callable[[str], Broker]) -> Iterator[Rig]:
    """A driver with its twin, not yet opened."""
    made = make_rig(request.param, tmp_path, brokers)
    yield made
    made.reader.close()
    made.device.stop()
    made.end()


@pytest.fixture
def opened(rig: Rig) -> Rig:
    rig.reader.open()
    await_event(rig.reader, ReaderEventKind.CONNECTED)
    return rig


def test_silent_while_nothing_is_there_and_timeouts_are_kept(opened: Rig) -> None:
    for said in read_batches(opened.reader, 0.2):
        assert isinstance(said, ReaderEvent), "reads out of nothing"
    started = time.monotonic()
    for timeout in (0.0, 0.05, 0.2):
        opened.reader.read(timeout)
    assert time.monotonic() - started < 0.25 + 0.5


def test_reads_what_is_there_with_antenna_strength_and_time(opened: Rig) -> None:
    before_us = time.time_ns() // 1000
    opened.twin.present(TAGS)
    for tag in TAGS:
        epc, antenna, rssi, at_us, seen = await_read(opened.reader, lambda read, epc=tag.epc: read[0] == epc)
        assert (epc, antenna, seen >= 1) == (tag.epc, 1, True)
        assert rssi == -5500
        assert before_us - 500_000 <= at_us <= time.time_ns() // 1000 + 1_100_000


def test_goes_silent_when_the_field_empties(opened: Rig) -> None:
    opened.twin.present(TAGS)
    await_read(opened.reader, lambda read: True)
    opened.twin.present([])
    quiet_since = time.monotonic()
    deadline = quiet_since + 5.0
    while time.monotonic() - quiet_since < 0.3:
        assert time.monotonic() < deadline, "still reading an empty field"
        if isinstance(opened.reader.read(0.05), TagReads):
            quiet_since = time.monotonic()


def test_batches_are_numbered_without_gaps_within_one_boot(opened: Rig) -> None:
    opened.twin.present(TAGS)
    batches = [said for said in read_batches(opened.reader, 0.4) if isinstance(said, TagReads)]
    assert len(batches) > 1
    assert [batch.n for batch in batches] == list(range(batches[0].n, batches[0].n + len(batches)))
    assert {(batch.boot, batch.reader) for batch in batches} == {(batches[0].boot, opened.reader.name)}


def test_says_once_that_bytes_were_garbled_and_goes_on(opened: Rig) -> None:
    opened.twin.present(TAGS)
    await_read(opened.reader, lambda read: True)
    for garbage in opened.garbage * 2:
        opened.device.send_garbage(garbage)
    told = await_event(opened.reader, ReaderEventKind.GARBLED)
    assert told.value > 0
    assert told.text
    for epc in EPCS:
        await_read(opened.reader, lambda read, epc=epc: read[0] == epc)
    again = [s for s in read_batches(opened.reader, 0.2) if isinstance(s, ReaderEvent)]
    assert not [event for event in again if event.kind is ReaderEventKind.GARBLED]


def test_an_output_reaches_the_device_and_a_pulse_falls_back(opened: Rig) -> None:
    if not opened.drives_gpo:
        with pytest.raises(Rejected):
            opened.reader.command(SetGpo(1, True))
        return
    threading.Thread(target=opened.reader.command, args=(SetGpo(1, True, 150),)).start()
    deadline = time.monotonic() + 5.0
    while len(opened.twin.gpo) < 2 and time.monotonic() < deadline:
        opened.reader.read(0.05)
    assert [(port, on) for port, on, _ in opened.twin.gpo] == [(1, True), (1, False)]
    assert opened.twin.gpo_frames[0]


def test_an_output_that_the_device_refuses_is_told(opened: Rig) -> None:
    if not opened.drives_gpo:
        return
    opened.twin.refuses_outputs = True
    opened.reader.command(SetGpo(1, True))
    told = await_event(opened.reader, ReaderEventKind.OUTPUT_REFUSED)
    assert told.port in (0, 1)
    assert told.text
    opened.twin.refuses_outputs = False
    opened.reader.command(SetGpo(1, True))
    said = read_batches(opened.reader, 0.3)
    assert not [one for one in said if isinstance(one, ReaderEvent) and one.kind is ReaderEventKind.OUTPUT_REFUSED]
    assert [(port, on) for port, on, _ in opened.twin.gpo] == [(1, True)]


def test_inventory_stops_and_starts_again(opened: Rig) -> None:
    opened.twin.present(TAGS)
    await_read(opened.reader, lambda read: True)
    try:
        opened.reader.command(StopInventory())
    except Rejected:
        return  # nobody but its bearer stops a handheld
    quiet_since = time.monotonic()
    deadline = quiet_since + 5.0
    while time.monotonic() - quiet_since < 0.3:
        assert time.monotonic() < deadline, "still reading after StopInventory"
        if isinstance(opened.reader.read(0.05), TagReads):
            quiet_since = time.monotonic()
    opened.reader.command(StartInventory())
    await_read(opened.reader, lambda read: True)


def test_closing_is_quick_repeatable_and_opening_again_works(opened: Rig) -> None:
    started = time.monotonic()
    opened.reader.close()
    opened.reader.close()
    assert time.monotonic() - started < 1.0
    opened.reader.open()
    opened.twin.present(TAGS)
    await_read(opened.reader, lambda read: True)


def test_a_lost_link_is_told_once_and_so_is_its_return_and_reading_goes_on(rig: Rig) -> None:
    said: list[TagReads | ReaderEvent | Lost | Back] = []
    worker = ReaderWorker(rig.reader, said.append, back_off=BackOff(0.05, 0.3))

    def told(kind: type) -> int:
        return sum(isinstance(thing, kind) for thing in list(said))

    worker.start()
    try:
        rig.twin.present(TAGS)
        wait_until(lambda: told(TagReads))
        rig.break_link()
        wait_until(lambda: told(Lost))
        rig.mend_link()
        wait_until(lambda: told(Back))
        place = len(said)
        wait_until(lambda: any(isinstance(thing, TagReads) for thing in said[place:]))
    finally:
        started = time.monotonic()
        worker.stop()
    assert time.monotonic() - started < 1.5
    assert (told(Lost), told(Back)) == (1, 1)
    numbers = [thing.n for thing in said if isinstance(thing, TagReads)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_device_that_is_not_there_is_told_once_and_found_later(rig: Rig) -> None:
    rig.break_link()
    rig.device.stop()
    said: list[TagReads | ReaderEvent | Lost | Back] = []
    worker = ReaderWorker(rig.reader, said.append, back_off=BackOff(0.02, 0.1))
    worker.start()
    try:
        wait_until(lambda: said)
        rig.mend_link()
        rig.device.start()
        rig.twin.present(TAGS)
        wait_until(lambda: any(isinstance(thing, TagReads) for thing in list(said)))
    finally:
        worker.stop()
    assert [type(thing) for thing in said if isinstance(thing, Lost | Back)] == [Lost, Back]

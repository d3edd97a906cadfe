"""The device worker: opens, delivers, tells once of loss and return, survives faults."""

import queue
import time

from drivers.contracts import SetGpo
from drivers.errors import DeviceError, Disconnected, Rejected
from drivers.readings import ReaderEvent, ReaderEventKind, TagReads
from drivers.worker import Back, BackOff, DeviceWorker, Lost, ReaderWorker
from tests.support.waiting import wait_until

QUICK = BackOff(0.01, 0.05)


class ScriptedReader:
    """Opens when ``there``; ``read`` gives what was put, and raises what was put if it is an exception."""

    name = "scripted"

    def __init__(self, there: bool = True) -> None:
        self.there = there
        self.opened = 0
        self.closed = 0
        self.script: queue.SimpleQueue[TagReads | ReaderEvent | Exception] = queue.SimpleQueue()

    def open(self) -> None:
        self.opened += 1
        if not self.there:
            raise Disconnected("scripted: not there")

    def read(self, timeout: float) -> TagReads | ReaderEvent | None:
        try:
            thing = self.script.get(timeout=timeout)
        except queue.Empty:
            return None
        if isinstance(thing, Exception):
            raise thing
        return thing

    def command(self, command: object) -> None:
        raise Rejected("scripted: no")

    def close(self) -> None:
        self.closed += 1


def batch(n: int) -> TagReads:
    return TagReads("scripted", "boot", n, 0, [])


def test_delivers_in_order_and_closes_at_the_end() -> None:
    reader, said = ScriptedReader(), []
    worker = ReaderWorker(reader, said.append, back_off=QUICK)
    worker.start()
    for n in range(3):
        reader.script.put(batch(n))
    wait_until(lambda: len(said) == 3)
    assert worker.connected
    started = time.monotonic()
    worker.stop()
    assert time.monotonic() - started < 1.0
    assert said == [batch(0), batch(1), batch(2)]
    assert reader.closed == 1
    assert not worker.connected


def test_a_loss_is_told_once_however_often_opening_fails() -> None:
    reader, said = ScriptedReader(there=False), []
    worker = ReaderWorker(reader, said.append, back_off=QUICK)
    worker.start()
    wait_until(lambda: reader.opened > 3)
    reader.there = True
    wait_until(lambda: len(said) == 2)
    worker.stop()
    assert [type(thing) for thing in said] == [Lost, Back]
    assert said[0].reason == "scripted: not there"
    assert said[1].after_ms >= 0


def test_losses_one_after_the_other_are_each_told() -> None:
    reader, said = ScriptedReader(), []
    worker = ReaderWorker(reader, said.append, back_off=QUICK)
    worker.start()
    for _ in range(2):
        count = len(said)
        reader.script.put(Disconnected("scripted: gone"))
        wait_until(lambda count=count: len(said) == count + 2)
    worker.stop()
    assert [type(thing) for thing in said] == [Lost, Back, Lost, Back]


def test_a_fault_in_the_driver_is_told_as_a_loss_and_the_device_opened_again() -> None:
    reader, said = ScriptedReader(), []
    worker = ReaderWorker(reader, said.append, back_off=QUICK)
    worker.start()
    reader.script.put(ZeroDivisionError("a bug"))
    reader.script.put(ReaderEvent("scripted", ReaderEventKind.HEARTBEAT, 0))
    wait_until(lambda: len(said) == 3)
    worker.stop()
    assert [type(thing) for thing in said] == [Lost, Back, ReaderEvent]
    assert "a bug" in said[0].reason


def test_a_command_that_cannot_be_sent_tells_why() -> None:
    assert isinstance(ReaderWorker(ScriptedReader(), lambda said: None).command(SetGpo(1, True)), DeviceError)


def test_the_worker_serves_other_devices_too() -> None:
    class Scanner:
        name = "scanner"

        def open(self) -> None: ...
        def close(self) -> None: ...
        def read(self, timeout: float) -> str | None:
            return "3012345678900"

    said: list[str | Lost | Back] = []
    worker: DeviceWorker[str] = DeviceWorker(Scanner(), said.append)
    worker.start()
    wait_until(lambda: said)
    worker.stop()
    assert said[0] == "3012345678900"


def test_back_off_grows_to_its_longest_and_is_jittered() -> None:
    back_off = BackOff(1.0, 8.0)
    for attempt, whole in [(1, 1.0), (2, 2.0), (4, 8.0), (50, 8.0)]:
        waits = {back_off.wait(attempt) for _ in range(20)}
        assert len(waits) > 1
        assert all(whole / 2 <= wait <= whole for wait in waits)

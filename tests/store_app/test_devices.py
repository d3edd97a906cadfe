"""The till's devices on their real wires: what the twins do arrives as intents, what is printed comes out."""

import queue
import time
from collections.abc import Iterator

import pytest

from drivers.contracts import Cut, Text
from drivers.readings import TagReads
from installer.demo.devices import TillDevices as Twins
from installer.demo.devices import epc_of
from store_app.devices import TillDevices
from store_app.pad import PadField
from store_app.presenters.intents import Scanned, TagsSeen
from store_app.presenters.messages import DeviceBack, DeviceLost
from store_app.settings import DevicesSection
from tests.support.waiting import wait_until

UNIT = "09521000000193.7"


@pytest.fixture
def twins() -> Iterator[Twins]:
    made = Twins().start()
    yield made
    made.stop()


@pytest.fixture
def heard() -> "queue.SimpleQueue[object]":
    return queue.SimpleQueue()


@pytest.fixture
def devices(twins: Twins, heard: "queue.SimpleQueue[object]") -> Iterator[TillDevices]:
    made = TillDevices(DevicesSection.model_validate(twins.urls()), heard.put)
    made.start()
    yield made
    made.stop()


def wait_for(heard: "queue.SimpleQueue[object]", wanted: object, devices: TillDevices) -> None:
    ends = time.monotonic() + 10
    while time.monotonic() < ends:
        devices.tick()
        try:
            if heard.get(timeout=0.05) == wanted:
                return
        except queue.Empty:
            continue
    raise AssertionError(f"{wanted} never came")


def test_scans_tags_and_paper(twins: Twins, devices: TillDevices, heard: "queue.SimpleQueue[object]") -> None:
    wait_for(heard, DeviceBack("scanner"), devices)
    twins.scanner.scan("9521000000193", "]E0")
    wait_for(heard, Scanned("9521000000193", "]E0", "scanner"), devices)
    twins.lay_on_pad([UNIT])
    wait_for(heard, TagsSeen((epc_of(UNIT).hex(),)), devices)
    twins.lay_on_pad([])
    wait_for(heard, TagsSeen(()), devices)
    devices.print([Text("Bonjour"), Cut()])
    wait_until(lambda: twins.printer.tickets)
    devices.show(["Total 24,00"])


def test_a_pad_that_is_switched_off_is_told_once(
    twins: Twins, devices: TillDevices, heard: "queue.SimpleQueue[object]"
) -> None:
    twins.lay_on_pad([UNIT])
    wait_for(heard, TagsSeen((epc_of(UNIT).hex(),)), devices)
    twins.pad.stop()
    wait_for(heard, TagsSeen(()), devices)
    found = heard.get(timeout=5)
    assert isinstance(found, DeviceLost)
    assert found.device == "pad"


def test_a_tag_leaves_the_pad_when_it_isnt_read_any_more() -> None:
    told: list[tuple[str, ...]] = []
    now = [0.0]
    pad = PadField(told.append, lambda: now[0])
    pad.hear(TagReads("pad", "b", 1, 0, [(b"\x01", 1, -4000, 0, 1), (b"\x02", 1, -4000, 0, 1)]))
    now[0] = 1.0
    pad.hear(TagReads("pad", "b", 2, 0, [(b"\x02", 1, -4000, 0, 1)]))
    now[0] = 1.5
    pad.sweep()
    pad.sweep()
    assert [set(one) for one in told] == [{"01", "02"}, {"02"}]

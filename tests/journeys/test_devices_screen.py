"""Journey of the devices' screen: reads by antenna as they come, a reader that comes back, tests by a manager."""

import time
from collections.abc import Callable

import pytest

from drivers.rfid.readings import SeenTag
from installer.demo.devices import epc_of
from store_app.presenters.names import ScreenName
from store_app.presenters.views import DevicesView
from tests.support.counter import at_work
from tests.support.counting import antenna_of
from tests.support.exits import gpo_writes
from tests.support.hands import Hands
from tests.support.shop import Shop

AtTill = Callable[..., Hands]
LIVE_S = 0.5


def at_devices(hands: Hands, person: str, pin: str) -> Hands:
    at_work(hands, person, pin)
    hands.press("Manage")
    hands.press("Devices")
    hands.on(ScreenName.DEVICES)
    return hands


@pytest.fixture
def manager(at_till: AtTill) -> Hands:
    """Nadia at till 1, before the devices' screen."""
    return at_devices(at_till(1, locale="en"), "Nadia K.", "3333")


def devices(hands: Hands) -> DevicesView:
    view = hands.view
    assert isinstance(view, DevicesView)
    return view


def rate(hands: Hands, antenna: int) -> int:
    """Reads a second of one antenna of the chosen reader, as shown."""
    trends = devices(hands).trends
    rows = trends.rows if trends is not None else ()
    return next((int(row.value.replace("\u202f", "")) for row in rows if row.label == str(antenna)), 0)


def test_reads_are_drawn_by_antenna_as_they_come(shop: Shop, manager: Hands) -> None:
    reader, port = antenna_of("femme")
    twin = shop.readers.twin(reader)
    manager.until(lambda: devices(manager).groups[-1][0] == "This store", what="waiting for the store's readers")
    manager.tap(reader)
    manager.reads("Reads a second, by antenna", "Women")
    assert rate(manager, port) == 0
    tags = [SeenTag(epc_of(unit), port, -5000) for unit in shop.zones["femme"][:5]]
    twin.report(tags, time.time_ns() // 1000)
    began = time.monotonic()
    manager.until(lambda: rate(manager, port) > 0, what="waiting for reads")
    assert time.monotonic() - began < LIVE_S
    twin.present(tags)
    manager.until(lambda: rate(manager, port) >= 10, what="waiting for a steady rate")
    drawn = devices(manager).trends
    assert drawn is not None
    manager.until(lambda: max(next(row for row in devices(manager).trends.rows if row.label == str(port)).values) > 0)
    twin.present([])


def test_a_reader_that_is_unplugged_is_said_so_and_comes_back(shop: Shop, manager: Hands) -> None:
    gate = shop.readers.gate
    manager.tap("portique")
    manager.reads("ready", "Firmware")
    gate.stop()
    manager.reads("doesn't answer", "Look at its power and its network cable")
    assert not manager.offers("Which one is it?")
    gate.start()
    manager.until(lambda: devices(manager).chosen_chip.text == "ready", what="waiting for the reader")
    manager.reads("Last trouble: didn't answer")


def test_a_manager_tests_the_siren(shop: Shop, manager: Hands) -> None:
    gate = shop.readers.gate
    manager.tap("portique")
    before = len(gate.gpo_frames)
    manager.press("Test the siren")
    manager.reads("Output switched for a second")
    manager.until(lambda: len(gate.gpo_frames) >= before + 2, what="waiting for the output to fall back")
    writes = [write for frame in gate.gpo_frames[before:] for write in gpo_writes(frame)]
    port = writes[0][0]
    assert writes[:2] == [(port, True), (port, False)]


def test_a_cashier_isnt_let(shop: Shop, at_till: AtTill) -> None:
    cashier = at_devices(at_till(2, locale="en"), "Camille D.", "1111")
    cashier.tap("portique")
    before = len(shop.readers.gate.gpo_frames)
    cashier.press("Test the siren")
    cashier.reads("Your role doesn't allow this.")
    assert len(shop.readers.gate.gpo_frames) == before


def test_the_scanner_is_tried_without_selling_anything(shop: Shop, manager: Hands) -> None:
    manager.tap("Scanner")
    manager.reads("Scan anything to try it: nothing is sold here.")
    manager.scan("3017620422003", "]E0")
    manager.reads("The scanner reads")
    assert manager.screen is ScreenName.DEVICES
    assert manager.app.shell.desk.sale.basket.empty


def test_the_books_are_right_afterwards(shop: Shop) -> None:
    assert shop.close_books() == []

"""Journey of somebody who looks for a thing: the last place, the handheld's signal as it comes, found and put down."""

import time
from collections.abc import Callable

import pytest

from drivers.rfid.readings import SeenTag
from installer.demo.devices import epc_of
from store_app.presenters.names import ScreenName
from store_app.presenters.views import FinderView, Row
from tests.support.counter import at_work
from tests.support.counting import heard_once
from tests.support.hands import Hands
from tests.support.shop import Shop
from tests.support.web_orders import barcode, name

AtTill = Callable[..., Hands]
LIVE_S = 0.5
"""from a read to the screen"""


@pytest.fixture
def associate(at_till: AtTill) -> Hands:
    """Nadia at till 1, before the screen on which things are looked for."""
    hands = at_work(at_till(1, locale="en"), "Nadia K.", "3333")
    hands.press("Stock")
    hands.press("Locate")
    hands.on(ScreenName.LOCATE)
    return hands


def hold_before(shop: Shop, unit: str, rssi_cdbm: int) -> None:
    """The handheld, trigger pulled, this far from the thing."""
    shop.readers.handheld.present([SeenTag(epc_of(unit), 1, rssi_cdbm)])


def serial(unit: str) -> str:
    """A unit as it is called on the screen."""
    return unit.partition(".")[2]


def finder(hands: Hands) -> FinderView:
    view = hands.view
    assert isinstance(view, FinderView)
    return view


def signal(hands: Hands) -> float:
    """How tall the newest bar is."""
    locate = finder(hands).locate
    return locate.levels[-1] if locate is not None else 0.0


def test_a_thing_is_looked_for_by_name_heard_nearer_and_nearer_and_put_where_it_belongs(
    shop: Shop, associate: Hands
) -> None:
    unit = shop.zones["femme"][3]
    what = name(shop, unit[:14])
    heard_once(shop, {"homme": [unit]})

    associate.fill("Article", what[:4])
    associate.until(lambda: len(finder(associate).results) > 1, what="waiting for articles that are called so")
    associate.fill("Article", barcode(unit[:14]))
    associate.until(lambda: len(finder(associate).results) == 1, what="waiting for the one with this number")
    associate.tap(what)
    associate.until(lambda: finder(associate).results_title, what="waiting for the units")
    associate.reads("Any of them", "Not heard yet", "Men", serial(unit))
    associate.tap(serial(unit))
    associate.reads("last seen in Men")

    hold_before(shop, unit, -6600)
    associate.reads("heard", "portable")
    far = max(signal(associate), 0.05)
    hold_before(shop, unit, -3500)
    associate.reads("Very close")
    assert signal(associate) > 2 * far

    associate.press("Found: put it…")
    associate.reads("Where does it lie now?")
    associate.press("Women")
    associate.reads("Put down", "last seen in Women")
    assert shop.unit(unit)["zone"] == "femme"

    shop.readers.handheld.present([])
    associate.reads("Out of hearing")
    assert signal(associate) == 0.0


def test_a_read_is_on_the_screen_within_half_a_second(shop: Shop, associate: Hands) -> None:
    shop.readers.handheld.present([])
    unit = shop.zones["homme"][3]
    associate.scan(barcode(unit[:14]), "]E0")
    associate.reads(name(shop, unit[:14]), "Not heard yet")

    def listens() -> bool:
        """The till has asked for the signal: before, nobody keeps it."""
        shop.readers.handheld.report([SeenTag(epc_of(unit), 1, -7000)], time.time_ns() // 1000)
        return "−70 dBm" in associate.shown

    associate.until(listens, what="waiting for the signal")
    best = 9.0
    for attempt in range(5):
        shop.readers.handheld.report([SeenTag(epc_of(unit), 1, -4000 - 100 * attempt)], time.time_ns() // 1000)
        began = time.monotonic()
        dbm = f"−{40 + attempt} dBm"
        associate.until(lambda dbm=dbm: dbm in associate.shown, what=f"waiting for {dbm}")
        best = min(best, time.monotonic() - began)
    assert best < LIVE_S


def test_what_was_missed_at_a_count_is_found_and_no_longer_suspected(shop: Shop, associate: Hands) -> None:
    unit = shop.zones["accessoires"][0]
    opened = shop.command("count.open", "", {"zone": "accessoires"})
    shop.command("count.finish", opened["count"])
    shop.command("count.approve", opened["count"], {"decisions": {}})
    assert shop.unit(unit)["suspect"]

    associate.scan(barcode(unit[:14]), "]E0")
    associate.reads("missed")
    associate.tap(serial(unit))
    associate.press("Found: put it…")
    associate.press("Accessories")
    associate.reads("Put down")
    associate.until(lambda: not shop.unit(unit)["suspect"], what="waiting for the suspicion to go")
    assert shop.unit(unit)["zone"] == "accessoires"


def test_what_the_floor_runs_out_of_is_listed_until_it_is_heard_there(shop: Shop, associate: Hands) -> None:
    """One piece on the floor, one more comes into the stockroom; somebody carries it to its shelf."""
    last, zone = next(
        (unit, zone)
        for zone in ("maison", "accessoires", "femme")
        for unit in shop.zones[zone]
        if (shop.stock(unit[:14])["floor"], shop.stock(unit[:14])["back"]) == (1, 0)
    )
    gtin, fresh = last[:14], f"{last[:14]}.77001"

    def listed() -> dict[str, Row]:
        return {row.id: row for row in finder(associate).results}

    line = {"gtin": gtin, "qty": 1, "units": [fresh], "location": "stockroom", "condition": "sellable"}
    shop.command("stock.receive", "more", {"lines": [line], "reason": "received"})
    associate.press("Replenish")
    associate.on(ScreenName.REPLENISH)
    associate.until(lambda: gtin in listed(), what="waiting for the article to be listed")
    row = listed()[gtin]
    assert (row.title, row.right, row.right_sub) == (name(shop, gtin), "bring 1", "1 on the floor, 1 behind")

    shop.readers.place({zone: [last, fresh]})
    associate.until(lambda: gtin not in listed(), what="waiting for the row to close itself")
    assert shop.unit(fresh)["location"] == "salesfloor"


def test_the_books_are_right_afterwards(shop: Shop) -> None:
    assert shop.close_books() == []

"""Journey of the manager: zones are counted by what readers truly hear; decisions become stock, accuracy is drawn."""

from collections.abc import Callable

import pytest

from retail.facts import CountApproved, StockMoved
from store_app.presenters.names import ScreenName
from tests.support import journals
from tests.support.counter import at_work, sell
from tests.support.counting import Counter, before_ceiling, before_handheld, heard_once
from tests.support.hands import Hands
from tests.support.processes import wait_until
from tests.support.shop import Shop
from tests.support.web_orders import name

AtTill = Callable[..., Hands]


@pytest.fixture(scope="module", autouse=True)
def yesterday(shop: Shop) -> None:
    """All units have been heard where they stand."""
    heard_once(shop, shop.zones)


@pytest.fixture
def nadia(at_till: AtTill) -> Hands:
    """The manager, at till 1."""
    return at_work(at_till(1, locale="en"), "Nadia K.", "3333")


def moves(shop: Shop, unit: str) -> list[tuple[str, str, str]]:
    """Where a unit was moved from and to by counts, and what it became."""
    log = journals.in_file(shop.premises.folder / "agent" / "edge.db", f"{shop.store}-A")
    return [
        (move.src.location, move.dst.location, move.dst.condition)
        for one in log
        if isinstance(one.fact, StockMoved) and one.fact.reason == "count"
        for move in one.fact.moves
        if move.unit == unit
    ]


def test_a_zone_is_counted_by_its_ceiling_and_a_handheld(shop: Shop, nadia: Hands) -> None:
    here = shop.zones["femme"]
    sold, lost, dead, *heard = here
    stray = shop.zones["reserve1"][0]
    nadia.lay(sold)
    sell(nadia, name(shop, sold[:14]))
    wait_until(lambda: shop.unit(sold)["state"] == "sold", 10, "the sale to reach the agent")
    expected = len(here) - 1
    by_ceiling, by_hand = heard[:30], heard[30:]
    before = shop.stock(stray[:14])

    counter = Counter(nadia)
    counter.open("Women")
    counter.shows(found=0, misplaced=0, unexpected=0, missing=expected)
    nadia.reads(f"of {expected}")
    before_ceiling(shop, "femme", by_ceiling)
    counter.shows(found=30, misplaced=0, unexpected=0, missing=expected - 30)
    before_handheld(shop, by_hand[:10])
    counter.shows(found=40, missing=expected - 40)
    before_handheld(shop, [*by_hand[10:], stray, sold])
    counter.shows(found=len(heard), misplaced=1, unexpected=1, missing=2)
    assert counter.differences == {stray: ("Misplaced", ""), sold: ("Unexpected", "")}
    assert nadia.view.curve.points[-1][1] == len(heard)  # type: ignore[attr-defined]
    assert shop.unit(stray)["location"] == "stockroom", "nothing is moved before somebody has decided"

    counter.finish("Women")
    counter.shows(found=len(heard), misplaced=1, missing=2)
    accuracy = f"{10_000 * len(heard) // expected / 100:g}".replace(".", ",")
    nadia.reads(f"{accuracy} %", "4 differences")
    assert counter.differences == {
        stray: ("Misplaced", "Move"),
        sold: ("Unexpected", "Ignore"),
        lost: ("Missing", "Suspect"),
        dead: ("Missing", "Suspect"),
    }
    assert counter.possible(sold) == ["Ignore"], "a customer's own garment never comes back by a read"
    assert counter.possible(lost) == ["Suspect", "Write off", "Ignore"]
    before_ceiling(shop, "femme", [])
    before_handheld(shop, [])
    counter.approve()

    assert (shop.unit(stray)["location"], shop.unit(stray)["zone"]) == ("salesfloor", "femme")
    after = shop.stock(stray[:14])
    assert (after["floor"], after["back"]) == (before["floor"] + 1, before["back"] - 1)
    assert moves(shop, stray) == [("stockroom", "salesfloor", "sellable")]
    assert [shop.unit(unit)["state"] for unit in (lost, dead, sold)] == ["in_stock", "in_stock", "sold"]
    assert moves(shop, sold) == moves(shop, lost) == []


def test_a_second_miss_is_written_off_and_a_suspect_that_is_heard_is_well_again(shop: Shop, nadia: Hands) -> None:
    _sold, lost, mended, *heard = shop.zones["femme"]
    stray = shop.zones["reserve1"][0]
    gone = shop.stock(lost[:14])["sellable"]
    counter = Counter(nadia)
    counter.open("Women")
    before_ceiling(shop, "femme", [*heard, stray])
    before_handheld(shop, [mended])
    counter.shows(found=len(heard) + 2, misplaced=0, unexpected=0, missing=1)
    counter.finish("Women")
    assert counter.differences == {lost: ("Missing", "Write off")}
    bars = nadia.view.accuracy.bars  # type: ignore[attr-defined]
    assert len(bars) == 2, "both counts are drawn, the older one first"
    assert bars[0].value < bars[1].value < 100
    before_ceiling(shop, "femme", [])
    before_handheld(shop, [])
    counter.approve()

    assert shop.unit(lost)["state"] == "shrunk"
    assert shop.stock(lost[:14])["sellable"] == gone - 1
    assert moves(shop, lost) == [("salesfloor", "shrink", "sellable")]
    assert shop.unit(mended)["state"] == "in_stock"
    log = journals.in_file(shop.premises.folder / "agent" / "edge.db", f"{shop.store}-A")
    last = [one.fact for one in log if isinstance(one.fact, CountApproved)][-1]
    assert (last.shrunk, last.found, last.by) == ((lost,), (mended,), "nadia")


def test_what_was_written_off_comes_back_when_it_is_heard_again(shop: Shop, nadia: Hands) -> None:
    lost = shop.zones["femme"][1]
    here = shop.zones["maison"]
    counter = Counter(nadia)
    counter.open("Home")
    before_ceiling(shop, "maison", here)
    before_handheld(shop, [lost])
    counter.shows(found=len(here), misplaced=0, unexpected=1, missing=0)
    counter.finish("Home")
    assert counter.differences == {lost: ("Unexpected", "Take back")}
    assert counter.possible(lost) == ["Take back", "Ignore"]
    counter.decide(lost, "Ignore")
    counter.decide(lost, "Take back")
    before_ceiling(shop, "maison", [])
    before_handheld(shop, [])
    counter.approve()
    assert (shop.unit(lost)["state"], shop.unit(lost)["location"]) == ("in_stock", "salesfloor")
    nadia.reads("100 %", "approved")


def test_a_count_can_be_dropped_and_nothing_is_changed(shop: Shop, nadia: Hands) -> None:
    counter = Counter(nadia)
    counter.open("Accessories")
    before_ceiling(shop, "accessoires", shop.zones["accessoires"][:5])
    counter.shows(found=5)
    before_ceiling(shop, "accessoires", [])
    nadia.press("Drop this count")
    nadia.reads("Nothing was changed.")
    assert nadia.screen is ScreenName.COUNT


def test_the_books_are_right_afterwards(shop: Shop) -> None:
    assert shop.close_books() == []

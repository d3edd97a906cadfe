"""Journey of the exit: who has paid passes in silence; an unsold article sounds the siren and is told at every till."""

import time
from collections.abc import Callable

import pytest

from retail.facts import AlarmSettled
from store_app.presenters.names import ScreenName
from tests.support import journals
from tests.support.counter import at_work, cash_up, sell
from tests.support.exits import IN, Exit
from tests.support.hands import Hands
from tests.support.shop import Shop
from tests.support.web_orders import Associate, await_at_store, barcode, name, place_order

AtTill = Callable[..., Hands]
SILENCE_S = 5.5
"""a little more than the store's settings let a till be silent"""


@pytest.fixture
def cashier(at_till: AtTill) -> Hands:
    """Camille at till 1, before an empty basket."""
    return at_work(at_till(1, locale="en"), "Camille D.", "1111")


@pytest.fixture
def manager(at_till: AtTill) -> Hands:
    """Nadia at till 2, before an empty basket."""
    return at_work(at_till(2, locale="en"), "Nadia K.", "3333")


def await_state(shop: Shop, hands: Hands, unit: str, state: str) -> None:
    """Wait until the agent knows the unit so."""
    hands.until(lambda: shop.unit(unit)["state"] == state, what=f"waiting for {unit} to be {state}")


def test_what_was_sold_by_its_tag_passes_in_silence(shop: Shop, cashier: Hands) -> None:
    unit = shop.zones["femme"][0]
    cashier.lay(unit)
    sell(cashier, name(shop, unit[:14]))
    await_state(shop, cashier, unit, "sold")
    door = Exit(shop, cashier)

    assert door.carry(unit) == "out"
    assert (door.sirens, door.alarms(), cashier.notices) == (0, [], [])
    assert door.thought_of(unit) == ["sold"]


def test_what_was_handed_over_passes_in_silence(shop: Shop, cashier: Hands, manager: Hands) -> None:
    unit = shop.zones["homme"][0]
    order = place_order(shop, "G-1", [(unit[:14], 1)])
    await_at_store(shop, order)
    associate = Associate(shop, manager)
    associate.make_ready(order, [unit], "03")
    cashier.scan(order.code)
    cashier.on(ScreenName.HANDOVER)
    cashier.press("Hand over")
    await_state(shop, cashier, unit, "handed_over")
    door = Exit(shop, cashier)
    before = door.sirens, door.alarms()

    assert door.carry(unit) == "out"
    assert (door.sirens, door.alarms()) == before
    assert door.thought_of(unit) == ["handed_over"]


def test_a_barcode_pays_for_one_unit_of_its_article_and_not_for_the_next(
    shop: Shop, cashier: Hands, manager: Hands
) -> None:
    first = shop.zones["accessoires"][0]
    second = one_more(shop, first)
    gtin, what = first[:14], name(shop, first[:14])
    in_stock = shop.stock(gtin)["sellable"]
    cashier.scan(barcode(gtin), "]E0")
    sell(cashier, what)
    cashier.until(lambda: shop.stock(gtin)["unresolved"] == 1, what="waiting for the sale to reach the agent")
    assert shop.stock(gtin)["sellable"] == in_stock - 1
    assert {shop.unit(unit)["state"] for unit in (first, second)} == {"in_stock"}, "nobody knows which one it was"
    door = Exit(shop, cashier)
    sirens, alarms = door.sirens, len(door.alarms())

    assert door.carry(first) == "out"
    assert (door.sirens, len(door.alarms())) == (sirens, alarms)
    assert shop.unit(first)["state"] == "sold"
    assert (shop.stock(gtin)["unresolved"], shop.stock(gtin)["sellable"]) == (0, in_stock - 1)

    door.steal(second)
    assert [one.unit for one in door.alarms()[alarms:]] == [second]
    manager.reads("Alarm at the exit", f"{what} left unsold.")


def test_an_unsold_article_sounds_the_siren_and_every_till_is_told_until_somebody_has_dealt_with_it(
    shop: Shop, cashier: Hands, manager: Hands
) -> None:
    unit = shop.zones["femme"][1]
    what = name(shop, unit[:14])
    door = Exit(shop, cashier)

    door.steal(unit)
    for hands in (cashier, manager):
        hands.reads("Alarm at the exit", f"{what} left unsold.")
    assert (1, True) in [(port, on) for port, on, _ in door.gate.gpo]
    assert door.alarms()[-1].siren

    manager.press("Stock")
    manager.press("Gate and exceptions")
    manager.on(ScreenName.GATE)
    manager.tap(what)
    manager.reads("unsold at the exit", f"…{unit[-8:]}", "sounded", "Main entrance")
    manager.press("False alarm")
    for hands in (cashier, manager):
        hands.until(lambda hands=hands: "Alarm at the exit" not in hands.notices, what="waiting for the notice to go")
    manager.reads("false")
    alarm = door.alarms()[-1].alarm
    settled = journals.in_file(shop.premises.folder / "agent" / "edge.db", f"{shop.store}-A")
    assert [(one.fact.verdict, one.fact.by) for one in settled
            if isinstance(one.fact, AlarmSettled) and one.fact.alarm == alarm] == [("false", "nadia")]  # fmt: skip
    assert shop.unit(unit)["state"] == "in_stock", "the next count will settle where it is"


def test_three_unsold_articles_at_once_are_one_alarm_for_all_tills_and_one_decision(
    shop: Shop, cashier: Hands, manager: Hands
) -> None:
    units = shop.zones["homme"][3:6]
    door = Exit(shop, cashier)
    alarms = len(door.alarms())

    assert door.carry(*units) == "out"
    for hands in (cashier, manager):
        hands.reads("3 unsold articles at once", "Theft in bulk at Main entrance")
    assert {one.unit for one in door.alarms()[alarms:]} == set(units)

    manager.press("Stock")
    manager.press("Gate and exceptions")
    manager.tap("3 unsold articles at once")
    manager.press("Alarm was right")
    for hands in (cashier, manager):
        hands.until(lambda hands=hands: "3 unsold articles at once" not in hands.notices, what="waiting for it to go")
    settled = journals.in_file(shop.premises.folder / "agent" / "edge.db", f"{shop.store}-A")
    said = {one.fact.alarm: one.fact.verdict for one in settled if isinstance(one.fact, AlarmSettled)}
    assert {said[one.alarm] for one in door.alarms()[alarms:]} == {"right"}


def test_who_comes_in_with_our_goods_disturbs_nobody(shop: Shop, cashier: Hands, manager: Hands) -> None:
    unit = shop.zones["maison"][0]
    door = Exit(shop, cashier)
    before = door.sirens, door.alarms()
    assert door.carry(unit, way=IN) == "in"
    assert (door.sirens, door.alarms()) == before
    assert door.thought_of(unit) == ["in_stock"]


def test_what_the_reader_tells_late_alarms_nobody(shop: Shop, cashier: Hands, manager: Hands) -> None:
    late, witness = shop.zones["maison"][1:3]
    door = Exit(shop, cashier)
    before = door.sirens, door.alarms()
    door.burst(late, age_s=60)
    assert door.carry(witness, way=IN) == "in", "what was read after the burst has been thought about"
    assert (door.sirens, door.alarms()) == before
    assert door.thought_of(late) == []
    assert shop.unit(late)["state"] == "in_stock"


def test_while_a_till_is_silent_the_siren_stays_off_and_a_notice_says_so(
    shop: Shop, cashier: Hands, manager: Hands
) -> None:
    unit = shop.zones["homme"][1]
    what = name(shop, unit[:14])
    door = Exit(shop, cashier)
    sirens = door.sirens
    manager.app.stop()
    cashier.reads("The gate waits for a till", "Till 2 hasn't been heard: the siren stays off.")
    assert door.silent_tills == ["LYO1-T2"]

    assert door.carry(unit) == "out"
    cashier.reads("Look at the exit", f"{what} left. A till is silent and may have sold it: the siren stayed off.")
    assert (door.sirens, door.alarms()[-1].siren) == (sirens, False)

    cashier.press("Stock")
    cashier.press("Gate and exceptions")
    cashier.tap(what)
    cashier.reads("left while a till was silent", "stayed off")
    cashier.press("Alarm was right")
    cashier.until(lambda: "Look at the exit" not in cashier.notices, what="waiting for the notice to go")
    cashier.reads("right")


def test_a_till_that_was_cashed_up_doesnt_mute_the_gate(shop: Shop, cashier: Hands, manager: Hands) -> None:
    unit = shop.zones["homme"][2]
    door = Exit(shop, cashier)
    cash_up(manager)
    manager.until(lambda: manager.app.shell.desk.pending == 0, what="waiting for the shift's end to be sent")
    stopped = time.monotonic()
    manager.app.stop()
    cashier.until(lambda: time.monotonic() - stopped > SILENCE_S, what="being silent for longer than the gate waits")
    door.steal(unit)
    assert door.silent_tills == []


def test_the_books_are_right_afterwards(shop: Shop) -> None:
    assert shop.close_books() == []


def one_more(shop: Shop, unit: str) -> str:
    """Another unit of the same article comes into the shop."""
    more = f"{unit[:14]}.900{unit.rpartition('.')[2]}"
    line = {"gtin": unit[:14], "qty": 1, "units": [more], "location": "salesfloor", "condition": "sellable"}
    shop.command("stock.receive", f"more-{unit}", {"lines": [line], "reason": "received"})
    return more

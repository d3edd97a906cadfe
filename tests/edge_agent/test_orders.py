"""Orders from the ledger's feed to the customer's hand, command by command."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge_agent.messages import FactArrived, TimeCame
from tests.support.agents import TILL, agent_settings, built_agent, command, turn
from tests.support.clocks import ManualClock
from tests.support.desk import COATS, Desk, order_row
from tests.support.stock_builders import COAT, MUG, SHIRT, handed_over, sale_of, sold_line, unit_of


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    clock = ManualClock()
    with built_agent(agent_settings(tmp_path), clock) as agent:
        yield Desk(agent, clock)


def test_an_assigned_order_is_accepted_and_its_goods_are_promised(desk: Desk) -> None:
    desk.assign(order_row())
    work = desk.work()
    assert work is not None
    assert (work["work"], work["picked"], work["total"]) == ("accepted", 0, 3)
    assert (desk.stock(COAT)["committed"], desk.stock(COAT)["atp"], desk.stock(MUG)["atp"]) == (1, 2, 3)


def test_from_the_feed_to_the_customers_hand(desk: Desk) -> None:
    desk.assign(order_row())
    desk.make_ready()
    work = desk.work()
    assert work is not None
    assert (work["work"], work["stock"], work["bin"]) == ("ready", "staged", "A1")
    assert desk.stock(COAT)["other"] == 1

    fact = handed_over("o1", [COATS[0]], ("1", COAT, 1), ("2", MUG, 2))
    turn(desk.agent, FactArrived(TILL, 1, desk.clock.now_ms(), fact))
    assert desk.work() is None
    coat, mug = desk.stock(COAT), desk.stock(MUG)
    assert (coat["sellable"], coat["committed"], mug["sellable"], mug["committed"]) == (2, 0, 3, 0)
    assert desk.agent.heart.shop.alarms == {}


def test_a_foreign_and_a_missing_tag_are_refused(desk: Desk) -> None:
    desk.assign(order_row())
    desk.pick_all()
    assert desk.refused("order.verify", units=[COATS[1]], counted={MUG: 2})["missing"] == [COATS[0]]
    assert desk.refused("order.verify", units=COATS[:2], counted={MUG: 2})["reason"] == "extra"
    assert desk.refused("order.verify", units=[COATS[0]], counted={MUG: 1})["reason"] == "miscounted"
    desk.do("order.verify", units=[COATS[0]], counted={MUG: 2})


def test_a_tag_of_the_neighbours_order_is_named(desk: Desk) -> None:
    desk.assign(order_row("o1", ("1", COAT, 1)))
    desk.assign(order_row("o2", ("1", COAT, 1)))
    for order, unit in (("o1", COATS[0]), ("o2", COATS[1])):
        desk.do("order.pick", order)
        desk.do("order.bind", order, line="1", gtin=COAT, unit=unit)
    refused = desk.refused("order.verify", "o1", units=COATS[:2])
    assert (refused["reason"], refused["foreign"]) == ("foreign", [[COATS[1], "o2"]])
    assert desk.refused("order.bind", "o1", line="1", gtin=COAT, unit=COATS[1])["reason"] == "not_allowed"


def test_a_tagged_article_picked_by_its_barcode_gets_its_unit_when_it_is_verified(desk: Desk) -> None:
    desk.assign(order_row("o1", ("1", COAT, 1)))
    desk.do("order.pick")
    desk.do("order.bind", line="1", gtin=COAT, unit=None, means="scan")
    desk.do("order.verify", units=[COATS[2]])
    work = desk.work()
    assert work is not None
    assert (work["work"], work["lines"][0]["units"]) == ("verified", [COATS[2]])


def test_a_short_line_frees_its_promise_and_its_siblings_go_on(desk: Desk) -> None:
    desk.assign(order_row())
    desk.do("order.pick")
    desk.do("order.bind", line="1", gtin=COAT, unit=COATS[0])
    desk.do("order.short", line="2", qty=2, reason="not_found")
    work = desk.work()
    assert work is not None
    assert (work["work"], desk.stock(MUG)["committed"]) == ("picked", 0)


def test_the_pick_list_follows_the_walk_and_says_where_things_were_last_seen(desk: Desk) -> None:
    shirt = unit_of(SHIRT, 0)
    desk.do("stock.receive", lines=[{"gtin": SHIRT, "qty": 1, "units": [shirt], "location": "salesfloor"}])
    shop = desk.agent.heart.shop
    presence = shop.live.presence
    presence.place(COATS[0], "homme", desk.clock.now_ms() * 1000)
    presence.place(shirt, "femme", desk.clock.now_ms() * 1000)
    desk.assign(order_row("o1", ("1", COAT, 1), ("2", SHIRT, 1)))
    work = desk.work()
    assert work is not None
    assert [(line["gtin"], line["zone"]) for line in work["lines"]] == [(SHIRT, "femme"), (COAT, "homme")]


def test_a_cancelled_order_that_nobody_picked_is_closed_at_once(desk: Desk) -> None:
    desk.assign(order_row())
    desk.assign(order_row(state="cancel_requested"))
    assert desk.work() is None
    assert (desk.stock(COAT)["committed"], desk.stock(MUG)["committed"]) == (0, 0)


def test_a_cancelled_order_waits_for_its_goods_to_be_put_back(desk: Desk) -> None:
    desk.assign(order_row())
    desk.make_ready()
    desk.assign(order_row(state="cancel_requested"))
    work = desk.work()
    assert work is not None
    assert work["work"] == "restocking"
    desk.do("order.restock")
    assert desk.work() is None
    coat = desk.stock(COAT)
    assert (coat["other"], coat["back"], coat["committed"]) == (0, 1, 0)
    assert desk.agent.heart.shop.stock.bound == {}


def test_a_handover_of_a_cancelled_order_stands_and_waits_for_a_person(desk: Desk) -> None:
    desk.assign(order_row())
    desk.make_ready()
    desk.assign(order_row(state="cancel_requested"))
    fact = handed_over("o1", [COATS[0]], ("1", COAT, 1), ("2", MUG, 2))
    turn(desk.agent, FactArrived(TILL, 1, desk.clock.now_ms(), fact))
    assert desk.stock(COAT)["sellable"] == 2
    (exception,) = desk.agent.heart.shop.alarms.values()
    assert (exception["kind"], exception["subject"]) == ("reservation_broken", "o1")
    assert command(desk.agent, "exception.settle", exception["id"], outcome="refunded").status == 200


def test_a_walk_in_who_takes_the_last_promised_piece_breaks_the_promise_in_the_open(desk: Desk) -> None:
    desk.assign(order_row("o1", ("1", COAT, 3)))
    turn(desk.agent, FactArrived(TILL, 1, desk.clock.now_ms(), sale_of(sold_line(COAT, units=[COATS[0]]))))
    kinds = {row["kind"] for row in desk.agent.heart.shop.alarms.values()}
    assert kinds == {"reservation_broken"}


def test_nobody_came_and_the_hold_ends(desk: Desk) -> None:
    desk.assign(order_row())
    desk.make_ready()
    desk.clock.forward(73 * 3_600_000)
    assert "expire:o1" in desk.agent.heart.wakes.due(desk.clock.now_ms())
    turn(desk.agent, TimeCame("expire:o1"))
    work = desk.work()
    assert work is not None
    assert work["work"] == "expired"
    desk.do("order.restock")
    assert desk.work() is None


def test_an_order_that_was_finished_doesnt_come_back_with_the_feed(desk: Desk) -> None:
    desk.assign(order_row())
    desk.do("order.reject", reason="no_stock")
    desk.assign(order_row())
    assert desk.work() is None
    assert desk.stock(COAT)["committed"] == 0


def test_the_same_command_twice_is_done_once_and_answered_alike(desk: Desk) -> None:
    desk.assign(order_row())
    first = command(desk.agent, "order.pick", "o1", id="same")
    head = desk.agent.book.head.seq
    assert command(desk.agent, "order.pick", "o1", id="same") == first
    assert desk.agent.book.head.seq == head


def test_what_the_table_doesnt_allow_is_refused_with_what_would_be(desk: Desk) -> None:
    desk.assign(order_row())
    refused = desk.refused("order.stage", bin="A1")
    assert (refused["reason"], refused["state"]) == ("not_allowed", "accepted")
    assert "start_pick" in refused["allowed"]


@pytest.mark.parametrize("kind", ["order.nonsense", "stock.receive"])
def test_a_malformed_command_is_refused_and_changes_nothing(desk: Desk, kind: str) -> None:
    head = desk.agent.book.head.seq
    assert desk.refused(kind, lines=[{"gtin": "123", "qty": 1}])["reason"] in ("unknown_command", "malformed")
    assert desk.agent.book.head.seq == head


def test_a_feed_row_that_breaks_a_rule_is_kept_aside_and_said(desk: Desk) -> None:
    desk.assign(order_row() | {"lines": []})
    assert desk.work() is None
    (notice,) = desk.agent.inspector.health().notices
    assert (notice.code, notice.subject) == ("feed_row", "orders o1")
    desk.assign(order_row())
    assert desk.work() is not None
    assert desk.agent.inspector.health().notices == ()

"""An order's life in the store: steps that people take, the facts they write, the state folded from them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retail.errors import Refused
from retail.facts.base import Fact
from retail.facts.ledger import RefundSettled
from retail.facts.store import OrderAccepted, OrderPicked, OrderRejected
from retail.facts.till import RefundRequested
from retail.orders import Order, OrderLine, fold_order, steps
from retail.orders.order import answer_cancel, track
from retail.stock import StockBook, fold
from retail.transitions import TransitionRefused
from tests.support.stock_builders import COAT, MUG, SHIRT, Ids, handed_over, stocked, tagged, unit_of

BY = "ana"


def order_of(**quantities: int) -> Order:
    articles = {"coat": COAT, "shirt": SHIRT, "mug": MUG}
    lines = {name: OrderLine(name, articles[name], qty, 1000) for name, qty in quantities.items()}
    return Order("o1", "W-1", "pickup", lines)


def shop() -> StockBook:
    return stocked(Ids(), tagged(COAT, 5), tagged(SHIRT, 5))


def do(order: Order, book: StockBook, facts: list[Fact]) -> None:
    for fact in facts:
        fold_order(order, fact)
        fold(book, fact)


def picked(order: Order, book: StockBook) -> None:
    do(order, book, steps.accept(order, BY))
    do(order, book, steps.start_pick(order, BY))
    for line in list(order.lines.values()):
        for number in range(line.qty):
            unit = None if line.gtin == MUG else unit_of(line.gtin, number)
            do(order, book, steps.bind(order, book, line.id, line.gtin, unit, "scan", BY))


def ready(order: Order, book: StockBook) -> None:
    picked(order, book)
    do(order, book, steps.verify(order, order.units, order.plain, book.bound, BY))
    do(order, book, steps.stage(order, "B-12", BY))
    do(order, book, steps.ready(order, 99))


def test_a_pickup_goes_from_assigned_to_handed_over() -> None:
    order, book = order_of(coat=2, mug=1), shop()
    ready(order, book)
    assert (order.work, order.stock, order.bin, order.hold_until) == ("ready", "staged", "B-12", 99)
    assert set(book.bound) == {unit_of(COAT, 0), unit_of(COAT, 1)}
    fold_order(order, handed_over("o1", order.units, ("coat", COAT, 2), ("mug", MUG, 1)))
    assert (order.work, order.stock, order.money, order.closed) == ("handed_over", "gone", "paid", True)


def test_the_last_piece_found_ends_the_picking() -> None:
    order, book = order_of(coat=1, shirt=1), shop()
    do(order, book, steps.accept(order, BY))
    do(order, book, steps.start_pick(order, BY))
    first = steps.bind(order, book, "coat", COAT, unit_of(COAT, 0), "tag", BY)
    assert len(first) == 1
    do(order, book, first)
    last = steps.bind(order, book, "shirt", SHIRT, unit_of(SHIRT, 0), "tag", BY)
    assert isinstance(last[-1], OrderPicked)


def test_a_colleague_takes_the_picking_over() -> None:
    order, book = order_of(coat=1), shop()
    do(order, book, steps.accept(order, BY))
    do(order, book, steps.start_pick(order, BY))
    do(order, book, steps.start_pick(order, "ben"))
    assert (order.work, order.by) == ("picking", "ben")


def test_a_short_line_ends_the_picking_with_what_was_found() -> None:
    order, book = order_of(coat=2), shop()
    do(order, book, steps.accept(order, BY))
    do(order, book, steps.start_pick(order, BY))
    do(order, book, steps.bind(order, book, "coat", COAT, unit_of(COAT, 0), "tag", BY))
    do(order, book, steps.short(order, "coat", 1, "not_found", BY))
    assert order.work == "picked"
    assert (order.lines["coat"].found, order.lines["coat"].short, order.lines["coat"].state) == (1, 1, "short")


def test_an_order_of_which_nothing_is_found_is_rejected() -> None:
    order, book = order_of(coat=2), shop()
    do(order, book, steps.accept(order, BY))
    do(order, book, steps.start_pick(order, BY))
    facts = steps.short(order, "coat", 2, "not_found", BY)
    assert isinstance(facts[-1], OrderRejected)
    do(order, book, facts)
    assert (order.work, order.stock) == ("rejected", "released")


def test_what_can_not_be_bound_says_why() -> None:
    order, book = order_of(coat=1), shop()
    with pytest.raises(TransitionRefused):
        steps.bind(order, book, "coat", COAT, unit_of(COAT, 0), "tag", BY)
    do(order, book, steps.accept(order, BY))
    do(order, book, steps.start_pick(order, BY))
    book.bound[unit_of(COAT, 1)] = ("o2", "1")
    for gtin, unit, reason in [
        (SHIRT, unit_of(SHIRT, 0), "wrong_article"),
        (COAT, unit_of(SHIRT, 0), "wrong_article"),
        (COAT, unit_of(COAT, 99), "not_in_stock"),
        (COAT, unit_of(COAT, 1), "bound_elsewhere"),
    ]:
        with pytest.raises(Refused) as caught:
            steps.bind(order, book, "coat", gtin, unit, "tag", BY)
        assert caught.value.reason == reason
    with pytest.raises(Refused, match="unknown_line"):
        steps.bind(order, book, "hat", COAT, None, "scan", BY)


def test_a_found_piece_is_put_back() -> None:
    order, book = order_of(coat=1), shop()
    picked(order, book)
    do(order, book, steps.unbind(order, "coat", unit_of(COAT, 0), BY))
    assert (order.work, order.stock, order.lines["coat"].todo, book.bound) == ("picking", "reserved", 1, {})
    with pytest.raises(Refused, match="not_bound"):
        steps.unbind(order, "coat", unit_of(COAT, 0), BY)


def test_a_tote_with_a_missing_unit_stays_picked() -> None:
    order, book = order_of(coat=2), shop()
    picked(order, book)
    with pytest.raises(Refused, match="missing"):
        steps.verify(order, [unit_of(COAT, 0)], {}, book.bound, BY)
    assert order.work == "picked"


def test_reasons_quantities_and_bins_are_checked() -> None:
    order, book = order_of(coat=2), shop()
    with pytest.raises(Refused, match="bad_reason"):
        steps.reject(order, "no time", BY)
    do(order, book, steps.accept(order, BY))
    do(order, book, steps.start_pick(order, BY))
    with pytest.raises(Refused, match="bad_quantity"):
        steps.short(order, "coat", 3, "damaged", BY)
    picked_one = order_of(coat=1)
    ready(picked_one, shop())
    with pytest.raises(TransitionRefused):
        steps.verify(picked_one, [], {}, {}, BY)
    staged = order_of(coat=1)
    picked(staged, book := shop())
    do(staged, book, steps.verify(staged, staged.units, {}, book.bound, BY))
    with pytest.raises(Refused, match="no_bin"):
        steps.stage(staged, " ", BY)


def test_a_request_to_cancel_waits_for_an_answer_and_sends_goods_back() -> None:
    order, book = order_of(coat=1), shop()
    ready(order, book)
    answer_cancel(order, "cancel_request")
    assert order.work == "ready"
    answer_cancel(order, "cancel_accept")
    assert (order.work, order.stock) == ("restocking", "released")
    do(order, book, steps.restock(order, BY))
    assert (order.work, book.bound) == ("closed", {})


def test_a_handover_at_a_till_that_was_alone_wins_over_a_cancellation() -> None:
    order, book = order_of(coat=1), shop()
    ready(order, book)
    answer_cancel(order, "cancel_request")
    answer_cancel(order, "cancel_accept")
    fold_order(order, handed_over("o1", order.units, ("coat", COAT, 1)))
    assert (order.work, order.stock) == ("handed_over", "gone")


def test_refunds_move_no_goods_and_goods_no_money() -> None:
    order, book = order_of(coat=2), shop()
    ready(order, book)
    before = (order.work, order.stock)
    ask = RefundRequested(refund="f", order="o1", returned="r", minor=1000, currency="EUR", tender="web", ref="x")
    fold_order(order, ask)
    assert order.money == "refund_asked"
    settled = RefundSettled(refund="f", order="o1", minor=1000, currency="EUR", provider="p", ref="x")
    fold_order(order, settled)
    assert (order.money, (order.work, order.stock)) == ("refunded_in_part", before)
    fold_order(order, ask)
    fold_order(order, settled)
    assert order.money == "refunded"


def test_a_carrier_has_its_own_axis() -> None:
    order = order_of(coat=1)
    for event in ("announce", "collect", "out", "deliver"):
        track(order, event)
    assert (order.carrier, order.work) == ("delivered", "assigned")


def test_facts_of_other_orders_change_nothing() -> None:
    order = order_of(coat=1)
    assert not fold_order(order, OrderAccepted(order="o2", by=BY))
    assert order.work == "assigned"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 3)), max_size=40))
def test_any_clicking_keeps_lines_whole_and_replays_to_the_same_state(clicks: list[tuple[int, int]]) -> None:
    """I13 and I14: whatever people press, every recorded fact is allowed, and a line's pieces are all accounted for."""
    order, book = order_of(coat=2, shirt=1, mug=1), shop()
    log: list[Fact] = []
    for action, number in clicks:
        line = list(order.lines.values())[number % 3]
        unit = None if line.gtin == MUG else unit_of(line.gtin, number)
        actions = (
            lambda: steps.accept(order, BY),
            lambda: steps.start_pick(order, BY),
            lambda line=line, unit=unit: steps.bind(order, book, line.id, line.gtin, unit, "tag", BY),
            lambda line=line, unit=unit: steps.unbind(order, line.id, unit, BY),
            lambda line=line: steps.short(order, line.id, 1, "not_found", BY),
            lambda: steps.verify(order, order.units, order.plain, book.bound, BY),
            lambda: steps.stage(order, "B1", BY),
            lambda: steps.ready(order, 5),
        )
        try:
            facts = actions[action]()
        except Refused:
            continue
        do(order, book, facts)
        log += facts
        for kept in order.lines.values():
            assert kept.qty == kept.found + kept.short + kept.todo
            assert min(kept.found, kept.short, kept.todo, kept.plain) >= 0
        assert set(order.units) == {unit for unit, (name, _) in book.bound.items() if name == "o1"}
    again = order_of(coat=2, shirt=1, mug=1)
    for fact in log:
        fold_order(again, fact)
    assert again == order

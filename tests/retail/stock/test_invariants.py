"""I1 to I10 of the stock model hold whatever a shop does, in any order."""

from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from retail.stock import apply, effects_of
from retail.stock.places import CUSTOMER
from tests.retail.stock.shop_machine import ShopMachine
from tests.support.stock_builders import COAT, SHIRT, Ids, sale_of, sold_line, stocked, tagged, unit_of

Line = tuple[str, int, bool]
Lines = list[Line]
TICKETS = st.lists(st.tuples(st.sampled_from([COAT, SHIRT]), st.integers(0, 5), st.booleans()), max_size=6)

QUICK = settings(max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck))


def test_the_stock_book_keeps_its_promises_whatever_a_shop_does() -> None:
    run_state_machine_as_test(ShopMachine, settings=QUICK)


@settings(max_examples=60, deadline=None)
@given(TICKETS, TICKETS, st.randoms(use_true_random=False))
def test_the_order_in_which_two_tills_are_heard_changes_no_quantity(one: Lines, other: Lines, source: Random) -> None:
    """I11"""
    queue = [("LYO1-T1", lines) for lines in one] + [("LYO1-T2", lines) for lines in other]
    mixed = source.sample(["LYO1-T1"] * len(one) + ["LYO1-T2"] * len(other), len(queue))
    assert quantities(queue, [name for name, _ in queue]) == quantities(queue, mixed)


def quantities(queue: list[tuple[str, Line]], order: list[str]) -> dict[str, tuple[int, int, int]]:
    ids = Ids()
    book = stocked(ids, tagged(COAT, 4), tagged(SHIRT, 4))
    left = {name: [line for device, line in queue if device == name] for name in set(order)}
    for seq, device in enumerate(order, 1):
        gtin, number, by_tag = left[device].pop(0)
        line = sold_line(gtin, 1, [unit_of(gtin, number)] if by_tag else ())
        apply(book, effects_of(book, sale_of(line), (device, seq), seq, ids), seq)
    return {
        gtin: (book.physical(gtin), book.balance(gtin, CUSTOMER), book.unresolved.get(gtin, 0))
        for gtin in (COAT, SHIRT)
    }

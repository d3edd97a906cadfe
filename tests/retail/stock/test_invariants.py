"""I1 to I10 of the stock model hold whatever a shop does, in any order."""

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.retail.stock.shop_machine import ShopMachine

QUICK = settings(max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck))


def test_the_stock_book_keeps_its_promises_whatever_a_shop_does() -> None:
    run_state_machine_as_test(ShopMachine, settings=QUICK)

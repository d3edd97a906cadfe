"""The four axes are independent: each is worked out from its own causes alone."""

from hypothesis import given, settings
from hypothesis import strategies as st

from sync.ledger.axes import WORK, StoreWork, money_axis, stock_axis, work_axis

STORES = st.lists(st.builds(StoreWork, st.sampled_from(WORK[1:]), st.booleans(), st.booleans()), max_size=4)


@settings(max_examples=60, deadline=None)
@given(STORES, st.booleans(), st.booleans())
def test_an_order_is_as_far_as_its_slowest_part(stores: list[StoreWork], unrouted: bool, cancelled: bool) -> None:
    work = work_axis(stores, unrouted, cancelled)
    assert work in (*WORK, "cancelled")
    active = [one for one in stores if one.handed_over or one.work not in ("rejected", "restocked")]
    if unrouted and not (cancelled and not active):
        assert work == "unrouted"
    elif active:
        assert work in {"handed_over" if one.handed_over else one.work for one in active}


def test_work_and_stock_of_two_stores() -> None:
    stores = [StoreWork("ready", True, False), StoreWork("picking", False, False)]
    assert work_axis(stores, False, False) == "picking"
    assert stock_axis(stores) == "bound"
    assert stock_axis([StoreWork("ready", True, True), stores[1]]) == "partly_left"
    assert stock_axis([StoreWork("ready", True, True)]) == "left"


def test_a_rejecting_store_counts_for_nothing() -> None:
    assert work_axis([StoreWork("rejected", False, False), StoreWork("accepted", False, False)], False, False) == (
        "accepted"
    )
    assert stock_axis([StoreWork("rejected", False, False)]) == "released"


def test_cancelled_once_everything_is_back() -> None:
    assert work_axis([StoreWork("ready", True, False)], False, True) == "ready"
    assert work_axis([StoreWork("restocked", True, False)], False, True) == "cancelled"


def test_money() -> None:
    assert money_axis(2000, []) == "paid"
    assert money_axis(0, []) == "unpaid"
    assert money_axis(2000, [("requested", 500), ("settled", 500)]) == "refund_requested"
    assert money_axis(2000, [("settled", 500), ("conflict", 1500)]) == "partly_refunded"
    assert money_axis(2000, [("settled", 500), ("settled", 1500)]) == "refunded"

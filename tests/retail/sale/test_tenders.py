"""Paying: any split, change, cash rounding, the limit, and voiding."""

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.errors import Refused
from retail.facts import Tendered
from retail.facts.till import TenderKind
from retail.money import CashRounding, cash_rounding
from retail.sale.tenders import (
    Payment,
    Tender,
    add_cash,
    add_tender,
    give_back,
    left_to_give,
    looks_like_card_number,
    payment_from_plain,
    payment_to_plain,
    tendered,
    void,
)
from tests.support.shared_data import csv_rows


def refused(operation: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        operation()
    return caught.value.reason


def test_cash_with_change() -> None:
    payment = add_cash(Payment(1999, "EUR"), "1", 5000)
    assert (payment.settled, payment.change_minor, payment.cash_minor) == (True, 3001, 1999)


def test_any_split() -> None:
    payment = add_tender(Payment(5000, "EUR"), "1", "gift_card", balance_minor=1500)
    payment = add_tender(payment, "2", "card", 2000, ref="T42", attempt="a1")
    payment = add_tender(payment, "3", "voucher", 500)
    payment = add_cash(payment, "4")
    assert [(one.kind, one.minor) for one in tendered(payment)] == [
        ("gift_card", 1500), ("card", 2000), ("voucher", 500), ("cash", 1000),
    ]  # fmt: skip
    assert payment.settled


def test_published_cash_rounding() -> None:
    for row in csv_rows("pos/cash_rounding.csv"):
        due = int(Decimal(row["document_total"]) * 100)
        rounding = CashRounding(int(Decimal(row["increment"]) * 100), exact_allowed=row["id"] == "cr13")
        paid = [int(Decimal(part) * 100) for part in row["amount_paid"].split(" or ")]
        payment = add_cash(Payment(due, "EUR", rounding), "1", paid[0])
        assert payment.settled, row["id"]
        assert payment.cash_minor == paid[0], row["id"]
        if row["rounding_difference"]:
            assert payment.rounding_minor == int(Decimal(row["rounding_difference"]) * 100)
        for exact in paid[1:]:
            payment = add_cash(Payment(due, "EUR", rounding), "1", exact)
            assert (payment.settled, payment.rounding_minor, payment.change_minor) == (True, 0, 0)


def test_only_cash_is_rounded() -> None:
    by_card = add_tender(Payment(1572, "EUR", cash_rounding("BE")), "1", "card")
    assert (by_card.settled, by_card.rounding_minor) == (True, 0)
    mixed = add_cash(add_tender(Payment(1572, "EUR", cash_rounding("BE")), "1", "card", 1000), "2", 2000)
    assert (mixed.settled, mixed.rounding_minor, mixed.change_minor) == (True, -2, 2000 - 570)


def test_voiding_one_tender() -> None:
    payment = add_cash(add_tender(Payment(1000, "EUR"), "1", "card", 400), "2")
    left, gone = void(payment, "1")
    assert (gone.kind, left.remaining_minor) == ("card", 400)
    assert refused(lambda: void(left, "1")) == "no_such_tender"
    rounded, _ = void(add_cash(Payment(1572, "EUR", cash_rounding("BE")), "1"), "1")
    assert rounded.remaining_minor == 1572


def test_the_cash_limit() -> None:
    payment = Payment(150_000, "EUR", cash_limit_minor=100_000)
    assert refused(lambda: add_cash(payment, "1")) == "cash_limit"
    payment = add_cash(payment, "1", 100_000)
    assert refused(lambda: add_cash(payment, "2", 1)) == "cash_limit"
    assert add_tender(payment, "2", "card").settled


def test_what_a_tender_may_not_be() -> None:
    payment = Payment(1000, "EUR")
    assert refused(lambda: add_tender(payment, "1", "card", 1001)) == "more_than_due"
    assert refused(lambda: add_tender(payment, "1", "card", -5)) == "bad_amount"
    assert refused(lambda: add_tender(payment, "1", "cash")) == "cash_has_change"
    assert refused(lambda: add_tender(payment, "1", "gift_card", 900, balance_minor=800)) == "balance"
    assert refused(lambda: add_tender(payment, "1", "gift_card", balance_minor=0)) == "bad_amount"
    assert refused(lambda: add_tender(payment, "1", "card", ref="4970 1012 3456 7893")) == "card_number"
    assert refused(lambda: add_cash(payment, "1", 0)) == "bad_amount"
    assert refused(lambda: add_cash(add_cash(payment, "1"), "2", 5)) == "nothing_due"


def test_money_goes_back() -> None:
    payment = add_cash(add_tender(Payment(-1573, "EUR", cash_rounding("BE")), "1", "card", -1000), "2")
    assert (payment.settled, payment.cash_minor, payment.rounding_minor) == (True, -575, -2)
    part = add_cash(Payment(-1000, "EUR"), "1", -400)
    assert part.remaining_minor == -600
    assert refused(lambda: add_cash(Payment(-1000, "EUR"), "1", -1001)) == "bad_amount"
    assert refused(lambda: add_tender(Payment(-1000, "EUR"), "1", "card", 100)) == "bad_amount"


def test_giving_back_by_the_tenders_that_paid() -> None:
    paid = (Tendered(kind="cash", minor=500), Tendered(kind="card", minor=1500, ref="T1"))
    assert [(one.kind, one.minor, one.ref) for one in give_back(paid, 1800)] == [
        ("card", -1500, "T1"),
        ("cash", -300, ""),
    ]


def test_a_payment_outlives_its_process() -> None:
    payment = add_tender(Payment(1000, "EUR", cash_rounding("FI")), "1", "card", 400, ref="r", attempt="a")
    assert payment_from_plain(json.loads(json.dumps(payment_to_plain(payment)))) == payment


def test_card_numbers_are_recognised() -> None:
    assert looks_like_card_number("4111-1111-1111-1111")
    assert not looks_like_card_number("4111-1111-1111-1112")
    assert not looks_like_card_number("3256220513173")
    assert not looks_like_card_number("hello")


@given(st.integers(1, 10**6), st.lists(st.integers(1, 10**5), max_size=5), st.sampled_from(["FR", "BE", "FI", "SE"]))
def test_a_settled_payment_balances(due: int, parts: list[int], country: str) -> None:
    payment = Payment(due, "EUR", cash_rounding(country))
    for i, part in enumerate(parts):
        if part < payment.remaining_minor:
            payment = add_tender(payment, f"t{i}", "card", part)
    payment = add_cash(payment, "c", payment.cash_due_minor + 5000)
    assert payment.settled
    assert sum(one.minor for one in tendered(payment)) == due + payment.rounding_minor
    assert abs(payment.rounding_minor) * 2 <= cash_rounding(country).increment_minor
    assert all(one.given_minor - one.change_minor == one.minor for one in payment.tenders if one.kind == "cash")


@given(
    st.lists(st.tuples(st.sampled_from(["cash", "card", "gift_card", "voucher"]), st.integers(1, 5000)), min_size=1),
    st.integers(1, 10**5),
    st.integers(0, 6),
)
def test_no_tender_gives_back_more_than_it_paid(paid: list[tuple[TenderKind, int]], due: int, steps: int) -> None:
    tenders = [Tendered(kind=kind, minor=minor, ref=kind) for kind, minor in paid]
    payment = Payment(-due, "EUR")
    for step in range(steps):
        part = next(iter(left_to_give(tenders, payment)), None)
        if part is None:
            break
        payment = replace(payment, tenders=(*payment.tenders, Tender(str(step), part.kind, part.minor, ref=part.ref)))
    for kind in {kind for kind, _minor in paid}:
        given_now = -sum(tender.minor for tender in payment.tenders if tender.kind == kind)
        assert given_now <= sum(minor for one, minor in paid if one == kind)
    rest = -sum(part.minor for part in left_to_give(tenders, payment))
    assert rest == min(-payment.remaining_minor, sum(minor for _kind, minor in paid) + _given(payment))


def _given(payment: Payment) -> int:
    return sum(tender.minor for tender in payment.tenders)

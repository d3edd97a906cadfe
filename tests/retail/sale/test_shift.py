"""The till's day: business date, figures from facts, cash and the blind count."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.errors import Refused
from retail.facts import Fact, PaymentReversed, SaleCompleted
from retail.fiscal import Moment
from retail.sale.shift import business_date, close_shift, counted, figures, move_cash, open_shift
from tests.support.retail_builders import NOW, a_sale

OPENED = open_shift("shift1", "2026-11-18", "anne", 10_000, "EUR")
HOUR = 3_600_000


def refused(operation: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        operation()
    return caught.value.reason


def test_a_night_belongs_to_the_day_before() -> None:
    midnight = Moment(NOW - NOW % 86_400_000 + 86_400_000, 0)
    assert midnight.date == "2026-11-19"
    assert business_date(midnight) == "2026-11-18"
    assert business_date(Moment(midnight.ms + 4 * HOUR)) == "2026-11-19"


@given(st.integers(0, 400), st.integers(-400, 400), st.integers(0, 3))
def test_the_business_date_never_goes_back(day: int, jump: int, closed: int) -> None:
    current = business_date(Moment(NOW + day * 86_400_000))
    closed_day = business_date(Moment(NOW + (day - closed) * 86_400_000))
    later = business_date(Moment(NOW + (day + jump) * 86_400_000), current=current, closed_day=closed_day)
    assert later >= current
    assert later > closed_day


def test_after_closing_the_next_ticket_is_tomorrows() -> None:
    assert business_date(Moment(NOW), closed_day="2026-11-18") == "2026-11-19"
    assert business_date(Moment(NOW), closed_day="2026-12-31") == "2027-01-01"


def day() -> list[Fact]:
    sale = a_sale(1000, 2000)
    line = replace(sale.lines[0], qty=-1, gross_minor=-1000, total_minor=-1000, net_minor=-833, tax_minor=-167)
    back = replace(sale, sale="s2", number="LYO1-T1-000002", total_minor=-1000, lines=(line,),
                   tenders=(replace(sale.tenders[0], minor=-1000),))  # fmt: skip
    facts: list[Fact] = [OPENED, sale, back]
    facts.append(move_cash(figures(facts), "pay_in", 500, "change", "anne"))
    facts.append(move_cash(figures(facts), "drop", 2000, "safe", "anne"))
    return [*facts, replace(sale, training=True), PaymentReversed(attempt="a", terminal="t", minor=5, currency="EUR")]


def test_figures_from_facts_alone() -> None:
    now = figures(day(), shift="shift1")
    assert (now.tickets, now.articles, now.sold_minor, now.returned_minor, now.total_minor) == (2, 2, 3000, -1000, 2000)
    assert now.tenders == {"cash": 2000}
    assert now.expected_cash_minor == 10_000 + 2000 + 500 - 2000
    assert (now.first_number, now.last_number, now.reversed_minor) == ("LYO1-T1-000001", "LYO1-T1-000002", 5)
    assert [tax.gross_minor for tax in now.taxes] == [2000]
    assert figures(day(), day="2026-11-18") == now
    assert figures(day(), day="2026-11-17").tickets == 0
    assert figures(day(), shift="other").tickets == 0


def test_cash_in_and_out() -> None:
    now = figures([OPENED])
    assert move_cash(now, "pay_out", 10_000, "window cleaner", "anne").minor == -10_000
    assert refused(lambda: move_cash(now, "drop", 10_001, "safe", "anne")) == "not_so_much_cash"
    assert refused(lambda: move_cash(now, "pay_in", 5, " ", "anne")) == "needs_reason"
    assert refused(lambda: move_cash(now, "pay_in", 0, "x", "anne")) == "bad_amount"
    assert refused(lambda: open_shift("s", "2026-11-18", "anne", -1, "EUR")) == "bad_amount"


def test_a_blind_count_is_explained_or_approved() -> None:
    now = figures([OPENED])
    assert close_shift(now, counted({5000: 1, 1000: 5}), "anne").difference_minor == 0
    assert refused(lambda: close_shift(now, 9_900, "anne")) == "difference_needs_reason"
    assert refused(lambda: close_shift(now, 9_900, "anne", reason="?", limit_minor=99)) == "difference_needs_approval"
    closed = close_shift(now, 9_900, "anne", reason="coin lost", limit_minor=100)
    assert (closed.expected_minor, closed.difference_minor, closed.reason) == (10_000, -100, "coin lost")
    assert close_shift(now, 5_000, "anne", reason="robbed", approved=True).difference_minor == -5_000
    assert figures([OPENED, closed]).closed == closed
    assert refused(lambda: counted({-5: 1})) == "bad_count"


def test_five_thousand_tickets_are_summed() -> None:
    sale = a_sale(1000)
    sales: list[SaleCompleted] = [replace(sale, number=f"n{i}") for i in range(5000)]
    assert figures([OPENED, *sales]).sold_minor == 5_000_000

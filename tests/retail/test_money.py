"""Amounts: sharing, rounding, what people type."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retail.errors import Impossible, Refused
from retail.money import (
    CashRounding,
    Money,
    allocate,
    cash_rounding,
    half_up,
    parse_amount,
    round_cash,
    show,
    show_plain,
    to_decimal,
    to_minor,
)


@settings(max_examples=200)
@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=40))
def test_sharing_loses_no_cent_and_is_fair(total: int, weights: list[int]) -> None:
    parts = allocate(total, weights)
    assert sum(parts) == total
    whole = sum(weights) or len(weights)
    for part, weight in zip(parts, weights if sum(weights) else [1] * len(weights), strict=True):
        assert abs(part - Fraction(total * weight, whole)) < 1


def test_sharing_the_odd_cent_goes_to_the_largest_remainder() -> None:
    assert allocate(100, [1, 1, 1]) == [34, 33, 33]
    assert allocate(-100, [1, 1, 1]) == [-34, -33, -33]
    assert allocate(10, [0, 0]) == [5, 5]
    assert allocate(0, []) == []


def test_sharing_among_nobody_is_a_bug() -> None:
    with pytest.raises(Impossible):
        allocate(1, [])
    with pytest.raises(Impossible):
        allocate(1, [2, -1])


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**6))
def test_half_up_is_symmetric(numerator: int, denominator: int) -> None:
    value = Fraction(numerator, denominator)
    assert half_up(-value) == -half_up(value)
    assert abs(half_up(value) - value) <= Fraction(1, 2)


def test_half_up_of_decimals() -> None:
    assert [half_up(Decimal(text)) for text in ("0.5", "1.5", "-0.5", "0.49")] == [1, 2, -1, 0]


def test_cash_rounding_by_country() -> None:
    assert round_cash(1572, cash_rounding("BE")) == 1570
    assert round_cash(1573, cash_rounding("BE")) == 1575
    assert round_cash(-1573, cash_rounding("BE")) == -1575
    assert cash_rounding("FR") == CashRounding(1)


@pytest.mark.parametrize(
    ("text", "minor"), [("12,50", 1250), ("12.50", 1250), ("1 234,5", 123450), ("7", 700), (" 0,05 ", 5)]
)
def test_what_a_french_cashier_types(text: str, minor: int) -> None:
    assert parse_amount(text, "EUR", "fr_FR") == minor


@pytest.mark.parametrize(
    ("text", "reason"), [("12,505", "too_precise"), ("abc", "not_an_amount"), ("", "not_an_amount")]
)
def test_what_is_not_an_amount(text: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_amount(text, "EUR", "fr_FR")
    assert refused.value.reason == reason


def test_amounts_for_people() -> None:
    assert show(123450, "EUR", "fr_FR").replace("\u202f", " ").replace("\xa0", " ") == "1 234,50 €"
    assert show(123450, "EUR", "en_GB") == "€1,234.50"
    assert show_plain(-5, "EUR", "fr_FR") == "-0,05"
    assert show_plain(500, "JPY", "en") == "500"
    assert to_minor(to_decimal(1999, "EUR"), "EUR") == 1999


def test_two_currencies_never_meet() -> None:
    assert (Money(5, "EUR") + Money(7, "EUR") - Money(2, "EUR")) == -Money(-10, "EUR")
    with pytest.raises(Impossible):
        _ = Money(1, "EUR") + Money(1, "CHF")

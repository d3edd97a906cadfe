"""Intervals against published values, and the table's shape."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installer.simulate.figures import Line, Share, garwood, spread, table, wilson


def test_wilson_against_published_values() -> None:
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)  # Newcombe 1998, table I, method 3
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson(0, 0) == (0.0, 1.0)


def test_garwood_against_published_values() -> None:
    assert garwood(0) == pytest.approx((0.0, 3.689), abs=1e-3)  # chi-squared tables
    assert garwood(1) == pytest.approx((0.0253, 5.572), abs=1e-3)
    assert garwood(10) == pytest.approx((4.795, 18.39), abs=1e-2)


@given(st.integers(1, 100_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_holds_the_share(counted: tuple[int, int]) -> None:
    hits, of = counted
    low, high = wilson(hits, of)
    assert 0.0 <= low <= hits / of + 1e-12
    assert hits / of - 1e-12 <= high <= 1.0


def test_a_missed_bar_is_shown_as_missed() -> None:
    text = table([Line("direction", "10", str(Share(9, 10)), "99.5 %", "95 %", met=False)])
    assert "90.00 % (59.58 to 98.21)" in text
    assert " NO " in text


def test_percentiles_are_values_that_occurred() -> None:
    assert spread([]) == "none"
    assert spread([2.0]) == "p50 2.0, p90 2.0, p99 2.0"
    assert spread([float(n) for n in range(1, 101)]) == "p50 50.0, p90 90.0, p99 99.0"

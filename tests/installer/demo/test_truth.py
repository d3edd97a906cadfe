"""The simulator's own record: a sale is found by its ticket, whoever sold something meanwhile."""

import pytest

from installer.demo.truth import SoldTruth, Truth


def sold(number: str, minor: int = 500) -> SoldTruth:
    return SoldTruth(number, int(number[1]), minor, minor, 0, 1, 0.0)


def test_a_sale_is_found_though_another_till_sold_after_it() -> None:
    truth = Truth()
    truth.sold(sold("T1-7"))
    truth.sold(sold("T2-9"))
    assert truth.sale("T1-7").till == 1
    with pytest.raises(KeyError):
        truth.sale("T1-8")


def test_a_drawer_holds_its_float_and_what_its_own_till_took_and_gave_back() -> None:
    truth = Truth(floats={1: 20_000})
    for one in (sold("T1-1", 1_000), sold("T2-1", 4_000), sold("T1-2", -300)):
        truth.sold(one)
    assert (truth.drawer(1), truth.drawer(2)) == (20_700, 4_000)
    assert [one.number for one in truth.returns] == ["T1-2"]

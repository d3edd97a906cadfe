"""Parcels and deliveries: every unit in one parcel, weights that fit, deliveries as announced."""

import pytest

from retail.errors import Refused
from retail.orders.shipping import check_parcels, check_weight
from retail.orders.transfer import against_notice, by_article
from tests.support.stock_builders import COAT, MUG, SHIRT, unit_of, units_of

UNITS = units_of(COAT, 3)


def test_each_unit_lies_in_one_parcel() -> None:
    check_parcels(UNITS, {"a": UNITS[:1], "b": UNITS[1:]})


@pytest.mark.parametrize(
    ("parcels", "reason"),
    [
        ({"a": UNITS[:2]}, "unpacked"),
        ({"a": UNITS, "b": UNITS[:1]}, "packed_twice"),
        ({"a": [*UNITS, unit_of(SHIRT, 1)]}, "not_of_order"),
    ],
)
def test_parcels_that_are_not_right_say_why(parcels: dict[str, list[str]], reason: str) -> None:
    with pytest.raises(Refused) as caught:
        check_parcels(UNITS, parcels)
    assert caught.value.reason == reason


def test_a_parcel_weighs_what_its_items_weigh() -> None:
    check_weight(1000, 1100)
    check_weight(1000, 900)
    with pytest.raises(Refused, match="weight"):
        check_weight(1000, 1101)


def test_a_delivery_is_compared_with_its_notice() -> None:
    assert against_notice(UNITS, UNITS, {MUG: 4}, {MUG: 4}).none
    found = against_notice(UNITS, [*UNITS[1:], unit_of(SHIRT, 1)], {MUG: 4}, {MUG: 3})
    assert (found.missing, found.unannounced) == ((UNITS[0],), (unit_of(SHIRT, 1),))
    assert found.quantities == ((MUG, 4, 3),)
    assert by_article([*UNITS, unit_of(SHIRT, 1)]) == {COAT: 3, SHIRT: 1}

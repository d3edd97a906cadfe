"""A tote is right only when exactly the picked units are read."""

import random

import pytest

from retail.errors import Refused
from retail.orders import compare, require_equal
from tests.support.stock_builders import COAT, MUG, SHIRT, unit_of, units_of

PICKED = units_of(COAT, 3)
BOUND = dict.fromkeys(PICKED, ("o1", "1")) | {unit_of(SHIRT, 1): ("o2", "1")}


def test_the_same_set_is_right_in_any_order() -> None:
    found = compare("o1", PICKED, reversed(PICKED), BOUND)
    assert found.equal
    require_equal(found)


@pytest.mark.parametrize(
    ("read", "reason"),
    [
        (PICKED[:2], "missing"),
        ([*PICKED, unit_of(COAT, 9)], "extra"),
        ([*PICKED, unit_of(SHIRT, 1)], "foreign"),
        ([*PICKED[:2], unit_of(SHIRT, 1), unit_of(COAT, 9)], "foreign"),
        ([], "missing"),
    ],
)
def test_anything_else_is_refused_with_what_is_wrong(read: list[str], reason: str) -> None:
    with pytest.raises(Refused) as caught:
        require_equal(compare("o1", PICKED, read, BOUND))
    assert caught.value.reason == reason
    assert set(caught.value.details) == {"missing", "extra", "foreign", "miscounted"}


def test_a_foreign_unit_names_its_order() -> None:
    found = compare("o1", PICKED, [*PICKED, unit_of(SHIRT, 1)], BOUND)
    assert found.foreign == ((unit_of(SHIRT, 1), "o2"),)


def test_goods_without_tags_are_counted() -> None:
    assert compare("o1", PICKED, PICKED, BOUND, {MUG: 2}, {MUG: 2}).equal
    with pytest.raises(Refused, match="miscounted"):
        require_equal(compare("o1", PICKED, PICKED, BOUND, {MUG: 2}, {MUG: 1}))
    with pytest.raises(Refused, match="miscounted"):
        require_equal(compare("o1", PICKED, PICKED, BOUND, {}, {MUG: 1}))


def test_no_neighbour_is_ever_accepted() -> None:
    source = random.Random(7)
    pool = units_of(COAT, 60)
    for _ in range(2000):
        picked = source.sample(pool, source.randrange(1, 30))
        read = source.sample(pool, source.randrange(1, 30))
        assert compare("o1", picked, read, {}).equal == (set(picked) == set(read))

"""The demo shop's goods: the same for the same seed, of any size, and all of them fit the shop's rules."""

from itertools import islice

import pytest

from installer.demo.floorplan import ZONES, tagged_units
from installer.demo.goods import TAXES, Goods, gtin, index_of
from installer.demo.offers import OrderMaker, promotion_rows
from installer.demo.people import client_rows
from retail.promotions.rules import Promotion

NOW = 1_795_000_000_000


@pytest.mark.parametrize("index", [0, 9, 10, 999, 999_999])
def test_every_article_has_a_gtin_with_a_right_check_digit(index: int) -> None:
    digits = [int(digit) for digit in gtin(index)]
    assert sum(digit * (3 if place % 2 == 0 else 1) for place, digit in enumerate(digits)) % 10 == 0
    assert index_of(gtin(index)) == index


def test_a_larger_catalogue_begins_with_the_smaller_one() -> None:
    small, large = Goods(3, 200, NOW), Goods(3, 1_000_000, NOW)
    assert list(small.articles()) == list(islice(large.articles(), 200))
    assert list(small.prices()) == list(islice(large.prices(), 200))


def test_all_gtins_and_labels_differ_and_every_tax_is_known() -> None:
    rows = list(Goods(1, 5_000, NOW).articles())
    assert len({row["gtin"] for row in rows}) == 5_000
    assert len({(row["label"]["fr"], row["variant"]["fr"]) for row in rows}) == 5_000
    assert {row["tax"] for row in rows} == {tax["code"] for tax in TAXES}


def test_units_stand_in_zones_of_the_plan_and_are_told_apart() -> None:
    goods = Goods(1, 1_000, NOW)
    units = list(tagged_units(1, 3_000, goods))
    assert len({unit.unit for unit in units}) == 3_000
    assert {unit.zone for unit in units} <= {zone.id for zone in ZONES}


def test_clients_are_the_same_for_the_same_seed() -> None:
    goods = Goods(1, 500, NOW)
    assert list(client_rows(5, 20, goods)) == list(client_rows(5, 20, goods))
    assert list(client_rows(5, 20, goods)) != list(client_rows(6, 20, goods))


def test_promotions_are_rules_that_the_till_understands() -> None:
    assert {Promotion.from_row(row).kind for row in promotion_rows(NOW)} == {"n_for_m", "percent", "threshold"}


def test_an_order_is_paid_in_full() -> None:
    goods = Goods(1, 500, NOW)
    order = OrderMaker(1, goods, 10, [gtin(index) for index in range(9, 40)]).make("2026-11-21T15:00:00+01:00", 3)
    assert order["paid"]["minor"] == sum(line["unit_minor"] * line["qty"] for line in order["lines"])
    assert len({line["gtin"] for line in order["lines"]}) == 3

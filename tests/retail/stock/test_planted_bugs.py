"""Nine bugs that shops have had, planted one by one: the state machine of the invariants notices each of them."""

from collections.abc import Callable
from importlib import import_module
from itertools import count
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from retail.facts.store import StockMoved
from retail.stock import StockBook
from retail.stock.book import bump
from retail.stock.moves import move
from retail.stock.places import CUSTOMER, FLOOR, At
from tests.retail.stock.shop_machine import ShopMachine

HUNT = settings(
    max_examples=300,
    stateful_step_count=40,
    deadline=None,
    phases=[Phase.generate],
    derandomize=True,
    database=None,
    print_blob=False,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
Plant = Callable[[pytest.MonkeyPatch], None]


def module(name: str) -> ModuleType:
    """A module of the stock package; some share their name with a function that the package exports."""
    return import_module(f"retail.stock.{name}")


def a_movement_is_folded_twice(patch: pytest.MonkeyPatch) -> None:
    numbers = count()
    patch.setattr(module("fold"), "movement_key", lambda fact: f"{fact.move}-{next(numbers)}")


def goods_arrive_nowhere(patch: pytest.MonkeyPatch) -> None:
    def add(book: StockBook, gtin: str, key: At, change: int) -> None:
        if change < 0 or key != FLOOR:
            bump(book.balances.setdefault(gtin, {}), key, change)

    patch.setattr(module("fold"), "_add", add)


def a_sale_by_barcode_forgets_that_a_unit_left(patch: pytest.MonkeyPatch) -> None:
    leaving = module("leaving").Leaving
    patch.setattr(leaving, "by_barcode", leaving.plain)


def a_unit_is_sold_as_often_as_it_is_scanned(patch: pytest.MonkeyPatch) -> None:
    def unit(self: Any, gtin: str, unit: str) -> None:
        self.moves.append(move(gtin, FLOOR, CUSTOMER, unit=unit))

    patch.setattr(module("leaving").Leaving, "unit", unit)


def a_handover_keeps_its_promise_open(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(module("causes"), "consume", lambda *args: [])


def an_exception_is_lost_on_its_way(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(module("effects"), "raised", lambda troubles, cause, new_id: ())


def a_leased_unit_is_leased_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(module("leases"), "atp", lambda sellable, committed, leased, safety=0: max(0, sellable - committed))


def a_count_brings_sold_units_back(patch: pytest.MonkeyPatch) -> None:
    def brought(book: StockBook, units: tuple[str, ...], target: At) -> list[Any]:
        return [move(book.units[unit].gtin, book.units[unit].at, target, unit=unit) for unit in units]

    counts = module("counts")
    original = counts.proposals
    patch.setattr(
        counts,
        "proposals",
        lambda session, book: {
            unit: "found" if unit in book.units and decision == "ignore" else decision
            for unit, decision in original(session, book).items()
        },
    )
    patch.setattr(module("count_moves"), "_brought", brought)


def a_unit_stands_in_two_places(patch: pytest.MonkeyPatch) -> None:
    fold = module("fold")
    original = fold._move

    def moved(book: StockBook, one: Any, fact: StockMoved) -> None:
        held = set(book.held.get(one.gtin, ()))
        original(book, one, fact)
        if one.unit in held:
            book.held[one.gtin].add(one.unit)

    patch.setattr(fold, "_move", moved)


BUGS: tuple[Plant, ...] = (
    a_movement_is_folded_twice,
    goods_arrive_nowhere,
    a_sale_by_barcode_forgets_that_a_unit_left,
    a_unit_is_sold_as_often_as_it_is_scanned,
    a_handover_keeps_its_promise_open,
    an_exception_is_lost_on_its_way,
    a_leased_unit_is_leased_again,
    a_count_brings_sold_units_back,
    a_unit_stands_in_two_places,
)


@pytest.mark.parametrize("plant", [pytest.param(plant, id=plant.__name__) for plant in BUGS])
def test_a_planted_bug_is_noticed(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    with pytest.raises((AssertionError, KeyError)):
        run_state_machine_as_test(ShopMachine, settings=HUNT)

"""Promotions: published figures, every kind, and the laws that always hold."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retail.promotions import Item, Occasion, Promotion, PromotionBook, choose, hints
from retail.promotions.rules import KINDS
from tests.support.shared_data import json_data

NOW = Occasion(at=1000)


def rule(id: str = "p", **fields: object) -> Promotion:
    return Promotion.from_row({"id": id, "label": {"fr": id}, **fields})


def items(*lines: tuple[int, int], category: str = "c") -> list[Item]:
    """Lines of (unit price, quantity); articles a, b, c, …"""
    return [Item(chr(97 + i), f"s{i}", category, qty, minor * qty) for i, (minor, qty) in enumerate(lines)]


def off(rules: list[Promotion], basket: list[Item], occasion: Occasion = NOW) -> dict[tuple[str, int], int]:
    outcome = choose(PromotionBook(rules), basket, occasion)
    return {(one.rule.id, one.line): one.minor for one in outcome.applied}


def total(rules: list[Promotion], basket: list[Item], occasion: Occasion = NOW) -> int:
    return sum(off(rules, basket, occasion).values())


def _cents(text: str) -> int:
    return int(Decimal(text) * 100)


def _published(case: dict[str, Any]) -> Promotion:
    condition, benefit = case["condition"], case["benefit"]
    reach = (
        {"min_qty": int(condition["value"])}
        if condition["kind"] == "count"
        else {"min_minor": _cents(condition["value"])}
    )
    most = {"max_items": benefit["max_affected_items"] or 0}
    if benefit["kind"] == "percentage":
        return rule(kind="percent", value_bp=_cents(benefit["value"]), **reach, **most)
    if benefit["kind"] in ("absolute", "fixedunit"):
        per = "set" if benefit["kind"] == "absolute" else "unit"
        return rule(kind="amount", per=per, minor=_cents(benefit["value"]), **reach, **most)
    if benefit["kind"] == "fixedprice":
        return rule(kind="bundle", qty=reach["min_qty"], minor=_cents(benefit["value"]), limit=1)
    qty = reach.get("min_qty", sum(line[1] for line in case["lines_price_qty"]))
    return rule(kind="cheapest", qty=qty, value_bp=10_000, limit=1)


def test_published_offers() -> None:
    """Figures of an online shop's engine: one application of one offer on all products."""
    cases = json_data("pos/promo_offers_oscar.json")["cases"]
    checked = 0
    for case in cases:
        if not case["lines_price_qty"] and case["expected"]["discount"] != "0.00":
            continue  # the figures of this row's basket weren't published
        basket = items(*((_cents(price), qty) for price, qty in case["lines_price_qty"]))
        outcome = choose(PromotionBook([_published(case)]), basket, NOW)
        assert sum(one.minor for one in outcome.applied) == _cents(case["expected"]["discount"]), case["id"]
        lines = range(len(basket))
        left = outcome.considered[0].left.qty(lines) if outcome.considered else 0
        assert left == case["expected"]["items_left"], case["id"]
        checked += 1
    assert checked >= 20


def test_published_flows() -> None:
    cases = {case["id"]: case for case in json_data("pos/promo_flows_odoo.json")["cases"]}
    ten_percent = rule(kind="percent", value_bp=1000)
    assert 10000 - total([ten_percent], items((10000, 1))) == _cents(cases["PosLoyaltyPromotion"]["total"])
    office = rule(kind="percent", value_bp=5000, scope={"categories": ["Office"]})
    basket = [Item("a", "", "other", 1, 1500), Item("b", "", "Office", 1, 5000)]
    steps = cases["SpecificDiscountCategory"]["steps"]
    assert 1500 - total([office], basket[:1]) == _cents(steps[0]["total"])
    assert 6500 - total([office], basket) == _cents(steps[1]["total"])
    three_for_two = rule(kind="n_for_m", qty=3, pay=2)
    for step in cases["Buy2Take1"]["steps"]:
        units = step["paid"] + step["free"]
        paid = units * 510 - total([three_for_two], items((510, units)))
        assert paid == step["paid"] * 510


STEPS = [{"min_minor": 5000, "off_minor": 500}, {"min_minor": 10000, "value_bp": 1500}]


@pytest.mark.parametrize(
    ("fields", "lines", "expected"),
    [
        ({"kind": "percent", "value_bp": 2000}, [(999, 3)], 599),
        ({"kind": "percent", "value_bp": 5000, "max_items": 1}, [(1000, 2), (600, 1)], 300),
        ({"kind": "percent", "value_bp": 1000, "min_minor": 5000}, [(1000, 4)], 0),
        ({"kind": "amount", "minor": 300}, [(200, 1), (1000, 2)], 800),
        ({"kind": "amount", "minor": 300, "per": "set"}, [(200, 1), (1000, 2)], 300),
        ({"kind": "fixed_price", "minor": 500}, [(400, 1), (900, 2)], 800),
        ({"kind": "bundle", "qty": 3, "minor": 2000}, [(1000, 7)], 2000),
        ({"kind": "bundle", "qty": 3, "minor": 2000, "limit": 1}, [(1000, 7)], 1000),
        ({"kind": "n_for_m", "qty": 3, "pay": 2}, [(1000, 2), (600, 1), (500, 2)], 600),
        ({"kind": "cheapest", "qty": 2, "value_bp": 5000}, [(1000, 1), (600, 1)], 300),
        ({"kind": "mix", "minor": 1200, "components": [{"scope": {"gtins": ["a"]}, "qty": 1},
          {"scope": {"gtins": ["b"]}, "qty": 2}]}, [(1000, 2), (300, 3)], 400),
        ({"kind": "mix", "value_bp": 1000, "components": [{"scope": {"gtins": ["a"]}}, {"scope": {"gtins": ["b"]}}]},
         [(1000, 2), (300, 3)], 260),
        ({"kind": "mix", "off_minor": 200, "limit": 1, "components": [{"qty": 2}]}, [(150, 4)], 200),
        ({"kind": "threshold", "steps": STEPS},
         [(2500, 3)], 500),
        ({"kind": "threshold", "steps": STEPS},
         [(2500, 4)], 1500),
        ({"kind": "threshold", "steps": [{"min_qty": 3, "value_bp": 1000}]}, [(100, 2)], 0),
    ],
)  # fmt: skip
def test_every_kind(fields: dict[str, object], lines: list[tuple[int, int]], expected: int) -> None:
    assert total([rule(**fields)], items(*lines)) == expected


def test_a_set_spreads_its_reduction_so_that_a_return_refunds_what_was_paid() -> None:
    assert off([rule(kind="n_for_m", qty=3, pay=2)], items((1000, 1), (1000, 1), (1000, 1))) == {
        ("p", 0): 334, ("p", 1): 333, ("p", 2): 333,
    }  # fmt: skip


def test_in_one_group_a_unit_gets_one_promotion_and_the_customer_the_best() -> None:
    ten, three = rule("ten", kind="percent", value_bp=1000), rule("three", kind="n_for_m", qty=3, pay=2)
    assert off([ten, three], items((1000, 4))) == {("three", 0): 1000, ("ten", 0): 100}
    assert off([rule("five", kind="percent", value_bp=500), ten], items((1000, 1))) == {("ten", 0): 100}


def test_a_higher_priority_chooses_first() -> None:
    first = rule("first", kind="percent", value_bp=500, priority=1)
    assert off([first, rule("ten", kind="percent", value_bp=1000)], items((1000, 1))) == {("first", 0): 50}


def test_groups_add_up_on_what_is_left() -> None:
    member = rule("member", kind="percent", value_bp=1000, group="member", priority=-1)
    assert off([rule("sale", kind="percent", value_bp=5000), member], items((1000, 1))) == {
        ("sale", 0): 500, ("member", 0): 50,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "occasion"),
    [
        ({"coupon": "X"}, Occasion(1000, coupons=frozenset({"X"}))),
        ({"tiers": ["gold"]}, Occasion(1000, tier="gold")),
        ({"stores": ["LYO1"]}, Occasion(1000, store="LYO1")),
        ({"channels": ["web"]}, Occasion(1000, channel="web")),
        ({"since": 2000}, Occasion(2000)),
    ],
)
def test_who_when_and_where(fields: dict[str, object], occasion: Occasion) -> None:
    only = [rule(kind="percent", value_bp=1000, **fields)]
    assert total(only, items((1000, 1))) == 0
    assert total(only, items((1000, 1)), occasion) == 100


def test_an_offer_ends_at_its_end() -> None:
    ended = rule(kind="percent", value_bp=1000, until=1000)
    assert total([ended], items((1000, 1))) == 0
    assert total([ended], items((1000, 1)), Occasion(999)) == 100


def test_scopes_by_style_category_and_exception() -> None:
    basket = [Item("a", "s0", "c", 1, 1000), Item("b", "s1", "d", 1, 1000), Item("e", "s2", "d", 1, 1000)]
    scope = {"styles": ["s0"], "categories": ["d"], "not_gtins": ["e"]}
    assert off([rule(kind="percent", value_bp=1000, scope=scope)], basket) == {
        ("p", 0): 100, ("p", 1): 100,
    }  # fmt: skip


def hint(fields: dict[str, object], *lines: tuple[int, int]) -> list[tuple[int, int]]:
    outcome = choose(PromotionBook([rule(**fields)]), items(*lines), NOW)
    return [(one.missing_qty, one.missing_minor) for one in hints(outcome.considered)]


def test_what_is_missing_for_the_next_offer() -> None:
    assert hint({"kind": "n_for_m", "qty": 3, "pay": 2}, (1000, 2)) == [(1, 0)]
    assert hint({"kind": "n_for_m", "qty": 3, "pay": 2}, (1000, 3)) == []
    assert hint({"kind": "n_for_m", "qty": 3, "pay": 2}, (1000, 4)) == [(2, 0)]
    steps = [{"min_minor": 5000, "off_minor": 500}, {"min_minor": 10000, "off_minor": 1500}]
    assert hint({"kind": "threshold", "steps": steps}, (1000, 4)) == [(0, 1000)]
    assert hint({"kind": "threshold", "steps": steps}, (1000, 6)) == [(0, 4000)]
    assert hint({"kind": "percent", "value_bp": 500, "min_qty": 3}, (1000, 1)) == [(2, 0)]
    assert hint({"kind": "percent", "value_bp": 500, "min_minor": 3000}, (1000, 1)) == [(0, 2000)]
    parts = [{"scope": {"gtins": ["a"]}, "qty": 1}, {"scope": {"gtins": ["b"]}, "qty": 2}]
    assert hint({"kind": "mix", "minor": 1, "components": parts}, (1000, 1)) == [(2, 0)]


FIELDS: dict[str, dict[str, object]] = {
    "percent": {"value_bp": 1500},
    "amount": {"minor": 250},
    "fixed_price": {"minor": 700},
    "bundle": {"qty": 3, "minor": 1500},
    "n_for_m": {"qty": 3, "pay": 2},
    "cheapest": {"qty": 2, "value_bp": 5000},
    "mix": {"components": [{"scope": {"gtins": ["a", "b"]}, "qty": 2}, {"scope": {}, "qty": 1}], "off_minor": 300},
    "threshold": {"steps": [{"min_minor": 3000, "value_bp": 1000}]},
}
rules = st.builds(
    lambda kind, i, group, priority, gtins: rule(
        f"{kind}{i}", kind=kind, group=group, priority=priority, scope={"gtins": gtins}, **FIELDS[kind]
    ),
    st.sampled_from(KINDS), st.integers(0, 9), st.sampled_from(["main", "member"]), st.integers(0, 1),
    st.lists(st.sampled_from("abcde"), max_size=3),
)  # fmt: skip
baskets = st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 6)), min_size=1, max_size=5)


@settings(max_examples=150, deadline=None)
@given(st.lists(rules, max_size=8, unique_by=lambda one: one.id), baskets)
def test_no_line_ever_costs_less_than_nothing(some: list[Promotion], lines: list[tuple[int, int]]) -> None:
    basket = items(*lines)
    taken = dict.fromkeys(range(len(basket)), 0)
    outcome = choose(PromotionBook(some), basket, NOW)
    for one in outcome.applied:
        assert one.minor > 0
        taken[one.line] += one.minor
    assert all(taken[i] <= item.minor for i, item in enumerate(basket))
    assert choose(PromotionBook(reversed(some)), basket, NOW).applied == outcome.applied


@settings(max_examples=100, deadline=None)
@given(st.lists(rules, min_size=1, max_size=3, unique_by=lambda one: one.id), baskets)
def test_the_choice_is_at_least_as_good_as_any_single_one(some: list[Promotion], lines: list[tuple[int, int]]) -> None:
    level = [Promotion(**{**{f: getattr(r, f) for f in r.__slots__}, "group": "main", "priority": 0}) for r in some]
    assert total(level, items(*lines)) >= max(total([one], items(*lines)) for one in level)

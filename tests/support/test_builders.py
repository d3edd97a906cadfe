"""What builders make is sound by itself, and a changed field leaves the others as they are."""

from pathlib import Path
from typing import Any

import msgspec

from retail.epc import check_digit
from retail.facts import Fact
from tests.support import desk, retail_builders, stock_builders, till_builders
from tests.support.agents import agent_settings


def changed(one: Fact, other: Fact) -> set[str]:
    """Names of the fields in which two facts differ."""
    here, there = msgspec.to_builtins(one), msgspec.to_builtins(other)
    return {name for name in {*here, *there} if here.get(name) != there.get(name)}


def test_made_up_gtins_have_the_right_check_digit() -> None:
    for gtin in (retail_builders.gtin(7), stock_builders.gtin_of(7), till_builders.CANDLE, till_builders.JUMPER):
        assert len(gtin) == 14
        assert int(gtin[-1]) == check_digit(gtin[:-1])


def test_an_article_is_told_from_the_next_and_one_field_changes_alone() -> None:
    plain, other = retail_builders.article(1), retail_builders.article(1, category="shoes")
    assert plain.gtin != retail_builders.article(2).gtin
    assert (plain.category, other.category) == ("c", "shoes")
    assert (plain.gtin, plain.label, plain.tax) == (other.gtin, other.label, other.tax)


def test_sold_lines_add_up_by_default() -> None:
    for line in (retail_builders.sold_line(2, 2000), stock_builders.sold_line(stock_builders.COAT, 3)):
        assert line.net_minor + line.tax_minor == line.total_minor
        assert line.qty * line.unit_minor == line.gross_minor


def test_one_field_of_a_sold_line_changes_alone() -> None:
    plain = stock_builders.sold_line(stock_builders.COAT)
    assert changed(plain, stock_builders.sold_line(stock_builders.COAT, tagged=False)) == {"tagged"}
    assert changed(plain, stock_builders.sold_line(stock_builders.COAT, stocked=False)) == {"stocked"}
    units = [stock_builders.unit_of(stock_builders.COAT, 1)]
    assert changed(plain, stock_builders.sold_line(stock_builders.COAT, 1, units)) == {"units"}


def test_one_field_of_a_sale_or_a_return_changes_alone() -> None:
    line = stock_builders.sold_line(stock_builders.COAT)
    sale, back = stock_builders.sale_of(line), stock_builders.came_back(stock_builders.COAT)
    assert sale.total_minor == line.total_minor
    assert changed(sale, stock_builders.sale_of(line, sale="s2")) == {"sale"}
    assert changed(sale, stock_builders.sale_of(line, training=True)) == {"training"}
    assert changed(back, stock_builders.came_back(stock_builders.COAT, grade="B")) == {"grade"}


def test_a_settled_sale_is_paid_and_signed() -> None:
    sale = retail_builders.a_sale(1000, 250)
    assert sale.total_minor == 1250 == sum(one.minor for one in sale.tenders)
    signed = sale.stamp
    assert signed.key == "k1"
    assert signed.signature


def test_signatures_hold_for_their_data_alone() -> None:
    signature = retail_builders.sign(b"one")
    assert retail_builders.verify(b"one", signature, "k1")
    assert not retail_builders.verify(b"other", signature, "k1")
    assert not retail_builders.verify(b"one", signature, "k2")


def test_ids_are_never_given_twice() -> None:
    for ids in (stock_builders.Ids("a"), till_builders.Ids("a")):
        assert [ids(), ids(), ids()] == ["a1", "a2", "a3"]


def test_a_cash_sale_is_paid_in_full_at_the_catalogues_prices() -> None:
    request = till_builders.cash_sale(till_builders.basket_of(till_builders.CANDLE, till_builders.JUMPER))
    assert request.priced.total_minor == 2400 + 5990
    assert request.payment.settled


def test_one_field_of_an_order_changes_alone() -> None:
    plain, other = desk.order_row(), desk.order_row(state="cancelled")
    assert {name for name in plain if plain[name] != other[name]} == {"state"}
    assert len(plain["lines"]) == 2


def test_one_setting_of_an_agent_changes_alone(tmp_path: Path) -> None:
    def plain(**fields: Any) -> dict[str, Any]:
        return agent_settings(tmp_path, **fields).model_dump()

    one, other = plain(), plain(device="LYO1-B")
    assert {name for name in one if one[name] != other[name]} == {"device"}
    assert (one["http"]["port"], one["broker"]["kind"]) == (0, "none")

"""Value added tax against published figures and its own laws."""

import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retail.errors import Refused
from retail.money import half_up
from retail.tax import Rounding, Split, Taxed, TaxRule, rate_text, split, split_lines, totals_by_rate
from tests.support.shared_data import csv_rows, json_data

rates = st.sampled_from([Decimal(text) for text in ("0", "2.1", "5.5", "10", "20", "25")])
amounts = st.integers(-(10**7), 10**7)


def _minor(text: str, unit: str = "0.01") -> int:
    return half_up(Decimal(text) / Decimal(unit))


def _single_rate(row: dict[str, str]) -> bool:
    return re.fullmatch(r"[0-9.]+%(incl|excl)", row["taxes"]) is not None and Decimal(row["precision"]) in (
        Decimal("0.01"),
        Decimal("1"),
        Decimal("0.000001"),
    )


def test_published_single_lines() -> None:
    """Each row in units of its own precision; several taxes on one line and 0.05 steps aren't ours."""
    rows = [row for row in csv_rows("pos/tax_single_line_odoo.csv") if _single_rate(row)]
    assert len(rows) >= 6
    for row in rows:
        unit, rate = row["precision"], Decimal(row["taxes"].split("%")[0])
        parts = split(_minor(row["unit_price"], unit) * int(row["qty"]), rate, inclusive=row["taxes"].endswith("incl"))
        assert (parts.gross, parts.net) == (_minor(row["total_incl"], unit), _minor(row["total_excl"], unit)), row["id"]


def test_published_two_rates_on_one_line_is_the_sum_of_both() -> None:
    """rc1a: 8 % included beside 0 %."""
    assert split(12440, Decimal(8), inclusive=True) == Split(11519, 921)


def test_published_documents() -> None:
    """A line discount (``-4%``) is taken off before tax; the figures marked as a bug are not ours."""
    checked = 0
    for row in csv_rows("pos/tax_documents_odoo.csv"):
        if "reported_as_bug" in row["id"]:
            continue
        lines = [_document_line(text, row["taxes"]) for text in row["lines_price_x_qty"].split(";")]
        rounding: Rounding = "line" if row["method"] == "round_per_line" else "document"
        parts = split_lines(lines, inclusive=row["taxes"].endswith("incl"), rounding=rounding)
        assert sum(part.gross for part in parts) == _minor(row["total"]), row["id"]
        if row["tax"]:
            assert sum(part.tax for part in parts) == _minor(row["tax"]), row["id"]
        checked += 1
    assert checked >= 5


def _document_line(text: str, taxes: str) -> Taxed:
    price, _, rest = text.partition("x")
    qty, _, off = rest.partition(" -")
    amount = _minor(price) * int(qty)
    if off:
        amount -= half_up(Decimal(amount) * Decimal(off.rstrip("%")) / 100)
    return Taxed(amount, Decimal(taxes.split("%")[0]))


def test_published_invoices() -> None:
    """EN 16931: tax per rate is the rounded share of the sum, totals are sums of rounded amounts."""
    for document in json_data("pos/en16931_figures.json")["documents"]:
        taxes = 0
        for entry in document["vat_breakdown"]:
            parts = split(_minor(entry["taxable"]), Decimal(entry["rate"]), inclusive=False)
            assert parts.tax == _minor(entry["tax"]), document["id"]
            taxes += parts.tax
        totals = document["totals"]
        assert _minor(totals["TaxExclusiveAmount"]) + taxes == _minor(totals["TaxInclusiveAmount"]), document["id"]


def test_half_up_with_the_base_as_the_rest() -> None:
    assert split(5250, Decimal(12), inclusive=True) == Split(4687, 563)


@settings(max_examples=150)
@given(st.lists(st.tuples(amounts, rates), max_size=30), st.booleans(), st.sampled_from(["line", "document"]))
def test_lines_always_sum_to_their_document(
    lines: list[tuple[int, Decimal]], inclusive: bool, rounding: Rounding
) -> None:
    taxed = [Taxed(*line) for line in lines]
    parts = split_lines(taxed, inclusive=inclusive, rounding=rounding)
    for line, part in zip(taxed, parts, strict=True):
        assert (part.gross if inclusive else part.net) == line.amount
    if rounding == "document":
        for rate in {line.rate for line in taxed}:
            mine = [(line.amount, part.tax) for line, part in zip(taxed, parts, strict=True) if line.rate == rate]
            assert sum(tax for _, tax in mine) == split(sum(a for a, _ in mine), rate, inclusive=inclusive).tax


@given(amounts, rates, st.booleans())
def test_a_refund_mirrors_its_sale(amount: int, rate: Decimal, inclusive: bool) -> None:
    sold, back = split(amount, rate, inclusive=inclusive), split(-amount, rate, inclusive=inclusive)
    assert (back.net, back.tax) == (-sold.net, -sold.tax)


def test_totals_by_rate_name_the_highest_first() -> None:
    totals = totals_by_rate(
        [(Decimal("5.5"), Split(100, 6)), (Decimal(20), Split(50, 10)), (Decimal("5.5"), Split(1, 0))]
    )
    assert [(total.rate, total.net_minor, total.gross_minor) for total in totals] == [("20", 50, 60), ("5.5", 101, 107)]


@pytest.mark.parametrize(("rate", "text"), [("20", "20"), ("20.0", "20"), ("5.50", "5.5"), ("1E+1", "10"), ("0", "0")])
def test_rates_as_facts_write_them(rate: str, text: str) -> None:
    assert rate_text(Decimal(rate)) == text


@pytest.mark.parametrize(
    "row", [{"code": "N", "rate": "120"}, {"code": "N", "rate": "x"}, {"rate": "5"}, {"code": "N"}]
)
def test_rows_that_break_a_rule(row: dict[str, object]) -> None:
    with pytest.raises(Refused) as refused:
        TaxRule.from_row(row)
    assert refused.value.reason == "bad_row"

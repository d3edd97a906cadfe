"""What a sold line may still give back: in proportion, to the cent, and never twice.

The amount of the first ``k`` of ``n`` units is ``total * k / n`` half-up; taking back some after others gives
the difference of two such amounts, so that all units together give back exactly what was paid.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from retail.errors import Refused
from retail.facts import LineDiscount, ReturnOf, SaleCompleted, SoldLine
from retail.money import share
from retail.rows import Fields
from retail.sale.basket import TakenBack
from retail.tax import parse_rate, rate_text, split


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What of a line was given back before: how many, and which tagged units."""

    qty: int = 0
    units: frozenset[str] = frozenset()


NOTHING = GivenBack()


def given_back(sale: str, line: str, later: Collection[SaleCompleted]) -> GivenBack:
    """What later tickets gave back of one line of a sale."""
    qty, units = 0, frozenset[str]()
    for ticket in later:
        if ticket.training:
            continue
        for one in ticket.lines:
            if one.return_of is not None and (one.return_of.kind, one.return_of.id, one.return_of.line) == (
                "sale",
                sale,
                line,
            ):
                qty -= one.qty
                units |= frozenset(one.units)
    return GivenBack(qty, units)


def take_back_sold(
    sale: str, sold: SoldLine, qty: int, before: GivenBack = NOTHING, unit: str | None = None
) -> TakenBack:
    """What ``qty`` units of a sold line give back now.

    Refused: ``not_returnable`` (a returned line), ``more_than_sold``, ``unit_not_sold``, ``unit_given_back``.
    """
    _check(sold.qty, qty, before)
    if unit is not None:
        _check_unit(sold, unit, before)

    def part(amount: int) -> int:
        return prorated(amount, sold.qty, before.qty, qty)

    return TakenBack(
        source=ReturnOf(kind="sale", id=sale, line=sold.line),
        label=sold.label,
        unit_minor=sold.unit_minor,
        total_minor=part(sold.total_minor),
        net_minor=part(sold.net_minor),
        tax_minor=part(sold.net_minor + sold.tax_minor) - part(sold.net_minor),
        rate=sold.rate,
        tax_code=sold.tax_code,
        tagged=sold.tagged,
        stocked=sold.stocked,
        weight_g=sold.weight_g,
        discounts=_discounts(sold, qty, part(sold.total_minor), before),
        price_version=sold.price_version,
    )


def _check(sold_qty: int, qty: int, before: GivenBack) -> None:
    if sold_qty <= 0:
        raise Refused("not_returnable", "this line took goods back")
    if qty < 1:
        raise Refused("bad_quantity", "a quantity to take back is at least 1")
    if before.qty + qty > sold_qty:
        left = sold_qty - before.qty
        raise Refused("more_than_sold", f"{left} of this line may still come back", left=left)


def _check_unit(sold: SoldLine, unit: str, before: GivenBack) -> None:
    """A unit may belong to a line that was sold by its barcode; a line sold by its tags knows them all."""
    if not unit.startswith(sold.gtin + ".") or (len(sold.units) == sold.qty and unit not in sold.units):
        raise Refused("unit_not_sold", f"unit {unit} wasn't sold on this line", unit=unit)
    if unit in before.units:
        raise Refused("unit_given_back", f"unit {unit} was given back before", unit=unit)


def _discounts(sold: SoldLine, qty: int, total: int, before: GivenBack) -> tuple[LineDiscount, ...]:
    """The line's discounts in proportion; the last takes the odd cent: list price less discounts is the total."""
    if not sold.discounts:
        return ()
    parts = [prorated(one.minor, sold.qty, before.qty, qty) for one in sold.discounts]
    parts[-1] += sold.unit_minor * qty - total - sum(parts)
    return tuple(replace(one, minor=part) for one, part in zip(sold.discounts, parts, strict=True))


def prorated(amount: int, of: int, before: int, qty: int) -> int:
    """What ``qty`` units carry of an amount for ``of`` units when ``before`` of them are gone already."""
    return share(amount, before + qty, of) - share(amount, before, of)


def take_back_ordered(order: str, line: Mapping[str, Any], qty: int, before: GivenBack = NOTHING) -> TakenBack:
    """What units of an online order's line (``{id, gtin, qty, unit_minor, rate}``, tax included) give back.

    Refused: ``more_than_sold``, ``bad_row``.
    """
    fields = Fields("orders", line)
    unit_minor = fields.whole("unit_minor")
    _check(fields.whole("qty"), qty, before)
    rate = parse_rate(line.get("rate"), fields.text("id"))
    total = unit_minor * qty
    parts = split(total, rate, inclusive=True)
    return TakenBack(
        source=ReturnOf(kind="order", id=order, line=fields.text("id")),
        label=fields.text("label", fields.text("gtin")),
        unit_minor=unit_minor,
        total_minor=total,
        net_minor=parts.net,
        tax_minor=parts.tax,
        rate=rate_text(rate),
        tax_code="",
    )

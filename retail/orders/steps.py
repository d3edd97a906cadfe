"""What people may do with an order: each step checks the rules and returns the facts to record."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Literal

from retail.epc.unit import Unit
from retail.errors import Refused
from retail.facts.base import Fact
from retail.facts.store import (
    OrderAccepted,
    OrderLineShort,
    OrderPicked,
    OrderPickStarted,
    OrderReady,
    OrderRejected,
    OrderRestocked,
    OrderStaged,
    OrderUnitBound,
    OrderUnitUnbound,
    OrderVerified,
)
from retail.orders.order import Order, line_of
from retail.orders.verify import compare, require_equal
from retail.stock.book import StockBook
from retail.stock.places import is_sellable
from retail.transitions import TransitionRefused

REJECT_REASONS = ("no_stock", "store_closed", "capacity", "ineligible", "address", "damaged", "other")
Short = Literal["not_found", "damaged", "display_only", "tag_mismatch", "held_by_customer"]
SHORT_REASONS: tuple[Short, ...] = ("not_found", "damaged", "display_only", "tag_mismatch", "held_by_customer")


class StepReason(StrEnum):
    """Why a step isn't possible, beside the transition table."""

    WRONG_ARTICLE = "wrong_article"
    LINE_COMPLETE = "line_complete"
    NOT_IN_STOCK = "not_in_stock"
    NOT_SELLABLE = "not_sellable"
    BOUND_ELSEWHERE = "bound_elsewhere"
    BOUND_HERE = "bound_here"
    NOT_BOUND = "not_bound"
    BAD_QUANTITY = "bad_quantity"
    BAD_REASON = "bad_reason"
    NO_BIN = "no_bin"


def accept(order: Order, by: str) -> list[Fact]:
    """The store takes the order on."""
    _check(order, "accept")
    return [OrderAccepted(order=order.id, by=by)]


def reject(order: Order, reason: str, by: str) -> list[Fact]:
    """The store can't do the order; a reason is always said."""
    _check(order, "reject")
    if reason not in REJECT_REASONS:
        raise Refused(StepReason.BAD_REASON, f"not a reason to reject: {reason!r}", allowed=REJECT_REASONS)
    return [OrderRejected(order=order.id, reason=reason, by=by)]


def start_pick(order: Order, by: str) -> list[Fact]:
    """Somebody begins to pick, or takes over."""
    _check(order, "start_pick")
    return [OrderPickStarted(order=order.id, by=by)]


def bind(
    order: Order, book: StockBook, line: str, gtin: str, unit: str | None, means: Literal["scan", "tag"], by: str
) -> list[Fact]:
    """A piece of a line was found: by its tag (``unit``), or by its barcode. The last one ends the picking."""
    _picking(order, "found")
    wanted = line_of(order, line)
    if gtin != wanted.gtin or (unit is not None and Unit.parse(unit).gtin != gtin):
        raise Refused(StepReason.WRONG_ARTICLE, f"this line wants {wanted.gtin}", line=line, gtin=gtin)
    if wanted.todo <= 0:
        raise Refused(StepReason.LINE_COMPLETE, f"all of {gtin} for this line are found", line=line)
    if unit is not None:
        _free_to_bind(order, book, unit)
    facts: list[Fact] = [OrderUnitBound(order=order.id, line=line, gtin=gtin, unit=unit, means=means, by=by)]
    if _left(order) == 1:
        facts.append(OrderPicked(order=order.id))
    return facts


def unbind(order: Order, line: str, unit: str | None, by: str) -> list[Fact]:
    """A found piece is put back; the order is being picked again."""
    _check(order, "unpick")
    kept = line_of(order, line)
    if (unit is not None and unit not in kept.units) or (unit is None and kept.plain <= 0):
        raise Refused(StepReason.NOT_BOUND, f"{unit or kept.gtin} isn't picked for this line", line=line)
    return [OrderUnitUnbound(order=order.id, line=line, gtin=kept.gtin, unit=unit, by=by)]


def short(order: Order, line: str, qty: int, reason: Short, by: str) -> list[Fact]:
    """Pieces of a line can't be found here; when nothing at all was found, the store rejects the order."""
    _picking(order, "short")
    wanted = line_of(order, line)
    if reason not in SHORT_REASONS:
        raise Refused(StepReason.BAD_REASON, f"not a reason to be short: {reason!r}", allowed=SHORT_REASONS)
    if not 0 < qty <= wanted.todo:
        raise Refused(StepReason.BAD_QUANTITY, f"{qty} short of {wanted.todo} still wanted", line=line)
    facts: list[Fact] = [OrderLineShort(order=order.id, line=line, qty=qty, reason=reason, by=by)]
    if _left(order) == qty:
        found = any(one.found for one in order.lines.values())
        facts.append(OrderPicked(order=order.id) if found else OrderRejected(order=order.id, reason="no_stock", by=by))
    return facts


def verify(
    order: Order,
    units: Iterable[str],
    counted: Mapping[str, int],
    bound: Mapping[str, tuple[str, str]],
    by: str,
) -> list[Fact]:
    """What lies in the tote is what was picked; :class:`Refused` names what is missing, extra or foreign.

    ``units`` are the tags read, ``counted`` the goods without tags by GTIN, ``bound`` the book's picked units.
    """
    _check(order, "verify")
    picked = order.units
    require_equal(compare(order.id, picked, units, bound, order.plain, counted))
    return [OrderVerified(order=order.id, units=tuple(sorted(picked)), by=by)]


def stage(order: Order, bin: str, by: str) -> list[Fact]:
    """The order lies in a bin, or was moved to another one."""
    _check(order, "stage")
    if not bin.strip():
        raise Refused(StepReason.NO_BIN, "say or scan the bin")
    return [OrderStaged(order=order.id, bin=bin, by=by)]


def ready(order: Order, hold_until: int) -> list[Fact]:
    """The customer may come until ``hold_until`` (ms UTC); again, later: an extension."""
    _check(order, "extend" if order.work == "ready" else "ready")
    return [OrderReady(order=order.id, hold_until=hold_until)]


def restock(order: Order, by: str) -> list[Fact]:
    """A cancelled or expired order's goods are back on the shelf."""
    _check(order, "restock")
    return [OrderRestocked(order=order.id, by=by)]


def _check(order: Order, event: str) -> None:
    order.table.next(order.work, event)


def _picking(order: Order, event: str) -> None:
    if order.work != "picking":
        raise TransitionRefused(order.table.name, order.work, event, order.table.allowed(order.work))


def _left(order: Order) -> int:
    return sum(line.todo for line in order.lines.values())


def _free_to_bind(order: Order, book: StockBook, unit: str) -> None:
    row = book.units.get(unit)
    if row is None or not row.held:
        raise Refused(StepReason.NOT_IN_STOCK, f"{unit} isn't in stock here", unit=unit)
    if not is_sellable(row.at):
        raise Refused(StepReason.NOT_SELLABLE, f"{unit} isn't for sale: {row.at.text}", unit=unit)
    other = book.bound.get(unit)
    if unit in order.units or (other is not None and other[0] == order.id):
        raise Refused(StepReason.BOUND_HERE, f"{unit} is in this order already", unit=unit)
    if other is not None:
        raise Refused(StepReason.BOUND_ELSEWHERE, f"{unit} is picked for order {other[0]}", unit=unit, order=other[0])

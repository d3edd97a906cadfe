"""Taking goods back: found by tag, receipt or order; claimed once; graded; refunded on an axis of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, NamedTuple

from retail.errors import Refused
from retail.facts.till import ReturnOf
from retail.stock.places import Grade
from retail.transitions import Table, Transition

RETURN = Table(
    "return",
    "opened",
    (
        Transition("find", ("opened",), "found", "associate"),
        Transition("blind", ("opened",), "blind", "associate"),
        Transition("eligible", ("found",), "eligible", "system"),
        Transition("refuse", ("found", "blind"), "refused", "system"),
        Transition("override", ("found", "blind", "refused"), "eligible", "manager"),
        Transition("receive", ("eligible",), "received", "associate"),
        Transition("grade", ("received", "graded"), "graded", "associate"),
        Transition("close", ("graded",), "closed", "system"),
    ),
)
"""The goods. A return closes when its refund (or exchange) is done too."""

REFUND = Table(
    "refund",
    "none",
    (
        Transition("ask", ("none",), "pending", "till"),
        Transition("settle", ("pending", "retry"), "refunded", "centre"),
        Transition("fail", ("pending",), "retry", "centre"),
        Transition("fall_back", ("retry",), "refunded", "manager"),
        Transition("exchange", ("none",), "exchanged", "till"),
    ),
)
"""The money: by the original tender; store credit or cash instead only with a manager."""

WINDOW_MS = 30 * 86_400_000
"""how long after the sale goods are taken back"""


class ReturnReason(StrEnum):
    """Why a return is refused."""

    NOT_SOLD = "not_sold"
    CLAIMED = "claimed"
    TOO_LATE = "too_late"
    TAG_SWAP = "tag_swap"
    WRONG_ARTICLE = "wrong_article"
    BAD_QUANTITY = "bad_quantity"


class SoldItem(NamedTuple):
    """A line that may come back. ``at`` is when it was sold or handed over, ms UTC; ``units`` are its tags."""

    source: ReturnOf
    gtin: str
    qty: int
    unit_minor: int
    at: int
    units: tuple[str, ...] = ()


class Claim(NamedTuple):
    """A return that was checked: what it takes back, and of what."""

    item: SoldItem
    qty: int
    unit: str | None
    minor: int


@dataclass(slots=True)
class Claims:
    """What was taken back already, by sold line and by unit. The first claim wins."""

    by_line: dict[tuple[Literal["sale", "order"], str, str], int] = field(default_factory=dict)
    by_unit: dict[str, str] = field(default_factory=dict)
    """unit -> id of the return that took it back; forgotten when it is sold again"""

    def taken(self, source: ReturnOf) -> int:
        """How many of a line came back already."""
        return self.by_line.get((source.kind, source.id, source.line), 0)

    def add(self, returned: str, source: ReturnOf, qty: int, unit: str | None = None) -> None:
        """Enter a return that was recorded."""
        key = (source.kind, source.id, source.line)
        self.by_line[key] = self.by_line.get(key, 0) + qty
        if unit is not None:
            self.by_unit[unit] = returned

    def sold_again(self, unit: str) -> None:
        """A unit left again: it may come back again."""
        self.by_unit.pop(unit, None)


def claim(
    item: SoldItem | None,
    claims: Claims,
    *,
    gtin: str,
    qty: int,
    unit: str | None,
    now: int,
    window_ms: int = WINDOW_MS,
    override: bool = False,
) -> Claim:
    """Check a return of ``qty`` of ``gtin`` against the sold line.

    ``unit`` is the tag that was read, if any: it must be one of the line's tags, or the line must have been sold by
    barcode. ``override`` (a manager's) lifts the time limit and nothing else. Amounts are what the customer paid.
    """
    if item is None:
        raise Refused(ReturnReason.NOT_SOLD, "no sale or order of this item was found")
    if item.gtin != gtin:
        raise Refused(ReturnReason.WRONG_ARTICLE, f"the line sold {item.gtin}, not {gtin}")
    if unit is not None:
        _check_unit(item, claims, unit, qty)
    left = item.qty - claims.taken(item.source)
    if left <= 0:
        raise Refused(ReturnReason.CLAIMED, "all of this line was taken back already")
    if not 0 < qty <= left:
        raise Refused(ReturnReason.BAD_QUANTITY, f"{qty} of {left} can't be taken back", left=left)
    if now - item.at > window_ms and not override:
        raise Refused(ReturnReason.TOO_LATE, "the time for returns is over", sold_at=item.at)
    return Claim(item, qty, unit, qty * item.unit_minor)


def find_by_tag(unit: str, sold: Mapping[str, SoldItem]) -> SoldItem | None:
    """Return the line that a unit was last sold on, by its tag alone."""
    return sold.get(unit)


def sellable_again(grade: Grade) -> bool:
    """Say whether goods of a grade go back to the shelf."""
    return grade == "A"


def _check_unit(item: SoldItem, claims: Claims, unit: str, qty: int) -> None:
    if qty != 1:
        raise Refused(ReturnReason.BAD_QUANTITY, "a tagged unit comes back alone")
    if unit in claims.by_unit:
        raise Refused(ReturnReason.CLAIMED, f"{unit} was taken back already", returned=claims.by_unit[unit])
    if unit not in item.units and len(item.units) >= item.qty:
        raise Refused(ReturnReason.TAG_SWAP, f"{unit} isn't the unit that was sold on this line", sold=item.units)
    if unit[:14] != item.gtin:
        raise Refused(ReturnReason.TAG_SWAP, f"{unit} carries the tag of another article", sold=item.units)

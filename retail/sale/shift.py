"""The till's day: float, cash in and out, the blind count, X and Z figures, and which business date it is.

Figures are folded from facts alone, so that anybody who holds the journal finds the same.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from retail.errors import Refused
from retail.facts import (
    CashMoved,
    Fact,
    PaymentReversed,
    SaleCompleted,
    ShiftClosed,
    ShiftOpened,
    SoldLine,
    TaxTotal,
    Tendered,
)
from retail.facts.till import TenderKind
from retail.fiscal.record import Moment
from retail.tax import Split, totals_by_rate


def business_date(at: Moment, *, cutoff_hour: int = 4, closed_day: str = "", current: str = "") -> str:
    """The date that a ticket belongs to: the calendar's, a night's hours still the day before.

    It never goes back before ``current`` (the open day) and never into ``closed_day`` or before it: after
    today's closing the next ticket is tomorrow's.
    """
    calendar = Moment(at.ms - cutoff_hour * 3_600_000, at.utc_offset_min).date
    after_closing = (date.fromisoformat(closed_day) + timedelta(days=1)).isoformat() if closed_day else ""
    return max(calendar, current, after_closing)


@dataclass(frozen=True, slots=True)
class Figures:
    """An X (so far) or a Z (closed): what was sold, taken back and tendered, and the cash that must be there."""

    shift: str = ""
    business_date: str = ""
    opened_by: str = ""
    currency: str = ""
    float_minor: int = 0
    pay_in_minor: int = 0
    pay_out_minor: int = 0
    drop_minor: int = 0
    tickets: int = 0
    first_number: str = ""
    last_number: str = ""
    articles: int = 0
    sold_minor: int = 0
    returned_minor: int = 0
    discount_minor: int = 0
    rounding_minor: int = 0
    tenders: Mapping[TenderKind, int] = field(default_factory=dict)
    tender_counts: Mapping[TenderKind, int] = field(default_factory=dict)
    taxes: tuple[TaxTotal, ...] = ()
    reversed_minor: int = 0
    closed: ShiftClosed | None = None

    @property
    def total_minor(self) -> int:
        """Sold less returned, tax included."""
        return self.sold_minor + self.returned_minor

    @property
    def expected_cash_minor(self) -> int:
        """Float, cash tenders (change taken off) and cash moved in or out."""
        moved = self.pay_in_minor + self.pay_out_minor + self.drop_minor
        return self.float_minor + self.tenders.get("cash", 0) + moved


def figures(facts: Iterable[Fact], *, shift: str | None = None, day: str | None = None) -> Figures:
    """The figures of facts, of one shift or one business date if named. Training tickets count nowhere."""
    opened: list[ShiftOpened] = []
    closed: ShiftClosed | None = None
    sales: list[SaleCompleted] = []
    moved: list[CashMoved] = []
    reversed_minor = 0
    shifts: set[str] = set()
    for one in facts:
        if isinstance(one, ShiftOpened) and _wanted(one.shift, one.business_date, shift, day):
            opened.append(one)
            shifts.add(one.shift)
        elif isinstance(one, SaleCompleted) and not one.training and _wanted(one.shift, one.business_date, shift, day):
            sales.append(one)
        elif isinstance(one, CashMoved) and (
            one.shift == shift if shift is not None else not day or one.shift in shifts
        ):
            moved.append(one)
        elif isinstance(one, ShiftClosed) and _wanted(one.shift, one.business_date, shift, day):
            closed = one
        elif isinstance(one, PaymentReversed):
            reversed_minor += one.minor
    return _sum(opened, closed, sales, moved, reversed_minor, day)


def _wanted(its_shift: str, its_day: str, shift: str | None, day: str | None) -> bool:
    return (shift is None or its_shift == shift) and (day is None or its_day == day)


def _sum(
    opened: list[ShiftOpened],
    closed: ShiftClosed | None,
    sales: list[SaleCompleted],
    moved: list[CashMoved],
    reversed_minor: int,
    day: str | None,
) -> Figures:
    tenders: Counter[TenderKind] = Counter()
    counts: Counter[TenderKind] = Counter()
    for sale in sales:
        for tender in sale.tenders:
            tenders[tender.kind] += tender.minor
            counts[tender.kind] += 1
    lines = [line for sale in sales for line in sale.lines]
    last = opened[-1] if opened else None
    cash = Counter(
        {kind: sum(one.minor for one in moved if one.kind == kind) for kind in ("pay_in", "pay_out", "drop")}
    )
    return Figures(
        shift=last.shift if last else "",
        business_date=day or (last.business_date if last else ""),
        opened_by=last.by if last else "",
        currency=last.currency if last else (sales[0].currency if sales else ""),
        float_minor=sum(one.float_minor for one in opened),
        pay_in_minor=cash["pay_in"],
        pay_out_minor=cash["pay_out"],
        drop_minor=cash["drop"],
        tickets=len(sales),
        first_number=sales[0].number if sales else "",
        last_number=sales[-1].number if sales else "",
        articles=sum(line.qty for line in lines if line.qty > 0),
        sold_minor=sum(_paid(line) for line in lines if line.qty > 0),
        returned_minor=sum(_paid(line) for line in lines if line.qty < 0),
        discount_minor=sum(one.minor for line in lines if line.qty > 0 for one in line.discounts),
        rounding_minor=sum(sale.rounding_minor for sale in sales),
        tenders=dict(tenders),
        tender_counts=dict(counts),
        taxes=totals_by_rate([(Decimal(line.rate), Split(line.net_minor, line.tax_minor)) for line in lines]),
        reversed_minor=reversed_minor,
        closed=closed,
    )


def _paid(line: SoldLine) -> int:
    return line.net_minor + line.tax_minor


def open_shift(shift: str, day: str, by: str, float_minor: int, currency: str) -> ShiftOpened:
    """Open a drawer for business. Refused (``bad_amount``) for a negative float."""
    if float_minor < 0:
        raise Refused("bad_amount", "a float isn't negative")
    return ShiftOpened(shift=shift, business_date=day, by=by, float_minor=float_minor, currency=currency)


def move_cash(
    so_far: Figures, kind: Literal["pay_in", "pay_out", "drop"], minor: int, reason: str, by: str
) -> CashMoved:
    """Put cash in or take it out; ``minor`` is positive.

    Refused: ``bad_amount``, ``needs_reason``, ``not_so_much_cash``.
    """
    if minor <= 0:
        raise Refused("bad_amount", "cash that moves is above zero")
    if not reason.strip():
        raise Refused("needs_reason", "cash that moves needs a reason")
    if kind != "pay_in" and minor > so_far.expected_cash_minor:
        raise Refused("not_so_much_cash", "the drawer doesn't hold so much", expected_minor=so_far.expected_cash_minor)
    return CashMoved(shift=so_far.shift, kind=kind, minor=minor if kind == "pay_in" else -minor, reason=reason, by=by)


def counted(pieces: Mapping[int, int]) -> int:
    """The sum of coins and notes: how many of each value in minor units. Refused: ``bad_count``."""
    if any(value <= 0 or number < 0 for value, number in pieces.items()):
        raise Refused("bad_count", "a count is of coins and notes that are there")
    return sum(value * number for value, number in pieces.items())


def close_shift(
    so_far: Figures, counted_minor: int, by: str, *, reason: str = "", limit_minor: int = 0, approved: bool = False
) -> ShiftClosed:
    """Close a drawer with what was counted.

    Refused: ``difference_needs_reason`` for any difference without a reason, ``difference_needs_approval`` for one
    above the limit that nobody approved. Neither says how much is expected: the count is blind.
    """
    difference = counted_minor - so_far.expected_cash_minor
    if difference and not reason.strip():
        raise Refused("difference_needs_reason", "the count differs from what is expected: a reason is needed")
    if abs(difference) > limit_minor and difference and not approved:
        raise Refused("difference_needs_approval", "the difference is above the limit: somebody must approve it")
    return ShiftClosed(
        shift=so_far.shift,
        business_date=so_far.business_date,
        by=by,
        expected_minor=so_far.expected_cash_minor,
        counted_minor=counted_minor,
        difference_minor=difference,
        reason=reason,
        tenders=tuple(Tendered(kind=kind, minor=minor) for kind, minor in sorted(so_far.tenders.items())),
    )

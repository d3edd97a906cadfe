"""Goods taken back on a ticket: what is received, unit by unit, with its grade."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from retail.facts import ReturnOf, ReturnReceived, SaleCompleted

Grade = Literal["A", "B", "C", "D"]


@dataclass(frozen=True, slots=True)
class TakenGoods:
    """In what state the goods of a returned basket line are, and why they come back."""

    line: str
    grade: Grade
    reason: str


def received(
    sale: SaleCompleted, goods: Sequence[TakenGoods], by: str, new_id: Callable[[], str]
) -> Iterator[ReturnReceived]:
    """The facts of everything that a ticket takes back; a line without a word about its state must be looked at."""
    states = {one.line: one for one in goods}
    for line in sale.lines:
        if line.qty >= 0 or line.return_of is None or sale.training:
            continue
        state = states.get(line.line, TakenGoods(line.line, "D", "unknown"))
        yield from pieces(
            line.return_of, line.gtin, -line.qty, line.units, state.grade, state.reason, by, new_id, sale=sale.sale
        )


def pieces(
    source: ReturnOf,
    gtin: str,
    qty: int,
    units: Sequence[str],
    grade: Grade,
    reason: str,
    by: str,
    new_id: Callable[[], str],
    *,
    sale: str | None = None,
) -> Iterator[ReturnReceived]:
    """One fact for each tagged unit, and one for what has no tag."""
    for unit in units:
        yield ReturnReceived(
            returned=new_id(),
            source=source,
            gtin=gtin,
            qty=1,
            grade=grade,
            reason=reason,
            by=by,
            unit=unit,
            sale=sale,
        )
    rest = qty - len(units)
    if rest > 0:
        yield ReturnReceived(
            returned=new_id(), source=source, gtin=gtin, qty=rest, grade=grade, reason=reason, by=by, sale=sale
        )

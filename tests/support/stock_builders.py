"""Builders for the stock book: articles with tags, and the facts of tills that move them."""

from collections.abc import Iterable

from retail.epc import check_digit
from retail.facts.till import (
    FiscalStamp,
    OrderHandedOver,
    ReturnOf,
    ReturnReceived,
    SaleCompleted,
    SoldLine,
    Versions,
)
from retail.stock import FLOOR, At, Received, StockBook, apply, effects, receive
from retail.stock.places import Grade


def gtin_of(number: int) -> str:
    """The GTIN-14 of a small number."""
    body = f"{3_000_000_000_000 + number:013d}"
    return body + str(check_digit(body))


COAT = gtin_of(1)
SHIRT = gtin_of(2)
MUG = gtin_of(3)
"""an article without tags"""


def unit_of(gtin: str, number: int) -> str:
    """The key of an article's n-th unit."""
    return f"{gtin}.{number}"


def units_of(gtin: str, count: int) -> list[str]:
    """The keys of an article's first units."""
    return [unit_of(gtin, number) for number in range(count)]


class Ids:
    """Ids in a row, each given once."""

    def __init__(self, prefix: str = "id") -> None:
        self.prefix = prefix
        self.given = 0

    def __call__(self) -> str:
        self.given += 1
        return f"{self.prefix}{self.given}"


def stocked(ids: Ids, *lines: Received, book: StockBook | None = None) -> StockBook:
    """A book that goods were received into."""
    book = book or StockBook()
    apply(book, effects(book, "opening", receive(book, lines), cause=None, at=0, new_id=ids), 0)
    return book


def tagged(gtin: str, count: int, to: At = FLOOR) -> Received:
    """A delivery of tagged units."""
    return Received(gtin, count, units_of(gtin, count), to)


def sold_line(
    gtin: str, qty: int = 1, units: Iterable[str] = (), *, tagged: bool = True, stocked: bool = True
) -> SoldLine:
    """A line of a ticket."""
    return SoldLine(
        line=gtin[-4:], gtin=gtin, label="article", qty=qty, unit_minor=1000, gross_minor=qty * 1000,
        total_minor=qty * 1000, net_minor=qty * 833, tax_minor=qty * 167, rate="20", tax_code="A", tagged=tagged,
        stocked=stocked, units=tuple(units),
    )  # fmt: skip


def sale_of(*lines: SoldLine, sale: str = "s1", training: bool = False) -> SaleCompleted:
    """A ticket, as far as stock is concerned."""
    stamp = FiscalStamp(chain="t", number=1, payload="{}", signature="", key="k")
    total = sum(line.total_minor for line in lines)
    return SaleCompleted(
        sale=sale, number="T1-1", shift="sh", business_date="2026-03-02", cashier="c", currency="EUR", lines=lines,
        tenders=(), total_minor=total, taxes=(), versions=Versions(), stamp=stamp, training=training,
    )  # fmt: skip


def handed_over(order: str, units: Iterable[str], *lines: tuple[str, str, int]) -> OrderHandedOver:
    """An order given to its customer."""
    return OrderHandedOver(order=order, number="N", units=tuple(units), lines=lines, verified_by="qr", by="a")


def came_back(gtin: str, unit: str | None = None, *, grade: Grade = "A", qty: int = 1) -> ReturnReceived:
    """An article taken back over the counter."""
    source = ReturnOf(kind="sale", id="s1", line="1")
    return ReturnReceived(
        returned="r", source=source, gtin=gtin, qty=qty, grade=grade, reason="size", by="c", unit=unit
    )

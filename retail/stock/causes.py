"""From what a till recorded to what it does to stock: sales, handovers, returns.

A till's fact is a cause, never a movement: the agent turns it into one here, in the commit that takes it in.
"""

from collections import Counter

from retail.facts.base import Fact
from retail.facts.store import Cause
from retail.facts.till import OrderHandedOver, ReturnReceived, SaleCompleted, SoldLine
from retail.stock.book import StockBook
from retail.stock.effects import effects
from retail.stock.exceptions import Effects, NewId, Trouble
from retail.stock.leaving import Leaving
from retail.stock.moves import move
from retail.stock.places import CUSTOMER, GRADED, PHYSICAL, At
from retail.stock.reservations import consume
from retail.stock.resolve import open_sale, resolution

RETURNED = At("returns", "unchecked")


def effects_of(book: StockBook, fact: Fact, cause: Cause, at: int, new_id: NewId) -> Effects:
    """Return what a till's fact does to stock; nothing for facts that don't concern it or that were folded before.

    ``cause`` is the fact's (device, seq), ``at`` its time in ms UTC. A sale's lines with a negative quantity move
    nothing: those goods come back by their own ``return.received``.
    """
    if f"{cause[0]}:{cause[1]}:1" in book.folded:
        return Effects()
    if isinstance(fact, SaleCompleted) and not fact.training:
        return _sold(book, fact, cause, at, new_id)
    if isinstance(fact, OrderHandedOver):
        return _handed_over(book, fact, cause, at, new_id)
    if isinstance(fact, ReturnReceived):
        return _returned(book, fact, cause, at, new_id)
    return Effects()


def _sold(book: StockBook, sale: SaleCompleted, cause: Cause, at: int, new_id: NewId) -> Effects:
    leaving = Leaving(book)
    for line in sale.lines:
        if line.stocked and line.qty > 0:
            _sold_line(leaving, line)
    return effects(
        book, "sold", leaving.moves, cause=cause, at=at, new_id=new_id,
        unresolved=leaving.unresolved.items(), troubles=leaving.troubles,
    )  # fmt: skip


def _sold_line(leaving: Leaving, line: SoldLine) -> None:
    for unit in line.units:
        leaving.unit(line.gtin, unit)
    rest = line.qty - len(line.units)
    if rest > 0 and line.tagged:
        leaving.by_barcode(line.gtin, rest)
    elif rest > 0:
        leaving.plain(line.gtin, rest)


def _handed_over(book: StockBook, fact: OrderHandedOver, cause: Cause, at: int, new_id: NewId) -> Effects:
    leaving = Leaving(book, fact.order)
    with_tag = Counter(unit[:14] for unit in fact.units)
    for unit in fact.units:
        leaving.unit(unit[:14], unit)
    taken: Counter[str] = Counter()
    for _, gtin, qty in fact.lines:
        taken[gtin] += qty
    for gtin, qty in taken.items():
        rest = qty - with_tag[gtin]
        if rest > 0 and gtin in book.held:
            leaving.by_barcode(gtin, rest)
        elif rest > 0:
            leaving.plain(gtin, rest)
    return effects(
        book, "handed_over", leaving.moves, cause=cause, at=at, new_id=new_id,
        unresolved=leaving.unresolved.items(), troubles=leaving.troubles,
        entries=consume(book, fact.order, dict(taken), at, new_id),
    )  # fmt: skip


def _returned(book: StockBook, fact: ReturnReceived, cause: Cause, at: int, new_id: NewId) -> Effects:
    if fact.unit is not None:
        return _unit_returned(book, fact, fact.unit, cause, at, new_id)
    moves = [
        move(fact.gtin, CUSTOMER, RETURNED, fact.qty),
        move(fact.gtin, RETURNED, GRADED[fact.grade], fact.qty),
    ]
    return effects(book, "returned", moves, cause=cause, at=at, new_id=new_id)


def _unit_returned(book: StockBook, fact: ReturnReceived, unit: str, cause: Cause, at: int, new_id: NewId) -> Effects:
    """A tagged unit came back: from the customer, or as the one that a sale by barcode had taken.

    One that never left is in the store already: its quantity stays, a person looks at the paper. So does somebody
    when it had been written off and no sale explains it.
    """
    gtin, row = unit[:14], book.units.get(unit)
    troubles = []
    if gtin != fact.gtin:
        troubles.append(Trouble("tag_swap", unit, f"{unit} came back as {fact.gtin}"))
    with_customer = row is None or row.at.location not in (*PHYSICAL, "shrink")
    sale = None if with_customer else open_sale(book, gtin, unit=unit)
    if not with_customer and sale is None:
        troubles.append(Trouble("return_conflict", unit, f"{unit} came back but hadn't left"))
        if row is not None and row.held:
            return effects(book, "returned", (), cause=cause, at=at, new_id=new_id, troubles=troubles)
    found = resolution(book, unit, sale, "pad") if sale is not None else None
    src = CUSTOMER if row is None or found is not None else row.at
    moves = [
        *(found.moves if found else ()),
        move(gtin, src, RETURNED, unit=unit),
        move(gtin, RETURNED, GRADED[fact.grade], unit=unit),
    ]
    return effects(
        book, "returned", moves, cause=cause, at=at, new_id=new_id, troubles=troubles,
        unresolved=((gtin, -1),) if found else (), resolved=(found.fact,) if found else (),
    )  # fmt: skip

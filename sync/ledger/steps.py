"""What stores report about orders: the agents' ``order.*`` facts and the tills' handovers move the orders' axes."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.engine import Row

from retail.facts import (
    Fact,
    OrderHandedOver,
    OrderLineShort,
    OrderRejected,
    OrderRestocked,
    OrderUnitBound,
    OrderUnitUnbound,
)
from sync.ledger.assign import Routing, bump, publish_part, release, route
from sync.ledger.axes import STEPS
from sync.ledger.routing import Wanted
from sync.ledger.tables import orders, parts, works
from sync.storage.book import UnitOfWork


def apply(unit: UnitOfWork, routing: Routing, store: str, fact: Fact) -> bool:
    """Move the order that a fact is about; False if it is about none. Raises LookupError for an unknown order."""
    order = getattr(fact, "order", None)
    if not isinstance(order, str) or not fact.KIND.startswith("order."):
        return False
    work = _work(unit.conn, order, store)
    match fact:
        case OrderUnitBound():
            _set(unit.conn, work, bound=work.bound + 1)
        case OrderUnitUnbound():
            _set(unit.conn, work, bound=max(0, work.bound - 1))
        case OrderLineShort():
            _short(unit, routing, work, fact)
        case OrderRejected():
            _rejected(unit, routing, work)
        case OrderRestocked():
            _restocked(unit, work)
        case OrderHandedOver():
            _handed_over(unit, work, fact)
        case _ if fact.KIND in STEPS:
            _set(unit.conn, work, work=STEPS[fact.KIND])
    bump(unit.conn, order)
    return True


def promised(conn: Connection, store: str, order: str) -> set[str]:
    """Articles that a store still keeps for an order."""
    query = select(parts.c.gtin).where(parts.c.order_id == order, parts.c.store == store, parts.c.qty > parts.c.handed)
    return set(conn.execute(query).scalars())


def _work(conn: Connection, order: str, store: str) -> Row[tuple[Any, ...]]:
    row = conn.execute(select(works).where(works.c.order_id == order, works.c.store == store)).first()
    if row is None:
        raise LookupError(f"{store} has no part of an order {order}")
    return row


def _set(conn: Connection, there: Row[tuple[Any, ...]], **values: object) -> None:
    where = (works.c.order_id == there.order_id, works.c.store == there.store)
    conn.execute(update(works).where(*where).values(**values))


def _parts(conn: Connection, work: Row[tuple[Any, ...]]) -> Mapping[str, Row[tuple[Any, ...]]]:
    query = select(parts).where(parts.c.order_id == work.order_id, parts.c.store == work.store)
    return {row.line: row for row in conn.execute(query)}


def _short(unit: UnitOfWork, routing: Routing, work: Row[tuple[Any, ...]], fact: OrderLineShort) -> None:
    """A line can't be found there: other stores are asked at once, the order's other lines go on."""
    part = _parts(unit.conn, work)[fact.line]
    qty = min(fact.qty, part.qty - part.handed)
    if qty <= 0:
        raise ValueError(f"line {fact.line} of {fact.order} has nothing left to be short of")
    wanted = [Wanted(fact.line, part.gtin, qty)]
    release(unit, work.order_id, work.store, wanted)
    if part.qty - qty == part.handed:
        _close_if_done(unit.conn, work)
    _route_on(unit, routing, work.order_id, wanted)


def _rejected(unit: UnitOfWork, routing: Routing, work: Row[tuple[Any, ...]]) -> None:
    """The store won't do it: what it had is given to others."""
    wanted = [Wanted(part.line, part.gtin, part.qty) for part in _parts(unit.conn, work).values() if part.qty > 0]
    _set(unit.conn, work, work="rejected", closed=True)
    release(unit, work.order_id, work.store, wanted)
    _route_on(unit, routing, work.order_id, wanted)


def _restocked(unit: UnitOfWork, work: Row[tuple[Any, ...]]) -> None:
    """A cancelled or expired order's goods are back on the shelf; nobody else is asked for them."""
    back = [
        Wanted(part.line, part.gtin, part.qty - part.handed)
        for part in _parts(unit.conn, work).values()
        if part.qty > part.handed
    ]
    _set(unit.conn, work, work="restocked", closed=True)
    release(unit, work.order_id, work.store, back)
    publish_part(unit.conn, work.order_id, work.store)


def _handed_over(unit: UnitOfWork, work: Row[tuple[Any, ...]], fact: OrderHandedOver) -> None:
    there = _parts(unit.conn, work)
    for line, _, qty in fact.lines:
        part = there[line]
        if qty <= 0:
            raise ValueError(f"line {line} of {fact.order}: {qty} pieces can't be handed over")
        where = (parts.c.order_id == work.order_id, parts.c.store == work.store, parts.c.line == line)
        unit.conn.execute(update(parts).where(*where).values(handed=min(part.qty, part.handed + qty)))
    _set(unit.conn, work, handed_over=True)
    _close_if_done(unit.conn, work)


def _close_if_done(conn: Connection, work: Row[tuple[Any, ...]]) -> None:
    if all(part.qty <= part.handed for part in _parts(conn, work).values()):
        _set(conn, work, closed=True)


def _route_on(unit: UnitOfWork, routing: Routing, order: str, wanted: list[Wanted]) -> None:
    asked = unit.conn.execute(select(orders.c.cancel_asked).where(orders.c.id == order)).scalar_one()
    if wanted and not asked:
        route(unit, routing, order, wanted)

"""Giving orders to stores: asks the rule, writes the parts, publishes the stores' rows, records the fact."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.engine import Row

from retail.facts import OrderRouted
from sync.feeds.publish import put
from sync.ledger.routing import Candidate, Given, Rule, Wanted
from sync.ledger.rows import upsert
from sync.ledger.stock import refresh_levels
from sync.ledger.tables import levels, order_lines, orders, parts, unrouted, works
from sync.storage.book import UnitOfWork

ORDERS_FEED = "orders"


class Routing(NamedTuple):
    """How this ledger routes: the rule, and what stays on the shelf of every store."""

    rule: Rule
    safety: int = 0


def route(unit: UnitOfWork, routing: Routing, order: str, wanted: Sequence[Wanted]) -> list[Given]:
    """Give lines to stores that haven't failed them before; what none has is kept as unrouted."""
    conn = unit.conn
    row = conn.execute(select(orders).where(orders.c.id == order)).one()
    candidates = _candidates(conn, order, wanted, row.wanted_store, routing.safety)
    given = routing.rule.route(wanted, candidates, split=row.method != "pickup")
    _keep_unrouted(conn, order, wanted, given)
    by_store: dict[str, list[Given]] = defaultdict(list)
    for one in given:
        by_store[one.store].append(one)
    for store, some in by_store.items():
        _assign(conn, order, store, some)
        unit.record(OrderRouted(order=order, store=store, lines=tuple(g.line for g in some), rule=routing.rule.name))
        publish_part(conn, order, store)
        refresh_levels(conn, store, {g.gtin for g in some}, unit.now)
    bump(conn, order)
    return given


def route_waiting(unit: UnitOfWork, routing: Routing, gtins: Collection[str]) -> int:
    """Try again what waits for these articles, first come, first served; returns how many orders got something."""
    query = (
        select(orders.c.id)
        .where(orders.c.id.in_(select(unrouted.c.order_id).where(unrouted.c.gtin.in_(list(gtins)))))
        .order_by(orders.c.taken_at, orders.c.number, orders.c.id)
    )
    waiting = list(unit.conn.execute(query).scalars()) if gtins else []
    helped = 0
    for order in waiting:
        rows = unit.conn.execute(select(unrouted).where(unrouted.c.order_id == order).order_by(unrouted.c.line))
        helped += bool(route(unit, routing, order, [Wanted(row.line, row.gtin, row.qty) for row in rows]))
    return helped


def release(unit: UnitOfWork, order: str, store: str, lines: Sequence[Wanted]) -> None:
    """A store won't do these quantities: they are short there and promised no more."""
    conn = unit.conn
    for line in lines:
        where = (parts.c.order_id == order, parts.c.store == store, parts.c.line == line.line)
        conn.execute(update(parts).where(*where).values(qty=parts.c.qty - line.qty, short=parts.c.short + line.qty))
    refresh_levels(conn, store, {line.gtin for line in lines}, unit.now)


def publish_part(conn: Connection, order: str, store: str) -> None:
    """Publish the row of a store's part of an order: lines as assigned there, whatever became of them since."""
    row = conn.execute(select(orders).where(orders.c.id == order)).one()
    query = (
        select(parts, order_lines.c.unit_minor, order_lines.c.rate)
        .join(order_lines, (order_lines.c.order_id == parts.c.order_id) & (order_lines.c.line == parts.c.line))
        .where(parts.c.order_id == order, parts.c.store == store)
        .order_by(order_lines.c.position)
    )
    lines = [
        {"id": p.line, "gtin": p.gtin, "qty": p.qty + p.short, "unit_minor": p.unit_minor, "rate": p.rate}
        for p in conn.execute(query)
    ]
    work = conn.execute(select(works).where(works.c.order_id == order, works.c.store == store)).one()
    put(conn, ORDERS_FEED, order, _feed_row(row, lines, _asked(row.cancel_asked, work.closed)), scope=store)


def publish_everywhere(conn: Connection, order: str) -> None:
    """Publish the rows of all stores that have a part of an order."""
    for store in conn.execute(select(works.c.store).where(works.c.order_id == order)).scalars().all():
        publish_part(conn, order, store)


def bump(conn: Connection, order: str) -> None:
    """The order has changed."""
    conn.execute(update(orders).where(orders.c.id == order).values(version=orders.c.version + 1))


def _asked(cancel_asked: bool, closed: bool) -> str:
    if not cancel_asked:
        return "assigned"
    return "cancelled" if closed else "cancel_requested"


def _feed_row(row: Row[tuple[object, ...]], lines: list[dict[str, object]], state: str) -> dict[str, object]:
    return {
        "id": row.id,
        "number": row.number,
        "method": row.method,
        "channel": row.channel,
        "state": state,
        "promised_at": row.promised_at,
        "customer": {"id": row.customer, "name": row.customer_name},
        "currency": row.currency,
        "paid": {"tender": row.tender, "minor": row.paid_minor, "ref": row.paid_ref},
        "lines": lines,
        "code": row.code,
    }


def _candidates(
    conn: Connection, order: str, wanted: Sequence[Wanted], store: str | None, safety: int
) -> list[Candidate]:
    failed = {
        row.store
        for row in conn.execute(select(works.c.store).where(works.c.order_id == order, works.c.work != "assigned"))
    } | {row.store for row in conn.execute(select(parts.c.store).where(parts.c.order_id == order, parts.c.short > 0))}
    query = select(levels.c.store, levels.c.gtin, levels.c.atp).where(levels.c.gtin.in_([w.gtin for w in wanted]))
    if store is not None:
        query = query.where(levels.c.store == store)
    atp: dict[str, dict[str, int]] = defaultdict(dict)
    for row in conn.execute(query):
        if row.store not in failed:
            atp[row.store][row.gtin] = max(0, row.atp - safety)
    load = _load(conn)
    return [Candidate(name, found, load.get(name, 0)) for name, found in atp.items()]


def _load(conn: Connection) -> dict[str, int]:
    """Open orders by store."""
    query = (
        select(works.c.store, func.count())
        .where(works.c.closed.is_(False), works.c.handed_over.is_(False))
        .group_by(works.c.store)
    )
    return dict(conn.execute(query).all())


def _keep_unrouted(conn: Connection, order: str, wanted: Sequence[Wanted], given: Sequence[Given]) -> None:
    left = {line.line: line for line in wanted}
    for one in given:
        left[one.line] = left[one.line]._replace(qty=left[one.line].qty - one.qty)
    conn.execute(delete(unrouted).where(unrouted.c.order_id == order, unrouted.c.line.in_(list(left))))
    rows = [
        {"order_id": order, "line": line.line, "gtin": line.gtin, "qty": line.qty}
        for line in left.values()
        if line.qty > 0
    ]
    upsert(conn, unrouted, rows)


def _assign(conn: Connection, order: str, store: str, given: Sequence[Given]) -> None:
    work = {"order_id": order, "store": store, "work": "assigned", "bound": 0, "handed_over": False, "closed": False}
    upsert(conn, works, [work])
    rows = [
        {"order_id": order, "store": store, "line": one.line, "gtin": one.gtin, "qty": one.qty, "short": 0, "handed": 0}
        for one in given
    ]
    upsert(conn, parts, rows, add="qty")

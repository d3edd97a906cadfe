"""Taking orders by an idempotent call, reading them with their four axes, and asking for them back."""

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy import Connection, case, insert, or_, select, update
from sqlalchemy.engine import Row

from retail.orders import make_code
from sync.ledger.assign import Routing, bump, publish_everywhere, route
from sync.ledger.axes import StoreWork, carrier_axis, money_axis, stock_axis, work_axis
from sync.ledger.messages import Axes, CustomerRef, LineOut, OrderIn, OrderOut, Paid
from sync.ledger.routing import Wanted
from sync.ledger.rows import insert_new
from sync.ledger.tables import clients, idempotency, order_lines, orders, parts, refunds, unrouted, works
from sync.storage.book import UnitOfWork
from sync.wire.problems import Problem


def take(
    unit: UnitOfWork,
    routing: Routing,
    caller: str,
    key: str,
    asked: OrderIn,
    *,
    new_id: Callable[[], str],
    sign: Callable[[bytes], bytes],
) -> OrderOut:
    """Take an order and give it to a store; the same key and body get the answer of the first time.

    Raises :class:`Problem`: ``idempotency-mismatch`` for another body, ``conflict`` when the channel has used the
    order's number before, ``malformed`` for lines that don't fit together.
    """
    text = asked.model_dump_json()
    digest = sha256(text.encode()).hexdigest()
    order = new_id()
    first = {"caller": caller, "key": key, "body_sha256": digest, "order_id": order, "answer": "", "at": unit.now}
    if not insert_new(unit.conn, idempotency, first):
        return _answered_before(unit.conn, caller, key, digest)
    _check(unit.conn, asked)
    _insert(unit, order, asked, make_code(order, asked.number, sign) if asked.method == "pickup" else None)
    route(unit, routing, order, [Wanted(line.id, line.gtin, line.qty) for line in asked.lines])
    answer = read(unit.conn, order)
    where = (idempotency.c.caller == caller, idempotency.c.key == key)
    unit.conn.execute(update(idempotency).where(*where).values(answer=answer.model_dump_json()))
    return answer


def read(conn: Connection, id_or_number: str, *, taken_from: str | None = None) -> OrderOut:
    """An order by id, else by number, the newest of that number; ``taken_from`` leaves other callers' orders out.

    Raises :class:`Problem` (``not-found``)."""
    query = select(orders).where(or_(orders.c.id == id_or_number, orders.c.number == id_or_number))
    if taken_from is not None:
        own = select(idempotency.c.order_id).where(idempotency.c.caller == taken_from)
        query = query.where(orders.c.id.in_(own))
    by_id_first = case((orders.c.id == id_or_number, 0), else_=1)
    row = conn.execute(query.order_by(by_id_first, orders.c.taken_at.desc()).limit(1)).first()
    if row is None:
        raise Problem("not-found", order=id_or_number)
    stores = conn.execute(select(works).where(works.c.order_id == row.id).order_by(works.c.store)).all()
    given_back = conn.execute(select(refunds).where(refunds.c.order_id == row.id).order_by(refunds.c.refund)).all()
    lines = _lines(conn, row.id)
    done = [StoreWork(one.work, one.bound > 0, one.handed_over) for one in stores]
    axes = Axes(
        work=work_axis(done, any(line.unrouted for line in lines), row.cancel_asked),
        stock=stock_axis(done),
        money=money_axis(row.paid_minor, [(one.state, one.minor) for one in given_back]),
        carrier=carrier_axis(row.method),
    )
    return OrderOut(
        id=row.id,
        number=row.number,
        channel=row.channel,
        method=row.method,
        promised_at=datetime.fromtimestamp(row.promised_at / 1000, UTC),
        customer=CustomerRef(id=row.customer, name=row.customer_name),
        currency=row.currency,
        paid=Paid(tender=row.tender, minor=row.paid_minor, ref=row.paid_ref),
        store=next((one.store for one in stores if one.work != "rejected"), None),
        version=row.version,
        axes=axes,
        lines=lines,
        refunds=[
            {
                "refund": one.refund,
                "minor": one.minor,
                "state": one.state,
                "ref": one.provider_ref,
                "reason": one.reason,
            }
            for one in given_back
        ],
        code=row.code,
    )


def ask_back(unit: UnitOfWork, order: str, *, taken_from: str | None = None) -> OrderOut:
    """Ask the stores to give an order up; what no store has yet is simply dropped. ``taken_from`` as in :func:`read`.

    Raises :class:`Problem`: ``not-found``, ``conflict`` when goods have left already."""
    found = read(unit.conn, order, taken_from=taken_from)
    if found.axes.stock in ("left", "partly_left"):
        raise Problem("conflict", reason="handed_over", detail="the goods have left: it can only be returned")
    unit.conn.execute(update(orders).where(orders.c.id == found.id).values(cancel_asked=True))
    unit.conn.execute(unrouted.delete().where(unrouted.c.order_id == found.id))
    publish_everywhere(unit.conn, found.id)
    bump(unit.conn, found.id)
    return read(unit.conn, found.id)


def forget_name(conn: Connection, order: str) -> None:
    """Take the customer's name out of an order and of the answer that is kept for its key."""
    conn.execute(update(orders).where(orders.c.id == order).values(customer_name=""))
    for row in conn.execute(select(idempotency).where(idempotency.c.order_id == order)).all():
        kept = OrderOut.model_validate_json(row.answer)
        nameless = kept.model_copy(update={"customer": CustomerRef(id=kept.customer.id)})
        where = (idempotency.c.caller == row.caller, idempotency.c.key == row.key)
        conn.execute(update(idempotency).where(*where).values(answer=nameless.model_dump_json()))
    publish_everywhere(conn, order)


def _answered_before(conn: Connection, caller: str, key: str, digest: str) -> OrderOut:
    row = conn.execute(select(idempotency).where(idempotency.c.caller == caller, idempotency.c.key == key)).one()
    if row.body_sha256 != digest:
        raise Problem("idempotency-mismatch", key=key)
    return OrderOut.model_validate_json(row.answer)


def _check(conn: Connection, asked: OrderIn) -> None:
    if len({line.id for line in asked.lines}) != len(asked.lines):
        raise Problem("malformed", 422, detail="two lines have the same id")
    used = select(orders.c.id).where(orders.c.channel == asked.channel, orders.c.number == asked.number)
    known = conn.execute(used).first()
    if known is not None:
        raise Problem("conflict", reason="number_used", order=known.id)


def _insert(unit: UnitOfWork, order: str, asked: OrderIn, code: str | None) -> None:
    erased = unit.conn.execute(select(clients.c.erased_at).where(clients.c.id == asked.customer.id)).scalar()
    unit.conn.execute(
        insert(orders).values(
            id=order,
            number=asked.number,
            channel=asked.channel,
            method=asked.method,
            promised_at=int(asked.promised_at.timestamp() * 1000),
            customer=asked.customer.id,
            customer_name="" if erased is not None else asked.customer.name,
            wanted_store=asked.store,
            currency=asked.currency,
            tender=asked.paid.tender,
            paid_minor=asked.paid.minor,
            paid_ref=asked.paid.ref,
            code=code,
            taken_at=unit.now,
            cancel_asked=False,
            version=0,
        )
    )
    rows = [
        {
            "order_id": order,
            "line": line.id,
            "position": position,
            "gtin": line.gtin,
            "qty": line.qty,
            "unit_minor": line.unit_minor,
            "rate": line.rate,
        }
        for position, line in enumerate(asked.lines)
    ]
    unit.conn.execute(insert(order_lines), rows)


def _lines(conn: Connection, order: str) -> list[LineOut]:
    lines = conn.execute(select(order_lines).where(order_lines.c.order_id == order).order_by(order_lines.c.position))
    there = conn.execute(select(parts).where(parts.c.order_id == order).order_by(parts.c.store)).all()
    waiting = {row.line: row.qty for row in conn.execute(select(unrouted).where(unrouted.c.order_id == order))}
    return [
        LineOut(
            id=line.line,
            gtin=line.gtin,
            qty=line.qty,
            unit_minor=line.unit_minor,
            rate=line.rate,
            parts=[_part(part) for part in there if part.line == line.line],
            unrouted=waiting.get(line.line, 0),
        )
        for line in lines
    ]


def _part(part: Row[tuple[object, ...]]) -> dict[str, str | int]:
    return {"store": part.store, "qty": part.qty, "short": part.short, "handed_over": part.handed}

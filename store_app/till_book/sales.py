"""Settled sales: their projections, and finding them again."""

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Connection, delete, desc, func, insert, select, update

from retail.errors import Refused
from retail.facts import ReturnReceived, SaleCompleted
from store_app.till_book.tables import order_returns, sold_units, taken_back, ticket_lines, tickets
from sync.journal.encoding import encode

_decode = msgspec.json.Decoder(SaleCompleted)


def keep(conn: Connection, sale: SaleCompleted, seq: int, at: int) -> None:
    """Write a sale's rows: the ticket, its lines, its tagged units."""
    conn.execute(
        insert(tickets).values(
            sale=sale.sale,
            number=sale.number,
            seq=seq,
            at=at,
            shift=sale.shift,
            business_date=sale.business_date,
            cashier=sale.cashier,
            client=sale.client,
            currency=sale.currency,
            total_minor=sale.total_minor,
            copies=0,
            body=encode(sale),
        )
    )
    rows = [
        {"sale": sale.sale, "line": line.line, "gtin": line.gtin, "qty": line.qty, "total_minor": line.total_minor}
        for line in sale.lines
    ]
    conn.execute(insert(ticket_lines), rows)
    if not sale.training:
        keep_gone(conn, [(unit, sale.sale, one.line) for one in sale.lines if one.qty > 0 for unit in one.units], at)


def keep_gone(conn: Connection, units: Sequence[tuple[str, str, str]], at: int) -> None:
    """These have left: (unit, sale or order, line)."""
    rows = [
        {"unit": unit, "gtin": unit[:14], "sale": source, "line": line, "at": at, "returned": False}
        for unit, source, line in units
    ]
    if rows:
        conn.execute(delete(sold_units).where(sold_units.c.unit.in_([row["unit"] for row in rows])))
        conn.execute(insert(sold_units), rows)


def keep_return(conn: Connection, returned: ReturnReceived) -> None:
    """Count what has come back, so that nothing is taken back twice at this till, whoever sold it."""
    row = {
        "returned": returned.returned,
        "source": returned.source.id,
        "line": returned.source.line,
        "unit": returned.unit,
        "qty": returned.qty,
    }
    conn.execute(delete(taken_back).where(taken_back.c.returned == returned.returned))
    conn.execute(insert(taken_back).values(row))
    if returned.unit is not None:
        conn.execute(update(sold_units).where(sold_units.c.unit == returned.unit).values(returned=True))
    source = returned.source
    if source.kind == "sale":
        conn.execute(
            update(ticket_lines)
            .where(ticket_lines.c.sale == source.id, ticket_lines.c.line == source.line)
            .values(returned=ticket_lines.c.returned + returned.qty)
        )
        return
    before = returned_of_order(conn, source.id).get(source.line, 0)
    where = (order_returns.c.order_id == source.id, order_returns.c.line == source.line)
    conn.execute(delete(order_returns).where(*where))
    conn.execute(insert(order_returns).values(order_id=source.id, line=source.line, returned=before + returned.qty))


def keep_came_back(conn: Connection, units: Iterable[str]) -> None:
    """The store holds these units again: they came back to another till."""
    conn.execute(update(sold_units).where(sold_units.c.unit.in_(list(units))).values(returned=True))


def check_units(conn: Connection, units: Sequence[str]) -> None:
    """Refused (``unit_gone``) if this till has sold one of the units and it hasn't come back."""
    gone = gone_units(conn, units)
    if gone:
        raise Refused("unit_gone", f"unit {gone[0]} is sold already", unit=gone[0])


def gone_units(conn: Connection, units: Iterable[str]) -> list[str]:
    """Which of the units left by this till, sold or handed over, and haven't come back."""
    wanted = list(units)
    if not wanted:
        return []
    query = select(sold_units.c.unit).where(sold_units.c.unit.in_(wanted), sold_units.c.returned.is_(False))
    return sorted(conn.execute(query).scalars())


def check_not_returned(conn: Connection, returned: ReturnReceived) -> None:
    """Refused (``already_returned``) if a local sale's or order's line has come back in full, or the unit has."""
    source = returned.source
    if source.kind == "sale":
        query = select(ticket_lines.c.qty, ticket_lines.c.returned).where(
            ticket_lines.c.sale == source.id, ticket_lines.c.line == source.line
        )
        row = conn.execute(query).first()
        if row is not None and row.returned + returned.qty > row.qty:
            raise Refused("already_returned", "these goods have come back already", line=source.line)
    if returned.unit is not None and returned.unit in units_returned(conn, source.id):
        raise Refused("already_returned", f"unit {returned.unit} has come back already", unit=returned.unit)


def by_number(conn: Connection, number: str) -> SaleCompleted | None:
    """A sale of this till by its ticket number."""
    body = conn.execute(select(tickets.c.body).where(tickets.c.number == number)).scalar()
    return None if body is None else _decode.decode(body)


def by_id(conn: Connection, sale: str) -> SaleCompleted | None:
    """A sale of this till by its id."""
    body = conn.execute(select(tickets.c.body).where(tickets.c.sale == sale)).scalar()
    return None if body is None else _decode.decode(body)


def time_of(conn: Connection, sale: str) -> int | None:
    """When a sale of this till was settled, ms UTC."""
    at = conn.execute(select(tickets.c.at).where(tickets.c.sale == sale)).scalar()
    return None if at is None else int(at)


def seq_of(conn: Connection, sale: str) -> int:
    """The number of a sale's fact in the till's journal; 0 if there is none."""
    return int(conn.execute(select(tickets.c.seq).where(tickets.c.sale == sale)).scalar() or 0)


def by_unit(conn: Connection, unit: str) -> tuple[SaleCompleted, str] | None:
    """The sale and line by which this till sold a tagged unit, if it hasn't come back."""
    query = select(sold_units.c.sale, sold_units.c.line).where(
        sold_units.c.unit == unit, sold_units.c.returned.is_(False)
    )
    row = conn.execute(query).first()
    found = None if row is None else by_id(conn, row.sale)
    return None if found is None or row is None else (found, row.line)


def returned_of_sale(conn: Connection, sale: str) -> dict[str, int]:
    """How many of each line of any till's sale have come back to this till."""
    query = select(ticket_lines.c.line, ticket_lines.c.returned).where(ticket_lines.c.sale == sale)
    own = {row.line: int(row.returned) for row in conn.execute(query)}
    return own or _taken_back(conn, sale)


def _taken_back(conn: Connection, source: str) -> dict[str, int]:
    counted = func.sum(taken_back.c.qty).label("pieces")
    query = select(taken_back.c.line, counted).where(taken_back.c.source == source).group_by(taken_back.c.line)
    return {row.line: int(row.pieces) for row in conn.execute(query)}


def units_returned(conn: Connection, source: str) -> frozenset[str]:
    """Tagged units of a sale or order, of whichever till, that came back to this till."""
    query = select(taken_back.c.unit).where(taken_back.c.source == source, taken_back.c.unit.is_not(None))
    here = set(conn.execute(query).scalars())
    older = select(sold_units.c.unit).where(sold_units.c.sale == source, sold_units.c.returned.is_(True))
    return frozenset(here | set(conn.execute(older).scalars()))


def source_of_gone(conn: Connection, unit: str) -> str | None:
    """The sale or order by which a unit left here; None if it didn't, or came back."""
    query = select(sold_units.c.sale).where(sold_units.c.unit == unit, sold_units.c.returned.is_(False))
    return conn.execute(query).scalar()


def returned_of_order(conn: Connection, order: str) -> dict[str, int]:
    """How many of each line of an order have come back to this till."""
    query = select(order_returns.c.line, order_returns.c.returned).where(order_returns.c.order_id == order)
    return {row.line: row.returned for row in conn.execute(query)}


def of_shift(conn: Connection, shift: str) -> list[SaleCompleted]:
    """All sales of a shift in their order."""
    query = select(tickets.c.body).where(tickets.c.shift == shift).order_by(tickets.c.seq)
    return [_decode.decode(body) for body in conn.execute(query).scalars()]


def last(conn: Connection) -> SaleCompleted | None:
    """The last sale of this till."""
    body = conn.execute(select(tickets.c.body).order_by(desc(tickets.c.seq)).limit(1)).scalar()
    return None if body is None else _decode.decode(body)


def by_hour(conn: Connection, since: int, hour_ms: int = 3_600_000) -> dict[int, int]:
    """Takings per hour since a time: start of the hour in ms UTC to minor units."""
    hour = tickets.c.at // hour_ms
    query = select(hour.label("hour"), func.sum(tickets.c.total_minor)).where(tickets.c.at >= since).group_by("hour")
    found: dict[int, int] = {}
    for start, total in conn.execute(query):
        begin = int(start) * hour_ms
        found[begin] = found.get(begin, 0) + int(total)
    return found


def count_copy(conn: Connection, sale: str) -> int:
    """One more printed copy of a ticket; its number, from 1."""
    conn.execute(update(tickets).where(tickets.c.sale == sale).values(copies=tickets.c.copies + 1))
    return int(conn.execute(select(tickets.c.copies).where(tickets.c.sale == sale)).scalar_one())

"""Questions about units, tickets, orders and articles: answered from memory, bodies of tickets from the journals."""

from collections import Counter
from collections.abc import Callable

import msgspec
from sqlalchemy import Connection, select

from edge_agent import work
from edge_agent.messages import Answer, Json
from edge_agent.orders import InHand
from edge_agent.projections.loading import read_order
from edge_agent.projections.rows import stock_row
from edge_agent.projections.tables import ORDERS, SALES
from edge_agent.shop import Gone, Shop
from retail.stock import status
from sync.feeds.apply import row as feed_row
from sync.storage.tables import records

SHOWN_UNITS = 100
"""of one article, for a person to choose from"""
NOT_FOUND = Answer(404, {"reason": "not_found"})


def answer(shop: Shop, conn: Connection, what: str, key: str, now: int) -> Answer:
    """The answer to ``GET /v1/<what>/<key>``."""
    return _TABLE[what](shop, conn, key, now)


def _unit(shop: Shop, conn: Connection, unit: str, now: int) -> Answer:
    known = status(shop.stock, unit)
    seen = shop.where(unit)
    gone = shop.gone.get(unit)
    body = {
        "unit": unit,
        "gtin": unit[:14],
        "state": "returned" if known.location in ("returns", "quarantine") else known.state,
        "location": known.location,
        "condition": known.condition,
        "zone": seen.zone if seen else None,
        "seen_at": seen.at if seen else None,
        "bound": known.bound,
        "suspect": known.suspect,
        "sold": _sold(conn, unit, gone) if gone and gone.kind == "sale" else None,
        "order": _ordered(shop, conn, unit, gone) if gone and gone.kind == "order" else None,
    }
    return Answer(200, body)


def _sold(conn: Connection, unit: str, gone: Gone) -> Json | None:
    """The ticket's line by which a unit left; the article's line, where the ticket doesn't name the unit."""
    sale = _body(conn, gone.device, gone.seq)
    if sale is None:
        return None
    lines = [line for line in sale["lines"] if line["qty"] > 0 and line["gtin"] == unit[:14]]
    named = [line for line in lines if unit in line.get("units", ())]
    line = next(iter(named or lines), None)
    if line is None:
        return None
    return {
        "device": gone.device,
        "seq": gone.seq,
        "sale": sale["sale"],
        "number": sale["number"],
        "line": line["line"],
        "qty": line["qty"],
        "unit_minor": line["unit_minor"],
        "total_minor": line["total_minor"],
        "rate": line["rate"],
        "tenders": sale["tenders"],
        "at": gone.at,
    }


def _ordered(shop: Shop, conn: Connection, unit: str, gone: Gone) -> Json | None:
    held = _held(shop, conn, gone.id)
    row = feed_row(conn, "orders", shop.settings.store, gone.id)
    line = held.order.lines.get(gone.line) if held else None
    return {
        "id": gone.id,
        "number": gone.number,
        "line": gone.line,
        "unit_minor": line.unit_minor if line else 0,
        "rate": held.rates.get(gone.line, "") if held else "",
        "paid": row.get("paid") if row else None,
        "at": gone.at,
    }


def _sale(shop: Shop, conn: Connection, number: str, now: int) -> Answer:
    found = conn.execute(select(SALES).where(SALES.c.number == number)).first()
    body = None if found is None else _body(conn, found.device, found.seq)
    return NOT_FOUND if found is None or body is None else Answer(200, {**body, "device": found.device})


def _order(shop: Shop, conn: Connection, key: str, now: int) -> Answer:
    if key not in shop.orders:
        key = conn.execute(select(ORDERS.c.key).where(ORDERS.c.number == key)).scalar() or ""
    held = _held(shop, conn, key)
    if held is None:
        return NOT_FOUND
    row = feed_row(conn, "orders", shop.settings.store, key) or {}
    return Answer(200, {**work.row_of(shop, held), "paid": row.get("paid"), "currency": row.get("currency")})


def _held(shop: Shop, conn: Connection, key: str) -> InHand | None:
    if key in shop.orders:
        return shop.orders[key]
    body = conn.execute(select(ORDERS.c.body).where(ORDERS.c.key == key)).scalar()
    return None if body is None else read_order(body)


def _article(shop: Shop, conn: Connection, gtin: str, now: int) -> Answer:
    return Answer(200, stock_row(shop, gtin, now)) if gtin in shop.stock.balances else NOT_FOUND


def _where(shop: Shop, conn: Connection, gtin: str, now: int) -> Answer:
    """The tagged units of an article that the book holds, and where each was last read; those seen last come first."""
    seen = {unit: shop.where(unit) for unit in shop.stock.held.get(gtin, ())}
    latest = sorted(seen.items(), key=lambda one: (-one[1].at if one[1] else 0, one[0]))
    rows = []
    for unit, place in latest[:SHOWN_UNITS]:
        known = status(shop.stock, unit)
        rows.append(
            {
                "unit": unit,
                "location": known.location,
                "zone": place.zone if place else None,
                "seen_at": place.at if place else None,
                "bound": known.bound,
                "suspect": known.suspect,
            }
        )
    return Answer(200, {"units": rows})


def _exceptions(shop: Shop, conn: Connection, key: str, now: int) -> Answer:
    return Answer(200, {"open": list(shop.alarms.values())})


def _baskets(shop: Shop, conn: Connection, key: str, now: int) -> Answer:
    """Suspended baskets, without taking them: one by its id, or ``all``."""
    wanted = shop.baskets if key == "all" else {key: shop.baskets[key]} if key in shop.baskets else {}
    held = [
        {**kept["basket"], "device": kept["device"], "by": kept["by"], "at": kept["at"]} for kept in wanted.values()
    ]
    return Answer(200, {"baskets": held})


def _returns(shop: Shop, conn: Connection, key: str, now: int) -> Answer:
    """What came back of a sale or an order: pieces by line, and the tagged units among them."""
    rows = [row for row in shop.returns.values() if row["source"][1] == key]
    lines: Counter[str] = Counter()
    for row in rows:
        lines[row["source"][2]] += row["qty"]
    return Answer(200, {"lines": dict(lines), "units": sorted(row["unit"] for row in rows if row["unit"])})


def _body(conn: Connection, device: str, seq: int) -> Json | None:
    query = select(records.c.body).where(records.c.device == device, records.c.seq == seq)
    body = conn.execute(query).scalar()
    return None if body is None else msgspec.json.decode(body, type=Json)


_TABLE: dict[str, Callable[[Shop, Connection, str, int], Answer]] = {
    "units": _unit,
    "sales": _sale,
    "orders": _order,
    "stock": _article,
    "where": _where,
    "exceptions": _exceptions,
    "baskets": _baskets,
    "returns": _returns,
}

"""The store's state from ``edge.db``: what the projections hold, at the start and after a commit that failed."""

from collections.abc import Iterator
from sys import intern
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, select

from edge_agent import feed_rules, replenishing
from edge_agent.feed_state import take_person
from edge_agent.handlers import sirens
from edge_agent.live import FailedSiren, Seen
from edge_agent.messages import Json
from edge_agent.orders import InHand
from edge_agent.projections import tables
from edge_agent.settings import AgentSettings
from edge_agent.shop import Gone, Shop
from retail import stock
from retail.errors import Refused
from retail.stock.counts import Count, follow, hear
from sync.feeds.apply import rows as feed_rows
from sync.feeds.names import scope_of

SILENT = "silent-"
"""how the rows of ``alarms`` begin that tell of a silent till"""


def load(conn: Connection, settings: AgentSettings) -> Shop:
    """Read everything that the heart works by."""
    shop = Shop(settings)
    shop.stock = stock.load(_stock_rows(conn))
    stock.load_units(shop.stock, _unit_rows(conn))
    shop.seen = {unit: Seen(intern(zone), at) for unit, zone, at in _quickly(conn, tables.SEEN)}
    shop.gone = {key: Gone(**body) for key, body in _documents(conn, tables.SOLD)}
    shop.returns = dict(_documents(conn, tables.RETURNS))
    shop.baskets = dict(_documents(conn, tables.BASKETS))
    shop.alarms = {key: body for key, body in _documents(conn, tables.ALARMS) if body["state"] == "open"}
    shop.on_duty = {key for key, _ in _documents(conn, tables.ON_DUTY)}
    shop.timers = {row.key: row.at for row in conn.execute(select(tables.TIMERS))}
    for key, body in conn.execute(select(tables.ORDERS.c.key, tables.ORDERS.c.body)):
        held = read_order(body)
        if held.finished:
            shop.finished.add(key)
        else:
            shop.orders[key] = held
    _load_counts(conn, shop)
    shop.live.silent = {key.removeprefix(SILENT) for key, _ in feed_rows(conn, "alarms") if key.startswith(SILENT)}
    shop.live.failed_sirens = dict(_failed_sirens(conn))
    shop.live.told_sirens = dict(shop.live.failed_sirens)
    for key, row in feed_rows(conn, "settings", scope_of("settings", settings.store)):
        _take_setting(shop, key, row)
    for key, row in feed_rows(conn, "staff", scope_of("staff", settings.store)):
        take_person(shop, key, row)
    shop.needs = dict(feed_rows(conn, replenishing.FEED))
    shop.touched.needs = replenishing.outdated(shop)
    return shop


def _failed_sirens(conn: Connection) -> Iterator[tuple[str, FailedSiren]]:
    for key, row in feed_rows(conn, "alarms"):
        if key.startswith(sirens.FEED_KEY):
            failed = FailedSiren(str(row["text"]), bool(row["unlinked"]))
            yield key.removeprefix(sirens.FEED_KEY), failed


def read_order(body: str) -> InHand:
    """An order as ``work.save`` keeps it."""
    return msgspec.json.decode(body, type=InHand)


def _load_counts(conn: Connection, shop: Shop) -> None:
    """Counts that go on: what was expected at their start, and what was read until now."""
    for key, body in conn.execute(select(tables.COUNTS.c.key, tables.COUNTS.c.body)):
        count = msgspec.json.decode(body, type=Count)
        if count.state not in ("open", "closed"):
            continue
        shop.counts[key] = count
        if count.state == "open":
            read = conn.execute(select(tables.COUNT_READS).where(tables.COUNT_READS.c.count == key))
            for _, unit, at in read.all():
                hear(count, [unit], at)
            follow(count, shop.stock, list(count.expected))


def _take_setting(shop: Shop, key: str, row: Json) -> None:
    try:
        feed_rules.check("settings", key, row)
    except Refused:
        return
    shop.plan.take(key, row)


def _documents(conn: Connection, table: Table) -> Iterator[tuple[str, Json]]:
    decoder = msgspec.json.Decoder(dict[str, Any])
    for key, body in conn.execute(select(table.c.key, table.c.body)):
        yield key, decoder.decode(body)


def _stock_rows(conn: Connection) -> Iterator[tuple[str, str, Json]]:
    """All rows of the book but its units'."""
    for name, table in tables.STOCK_TABLES.items():
        if name != "unit":
            decoder = msgspec.json.Decoder(dict[str, Any])
            for key, body in _quickly(conn, table):
                yield name, key, decoder.decode(body)


class _Unit(msgspec.Struct, gc=False):
    """The body of a ``stock_unit``."""

    gtin: str
    at: str
    reason: str
    move: str


def _unit_rows(conn: Connection) -> Iterator[tuple[str, str, str, str, str]]:
    decode = msgspec.json.Decoder(_Unit).decode
    for key, body in _quickly(conn, tables.STOCK_TABLES["unit"]):
        unit = decode(body)
        yield key, unit.gtin, unit.at, unit.reason, unit.move


def _quickly(conn: Connection, table: Table) -> Iterator[tuple[Any, ...]]:
    """All rows of a large table, straight from SQLite: a store has hundreds of thousands, and opens every morning."""
    cursor = conn.connection.cursor()
    try:
        cursor.execute(f"SELECT {', '.join(table.c.keys())} FROM {table.name}")
        yield from iter(cursor)  # type: ignore[call-overload]  # sqlite3's cursor iterates
    finally:
        cursor.close()

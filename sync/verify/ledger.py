"""What the ledger has worked out from the stores' facts: promises, pending sales, refunds, handovers."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, inspect, select

from retail.facts import Fact, OrderHandedOver, RefundRequested, RefundSettled, SaleCompleted, StockMoved
from retail.stock.fold import movement_key
from sync.ledger.refunds import SETTLED
from sync.ledger.stock import NETWORK_STOCK, goods_leaving, levels_of
from sync.ledger.tables import folded, levels, moved_causes, parts, pending, projected, refunds, works
from sync.storage.tables import feed_rows
from sync.verify.facts import Found, facts, quarantined
from sync.verify.violation import Violation

_KIND = "projection"


def verify_ledger(conn: Connection) -> list[Violation]:
    """Compare the ledger's tables with the facts that it has projected; nothing to do in other databases."""
    if projected.name not in inspect(conn).get_table_names():
        return []
    found = [*_moves(conn), *_refunds(conn), *_handovers(conn), *_levels(conn)]
    return [Violation(_KIND, where, text) for where, text in found]


def _taken(conn: Connection, *kinds: type[Fact]) -> Iterator[Found]:
    """Facts of these kinds that were projected."""
    done = {(row.store, row.device): row.seq for row in conn.execute(select(projected))}
    aside = quarantined(conn)
    for one in facts(conn, *kinds):
        if one.seq <= done.get((one.store, one.device), 0) and (one.device, one.seq) not in aside:
            yield one


def _moves(conn: Connection) -> Iterator[tuple[str, str]]:
    """Movements that were folded, causes that were moved, and sales that wait for their movement."""
    keys: set[tuple[str, str]] = set()
    causes: set[tuple[str, str, int]] = set()
    for one in _taken(conn, StockMoved):
        if isinstance(one.fact, StockMoved):
            keys.add((one.store, movement_key(one.fact)))
            causes |= {(one.store, *one.fact.cause)} if one.fact.cause is not None else set()
    waiting = {
        (one.store, one.device, one.seq, gtin): qty
        for one in _taken(conn, SaleCompleted, OrderHandedOver)
        if (one.store, one.device, one.seq) not in causes
        for gtin, qty in goods_leaving(one.fact).items()
    }
    yield from _compare("ledger_folded", _there(conn.execute(select(folded.c.store, folded.c.key))), _there(keys))
    moved = conn.execute(select(moved_causes.c.store, moved_causes.c.device, moved_causes.c.seq))
    yield from _compare("ledger_moved_causes", _there(moved), _there(causes))
    columns = (pending.c.store, pending.c.device, pending.c.seq, pending.c.gtin, pending.c.qty)
    kept = {_name(row[:4]): row.qty for row in conn.execute(select(*columns))}
    yield from _compare("ledger_pending", kept, {_name(key): qty for key, qty in waiting.items()})


def _refunds(conn: Connection) -> Iterator[tuple[str, str]]:
    """What was asked and what was paid; whether a request was in conflict is the ledger's own decision."""
    asked: dict[str, Any] = {}
    for one in _taken(conn, RefundRequested):
        if isinstance(one.fact, RefundRequested):
            fact = one.fact
            asked[fact.refund] = [fact.order, fact.returned, fact.minor, fact.currency, fact.tender, fact.ref, ""]
    for one in facts(conn, RefundSettled):
        if isinstance(one.fact, RefundSettled) and one.fact.refund in asked:
            asked[one.fact.refund][-1] = one.fact.ref
    kept = {
        row.refund: [row.order_id, row.returned, row.minor, row.currency, row.tender, row.ref, row.provider_ref]
        for row in conn.execute(select(refunds))
    }
    yield from _compare("ledger_refunds", kept, asked)
    states = {row.refund: row.state == SETTLED for row in conn.execute(select(refunds.c.refund, refunds.c.state))}
    yield from _compare("ledger_refunds settled", states, {refund: bool(one[-1]) for refund, one in asked.items()})


def _handovers(conn: Connection) -> Iterator[tuple[str, str]]:
    """Orders that were handed over, and how much of each line: never without a fact, and never nothing after one."""
    handed: Counter[tuple[str, str, str]] = Counter()
    over: set[tuple[str, str]] = set()
    for one in _taken(conn, OrderHandedOver):
        if isinstance(one.fact, OrderHandedOver):
            over.add((one.fact.order, one.store))
            for line, _, qty in one.fact.lines:
                handed[one.fact.order, one.store, line] += qty
    for row in conn.execute(select(works).where(works.c.handed_over.is_(True))):
        if (row.order_id, row.store) not in over:
            yield f"{row.store}/{row.order_id}", "ledger_order_work: handed over without a fact"
    for row in conn.execute(select(parts)):
        told = min(handed[row.order_id, row.store, row.line], row.qty)
        if row.handed > told or (told and not row.handed):
            where = f"{row.store}/{row.order_id}/{row.line}"
            yield where, f"ledger_order_parts: {row.handed} handed over is kept, the facts give {told}"


def _levels(conn: Connection) -> Iterator[tuple[str, str]]:
    """What stores promise, worked out anew from stock, orders and pending sales, and as it was published."""
    kept: dict[str, dict[str, Any]] = {}
    for row in conn.execute(select(levels)):
        kept.setdefault(row.store, {})[row.gtin] = row
    rows = select(feed_rows.c.key, feed_rows.c.body).where(feed_rows.c.feed == NETWORK_STOCK)
    shown = {key: msgspec.json.decode(body).get("atp") for key, body in conn.execute(rows) if body is not None}
    told = {}
    for store, there in sorted(kept.items()):
        for level in levels_of(conn, store, sorted(there)):
            row = there[level.gtin]
            said = [row.sellable, row.committed, row.pending, row.atp]
            true = [level.sellable, level.committed, level.pending, level.atp]
            told[f"{level.gtin}@{store}"] = level.atp
            if said != true:
                yield f"{store}/{level.gtin}", f"ledger_levels: {said} is kept, stock and orders give {true}"
    yield from _compare(NETWORK_STOCK, shown, told)


def _there(keys: Iterable[Any]) -> dict[str, bool]:
    return {_name(key): True for key in keys}


def _name(key: Iterable[object]) -> str:
    return "/".join(map(str, key))


def _compare(table: str, kept: Mapping[str, object], told: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for key in sorted(kept.keys() | told.keys()):
        if kept.get(key) != told.get(key):
            yield key, f"{table}: {_short(kept.get(key))} is kept, the facts give {_short(told.get(key))}"


def _short(value: object) -> str:
    return "nothing" if value is None else msgspec.json.encode(value).decode()

"""Stock of every store as the ledger knows it: the agents' movements, and sales that aren't moved yet."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, case, delete, func, select

from retail.facts import Fact, OrderHandedOver, SaleCompleted, StockMoved
from retail.stock.book import StockBook
from retail.stock.fold import fold, movement_key
from retail.stock.places import SELLABLE_AT
from sync.feeds.publish import put_many
from sync.ledger.rows import chunks, insert_new, upsert
from sync.ledger.tables import balances, folded, levels, moved_causes, parts, pending, works

NETWORK_STOCK = "network-stock"
MAX_QTY = 10**9
"""Pieces in one line of a fact: more is a barcode that was scanned into the quantity, and a person must look."""
_COLUMN_MAX = 2**31 - 1


class StoreLevel(NamedTuple):
    """What one store can promise of one article; ``as_of`` is ms UTC."""

    store: str
    gtin: str
    sellable: int
    committed: int
    pending: int
    atp: int
    as_of: int


def fold_movement(conn: Connection, store: str, fact: StockMoved, occurred_at: int) -> set[str]:
    """Fold a movement into a store's balances; returns the articles it touched, none if it was folded before.

    Folding into an empty book by the rules of ``retail.stock`` gives the changes, which are added to the rows."""
    _refuse_absurd(move.qty for move in fact.moves)
    settled = set() if fact.cause is None else _cause_moved(conn, store, *fact.cause)
    if not insert_new(conn, folded, {"store": store, "key": movement_key(fact)}):
        return settled
    changes = StockBook()
    fold(changes, fact, occurred_at)
    rows = [
        {"store": store, "gtin": gtin, "location": place.location, "condition": place.condition, "qty": qty}
        for gtin, places in changes.balances.items()
        for place, qty in places.items()
    ]
    for some in chunks(rows):
        upsert(conn, balances, some, add="qty")
    return settled | {move.gtin for move in fact.moves}


def goods_leaving(fact: Fact) -> Counter[str]:
    """Quantities by GTIN that a till's fact says have left and that the agent will move."""
    leaving: Counter[str] = Counter()
    if isinstance(fact, SaleCompleted) and not fact.training:
        for line in fact.lines:
            if line.stocked and line.qty > 0:
                leaving[line.gtin] += line.qty
    elif isinstance(fact, OrderHandedOver):
        for _, gtin, qty in fact.lines:
            leaving[gtin] += qty
    return leaving


def add_pending(conn: Connection, store: str, device: str, seq: int, goods: Mapping[str, int]) -> set[str]:
    """Count goods as gone until the agent has moved them; nothing if it did already. Returns the articles."""
    moved = select(moved_causes.c.seq).where(
        moved_causes.c.store == store, moved_causes.c.device == device, moved_causes.c.seq == seq
    )
    _refuse_absurd(goods.values())
    if not goods or conn.execute(moved).first() is not None:
        return set()
    cause = {"store": store, "device": device, "seq": seq}
    upsert(conn, pending, [{**cause, "gtin": gtin, "qty": qty} for gtin, qty in goods.items()])
    return set(goods)


def _refuse_absurd(quantities: Iterable[int]) -> None:
    if any(abs(qty) > MAX_QTY for qty in quantities):
        raise ValueError(f"more than {MAX_QTY} pieces in one line")


def refresh_levels(conn: Connection, store: str, gtins: Collection[str], now: int) -> None:
    """Work out anew what a store can promise of these articles, and publish it."""
    for some in chunks(sorted(gtins)):
        found = levels_of(conn, store, some, now)
        upsert(conn, levels, [level._asdict() for level in found])
        rows = [
            (f"{one.gtin}@{store}", {"gtin": one.gtin, "store": store, "atp": one.atp, "as_of": one.as_of})
            for one in found
        ]
        put_many(conn, NETWORK_STOCK, rows)


def levels_of(conn: Connection, store: str, gtins: Iterable[str], now: int = 0) -> list[StoreLevel]:
    """What a store can promise of these articles, worked out anew."""
    wanted = list(gtins)
    sellable_there = balances.c.condition.in_(["sellable"]) & balances.c.location.in_(sorted(SELLABLE_AT))
    sellable = dict(
        conn.execute(
            select(balances.c.gtin, func.sum(case((sellable_there, balances.c.qty), else_=0)))
            .where(balances.c.store == store, balances.c.gtin.in_(wanted))
            .group_by(balances.c.gtin)
        ).all()
    )
    gone = dict(
        conn.execute(
            select(pending.c.gtin, func.sum(pending.c.qty))
            .where(pending.c.store == store, pending.c.gtin.in_(wanted))
            .group_by(pending.c.gtin)
        ).all()
    )
    promised = dict(
        conn.execute(
            select(parts.c.gtin, func.sum(parts.c.qty - parts.c.handed))
            .join(works, (works.c.order_id == parts.c.order_id) & (works.c.store == parts.c.store))
            .where(parts.c.store == store, parts.c.gtin.in_(wanted), works.c.closed.is_(False))
            .group_by(parts.c.gtin)
        ).all()
    )
    return [
        _level(store, gtin, int(sellable.get(gtin, 0)), int(promised.get(gtin, 0)), int(gone.get(gtin, 0)), now)
        for gtin in wanted
    ]


def availability(conn: Connection, gtins: Collection[str], store: str | None = None) -> list[StoreLevel]:
    """What stores can promise of these articles, in order of article and store."""
    query = select(*(levels.c[name] for name in StoreLevel._fields)).order_by(levels.c.gtin, levels.c.store)
    query = query.where(levels.c.gtin.in_(list(gtins)))
    if store is not None:
        query = query.where(levels.c.store == store)
    return [StoreLevel(*row) for row in conn.execute(query)]


def _cause_moved(conn: Connection, store: str, device: str, seq: int) -> set[str]:
    """The agent has moved what a till's fact took: it is pending no more. Returns the articles that were."""
    insert_new(conn, moved_causes, {"store": store, "device": device, "seq": seq})
    where = (pending.c.store == store, pending.c.device == device, pending.c.seq == seq)
    return set(conn.execute(delete(pending).where(*where).returning(pending.c.gtin)).scalars())


def _level(store: str, gtin: str, sellable: int, committed: int, gone: int, now: int) -> StoreLevel:
    atp = max(0, sellable - committed - gone)
    return StoreLevel(store, gtin, _fitting(sellable), _fitting(committed), _fitting(gone), _fitting(atp), now)


def _fitting(qty: int) -> int:
    return max(-_COLUMN_MAX, min(qty, _COLUMN_MAX))

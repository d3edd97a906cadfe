"""The store's state built anew from the journals, and compared with what the projections hold."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, select

from edge_agent import evolve
from edge_agent.effects import Draft
from edge_agent.projections import tables
from edge_agent.settings import AgentSettings
from edge_agent.shop import Shop
from retail.facts import CATALOGUE
from retail.facts.store import Cause
from retail.stock import dump
from sync.verify.facts import Found, facts, quarantined
from sync.verify.violation import Violation

COMPARED = ("balance", "unit", "folded", "resolved", "unresolved", "bound", "suspect")
"""the stock's tables that facts alone give; promises also follow from the ledger's feed"""

Rows = dict[str, Any]
PRESENT = "present"
"""stands for a row that says nothing but that it is there"""


def verify_projections(conn: Connection) -> list[Violation]:
    """Compare every projection that facts alone give with the same, folded anew. Empty when they agree."""
    shop = rebuild(conn)
    stock: dict[str, Rows] = {name: {} for name in COMPARED}
    for row in dump(shop.stock):
        if row.table in stock and row.body is not None:
            stock[row.table][row.key] = row.body or PRESENT
    found: list[Violation] = []
    for name in COMPARED:
        found += _compare(f"stock_{name}", _kept(conn, tables.STOCK_TABLES[name]), stock[name])
    gone = {unit: one._asdict() for unit, one in shop.gone.items()}
    found += _compare("sold_units", _kept(conn, tables.SOLD), gone)
    found += _compare("alarms", _open_alarms(conn), dict.fromkeys(shop.alarms, True))
    return found


def rebuild(conn: Connection) -> Shop:
    """Fold every fact of the store's journals, each after the one that caused it."""
    nothing = AgentSettings.model_validate({"store": "-", "device": "-", "data": Path()})
    shop = Shop(nothing)
    for found in in_causal_order(conn):
        draft = Draft(found.device, found.seq - 1, found.occurred_at, str)
        evolve.fold(shop, found.fact, (found.device, found.seq), found.occurred_at, draft)
    shop.alarms = {key: row for key, row in shop.alarms.items() if row["state"] == "open"}
    return shop


def in_causal_order(conn: Connection) -> Iterator[Found]:
    """The agent's facts in order, each till's fact right before the first of the agent's that names it as its cause."""
    aside = quarantined(conn)
    readable = [found for found in facts(conn, *CATALOGUE.values()) if (found.device, found.seq) not in aside]
    own = {found.device for found in readable if found.fact.KIND == "stock.moved"}
    waiting: dict[Cause, Found] = {(found.device, found.seq): found for found in readable if found.device not in own}
    for found in readable:
        if found.device not in own:
            continue
        cause = getattr(found.fact, "cause", None)
        if cause is not None and tuple(cause) in waiting:
            yield waiting.pop((cause[0], cause[1]))
        yield found
    yield from waiting.values()


def _kept(conn: Connection, table: Table) -> Rows:
    return {key: msgspec.json.decode(body) or PRESENT for key, body in conn.execute(select(table.c.key, table.c.body))}


def _open_alarms(conn: Connection) -> Rows:
    query = select(tables.ALARMS.c.key).where(tables.ALARMS.c.state == "open")
    return dict.fromkeys(conn.execute(query).scalars(), True)


def _compare(table: str, kept: Mapping[str, Any], anew: Mapping[str, Any]) -> Iterable[Violation]:
    for key in sorted(kept.keys() | anew.keys()):
        here, there = _plain(kept.get(key)), _plain(anew.get(key))
        if here != there:
            text = f"{table}: the projection has {_short(here)}, the journals give {_short(there)}"
            yield Violation("projection", key, text)


def _plain(value: Any) -> Any:
    """Without moments: a row is written some milliseconds before its fact is stamped."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items() if key != "at" or isinstance(item, str)}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _short(value: Any) -> str:
    text = "nothing" if value is None else msgspec.json.encode(value).decode()
    return text if len(text) <= 120 else text[:117] + "..."

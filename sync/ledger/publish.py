"""What operations publish: rows checked by the shop's rules, one by one, before they become feed versions."""

import base64
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from sqlalchemy import Connection

from retail.catalogue import Article, PriceList, SaleSettings
from retail.clients.profile import Profile
from retail.errors import Refused
from retail.promotions.rules import Promotion
from retail.staff import Person
from retail.tax import TaxRule
from sync.feeds.names import FEEDS
from sync.feeds.publish import put, put_many, state
from sync.identity.enrolment import peers
from sync.ledger import clients
from sync.ledger.messages import PublishOut, RefusedRow, RowIn
from sync.storage.book import UnitOfWork
from sync.wire.problems import Problem

Body = Mapping[str, object]

_RULES: dict[str, tuple[str, Callable[[Body], object]]] = {
    "catalogue": ("gtin", Article.from_row),
    "prices": ("gtin", PriceList.from_row),
    "promotions": ("id", Promotion.from_row),
    "taxes": ("code", TaxRule.from_row),
    "staff": ("id", Person.from_row),
    "customers": ("id", Profile.from_row),
}
"""feed -> (the field that is the row's key, the rule that reads the row)"""
OWN = frozenset({"orders", "network-stock", "leases"})
"""feeds that the ledger makes itself"""


def publish(unit: UnitOfWork, feed: str, rows: Sequence[RowIn], ledger_key: bytes) -> PublishOut:
    """Publish the rows that keep the rules; the others are refused by name. Raises :class:`Problem`."""
    if feed not in FEEDS or FEEDS[feed].publisher != "ledger" or feed in OWN:
        raise Problem("not-found", feed=feed)
    good: dict[str, list[RowIn]] = defaultdict(list)
    refused: list[RefusedRow] = []
    erased = clients.erased_among(unit.conn, [row.key for row in rows]) if feed == "customers" else set[str]()
    for row in rows:
        try:
            scope = _scope(feed, row)
            _check(feed, row)
            if row.key in erased and row.body is not None:
                raise Refused("erased", f"client {row.key} was erased; a new one gets a new id")
        except Refused as error:
            refused.append(RefusedRow(key=row.key, reason=error.reason, text=error.text))
        else:
            good[scope].append(row)
    for scope, some in good.items():
        _put(unit, feed, scope, some, ledger_key)
    published = sum(len(some) for some in good.values())
    return PublishOut(published=published, version=_version(unit.conn, feed, good), refused=refused)


def publish_devices(conn: Connection, store: str) -> None:
    """Publish which devices a store has, for its agent and its tills to know each other's keys."""
    devices = [
        {"device": peer.device, "kind": peer.kind, "public": base64.b64encode(peer.public).decode()}
        for peer in peers(conn, store)
    ]
    put(conn, "settings", "devices", {"devices": devices}, scope=store)


def _scope(feed: str, row: RowIn) -> str:
    if not FEEDS[feed].per_store:
        return ""
    if row.store is None:
        raise Refused("bad_row", f"{feed} {row.key}: store must say whose row it is", feed=feed, field="store")
    return row.store


def _check(feed: str, row: RowIn) -> None:
    """Raise Refused (``bad_row``) if a row breaks a rule of the shop."""
    if row.body is None:
        return
    if feed == "settings":
        if row.key == "store":
            SaleSettings.from_row(row.body)
        return
    key, rule = _RULES[feed]
    if row.body.get(key) != row.key:
        raise Refused("bad_row", f"{feed} {row.key}: {key} must be the row's key", feed=feed, field=key)
    rule(row.body)


def _put(unit: UnitOfWork, feed: str, scope: str, rows: Sequence[RowIn], ledger_key: bytes) -> None:
    if feed == "customers":
        _put_clients(unit, rows)
        return
    bodies: list[tuple[str, Body | None]] = [(row.key, row.body) for row in rows]
    if feed == "settings":
        key = base64.b64encode(ledger_key).decode()
        bodies = [
            (name, {**body, "ledger_key": key} if body is not None and name == "store" else body)
            for name, body in bodies
        ]
    put_many(unit.conn, feed, bodies, scope=scope)


def _put_clients(unit: UnitOfWork, rows: Sequence[RowIn]) -> None:
    """Clients are kept as such, so that what facts add isn't lost; a deletion erases."""
    clients.publish_profiles(unit.conn, [row.body for row in rows if row.body is not None])
    for row in rows:
        if row.body is None:
            with suppress(LookupError):  # nothing was ever known of it
                clients.erase(unit, row.key, "operations")


def _version(conn: Connection, feed: str, scopes: Mapping[str, object]) -> int:
    heads = [state(conn, feed, scope) for scope in scopes or [""]]
    return max((head.version for head in heads if head is not None), default=0)

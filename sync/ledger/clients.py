"""The chain's clients: personal data that can be erased, what facts add to it, and the feed that stores read.

A withdrawal of consent wins over a consent given at the same time by someone who hadn't seen it; a consent by
someone who had seen it restores. An erased client stays erased, whatever still arrives about it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, func, select, update

from retail.clients.loyalty import Programme
from retail.facts import ClientErased, ClientNoted, ConsentChanged, SaleCompleted
from sync.feeds.publish import put_many, state
from sync.journal import attachments
from sync.ledger.orders import forget_name
from sync.ledger.rows import chunks, insert_new, upsert
from sync.ledger.tables import client_facts, clients, consents, orders
from sync.storage.book import UnitOfWork

CUSTOMERS = "customers"
_SHOWN = 50
"""notes and purchases of one client in its feed row, the newest"""

Profile = dict[str, Any]


def publish_profiles(conn: Connection, profiles: Iterable[Mapping[str, object]]) -> None:
    """Take clients' data from operations and publish their rows. Callers see to it that none was erased."""
    for some in chunks(list(profiles)):
        ids = [str(profile["id"]) for profile in some]
        texts = [msgspec.json.encode(profile).decode() for profile in some]
        upsert(
            conn,
            clients,
            [{"id": one, "profile": text, "erased_at": None} for one, text in zip(ids, texts, strict=True)],
        )
        known = _with_facts(conn, ids)
        put_many(
            conn,
            CUSTOMERS,
            [
                (one, read(conn, one) if one in known else _shown(dict(profile), {}, [], [], 0))
                for one, profile in zip(ids, some, strict=True)
            ],
        )


def erased_among(conn: Connection, wanted: Sequence[str]) -> set[str]:
    """Which of these clients were erased."""
    found: set[str] = set()
    for some in chunks(wanted):
        query = select(clients.c.id).where(clients.c.id.in_(some), clients.c.erased_at.is_not(None))
        found.update(conn.execute(query).scalars())
    return found


def is_erased(conn: Connection, client: str) -> bool:
    """Whether a client was erased."""
    return conn.execute(select(clients.c.erased_at).where(clients.c.id == client)).scalar() is not None


def read(conn: Connection, client: str) -> Profile | None:
    """A client with consents, notes and purchases, as the feed has it; None if unknown or erased."""
    profile = _profile(conn, client)
    if not profile:
        return None
    notes, purchases = _found(conn, client, "notes"), _found(conn, client, "purchases")
    return _shown(profile, _consents(conn, client), notes, purchases, _points(conn, client))


def publish(conn: Connection, *wanted: str) -> int:
    """Publish clients' rows, or the deletions of erased ones; returns the feed's version."""
    rows = [(client, read(conn, client)) for client in wanted]
    return put_many(conn, CUSTOMERS, [row for row in rows if row[1] is not None or is_erased(conn, row[0])])


def noted(unit: UnitOfWork, store: str, device: str, seq: int, at: int, fact: ClientNoted) -> None:
    """Add a note whose text came as an attachment; a text that was erased meanwhile leaves no note."""
    if is_erased(unit.conn, fact.client):
        attachments.erase(unit.conn, [(store, device, seq)])
        return
    found = attachments.read(unit.conn, store, device, seq, seq)
    text = next((one.sealed.text for one in found if one.sealed.sha256 == fact.sha256), None)
    if text is not None:
        body = {"id": fact.note, "at": at, "by": fact.by, "text": text}
        _add(unit.conn, fact.client, store, device, seq, at, "notes", [body])


def purchased(conn: Connection, store: str, device: str, seq: int, at: int, sale: SaleCompleted) -> None:
    """Add what a client bought; nothing for a sale without one, for training and for erased clients.

    As :func:`noted` this leaves it to the caller to publish the client, once for a whole commit."""
    if sale.client is None or sale.training or is_erased(conn, sale.client):
        return
    points = Programme().earned(sale, _profile(conn, sale.client).get("tier", ""))
    bought = [
        {"at": at, "number": sale.number, "gtin": line.gtin, "qty": line.qty, "minor": line.total_minor, "store": store}
        for line in sale.lines
    ]
    _add(conn, sale.client, store, device, seq, at, "purchases", bought, points)


def consent_changed(conn: Connection, fact: ConsentChanged) -> bool:
    """Apply a change of consent by the rule above; returns whether it was applied."""
    if is_erased(conn, fact.client):
        return False
    row = conn.execute(
        select(consents).where(consents.c.client == fact.client, consents.c.channel == fact.channel)
    ).first()
    withdrawn = 0 if row is None else row.withdrawn_version
    if fact.given and fact.seen < withdrawn:
        return False
    consent = {"client": fact.client, "channel": fact.channel, "given": fact.given, "withdrawn_version": withdrawn}
    upsert(conn, consents, [consent])
    version = publish(conn, fact.client)
    if not fact.given:
        where = (consents.c.client == fact.client, consents.c.channel == fact.channel)
        conn.execute(update(consents).where(*where).values(withdrawn_version=version))
    return True


def erase(unit: UnitOfWork, client: str, by: str) -> None:
    """Delete all personal data of a client: rows, notes' texts, names on orders. Facts keep the bare id.

    Raises LookupError when nothing is known of it. Erasing twice is no error and writes no second fact."""
    conn = unit.conn
    if is_erased(conn, client):
        return
    known = conn.execute(select(clients.c.id).where(clients.c.id == client)).first()
    facts = conn.execute(select(client_facts).where(client_facts.c.client == client)).all()
    named = conn.execute(select(orders.c.id).where(orders.c.customer == client)).scalars().all()
    if known is None and not facts and not named:
        raise LookupError(f"there is no client {client}")
    attachments.erase(conn, [(row.store, row.device, row.seq) for row in facts if row.kind == "notes"])
    conn.execute(delete(client_facts).where(client_facts.c.client == client))
    conn.execute(delete(consents).where(consents.c.client == client))
    upsert(conn, clients, [{"id": client, "profile": None, "erased_at": unit.now}])
    for order in named:
        forget_name(conn, order)
    publish(conn, client)
    unit.record(ClientErased(client=client, by=by))


def feed_version(conn: Connection) -> int:
    """The version of the customers feed."""
    found = state(conn, CUSTOMERS)
    return 0 if found is None else found.version


def _shown(
    profile: Profile, said: Mapping[str, bool], notes: list[Profile], purchases: list[Profile], points: int
) -> Profile:
    """A profile as published, with what facts have added; the newest first."""
    added = {"notes": notes, "purchases": purchases}
    lists = {
        kind: sorted([*(profile.get(kind) or []), *some], key=lambda one: -int(one.get("at", 0)))[:_SHOWN]
        for kind, some in added.items()
    }
    consented = {**dict(profile.get("consents") or {}), **said}
    return {**profile, "consents": consented, **lists, "points": max(0, int(profile.get("points") or 0) + points)}


def _with_facts(conn: Connection, ids: Sequence[str]) -> set[str]:
    """Which of these clients facts have told something about."""
    facts = conn.execute(select(client_facts.c.client).where(client_facts.c.client.in_(ids))).scalars()
    said = conn.execute(select(consents.c.client).where(consents.c.client.in_(ids))).scalars()
    return {*facts, *said}


def _consents(conn: Connection, client: str) -> dict[str, bool]:
    query = select(consents.c.channel, consents.c.given).where(consents.c.client == client)
    return dict(conn.execute(query).all())


def _found(conn: Connection, client: str, kind: str) -> list[dict[str, Any]]:
    query = (
        select(client_facts.c.body)
        .where(client_facts.c.client == client, client_facts.c.kind == kind)
        .order_by(client_facts.c.at.desc())
        .limit(_SHOWN)
    )
    bodies = conn.execute(query).scalars()
    return [one for body in bodies for one in msgspec.json.decode(body, type=list[dict[str, Any]])]


def _profile(conn: Connection, client: str) -> Profile:
    text = conn.execute(select(clients.c.profile).where(clients.c.id == client)).scalar()
    return {} if text is None else msgspec.json.decode(text, type=dict[str, Any])


def _points(conn: Connection, client: str) -> int:
    query = select(func.coalesce(func.sum(client_facts.c.points), 0)).where(client_facts.c.client == client)
    return int(conn.execute(query).scalar_one())


def _add(
    conn: Connection,
    client: str,
    store: str,
    device: str,
    seq: int,
    at: int,
    kind: str,
    body: list[dict[str, Any]],
    points: int = 0,
) -> None:
    row = {
        "client": client,
        "store": store,
        "device": device,
        "seq": seq,
        "kind": kind,
        "at": at,
        "body": msgspec.json.encode(body).decode(),
        "points": points,
    }
    insert_new(conn, client_facts, row)

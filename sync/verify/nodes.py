"""The same log in several databases: byte-equal as far as both have it, and nothing acknowledged is missing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select
from sqlalchemy.engine import Row

from sync.journal.rows import logs
from sync.storage.tables import cursors, feed_heads, feed_rows, records
from sync.verify.violation import Violation

_COMPARED = [column for column in records.c if column.name != "received_at"]
_CHUNK = 2000
LAST_STOP = "ledger"
"""the node in which every log ends up; others hold those that pass them"""


def compare_nodes(
    nodes: Mapping[str, Connection], *, owners: Mapping[str, str] | None = None, complete: bool = False
) -> list[Violation]:
    """Compare every log in every pair of databases; names ``agent`` and ``ledger`` are those of the cursors.

    ``owners`` says which node writes a device's log: no copy may be longer. ``complete`` asks for equal lengths
    wherever a log is held, and in the ledger, as when everything was sent.
    """
    found: list[Violation] = []
    held = {name: set(logs(conn)) for name, conn in nodes.items()}
    for store, device in sorted(set().union(*held.values())):
        where = [name for name, known in held.items() if (store, device) in known]
        heads = {name: _length(nodes[name], store, device) for name in where}
        longest = max(where, key=lambda name: heads[name])
        for name in where:
            if name != longest and heads[name]:
                found.extend(_compare_log(nodes, longest, name, store, device, heads[name]))
        expected = {seq for name, seq in heads.items() if seq or name == LAST_STOP}
        if complete and len(expected) > 1:
            found.append(Violation("log-incomplete", device, f"lengths differ: {heads}"))
        owner = (owners or {}).get(device)
        if owner in heads and heads[owner] < heads[longest]:
            found.append(Violation("log-shorter-than-copy", device, f"{owner} has {heads[owner]}, {longest} more"))
    for name, conn in nodes.items():
        found.extend(_lost_acknowledged(name, conn, nodes))
    return found


def compare_feeds(publisher: Connection, reader: Iterable[tuple[str, str, int, str | None]]) -> list[Violation]:
    """Compare a reader's rows ``(feed, key, version, body)`` with the publisher's of the same version.

    Part by part: a large shop has millions of rows.
    """
    found: list[Violation] = []
    newest: dict[str, int] = {}
    scopes: dict[str, set[str]] = {}
    for head in publisher.execute(select(feed_heads.c.feed, feed_heads.c.scope, feed_heads.c.version)):
        newest[head.feed] = max(newest.get(head.feed, 0), head.version)
        scopes.setdefault(head.feed, set()).add(head.scope)
    rows = iter(reader)
    while part := list(islice(rows, _CHUNK)):
        keys: dict[str, list[str]] = {}
        for feed, key, _version, _body in part:
            keys.setdefault(feed, []).append(key)
        published = {feed: _published(publisher, feed, scopes.get(feed, set()), known) for feed, known in keys.items()}
        for feed, key, version, body in part:
            if feed in newest and version > newest[feed]:
                found.append(Violation("feed-from-nowhere", f"{feed}/{key}", f"version {version} was never published"))
            elif (key, version) in published[feed] and _differs(published[feed][key, version], body):
                found.append(Violation("feed-differs", f"{feed}/{key}", f"version {version} isn't what was published"))
    return found


def _published(
    conn: Connection, feed: str, scopes: Iterable[str], keys: Sequence[str]
) -> dict[tuple[str, int], str | None]:
    """(key, version) -> body of the rows of these keys."""
    query = select(feed_rows.c.key, feed_rows.c.version, feed_rows.c.body).where(
        feed_rows.c.feed == feed, feed_rows.c.scope.in_(sorted(scopes)), feed_rows.c.key.in_(keys)
    )
    return {(key, version): body for key, version, body in conn.execute(query)}


def _differs(published: str | None, read: str | None) -> bool:
    if published == read:
        return False
    if published is None or read is None:
        return True
    try:
        return bool(msgspec.json.decode(published) != msgspec.json.decode(read))
    except msgspec.DecodeError:
        return True


def _compare_log(
    nodes: Mapping[str, Connection], one: str, other: str, store: str, device: str, up_to: int
) -> Iterator[Violation]:
    """The first record that two databases hold differently, or that one of them lacks."""
    for start in range(1, up_to + 1, _CHUNK):
        last = min(start + _CHUNK - 1, up_to)
        here, there = (_stretch(nodes[name], store, device, start, last) for name in (one, other))
        for seq in range(start, last + 1):
            if seq not in here or seq not in there:
                yield Violation("record-missing", f"{device}/{seq}", f"not at {one if seq not in here else other}")
                return
            if here[seq] != there[seq]:
                yield Violation("bytes-differ", f"{device}/{seq}", f"{one} and {other} hold different records")
                return


def _length(conn: Connection, store: str, device: str) -> int:
    """The last record that is really there, whatever the head says."""
    query = select(func.max(records.c.seq)).where(records.c.store == store, records.c.device == device)
    return conn.execute(query).scalar() or 0


def _stretch(conn: Connection, store: str, device: str, first: int, last: int) -> dict[int, Row[Any]]:
    query = select(*_COMPARED).where(
        records.c.store == store, records.c.device == device, records.c.seq.between(first, last)
    )
    return {row.seq: row for row in conn.execute(query)}


def _lost_acknowledged(name: str, conn: Connection, nodes: Mapping[str, Connection]) -> Iterator[Violation]:
    """What a receiver has acknowledged must be there."""
    for row in conn.execute(select(cursors)):
        receiver = nodes.get(row.receiver)
        if receiver is None:
            continue
        held = _length(receiver, row.store, row.device)
        if held < row.acked:
            text = f"{row.receiver} acknowledged {row.acked} to {name} and has {held}"
            yield Violation("acknowledged-lost", row.device, text)

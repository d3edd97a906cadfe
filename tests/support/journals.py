"""What the programs of a shop hold of a device's log: a till's database file, agent and ledger over the protocol."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import msgspec

from retail.facts import Fact, SaleCompleted, StockMoved
from sync.identity.enrolment import SignedAuth
from sync.identity.keys import Identity
from sync.journal.encoding import Unknown, decode
from sync.wire.messages import Batch
from tests.support.shop import Shop


@dataclass(frozen=True, slots=True)
class Kept:
    """One fact of a log; ``at`` is when it happened, in milliseconds."""

    device: str
    seq: int
    at: int
    fact: Fact | Unknown


def in_file(database: Path, device: str) -> list[Kept]:
    """A device's log as another reader finds it in a SQLite database now."""
    query = "SELECT seq, kind, v, occurred_at, body FROM journal_records WHERE device = ? ORDER BY seq"
    with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as conn:
        rows = conn.execute(query, (device,)).fetchall()
    return [Kept(device, seq, at, decode(kind, v, body)) for seq, kind, v, at, body in rows]


def at_till(shop: Shop, number: int = 1) -> list[Kept]:
    """A till's own log on its disk."""
    return in_file(shop.premises.till_folder(number) / "till.db", shop.premises.till_devices[number - 1])


def at_agent(shop: Shop, device: str) -> list[Kept]:
    """A till's log as the agent gives it back."""
    number = shop.premises.till_devices.index(device) + 1
    return _asked(shop.premises.agent_url, Identity.load(shop.premises.till_folder(number)), device)


def at_ledger(shop: Shop, device: str) -> list[Kept]:
    """A log of the store as the ledger gives it back."""
    return _asked(shop.premises.ledger_url, Identity.load(shop.premises.folder / "agent"), device)


def sales(kept: list[Kept]) -> list[SaleCompleted]:
    """The sales among them, in order."""
    return [one.fact for one in kept if isinstance(one.fact, SaleCompleted)]


def moves_for(kept: list[Kept], cause: Kept) -> list[Kept]:
    """The agent's stock moves that follow from that fact."""
    wanted = (cause.device, cause.seq)
    return [one for one in kept if isinstance(one.fact, StockMoved) and one.fact.cause == wanted]


def _asked(url: str, identity: Identity, device: str) -> list[Kept]:
    found: list[Kept] = []
    with httpx.Client(base_url=url, auth=SignedAuth(identity), timeout=10) as client:
        while True:
            answer = client.get(f"/v1/devices/{device}/events?from={len(found) + 1}")
            if answer.status_code == 204:
                return found
            answer.raise_for_status()
            batch = msgspec.json.decode(answer.content, type=Batch)
            found += [Kept(device, e.seq, e.occurred_at, decode(e.kind, e.v, e.body)) for e in batch.events]

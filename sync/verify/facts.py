"""Facts of some kinds out of every log, in the order in which they can be folded."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection, select

from retail.facts import Fact
from sync.journal.encoding import Undigestible, Unknown, decode
from sync.storage.tables import quarantine, records


class Found(NamedTuple):
    """A fact and where it stands; ``occurred_at`` is ms UTC."""

    store: str
    device: str
    seq: int
    occurred_at: int
    fact: Fact


def facts(conn: Connection, *kinds: type[Fact]) -> Iterator[Found]:
    """Facts of these kinds, log by log and in order within each; those that can't be read are left out."""
    query = (
        select(records)
        .where(records.c.kind.in_([kind.KIND for kind in kinds]))
        .order_by(records.c.store, records.c.device, records.c.seq)
        .execution_options(yield_per=1000)
    )
    for row in conn.execute(query):
        try:
            fact = decode(row.kind, row.v, row.body)
        except Undigestible:
            continue
        if not isinstance(fact, Unknown):
            yield Found(row.store, row.device, row.seq, row.occurred_at, fact)


def quarantined(conn: Connection) -> set[tuple[str, int]]:
    """``(device, seq)`` of records that were set aside here and not digested since."""
    query = select(quarantine.c.device, quarantine.c.seq).where(quarantine.c.state != "digested")
    return {(row.device, row.seq) for row in conn.execute(query)}

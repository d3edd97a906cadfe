"""How the ledger stands: its database, what waits, and when it last heard of which device."""

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from sqlalchemy import func, select

from sync.ledger.projections import Projector
from sync.ledger.tables import refunds, unrouted
from sync.storage.book import Book
from sync.storage.tables import heads, quarantine, records


def health(book: Book, projector: Projector) -> dict[str, Any]:
    """JSON-ready figures; ``backlog`` counts accepted records that aren't projected yet."""
    last = (
        select(records.c.received_at)
        .where(records.c.store == heads.c.store, records.c.device == heads.c.device, records.c.seq == heads.c.seq)
        .scalar_subquery()
    )
    query = select(heads.c.store, heads.c.device, heads.c.seq, last.label("at"))
    with book.read() as conn:
        logs = [
            {"store": row.store, "device": row.device, "seq": row.seq, "last_received_at": row.at}
            for row in conn.execute(query.order_by(heads.c.store, heads.c.device))
        ]
        waiting = quarantine.c.state == "waiting"
        asked = refunds.c.state == "requested"
        return {
            "status": "ok",
            "device": book.identity.device,
            "version": _version(),
            "database": book.engine.dialect.name,
            "now": book.clock.now_ms(),
            "head": book.head.seq,
            "backlog": projector.backlog(conn),
            "quarantine": conn.execute(select(func.count()).select_from(quarantine).where(waiting)).scalar_one(),
            "refunds_waiting": conn.execute(select(func.count()).select_from(refunds).where(asked)).scalar_one(),
            "lines_unrouted": conn.execute(select(func.count()).select_from(unrouted)).scalar_one(),
            "logs": logs,
        }


def _version() -> str:
    try:
        return version("comptoir")
    except PackageNotFoundError:
        return "source"

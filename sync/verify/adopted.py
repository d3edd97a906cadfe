"""Facts that a new log took over from the one it continues, where both are in one database: they count once."""

from sqlalchemy import Connection, select

from retail.facts import DeviceContinues
from sync.storage.tables import records
from sync.verify.facts import Found, facts


class Adopted:
    """What a new log adopts stands in the commit of its first fact, so it has that fact's time.

    Only a till holds both: a receiver has the other branch of the old log, and the adopted facts in the new one alone.
    """

    def __init__(self, conn: Connection) -> None:
        self._began: dict[str, int] = {}
        for one in facts(conn, DeviceContinues):
            if isinstance(one.fact, DeviceContinues) and _ends_with(conn, one.fact.old, one.fact.old_head):
                self._began[one.device] = one.occurred_at

    def stands_twice(self, one: Found) -> bool:
        """Whether this fact is a copy of one that stands in the old log here."""
        return one.occurred_at == self._began.get(one.device)


def _ends_with(conn: Connection, device: str, head: str) -> bool:
    query = select(records.c.hash).where(records.c.device == device).order_by(records.c.seq.desc()).limit(1)
    return bool(head) and conn.execute(query).scalar() == head

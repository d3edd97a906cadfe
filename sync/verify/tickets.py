"""A till's tickets are those of its facts, no more and no fewer."""

from sqlalchemy import Connection, inspect, text

from retail.facts import SaleCompleted
from sync.verify.facts import facts
from sync.verify.violation import Violation


def verify_tickets(conn: Connection) -> list[Violation]:
    """Compare ``till_tickets`` with the sales in the till's own log; nothing to do in other databases."""
    if "till_tickets" not in inspect(conn).get_table_names():
        return []
    kept = {
        row.sale: (row.number, row.total_minor)
        for row in conn.execute(text("SELECT sale, number, total_minor FROM till_tickets"))
    }
    sold = {
        one.fact.sale: (one.fact.number, one.fact.total_minor)
        for one in facts(conn, SaleCompleted)
        if isinstance(one.fact, SaleCompleted)
    }
    found = [
        Violation("ticket-missing", sold[sale][0], "a sale without its ticket") for sale in sorted(sold.keys() - kept)
    ]
    found += [
        Violation("ticket-without-sale", kept[sale][0], "a ticket that no fact knows")
        for sale in sorted(kept.keys() - sold)
    ]
    found += [
        Violation("ticket-differs", kept[sale][0], f"{kept[sale]} is kept, the fact says {sold[sale]}")
        for sale in sorted(kept.keys() & sold)
        if kept[sale] != sold[sale]
    ]
    return found

"""Orders that this till handed over: a second scan of the same code finds the first."""

from sqlalchemy import Connection, insert, select

from retail.facts import OrderHandedOver
from store_app.till_book.sales import keep_gone
from store_app.till_book.tables import handovers


def keep_handover(conn: Connection, fact: OrderHandedOver, at: int) -> None:
    """Remember a handover, and that its units have left."""
    conn.execute(insert(handovers).values(order_id=fact.order, number=fact.number, at=at, staff=fact.by))
    keep_gone(conn, [(unit, fact.order, "") for unit in fact.units], at)


def handed_over_at(conn: Connection, order: str) -> int | None:
    """When this till handed an order over, ms UTC."""
    at = conn.execute(select(handovers.c.at).where(handovers.c.order_id == order)).scalar()
    return None if at is None else int(at)

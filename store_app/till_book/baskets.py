"""Baskets that survive a crash: the current one, and those held at this till."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from store_app.till_book.tables import baskets


@dataclass(frozen=True, slots=True)
class SavedBasket:
    """A basket as it lies in till.db; ``body`` is JSON text that the presenters understand."""

    basket: str
    at: int
    staff: str
    label: str
    total_minor: int
    body: str


def save_current(conn: Connection, saved: SavedBasket) -> None:
    """Replace the current basket."""
    conn.execute(delete(baskets).where(baskets.c.slot == "current"))
    _put(conn, "current", saved)


def clear_current(conn: Connection) -> None:
    """There is no open basket any more."""
    conn.execute(delete(baskets).where(baskets.c.slot == "current"))


def current(conn: Connection) -> SavedBasket | None:
    """The basket that was open when the till was last seen."""
    found = _rows(conn, "current")
    return found[0] if found else None


def hold(conn: Connection, saved: SavedBasket) -> None:
    """Keep a basket aside at this till; it isn't the current one any more."""
    clear_current(conn)
    _put(conn, "held", saved)


def held(conn: Connection) -> list[SavedBasket]:
    """Baskets kept aside here, the oldest first."""
    return _rows(conn, "held")


def take_held(conn: Connection, basket: str) -> SavedBasket | None:
    """Make a held basket the current one; None if it is gone."""
    found = next((row for row in held(conn) if row.basket == basket), None)
    if found is not None:
        clear_current(conn)
        conn.execute(update(baskets).where(baskets.c.basket == basket).values(slot="current"))
    return found


def drop_held(conn: Connection, basket: str) -> None:
    """Forget a held basket: the agent keeps it now."""
    conn.execute(delete(baskets).where(baskets.c.basket == basket, baskets.c.slot == "held"))


def _put(conn: Connection, slot: str, saved: SavedBasket) -> None:
    conn.execute(delete(baskets).where(baskets.c.basket == saved.basket))
    conn.execute(
        insert(baskets).values(
            basket=saved.basket,
            slot=slot,
            at=saved.at,
            staff=saved.staff,
            label=saved.label,
            total_minor=saved.total_minor,
            body=saved.body,
        )
    )


def _rows(conn: Connection, slot: str) -> list[SavedBasket]:
    columns = (
        baskets.c.basket,
        baskets.c.at,
        baskets.c.staff,
        baskets.c.label,
        baskets.c.total_minor,
        baskets.c.body,
    )
    rows = conn.execute(select(*columns).where(baskets.c.slot == slot).order_by(baskets.c.at))
    return [SavedBasket(*row) for row in rows]

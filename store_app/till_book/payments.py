"""Card payments that survive a crash: the intent is on the disk before the terminal hears of it."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, insert, select, update

from store_app.till_book.tables import attempts

AttemptState = Literal["asked", "approved", "declined", "cancelled", "in_doubt", "reversing", "reversed", "settled"]
OPEN_STATES: tuple[AttemptState, ...] = ("asked", "approved", "in_doubt", "reversing")
"""states in which money may have moved without a sale to show for it"""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One card payment. ``minor`` was asked for, ``approved_minor`` was given; a refund has kind ``refund``."""

    attempt: str
    basket: str
    kind: Literal["charge", "refund"]
    minor: int
    currency: str
    state: AttemptState
    approved_minor: int = 0
    ref: str = ""
    masked: str = ""
    text: str = ""
    started_at: int = 0


_COLUMNS = (
    attempts.c.attempt,
    attempts.c.basket,
    attempts.c.kind,
    attempts.c.minor,
    attempts.c.currency,
    attempts.c.state,
    attempts.c.approved_minor,
    attempts.c.ref,
    attempts.c.masked,
    attempts.c.text,
    attempts.c.started_at,
)


def begin(conn: Connection, attempt: Attempt, now: int) -> None:
    """Write the intent."""
    conn.execute(
        insert(attempts).values(
            attempt=attempt.attempt,
            basket=attempt.basket,
            kind=attempt.kind,
            minor=attempt.minor,
            currency=attempt.currency,
            state="asked",
            started_at=now,
            changed_at=now,
        )
    )


def end(
    conn: Connection,
    attempt: str,
    state: AttemptState,
    now: int,
    *,
    approved_minor: int = 0,
    ref: str = "",
    masked: str = "",
    text: str = "",
) -> None:
    """Write what became of it."""
    conn.execute(
        update(attempts)
        .where(attempts.c.attempt == attempt)
        .values(state=state, approved_minor=approved_minor, ref=ref, masked=masked, text=text[:200], changed_at=now)
    )


def settle(conn: Connection, attempt_ids: tuple[str, ...], sale: str, now: int) -> None:
    """These payments are on a committed sale."""
    if attempt_ids:
        conn.execute(
            update(attempts)
            .where(attempts.c.attempt.in_(attempt_ids))
            .values(state="settled", sale=sale, changed_at=now)
        )


def of_basket(conn: Connection, basket: str) -> list[Attempt]:
    """Payments of a basket in the order they were begun."""
    rows = conn.execute(select(*_COLUMNS).where(attempts.c.basket == basket).order_by(attempts.c.started_at))
    return [Attempt(*row) for row in rows]


def find(conn: Connection, attempt: str) -> Attempt | None:
    """One payment by its id."""
    row = conn.execute(select(*_COLUMNS).where(attempts.c.attempt == attempt)).one_or_none()
    return None if row is None else Attempt(*row)


def unmatched(conn: Connection) -> list[Attempt]:
    """Payments that may have moved money and stand on no sale; the current basket's are among them."""
    rows = conn.execute(select(*_COLUMNS).where(attempts.c.state.in_(OPEN_STATES)).order_by(attempts.c.started_at))
    return [Attempt(*row) for row in rows]

"""The till's day so far, read in one snapshot: figures of the open shift, takings by hour, the last closings."""

from dataclasses import dataclass

from sqlalchemy import Connection

from retail.facts import Fact, ShiftClosed, ShiftOpened
from retail.sale.shift import Figures, figures
from store_app.till_book import fiscal, sales, shifts
from store_app.till_book.shifts import ClosedShift, OpenShift


@dataclass(frozen=True, slots=True)
class Day:
    """``figures`` is None while no shift is open; ``hours`` maps starts of hours (ms UTC) to takings."""

    shift: OpenShift | None
    figures: Figures | None
    facts: tuple[Fact, ...]
    hours: tuple[tuple[int, int], ...]
    closed_days: tuple[tuple[str, int, int], ...]
    closed_shifts: tuple[ClosedShift, ...]


def read_day(conn: Connection, since: int) -> Day:
    """The day as the rows have it; ``since`` (ms UTC) is where the hours begin."""
    shift = shifts.open_shift(conn)
    facts = _facts(conn, shift) if shift is not None else ()
    return Day(
        shift=shift,
        figures=figures(facts, shift=shift.shift) if shift is not None else None,
        facts=facts,
        hours=tuple(sorted(sales.by_hour(conn, since).items())),
        closed_days=tuple(fiscal.closed_days(conn)),
        closed_shifts=tuple(shifts.closed_shifts(conn)),
    )


def figures_of(day: Day, closed: ShiftClosed) -> Figures:
    """The figures of the day with its closing."""
    return figures((*day.facts, closed), shift=closed.shift)


def _facts(conn: Connection, shift: OpenShift) -> tuple[Fact, ...]:
    opened = ShiftOpened(
        shift=shift.shift,
        business_date=shift.business_date,
        by=shift.opened_by,
        float_minor=shift.float_minor,
        currency=shift.currency,
    )
    return (opened, *sales.of_shift(conn, shift.shift), *shifts.cash_moves(conn, shift.shift))

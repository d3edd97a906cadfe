"""The Z: figures of a day of 5,000 tickets from its facts, the drawer counted, the fiscal day closed and signed."""

from retail.facts import Fact, SaleCompleted, ShiftOpened
from retail.sale.shift import close_shift, figures
from store_app.till_book import shifts
from sync.journal.encoding import decode
from tests.bench.row import Row, count, span_row
from tests.bench.run import Run, timed_ms
from tests.support.till_builders import CANDLE, JUMPER, Till, basket_of, cash_sale, open_till


def measure(run: Run) -> list[Row]:
    """One closing; it can't be repeated, so its reading part is timed first by itself to warm the disk's cache."""
    tickets = run.size(5, 5_000)
    with open_till(run.sub("till")) as till:
        till.till.open_shift("camille", 10_000, "EUR")
        for n in range(tickets):
            till.till.complete_sale(cash_sale(basket_of(CANDLE, JUMPER), f"s{n}"))
        reading = min(timed_ms(lambda: _facts(till)) for _ in range(2))
        took = timed_ms(lambda: _close(till))
    return [span_row(f"Z of {count(tickets)} tickets", took, 1000, note=f" (reading {reading:.0f} ms)")]


def _facts(till: Till) -> list[Fact]:
    with till.till.read() as conn:
        shift = shifts.open_shift(conn)
        assert shift is not None
        opened = ShiftOpened(
            shift=shift.shift,
            business_date=shift.business_date,
            by=shift.opened_by,
            float_minor=shift.float_minor,
            currency=shift.currency,
        )
        sold = [decode(SaleCompleted.KIND, SaleCompleted.V, body) for body in shifts.sale_bodies(conn, shift.shift)]
        moved = shifts.cash_moves(conn, shift.shift)
    return [opened, *(fact for fact in sold if isinstance(fact, SaleCompleted)), *moved]


def _close(till: Till) -> None:
    so_far = figures(_facts(till))
    till.till.close_shift(close_shift(so_far, so_far.expected_cash_minor, "camille"))

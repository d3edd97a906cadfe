"""The sale's own commit: number, signature, fact, rows, what came back, the end of the basket."""

from collections.abc import Callable
from dataclasses import dataclass

from retail.facts import PeriodClosed, SaleCompleted
from retail.fiscal import FiscalModule, Moment
from retail.sale.checkout import Counter, Settled, checkout
from retail.sale.pricing import PricedBasket
from retail.sale.tenders import Payment
from store_app.till_book import baskets, fiscal, payments, sales, shifts
from store_app.till_book.returns import TakenGoods, received
from sync.storage.book import UnitOfWork


@dataclass(frozen=True, slots=True)
class SaleRequest:
    """What is to be settled: a priced and paid basket. ``goods`` says in what state returned lines are."""

    sale: str
    priced: PricedBasket
    payment: Payment
    cashier: str
    goods: tuple[TakenGoods, ...] = ()


@dataclass(frozen=True, slots=True)
class CommittedSale:
    """A sale that is in the book: only now may a receipt be made of it."""

    fact: SaleCompleted
    seq: int
    at: int
    closings: tuple[PeriodClosed, ...] = ()


def settle(
    unit: UnitOfWork, request: SaleRequest, module: FiscalModule, device: str, at: Moment, new_id: Callable[[], str]
) -> CommittedSale:
    """Do all of it in this unit of work; a sale that is settled already is answered with its first commit."""
    conn = unit.conn
    known = sales.by_id(conn, request.sale)
    if known is not None:
        return CommittedSale(known, sales.seq_of(conn, request.sale), sales.time_of(conn, request.sale) or unit.now)
    if not request.priced.basket.training:
        sales.check_units(conn, [key for line in request.priced.lines if line.qty > 0 for key in line.units])
    settled = _checkout(unit, request, module, device, at)
    fiscal.record_closings(unit, settled.closings)
    _, seq = unit.record(settled.sale)
    fiscal.keep_document(conn, settled.sale.stamp, unit.now)
    sales.keep(conn, settled.sale, seq, unit.now)
    for returned in received(settled.sale, request.goods, request.cashier, new_id):
        sales.check_not_returned(conn, returned)
        unit.record(returned)
        sales.keep_return(conn, returned)
    fiscal.record_events(unit, settled.events)
    fiscal.save_state(conn, settled.state)
    used = tuple(tender.attempt for tender in settled.sale.tenders if tender.attempt)
    payments.settle(conn, used, request.sale, unit.now)
    baskets.clear_current(conn)
    return CommittedSale(settled.sale, seq, unit.now, settled.closings)


def _checkout(unit: UnitOfWork, request: SaleRequest, module: FiscalModule, device: str, at: Moment) -> Settled:
    shift = shifts.must_be_open(unit.conn)
    state = fiscal.load_state(unit.conn)
    counter = Counter(
        device=device,
        shift=shift.shift,
        business_date=fiscal.business_date(state, at, shift.business_date),
        cashier=request.cashier,
    )
    return checkout(request.priced, request.payment, counter, at, sale=request.sale, fiscal=module, state=state)

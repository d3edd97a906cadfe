"""The end of a sale: priced basket, tenders and fiscal signature become one fact, ready to commit."""

from dataclasses import dataclass

from retail.errors import Refused
from retail.facts import FiscalEventRecorded, PeriodClosed, SaleCompleted, SoldLine
from retail.fiscal import Data, FiscalModule, FiscalState, Moment, Ticket
from retail.sale.pricing import PricedBasket, PricedLine
from retail.sale.tenders import Payment, tendered
from retail.tax import rate_text

ITEM_RETURNED = "190"


@dataclass(frozen=True, slots=True)
class Counter:
    """Where and by whom a sale is settled."""

    device: str
    shift: str
    business_date: str
    cashier: str


@dataclass(frozen=True, slots=True)
class Settled:
    """All facts of one commit in their order, and the fiscal state after them."""

    sale: SaleCompleted
    closings: tuple[PeriodClosed, ...]
    events: tuple[FiscalEventRecorded, ...]
    state: FiscalState

    @property
    def facts(self) -> tuple[PeriodClosed | SaleCompleted | FiscalEventRecorded, ...]:
        """In the order in which they are recorded."""
        return (*self.closings, self.sale, *self.events)


def checkout(
    priced: PricedBasket,
    payment: Payment,
    counter: Counter,
    at: Moment,
    *,
    sale: str,
    fiscal: FiscalModule,
    state: FiscalState,
) -> Settled:
    """Settle a sale: close overdue periods, sign the ticket, build the facts. ``sale`` is its new id.

    Refused: ``empty_basket``, ``not_settled``, ``other_total``, ``age_not_checked``, ``period_closed``.
    """
    check(priced, payment)
    ticket = _ticket(priced, payment, counter, sale)
    closings: list[PeriodClosed] = []
    if not ticket.training:
        closings, state = fiscal.close_overdue(state, counter.business_date, counter.cashier, at)
    stamp, state = fiscal.sign(state, ticket, at)
    events: list[FiscalEventRecorded] = []
    for line in ticket.lines:
        if line.qty < 0 and not ticket.training:
            data: Data = {"gtin": line.gtin, "qty": -line.qty, "total_minor": line.total_minor, "ticket": stamp.number}
            event, state = fiscal.event(state, ITEM_RETURNED, counter.cashier, at, data)
            events.append(FiscalEventRecorded(code=ITEM_RETURNED, stamp=event))
    fact = SaleCompleted(
        sale=sale,
        number=ticket_number(counter.device, stamp.number, training=ticket.training),
        shift=counter.shift,
        business_date=counter.business_date,
        cashier=counter.cashier,
        currency=priced.currency,
        lines=ticket.lines,
        tenders=ticket.tenders,
        total_minor=priced.total_minor,
        taxes=priced.taxes,
        versions=priced.versions,
        stamp=stamp,
        rounding_minor=payment.rounding_minor,
        prices_include_tax=priced.prices_include_tax,
        client=priced.basket.client.id if priced.basket.client else None,
        training=ticket.training,
    )
    return Settled(fact, tuple(closings), tuple(events), state)


def check(priced: PricedBasket, payment: Payment) -> None:
    """Whether a sale may be settled.

    Refused: ``empty_basket``, ``other_total``, ``not_settled``, ``age_not_checked``.
    """
    if priced.basket.empty:
        raise Refused("empty_basket", "there is nothing on the basket")
    if payment.due_minor != priced.total_minor or payment.currency != priced.currency:
        raise Refused("other_total", "the payment was begun for another total", due_minor=payment.due_minor)
    if not payment.settled:
        raise Refused("not_settled", "something is still to be paid", remaining_minor=payment.remaining_minor)
    if priced.min_age > priced.basket.age_checked:
        raise Refused("age_not_checked", f"the customer must be {priced.min_age}", min_age=priced.min_age)


def ticket_number(device: str, number: int, *, training: bool = False) -> str:
    """The ticket number that people read: ``LYO1-T1-000042``; training tickets say so."""
    return f"{device}-{'X' if training else ''}{number:06d}"


def _ticket(priced: PricedBasket, payment: Payment, counter: Counter, sale: str) -> Ticket:
    return Ticket(
        sale=sale,
        business_date=counter.business_date,
        cashier=counter.cashier,
        currency=priced.currency,
        lines=tuple(sold_line(line) for line in priced.lines),
        taxes=priced.taxes,
        tenders=tendered(payment),
        total_minor=priced.total_minor,
        rounding_minor=payment.rounding_minor,
        training=priced.basket.training,
    )


def sold_line(line: PricedLine) -> SoldLine:
    """A priced line as a fact keeps it."""
    return SoldLine(
        line=line.id,
        gtin=line.gtin,
        label=line.label,
        qty=line.qty,
        unit_minor=line.unit_minor,
        gross_minor=line.gross_minor,
        total_minor=line.total_minor,
        net_minor=line.net_minor,
        tax_minor=line.tax_minor,
        rate=rate_text(line.rate),
        tax_code=line.tax_code,
        tagged=line.tagged,
        stocked=line.stocked,
        units=line.units,
        discounts=line.discounts,
        price_version=line.price_version,
        return_of=line.return_of,
        weight_g=line.weight_g,
    )

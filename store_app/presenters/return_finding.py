"""Where sold goods are looked up for a return: this till's own book first, then the agent, then the ledger's orders."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import msgspec

from retail.errors import Refused
from retail.facts import SaleCompleted, SoldLine, Tendered
from retail.sale.basket import TakenBack
from retail.sale.refunds import GivenBack, take_back_ordered, take_back_sold
from store_app.agent_link import AgentError, CameBack, UnitState
from store_app.presenters.services import Services
from store_app.till_book import sales


@dataclass(frozen=True, slots=True)
class Returnable:
    """One line that may come back. ``qty`` come back at once: one for a unit, else all that is left."""

    id: str
    line: str
    gtin: str
    qty: int
    minor: int
    unit: str | None = None
    blocked: str = ""
    preselected: bool = False
    taken: TakenBack | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A document with what may come back of it: a sale (``sale``) or an online order (``order``)."""

    number: str
    lines: tuple[Returnable, ...]
    sale: SaleCompleted | None = None
    order: str | None = None
    paid: tuple[Tendered, ...] = ()
    paid_ref: str = ""
    paid_tender: str = ""
    by_tag: bool = False
    at: int | None = None
    before: Mapping[str, int] = field(default_factory=dict)
    """pieces that came back earlier, by line"""

    @property
    def refund_by(self) -> str:
        """The tender of the purchase: ``card`` or ``cash`` if it was one of them alone, ``paid`` for all others."""
        if self.order is not None:
            return "web"
        kinds = {tender.kind for tender in self.paid}
        if kinds == {"card"}:
            return "card"
        return "cash" if kinds <= {"cash"} else "paid"


class OrderLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an order, from the agent or from the ledger's row."""

    id: str
    gtin: str
    qty: int
    unit_minor: int = 0
    rate: str = ""
    units: tuple[str, ...] = ()
    short: int = 0


class OrderDocument(msgspec.Struct, frozen=True, kw_only=True):
    """An order as far as a return needs it."""

    id: str
    number: str
    lines: tuple[OrderLine, ...] = ()
    paid: dict[str, object] | None = None
    work: str = ""


def find_by_number(services: Services, text: str) -> Found | None:
    """A ticket or an order by its number. Blocks for the agent's answer: call it in a job."""
    with services.till.read() as conn:
        own = sales.by_number(conn, text)
    if own is None:
        try:
            own = services.agent.sale(text)
        except AgentError:
            own = None
    if own is not None:
        return of_sale(services, own)
    order = _order(services, text)
    return None if order is None else of_order(services, order)


def find_by_unit(services: Services, unit: str) -> Found | None:
    """The sale or order that a tagged unit left with. Blocks for the agent's answer: call it in a job.

    Refused (``unit_in_stock``) when the agent has the unit in stock.
    """
    with services.till.read() as conn:
        own = sales.by_unit(conn, unit)
    if own is not None:
        return of_sale(services, own[0], unit)
    try:
        state = services.agent.unit(unit)
    except AgentError:
        return None
    return _by_state(services, state)


def _by_state(services: Services, state: UnitState) -> Found | None:
    if state.sold is not None:
        with services.till.read() as conn:
            sale = sales.by_number(conn, state.sold.number)
        if sale is None:
            try:
                sale = services.agent.sale(state.sold.number)
            except AgentError:
                return None
        return None if sale is None else of_sale(services, sale, state.unit, state.sold.line)
    if state.order is not None:
        order = _order(services, state.order.id)
        return None if order is None else of_order(services, order, state.unit, state.order.line)
    if state.state in ("in_stock", "returned"):
        raise Refused("unit_in_stock", f"{state.unit} hasn't left the store", unit=state.unit)
    return None


def _came_back(services: Services, source: str) -> CameBack:
    """What came back at any till, as far as the agent can be asked."""
    try:
        return services.agent.returned(source)
    except AgentError:
        return CameBack()


def _most(here: Mapping[str, int], elsewhere: Mapping[str, int]) -> dict[str, int]:
    """Pieces by line; the agent's figure holds this till's too, once it has arrived there."""
    return {line: max(here.get(line, 0), elsewhere.get(line, 0)) for line in here.keys() | elsewhere.keys()}


def _order(services: Services, text: str) -> OrderDocument | None:
    row: Mapping[str, object] | None
    try:
        row = services.agent.order(text)
    except AgentError:
        row = None
    assigned = services.shelves.order(text)
    if row is None and assigned is None:
        return None
    try:
        return msgspec.convert({**(assigned or {}), **(row or {})}, OrderDocument)
    except msgspec.ValidationError:
        return None


def of_sale(services: Services, sale: SaleCompleted, unit: str | None = None, line: str = "") -> Found:
    """A sale's lines: each tagged unit for itself, the rest of a line together."""
    came = _came_back(services, sale.sale)
    with services.till.read() as conn:
        before = _most(sales.returned_of_sale(conn, sale.sale), came.lines)
        at = sales.time_of(conn, sale.sale)
        back = {*came.units, *sales.units_returned(conn, sale.sale)}
    rows: list[Returnable] = []
    for one in sale.lines:
        if one.qty > 0:
            rows += _of_line(sale, one, before.get(one.line, 0), back, unit, line)
    return Found(sale.number, tuple(rows), sale=sale, paid=sale.tenders, by_tag=unit is not None, at=at, before=before)


def _of_line(
    sale: SaleCompleted, sold: SoldLine, before: int, back: set[str], unit: str | None, line: str
) -> list[Returnable]:
    rows = []
    for key in sold.units:
        reason = "already_returned" if key in back else ""
        rows.append(_piece(sale, sold, GivenBack(before), 1, key, key == unit, reason))
    rest = sold.qty - len(sold.units)
    named = unit is not None and unit not in sold.units and unit[:14] == sold.gtin and line in ("", sold.line)
    if rest > 0 and named:
        rows.append(_piece(sale, sold, GivenBack(before), 1, unit, True, ""))
        rest -= 1
    rows += [_piece(sale, sold, GivenBack(before), 1, None, False, "", n) for n in range(rest)]
    return rows


def _piece(
    sale: SaleCompleted,
    sold: SoldLine,
    before: GivenBack,
    qty: int,
    unit: str | None,
    wanted: bool,
    blocked: str,
    number: int = 0,
) -> Returnable:
    taken, reason = None, blocked
    if not reason:
        try:
            taken = take_back_sold(sale.sale, sold, qty, before, unit)
        except Refused as refusal:
            reason = refusal.reason
    minor = (taken.net_minor + taken.tax_minor) if taken is not None else 0
    return Returnable(
        id=f"{sold.line}:{unit or number}",
        line=sold.line,
        gtin=sold.gtin,
        qty=qty,
        minor=minor,
        unit=unit,
        blocked=reason,
        preselected=wanted,
        taken=taken,
    )


def of_order(services: Services, order: OrderDocument, unit: str | None = None, line: str = "") -> Found:
    """An order's lines, piece by piece."""
    came = _came_back(services, order.id)
    with services.till.read() as conn:
        before = _most(sales.returned_of_order(conn, order.id), came.lines)
        back = {*came.units, *sales.units_returned(conn, order.id)}
    rows: list[Returnable] = []
    for one in order.lines:
        rows += _of_order_line(order, one, before.get(one.id, 0), back, unit, line)
    paid = order.paid or {}
    return Found(
        order.number,
        tuple(rows),
        order=order.id,
        paid_ref=str(paid.get("ref", "")),
        paid_tender=str(paid.get("tender", "web")),
        by_tag=unit is not None,
        before=before,
    )


def _of_order_line(
    order: OrderDocument, line: OrderLine, before: int, back: Collection[str], unit: str | None, named_line: str
) -> list[Returnable]:
    units: list[str | None] = [*line.units]
    if unit is not None and unit not in line.units and unit[:14] == line.gtin and named_line in ("", line.id):
        units.insert(0, unit)
    pieces = line.qty - line.short
    units = (units + [None] * pieces)[:pieces]
    rows = []
    for n, key in enumerate(units):
        try:
            _check_left(order, key, back)
            taken, reason = take_back_ordered(order.id, _row(line, pieces), 1, GivenBack(before)), ""
        except Refused as refusal:
            taken, reason = None, refusal.reason
        minor = taken.total_minor if taken is not None else 0
        wanted = key is not None and key == unit
        rows.append(Returnable(f"{line.id}:{key or n}", line.id, line.gtin, 1, minor, key, reason, wanted, taken))
    return rows


def _check_left(order: OrderDocument, unit: str | None, back: Collection[str]) -> None:
    """Refused if the goods are still here. An order whose work nobody can tell now is believed to have left."""
    if order.work not in ("", "handed_over"):
        raise Refused("not_handed_over", f"order {order.number} is {order.work}")
    if unit in back:
        raise Refused("already_returned", f"unit {unit} has come back already", unit=unit)


def _row(line: OrderLine, pieces: int) -> dict[str, object]:
    return {
        "id": line.id,
        "gtin": line.gtin,
        "qty": pieces,
        "unit_minor": line.unit_minor,
        "rate": line.rate or "0",
    }

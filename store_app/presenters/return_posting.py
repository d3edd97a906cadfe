"""What a return becomes: minus lines of a ticket, or for an order received goods and a request to refund."""

from collections import Counter
from collections.abc import Sequence

from retail.errors import Refused
from retail.facts import RefundRequested, ReturnOf
from retail.sale.basket import Basket, take_back
from retail.sale.refunds import GivenBack, take_back_sold
from store_app.presenters.desk import Desk
from store_app.presenters.return_finding import Found, Returnable
from store_app.till_book import Grade, OrderReturn, TakenGoods
from store_app.till_book.returns import pieces

REASON = "customer"


def to_basket(desk: Desk, found: Found, picked: Sequence[tuple[Returnable, Grade]]) -> None:
    """Put the picked pieces into the basket as minus lines, after those of the same ticket that stand on it.

    Refused if one of them can't come back, or while a payment ends.
    """
    sale = found.sale
    if sale is None or not picked:
        raise Refused("empty_basket", "nothing was chosen")
    if desk.paying:
        raise Refused("paying", "a card payment is running")
    basket, goods = desk.sale.basket, desk.sale.state.goods
    on_it = _on_basket(basket, sale.sale)
    given: dict[str, int] = {line: found.before.get(line, 0) + on_it[line] for line in {*found.before, *on_it}}
    for piece, grade in picked:
        sold = next(line for line in sale.lines if line.line == piece.line)
        taken = take_back_sold(sale.sale, sold, piece.qty, GivenBack(given.get(sold.line, 0)), piece.unit)
        given[sold.line] = given.get(sold.line, 0) + piece.qty
        line_id = desk.services.new_id()
        units = (piece.unit,) if piece.unit else ()
        basket = take_back(basket, line_id, piece.gtin, piece.qty, taken, units)
        goods = (*goods, TakenGoods(line_id, grade, REASON))
    desk.sale.change(basket, desk.now)
    before = desk.sale.state.paid_with
    desk.sale.set_goods(goods, before if on_it else (*before, *sale.tenders))


def _on_basket(basket: Basket, sale: str) -> Counter[str]:
    """Pieces of each line of a sale that the basket takes back already."""
    found: Counter[str] = Counter()
    for line in basket.lines:
        source = line.taken_back.source if line.taken_back is not None else None
        if source is not None and (source.kind, source.id) == ("sale", sale):
            found[source.line] -= line.qty
    return found


def order_return(desk: Desk, found: Found, picked: Sequence[tuple[Returnable, Grade]]) -> OrderReturn:
    """The facts of goods that come back from an online order; each piece with the refund of its price."""
    assert found.order is not None
    new_id, by = desk.services.new_id, desk.staff_id
    goods, refunds = [], []
    for piece, grade in picked:
        source = ReturnOf(kind="order", id=found.order, line=piece.line)
        units = (piece.unit,) if piece.unit else ()
        made = list(pieces(source, piece.gtin, piece.qty, units, grade, REASON, by, new_id))
        goods += made
        refunds.append(
            RefundRequested(
                refund=new_id(),
                order=found.order,
                returned=made[0].returned,
                minor=piece.minor,
                currency=desk.currency,
                tender=found.paid_tender,
                ref=found.paid_ref,
            )
        )
    return OrderReturn(found.order, tuple(goods), tuple(refunds))

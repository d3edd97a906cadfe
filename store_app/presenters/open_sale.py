"""The sale in hand: basket, payment, state of returned goods; priced at every change, written down at every change."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import structlog

from retail.errors import Refused
from retail.facts import Tendered
from retail.money import cash_rounding
from retail.plain import from_plain, to_plain
from retail.sale.basket import Basket
from retail.sale.pricing import PricedBasket, price
from retail.sale.tenders import Payment
from store_app.presenters.shelves import Shelves
from store_app.till_book import SavedBasket, TakenGoods

log = structlog.get_logger(__name__)

MAX_LINES = 250
"""a longer ticket could outgrow the size of a fact"""


@dataclass(frozen=True, slots=True)
class SaleState:
    """What must survive: all of it is frozen. ``paid_with`` are the tenders of the tickets that come back.

    ``priced`` are the amounts that somebody is paying, or has paid in part: news of prices doesn't change them.
    """

    basket: Basket
    payment: Payment | None = None
    goods: tuple[TakenGoods, ...] = ()
    paid_with: tuple[Tendered, ...] = field(default=())
    priced: PricedBasket | None = None


class OpenSale:
    """The sale in hand. Every change is priced before it is taken on, so that a refused one leaves nothing behind."""

    def __init__(self, shelves: Shelves, basket: Basket) -> None:
        self._shelves = shelves
        self.state = SaleState(basket)
        self.priced = self._price(basket, 0)
        self.selected: str | None = None
        self.trouble: str = ""
        """why the basket can't be priced any more (a recall, a lost price); empty if all is well"""

    @property
    def basket(self) -> Basket:
        return self.state.basket

    @property
    def payment(self) -> Payment | None:
        return self.state.payment

    @property
    def total_minor(self) -> int:
        return self.priced.total_minor

    @property
    def empty(self) -> bool:
        return self.basket.empty

    def change(self, basket: Basket, now: int) -> None:
        """Take a changed basket on. Raises Refused if it can't be priced, or is paid for in part already."""
        if len(basket.lines) > MAX_LINES:
            raise Refused("too_many_lines", f"a ticket has at most {MAX_LINES} lines")
        priced = self._price(basket, now)
        payment = self.payment
        if payment is not None:
            paid = payment.due_minor - payment.remaining_minor
            if payment.tenders and abs(paid) > abs(priced.total_minor):
                raise Refused("tendered", "more is paid already than the new total")
            payment = replace(payment, due_minor=priced.total_minor)
        before = {line.id: line for line in self.basket.lines}
        changed = [line.id for line in basket.lines if before.get(line.id) != line]
        kept = priced if payment is not None and payment.tenders else None
        self.state = replace(self.state, basket=basket, payment=payment, priced=kept)
        self.priced = priced
        self.trouble = ""
        self._select(changed)

    def _select(self, changed: Sequence[str]) -> None:
        ids = [line.id for line in self.basket.lines]
        if changed:
            self.selected = changed[-1]
        elif self.selected not in ids:
            self.selected = ids[-1] if ids else None

    def reprice(self, now: int) -> str:
        """Prices, promotions or taxes have changed, or time has passed. What is being paid stays as it is.

        Returns why the basket couldn't be priced now (a recall, a lost price), even if it is being paid; or nothing.
        """
        try:
            priced = self._price(self.basket, now)
        except Refused as error:
            if self.state.priced is None:
                self.trouble = error.reason
            return error.reason
        if self.state.priced is not None:
            return ""
        self.priced, self.trouble = priced, ""
        if self.payment is not None:
            self.state = replace(self.state, payment=replace(self.payment, due_minor=priced.total_minor))
        return ""

    def freeze(self) -> None:
        """Somebody is being asked for just these amounts."""
        self.state = replace(self.state, priced=self.priced)

    def thaw(self, now: int) -> None:
        """Nobody is being asked any more: if nothing has been paid, today's prices count again."""
        if self.state.priced is not None and not (self.payment is not None and self.payment.tenders):
            self.state = replace(self.state, priced=None)
            self.reprice(now)

    def begin_payment(self) -> Payment:
        """The payment, begun now if it wasn't. Raises Refused for an empty basket or one with trouble."""
        if self.basket.empty:
            raise Refused("empty_basket", "there is nothing on the basket")
        if self.trouble:
            raise Refused(self.trouble, "the basket can't be priced")
        if self.payment is None:
            self.set_payment(self._fresh_payment())
        assert self.state.payment is not None
        return self.state.payment

    def _fresh_payment(self) -> Payment:
        settings = self._shelves.settings
        return Payment(
            due_minor=self.priced.total_minor,
            currency=self.priced.currency,
            rounding=cash_rounding(settings.country),
            cash_limit_minor=settings.cash_limit_minor,
        )

    def set_payment(self, payment: Payment | None) -> None:
        """Another payment, or none."""
        kept = self.priced if payment is not None and payment.tenders else self.state.priced
        self.state = replace(self.state, payment=payment, priced=kept)

    def set_goods(self, goods: tuple[TakenGoods, ...], paid_with: tuple[Tendered, ...]) -> None:
        """In what state returned goods are, and how they were paid."""
        self.state = replace(self.state, goods=goods, paid_with=paid_with)

    def restart(self, basket: Basket) -> None:
        """A new, empty sale."""
        self.state = SaleState(basket)
        self.priced = self._price(basket, 0)
        self.selected = None
        self.trouble = ""

    def saved(self, now: int, staff: str, label: str = "") -> SavedBasket:
        """As it is written to the disk, or sent to the agent."""
        body = json.dumps(to_plain(self.state), ensure_ascii=False, separators=(",", ":"))
        return SavedBasket(self.basket.id, now, staff, label, self.priced.total_minor, body)

    def restore(self, saved: SavedBasket, now: int) -> None:
        """Go on with a saved sale. Raises Refused (``bad_plain``) if it can't be read."""
        self.restore_text(saved.body, now)

    def restore_text(self, body: str, now: int) -> None:
        """Go on with a sale's text."""
        state = read_state(body)
        self.state = state
        self.selected = state.basket.lines[-1].id if state.basket.lines else None
        if state.priced is not None:
            self.priced, self.trouble = state.priced, ""
            return
        try:
            self.priced = self._price(state.basket, now)
            self.trouble = ""
        except Refused as error:
            log.warning("a saved basket can't be priced now", reason=error.reason)
            self.priced = self._price(Basket(state.basket.id), now)
            self.trouble = error.reason

    def _price(self, basket: Basket, now: int) -> PricedBasket:
        return price(basket, self._shelves, now)


def read_state(body: str) -> SaleState:
    """A saved sale's text. Raises Refused (``bad_plain``)."""
    try:
        return from_plain(SaleState, json.loads(body))
    except ValueError as error:
        raise Refused("bad_plain", f"not a basket: {error}") from error

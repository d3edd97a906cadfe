"""Filling the basket: articles by barcode, tile or search, tagged units from the pad; each unit on one basket only."""

from collections.abc import Sequence

from retail.catalogue import Article
from retail.errors import Refused
from retail.facts import SaleCompleted
from retail.sale import basket as baskets
from retail.sale.basket import Basket
from store_app.agent_link import AgentError, AgentLink
from store_app.presenters.base import Effect, Job, Notice, Tone
from store_app.presenters.desk import Desk, refused
from store_app.presenters.jobs import new_job
from store_app.presenters.names import ScreenName
from store_app.presenters.scanning import ArticleScanned
from store_app.presenters.texts import _
from store_app.till_book import sales

AGAIN = "again"
"""the job that asks whether a unit came back to another till"""
HELD_WORK = ("picked", "verified", "staged", "ready")
"""states in which an order's units lie ready and aren't for sale"""


class Filling:
    """Every change of the basket goes through here: priced first, then saved, then told the customer."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.next_qty = 1

    def add_scanned(self, found: ArticleScanned) -> list[Effect]:
        """An article's barcode."""
        if found.unit is not None:
            return self.add_units([found.unit], scanned=True)
        return self.add_article(found.article, found.article.gtin, found.weight_g, found.price_minor)

    def add_article(
        self, article: Article | None, gtin: str, weight_g: int = 0, price_minor: int | None = None
    ) -> list[Effect]:
        """One (or as many as were typed before) of an article."""
        qty, self.next_qty = self.next_qty, 1
        try:
            if article is None:
                raise Refused("unknown_article", f"no article with GTIN {gtin}")
            made = baskets.add_article(
                self.desk.sale.basket,
                article,
                line_id=self.desk.services.new_id(),
                qty=qty,
                weight_g=weight_g,
                price_minor=price_minor,
            )
            self.take(made)
        except Refused as refusal:
            return [refused(refusal.reason)]
        return self.desk.save()

    def add_units(self, units: Sequence[str], *, scanned: bool = False) -> list[Effect]:
        """Tagged units from the pad, or from a code that holds a serial number. One basket per unit."""
        fresh = [unit for unit in units if unit not in self.desk.sale.basket.units]
        if not fresh:
            return [refused("unit_on_basket")] if scanned else []
        with self.desk.services.till.read() as conn:
            gone = set(sales.gone_units(conn, fresh))
        bound = self._bound()
        made, told = self.desk.sale.basket, list[Effect]()
        again = [unit for unit in fresh if unit in gone and unit not in bound]
        if again:
            told.append(self._ask_again(again))
        for unit in fresh:
            if unit in gone or unit in bound:
                told += self._not_for_sale(unit, bound)
                continue
            try:
                article = self.desk.shelves.article(unit[:14])
                made = baskets.add_article(made, article, line_id=self.desk.services.new_id(), unit=unit)
            except Refused as refusal:
                told.append(refused(refusal.reason))
        try:
            self.take(made)
        except Refused as refusal:
            return [*told, refused(refusal.reason)]
        return [*told, *self.desk.save()]

    def _not_for_sale(self, unit: str, bound: dict[str, str]) -> list[Effect]:
        self.desk.pad.ignored.add(unit)
        if unit not in bound:
            return []
        text = _("{article} was picked for order {number}.", article=self._name(unit), number=bound[unit])
        return [Notice(_("Not for sale"), text, Tone.WARN, 8.0)]

    def _ask_again(self, units: Sequence[str]) -> Job:
        """They left by this till before; if they were taken back at another one, the agent knows."""
        till, agent = self.desk.services.till, self.desk.services.agent

        def work() -> tuple[str, ...]:
            with till.read() as conn:
                sold = {unit: sales.by_unit(conn, unit) for unit in units}
                orders = {unit: sales.source_of_gone(conn, unit) for unit, sale in sold.items() if sale is None}
            back = tuple(
                unit
                for unit, sale in sold.items()
                if (_is_back(agent, sale[0], unit) if sale is not None else _came_back(agent, orders[unit], unit))
            )
            if back:
                till.came_back(back)
            return back

        return new_job(f"{ScreenName.TILL}.{AGAIN}", work, writes=False)

    def add_again(self, units: Sequence[str]) -> list[Effect]:
        """The agent's answer: these may be sold again."""
        if not units:
            return [refused("unit_gone")]
        self.desk.pad.ignored -= set(units)
        return self.add_units(units)

    def _bound(self) -> dict[str, str]:
        """Units that lie ready for an order, with its number."""
        orders = [order for order in self.desk.shelves.work() if order.work in HELD_WORK]
        return {unit: order.number for order in orders for unit in order.units}

    def _name(self, unit: str) -> str:
        return self.desk.shelves.name_of(unit[:14])

    def take(self, made: Basket) -> None:
        """Take a changed basket on. Raises Refused while a payment ends, or if it can't be priced."""
        if self.desk.paying:
            raise Refused("paying", "a card payment is running")
        if made is self.desk.sale.basket:
            return
        self.desk.sale.change(made, self.desk.now)
        self._show_customer()

    def _show_customer(self) -> None:
        sale = self.desk.sale
        line = next((one for one in sale.priced.lines if one.id == sale.selected), None)
        top = f"{self.desk.shelves.name_of(line.gtin)[:12]} {self.desk.money(line.total_minor)}" if line else ""
        self.desk.show(top, f"{_('Total')} {self.desk.money(sale.total_minor)}")

    def change(self, made: Basket) -> list[Effect]:
        """Take a changed basket on and write it down, or say why not."""
        try:
            self.take(made)
        except Refused as refusal:
            return [refused(refusal.reason)]
        return self.desk.save()


def _is_back(agent: AgentLink, sale: SaleCompleted, unit: str) -> bool:
    """The agent knows the sale that the unit left with, and holds the unit nevertheless."""
    try:
        return agent.sale(sale.number) is not None and agent.unit(unit).state == "in_stock"
    except AgentError:
        return False


def _came_back(agent: AgentLink, order: str | None, unit: str) -> bool:
    """The agent knows that the order was handed over, and holds the unit nevertheless."""
    if order is None:
        return False
    try:
        row = agent.order(order)
        return row is not None and row.get("work") == "handed_over" and agent.unit(unit).state == "in_stock"
    except AgentError:
        return False

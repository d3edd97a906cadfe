"""Search as one types: articles with price and stock, clients and orders; the chosen article whole."""

from retail.catalogue import Article
from store_app.presenters.base import Effect, Go
from store_app.presenters.basket_view import basket_view
from store_app.presenters.desk import Desk
from store_app.presenters.intents import AddArticle, SearchChanged, SearchClosed, SelectClient, SelectOrder, ShowArticle
from store_app.presenters.names import ScreenName
from store_app.presenters.rows import ClientRow, WorkOrder
from store_app.presenters.screen import ScreenPresenter
from store_app.presenters.texts import _, ago, n_
from store_app.presenters.views import Action, Chip, Empty, Fact, ProductCard, Row, SearchView, Tone

LIMIT = 30
PEOPLE = 5


class SearchPresenter(ScreenPresenter):
    """Looks things up while one types; the lookup is an index on this machine and takes a few milliseconds."""

    name = ScreenName.SEARCH

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._query = ""
        self._articles: list[Article] = []
        self._clients: list[ClientRow] = []
        self._orders: list[WorkOrder] = []
        self._chosen: str | None = None

    def enter(self, argument: object, now: int) -> list[Effect]:
        self._look(argument if isinstance(argument, str) else "")
        return []

    def on(self, intent: object, now: int) -> list[Effect]:
        match intent:
            case SearchChanged(text):
                self._look(text)
            case ShowArticle(gtin):
                self._chosen = gtin
            case SelectClient(client):
                return [Go(ScreenName.CUSTOMERS, client)]
            case SelectOrder(order):
                return [Go(ScreenName.ORDERS, order)]
        return []

    def _look(self, text: str) -> None:
        self._query = text.strip()
        shelves = self.desk.shelves
        self._articles = shelves.search(self._query, LIMIT) if self._query else []
        exact = shelves.by_barcode(self._query) if self._query.isdigit() else None
        if exact is not None and all(one.gtin != exact.gtin for one in self._articles):
            self._articles.insert(0, exact)
        self._clients = shelves.clients(self._query, PEOPLE) if len(self._query) > 1 else []
        folded = self._query.casefold()
        self._orders = [one for one in shelves.work() if folded and folded in one.number.casefold()][:PEOPLE]
        self._chosen = self._articles[0].gtin if self._articles else None

    def take_best(self) -> str | None:
        """The article that Enter takes: the chosen one."""
        return self._chosen

    @property
    def view(self) -> SearchView:
        found = len(self._articles)
        empty = None
        if not (self._articles or self._clients or self._orders):
            text = _("Try fewer letters, a barcode, or a client's phone number.")
            empty = Empty(_("Nothing found for “{text}”", text=self._query), text, "search")
        return SearchView(
            query=self._query,
            summary=n_("{n} article", "{n} articles", found),
            results=(*self._article_rows(), *self._client_rows(), *self._order_rows()),
            product=self._card(),
            empty=empty,
            basket=basket_view(self.desk, actions=False),
            actions=(Action(_("Back"), SearchClosed(), "back", "Escape"),),
            primary=Action(
                _("Add to the basket"), AddArticle(self._chosen or ""), "plus", "F12", enabled=self._can_be_sold()
            ),
        )

    def _can_be_sold(self) -> bool:
        article = self.desk.shelves.article(self._chosen) if self._chosen is not None else None
        return article is not None and not article.recalled

    def _article_rows(self) -> list[Row]:
        rows = []
        for article in self._articles:
            stock = self.desk.shelves.stock(article.gtin)
            price = self.desk.shelves.price_now(article.gtin, self.desk.now)
            rows.append(
                Row(
                    article.gtin,
                    self.desk.shelves.name_of(article.gtin),
                    self.desk.shelves.variant_of(article.gtin),
                    icon="bag",
                    middle=n_("{n} here", "{n} here", stock.sellable) if stock else "",
                    right=self.desk.money(price) if price is not None else "",
                    right_chip=Chip(_("Recalled"), Tone.BAD) if article.recalled else None,
                    selected=article.gtin == self._chosen,
                    intent=ShowArticle(article.gtin),
                )
            )
        return rows

    def _client_rows(self) -> list[Row]:
        return [
            Row(f"client:{one.id}", one.name, " · ".join(filter(None, (one.tier, one.phone))), icon="user",
                intent=SelectClient(one.id))
            for one in self._clients
        ]  # fmt: skip

    def _order_rows(self) -> list[Row]:
        return [
            Row(f"order:{one.id}", one.number, one.customer_name, icon="orders", intent=SelectOrder(one.id))
            for one in self._orders
        ]

    def _card(self) -> ProductCard | None:
        if self._chosen is None:
            return None
        shelves, gtin = self.desk.shelves, self._chosen
        article, listed = shelves.article(gtin), shelves.prices(gtin)
        price = shelves.price_now(gtin, self.desk.now)
        if article is None:
            return None
        reduced = listed is not None and price is not None and listed.prior_minor is not None
        prior = listed.prior_minor if listed is not None and reduced else None
        chips = [Chip(_("RFID"), icon="rfid")] if article.tagged else []
        if article.recalled:
            chips.append(Chip(_("Recalled"), Tone.BAD, "warning"))
        return ProductCard(
            name=shelves.name_of(gtin),
            variant=shelves.variant_of(gtin),
            price=self.desk.money(price) if price is not None else _("No price"),
            prior=_("Lowest price of the last 30 days: {amount}", amount=self.desk.money(prior)) if prior else "",
            chips=tuple(chips),
            facts=(Fact(_("SKU"), article.sku), Fact(_("GTIN"), article.gtin)),
            stock_title=_("Stock"),
            stock=self._stock_rows(gtin),
        )

    def _stock_rows(self, gtin: str) -> tuple[Row, ...]:
        stock = self.desk.shelves.stock(gtin)
        rows = []
        if stock is not None:
            detail = _("{floor} on the floor, {back} in the stockroom", floor=stock.floor, back=stock.back)
            rows.append(Row("here", _("This store"), detail, icon="store", right=str(stock.sellable)))
        for other in self.desk.shelves.network_stock(gtin):
            if other.store != self.desk.services.store:
                seen = ago(other.as_of, self.desk.now) if other.as_of else ""
                rows.append(Row(other.store, other.store, seen, icon="store", right=str(other.atp)))
        return tuple(rows)

"""What the presenters read: articles, prices, people, orders, counts and alarms from the reference database, typed.

Rows are kept in memory until their feed changes. It is also the ``CatalogueView`` that baskets are priced with.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TypeVar

import msgspec
import structlog

from retail.catalogue import Article, PriceList, SaleSettings, TaxRule
from retail.errors import Refused
from retail.facts import Versions
from retail.promotions.book import PromotionBook
from retail.promotions.rules import Promotion
from retail.staff import Person
from store_app.presenters.rows import (
    AlarmRow,
    ClientRow,
    CountRow,
    NeedRow,
    NetworkStockRow,
    Plan,
    StockRow,
    StoreRow,
    WorkOrder,
    typed,
    typed_all,
)
from store_app.presenters.texts import _, label
from sync.feeds.reference import Reference

log = structlog.get_logger(__name__)

T = TypeVar("T")
R = TypeVar("R", bound=msgspec.Struct)
CACHE_SIZE = 20_000


class Shelves:
    """Typed reads with a memory. Used from the Qt thread; ``changed`` forgets what a feed has replaced."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._articles: dict[str, Article] = {}
        self._prices: dict[str, PriceList] = {}
        self._taxes: dict[str, TaxRule] | None = None
        self._promotions: PromotionBook | None = None
        self._settings: SaleSettings | None = None
        self._versions: Versions | None = None
        self._store: StoreRow | None = None
        self._plan: Plan | None = None
        self._people: list[Person] | None = None
        self._work: list[WorkOrder] | None = None
        self._alarms: list[AlarmRow] | None = None
        self._counts: list[CountRow] | None = None
        self._needs: list[NeedRow] | None = None
        self._tiles: list[Article] | None = None

    def changed(self, feeds: Iterable[str]) -> None:
        """These feeds have new rows."""
        for feed in feeds:
            match feed:
                case "catalogue":
                    self._articles.clear()
                    self._tiles = None
                case "prices":
                    self._prices.clear()
                case "promotions":
                    self._promotions = None
                case "taxes":
                    self._taxes = None
                case "settings":
                    self._settings = self._store = self._plan = None
                case "staff":
                    self._people = None
                case "work":
                    self._work = None
                case "alarms":
                    self._alarms = None
                case "counts":
                    self._counts = None
                case "replenish":
                    self._needs = None
            self._versions = None

    # what baskets are priced with

    @property
    def settings(self) -> SaleSettings:
        """How this store sells."""
        if self._settings is None:
            row = self._reference.setting("store")
            try:
                self._settings = SaleSettings() if row is None else SaleSettings.from_row(row)
            except Refused as error:
                log.warning("the store's settings break a rule; defaults are used", reason=error.text)
                self._settings = SaleSettings()
        return self._settings

    @property
    def promotions(self) -> PromotionBook:
        """All promotions; one that breaks a rule is left out."""
        if self._promotions is None:
            rules: list[Promotion] = []
            for key, _row in self._reference.rows("promotions"):
                version, row = self._reference.versioned("promotions", key) or (0, _row)
                try:
                    rules.append(Promotion.from_row(row, version))
                except Refused as error:
                    log.warning("a promotion breaks a rule and is left out", reason=error.text)
            self._promotions = PromotionBook(rules)
        return self._promotions

    @property
    def versions(self) -> Versions:
        """Up to which version each feed is here."""
        if self._versions is None:
            cursor = self._reference.cursor
            self._versions = Versions(
                catalogue=cursor("catalogue"),
                prices=cursor("prices"),
                promotions=cursor("promotions"),
                taxes=cursor("taxes"),
            )
        return self._versions

    def version(self, feed: str) -> int:
        """Up to which version a feed is here."""
        return self._reference.cursor(feed)

    def article(self, gtin: str) -> Article | None:
        """The article of a GTIN-14."""
        return self._remembered(self._articles, gtin, lambda: self._to_article(self._reference.article(gtin)))

    def prices(self, gtin: str) -> PriceList | None:
        """The prices of a GTIN-14."""
        return self._remembered(self._prices, gtin, lambda: self._to_prices(gtin))

    @staticmethod
    def _remembered(memory: dict[str, T], key: str, look: Callable[[], T | None]) -> T | None:
        """What isn't there is looked for again: its row may be here before anybody says that the feed has changed."""
        known = memory.get(key)
        if known is not None:
            return known
        found = look()
        if found is not None:
            if len(memory) > CACHE_SIZE:
                memory.clear()
            memory[key] = found
        return found

    def tax(self, code: str) -> TaxRule | None:
        """The rule of a tax code."""
        if self._taxes is None:
            self._taxes = {}
            for row in self._reference.taxes():
                try:
                    rule = TaxRule.from_row(row)
                    self._taxes[rule.code] = rule
                except Refused as error:
                    log.warning("a tax breaks a rule and is left out", reason=error.text)
        return self._taxes.get(code)

    @staticmethod
    def _to_article(row: dict[str, object] | None) -> Article | None:
        if row is None:
            return None
        try:
            return Article.from_row(row)
        except Refused as error:
            log.warning("an article breaks a rule and can't be sold", reason=error.text)
            return None

    def _to_prices(self, gtin: str) -> PriceList | None:
        found = self._reference.versioned("prices", gtin)
        if found is None:
            return None
        version, row = found
        try:
            return PriceList.from_row(row, version)
        except Refused as error:
            log.warning("a price breaks a rule and isn't used", reason=error.text)
            return None

    # articles

    def by_barcode(self, code: str) -> Article | None:
        """The article that carries this barcode."""
        return self._to_article(self._reference.by_barcode(code))

    def search(self, text: str, limit: int = 30) -> list[Article]:
        """Articles whose words begin with what was typed, the best first."""
        rows = self._reference.search(text, limit)
        return [article for row in rows if (article := self._to_article(row)) is not None]

    def tiles(self) -> list[Article]:
        """Articles of the tile grid in their places."""
        if self._tiles is None:
            found = (self._to_article(row) for row in self._reference.tiles())
            self._tiles = [article for article in found if article is not None]
        return self._tiles

    def price_now(self, gtin: str, at: int) -> int | None:
        """What one costs now, in minor units."""
        listed = self.prices(gtin)
        price = listed.at(at) if listed is not None else None
        return None if price is None else price.minor

    def name_of(self, gtin: str) -> str:
        """The article's label, else its number."""
        article = self.article(gtin)
        return gtin if article is None else label(dict(article.label), article.sku or gtin)

    def variant_of(self, gtin: str) -> str:
        """Colour and size."""
        article = self.article(gtin)
        return "" if article is None else label(dict(article.variant))

    def names_of(self, units: Iterable[str]) -> str:
        """The articles of these units, each once with its number, the most first."""
        counted = Counter(unit[:14] for unit in units)
        times = [f"{self.name_of(gtin)} × {count}" if count > 1 else self.name_of(gtin)
                 for gtin, count in counted.most_common()]  # fmt: skip
        return ", ".join(times)

    # the store

    def store(self) -> StoreRow:
        """The store's settings row."""
        if self._store is None:
            self._store = typed(StoreRow, self._reference.setting("store") or {}) or StoreRow()
        return self._store

    def plan(self) -> Plan:
        """Zones in walk order, and bins."""
        if self._plan is None:
            self._plan = typed(Plan, self._reference.setting("plan") or {}) or Plan()
        return self._plan

    def zone_name(self, zone: str | None) -> str:
        """The name of a zone or of a place of stock."""
        if not zone:
            return ""
        for known in self.plan().zones:
            if known.id == zone:
                return label(known.name, zone)
        places = {
            "salesfloor": _("Sales floor"),
            "stockroom": _("Stockroom"),
            "staging": _("Staging"),
            "packing": _("Packing"),
            "returns": _("Returns"),
            "quarantine": _("Quarantine"),
            "customer": _("With the customer"),
        }
        return places.get(zone, zone)

    def gate_name(self, gate: str) -> str:
        """What people call a gate, else its id."""
        return next((label(known.name, gate) for known in self.plan().gates if known.id == gate), gate)

    @staticmethod
    def till_name(device: str) -> str:
        """``LYO1-T2`` is till 2; a device that is called otherwise keeps its name."""
        _head, _sep, number = device.rpartition("-T")
        return _("Till {n}", n=number) if number.isdigit() else device

    def people(self) -> list[Person]:
        """Everybody who works here, by name."""
        if self._people is None:
            self._people = []
            for row in self._reference.staff():
                try:
                    person = Person.from_row(row)
                except Refused as error:
                    log.warning("a person's row breaks a rule and is left out", reason=error.text)
                    continue
                if person.active:
                    self._people.append(person)
            self._people.sort(key=lambda person: person.name)
        return self._people

    def person_name(self, staff: str | None) -> str:
        """A person's name, else the id."""
        return next((person.name for person in self.people() if person.id == staff), staff or "")

    # clients, orders, stock

    def client(self, client: str) -> ClientRow | None:
        """One client."""
        row = self._reference.client(client)
        return None if row is None else typed(ClientRow, row)

    def clients(self, text: str, limit: int = 20) -> list[ClientRow]:
        """Clients by name, e-mail or telephone number."""
        return typed_all(ClientRow, self._reference.clients(text, limit))

    def order(self, id_or_number: str) -> dict[str, object] | None:
        """The ledger's row of an order of this store."""
        return self._reference.order(id_or_number)

    def work(self) -> list[WorkOrder]:
        """Orders in hand."""
        if self._work is None:
            self._work = typed_all(WorkOrder, (row for _key, row in self._reference.rows("work")))
        return self._work

    def alarms(self) -> list[AlarmRow]:
        """Alarms and exceptions, the newest first."""
        if self._alarms is None:
            rows = typed_all(AlarmRow, (row for _key, row in self._reference.rows("alarms")))
            self._alarms = sorted(rows, key=lambda row: -row.at)
        return self._alarms

    def counts(self) -> list[CountRow]:
        """Counts, the newest first."""
        if self._counts is None:
            rows = typed_all(CountRow, (row for _key, row in self._reference.rows("counts")))
            self._counts = sorted(rows, key=lambda row: -row.opened_at)
        return self._counts

    def needs(self) -> list[NeedRow]:
        """What the floor needs from the stockroom: articles of which it has none first, those that wait longest."""
        if self._needs is None:
            rows = typed_all(NeedRow, (row for _key, row in self._reference.rows("replenish")))
            self._needs = sorted(rows, key=lambda row: (row.floor > 0, row.since, row.gtin))
        return self._needs

    def stock(self, gtin: str) -> StockRow | None:
        """The stock of an article here, as the agent last said."""
        row = self._reference.row("stock", gtin)
        return None if row is None else typed(StockRow, row)

    def network_stock(self, gtin: str) -> list[NetworkStockRow]:
        """What other stores have of it."""
        return typed_all(NetworkStockRow, (row for _key, row in self._reference.rows_from("network-stock", f"{gtin}@")))

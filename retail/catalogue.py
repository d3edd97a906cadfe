"""What can be sold: articles, their prices with history, taxes and promotions, as rows of the feeds.

``CatalogueView`` is what pricing needs to know; ``Catalogue`` is one held in memory.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from retail.errors import Refused
from retail.facts import Versions
from retail.promotions.book import PromotionBook
from retail.promotions.rules import Promotion
from retail.rows import Fields, Row, in_language
from retail.tax import Rounding, TaxRule

__all__ = [
    "Article",
    "ArticleKind",
    "Catalogue",
    "CatalogueView",
    "Price",
    "PriceList",
    "Promotion",
    "PromotionBook",
    "SaleSettings",
    "TaxRule",
]

ArticleKind = Literal["article", "service", "weighed"]


@dataclass(frozen=True, slots=True)
class Article:
    """One variant that can be sold. ``tagged`` units carry an RFID tag; a ``weighed`` one is priced per kilogram."""

    gtin: str
    label: Mapping[str, str]
    tax: str
    sku: str = ""
    style: str = ""
    variant: Mapping[str, str] = field(default_factory=dict)
    category: str = ""
    kind: ArticleKind = "article"
    tagged: bool = False
    stocked: bool = True
    barcodes: tuple[str, ...] = ()
    prefix_length: int = 0
    tile: int | None = None
    tile_label: Mapping[str, str] | None = None
    min_age: int = 0
    recalled: bool = False
    version: int = 0

    @classmethod
    def from_row(cls, row: Row, version: int = 0) -> "Article":
        """A row of the feed ``catalogue``. Refused (``bad_row``) if it breaks a rule."""
        fields = Fields("catalogue", row)
        gtin = fields.text("gtin")
        if len(gtin) != 14 or not gtin.isdigit():
            raise fields.refuse("gtin", "must be 14 digits")
        kind: ArticleKind = fields.choice("kind", ("article", "service", "weighed"), "article")  # type: ignore[assignment]
        return cls(
            gtin=gtin,
            label=fields.labels("label"),
            tax=fields.text("tax"),
            sku=fields.text("sku", ""),
            style=fields.text("style", ""),
            variant=fields.labels("variant"),
            category=fields.text("category", ""),
            kind=kind,
            tagged=fields.flag("tagged"),
            stocked=fields.flag("stocked", True),
            barcodes=fields.texts("barcodes"),
            prefix_length=fields.whole("prefix_length", 0),
            tile=fields.optional_whole("tile"),
            tile_label=fields.labels("tile_label") or None,
            min_age=fields.whole("min_age", 0),
            recalled=fields.flag("recalled"),
            version=version,
        )

    def name(self, language: str) -> str:
        """Label and variant for people: ``Pull col rond, Marine · M``."""
        label, variant = in_language(self.label, language) or self.sku or self.gtin, in_language(self.variant, language)
        return f"{label}, {variant}" if variant else label


@dataclass(frozen=True, slots=True)
class Price:
    """One price and when it holds: from ``since`` to before ``until``, ms UTC."""

    minor: int
    since: int = 0
    until: int | None = None

    def holds(self, at: int) -> bool:
        """Whether it is the price at that time."""
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class PriceList:
    """An article's prices in a store. ``prior_minor`` is the lowest of the last 30 days, shown with a reduction."""

    gtin: str
    currency: str
    prices: tuple[Price, ...]
    prior_minor: int | None = None
    version: int = 0

    @classmethod
    def from_row(cls, row: Row, version: int = 0) -> "PriceList":
        """A row of the feed ``prices``. Refused (``bad_row``) if it breaks a rule."""
        fields = Fields("prices", row)
        prices = tuple(_price(part) for part in fields.rows("prices"))
        return cls(
            gtin=fields.text("gtin"),
            currency=fields.text("currency"),
            prices=tuple(sorted(prices, key=lambda price: price.since)),
            prior_minor=fields.optional_whole("prior_minor"),
            version=version,
        )

    def at(self, at: int) -> Price | None:
        """The price at a time: of several that hold, the one that began last."""
        return next((price for price in reversed(self.prices) if price.holds(at)), None)


def _price(row: Row) -> Price:
    fields = Fields("prices", row, "price")
    price = Price(fields.whole("minor"), fields.whole("from", 0), fields.optional_whole("until"))
    if price.until is not None and price.until <= price.since:
        raise fields.refuse("until", "must be later than from")
    return price


@dataclass(frozen=True, slots=True)
class SaleSettings:
    """How a store sells: its currency, and whether and how prices hold tax."""

    store: str = ""
    currency: str = "EUR"
    country: str = "FR"
    language: str = "fr"
    prices_include_tax: bool = True
    tax_rounding: Rounding = "line"
    channel: str = "store"
    cash_limit_minor: int = 100_000
    discount_limit_bp: int = 1_000

    @classmethod
    def from_row(cls, row: Row) -> "SaleSettings":
        """The row ``store`` of the feed ``settings``. Refused (``bad_row``) if it breaks a rule."""
        fields = Fields("settings", row, "store")
        rounding: Rounding = fields.choice("tax_rounding", ("line", "document"), "line")  # type: ignore[assignment]
        return cls(
            store=fields.text("store"),
            currency=fields.text("currency", "EUR"),
            country=fields.text("country", "FR"),
            language=fields.text("locale", "fr_FR").split("_")[0],
            prices_include_tax=fields.flag("prices_include_tax", True),
            tax_rounding=rounding,
            cash_limit_minor=fields.whole("cash_limit_minor", 100_000),
            discount_limit_bp=fields.whole("discount_limit_bp", 1_000),
        )


class CatalogueView(Protocol):
    """What pricing asks; every answer is the newest row of its feed."""

    @property
    def settings(self) -> SaleSettings: ...
    @property
    def promotions(self) -> PromotionBook: ...
    @property
    def versions(self) -> Versions: ...
    def article(self, gtin: str) -> Article | None: ...
    def prices(self, gtin: str) -> PriceList | None: ...
    def tax(self, code: str) -> TaxRule | None: ...


@dataclass(frozen=True)
class Catalogue:
    """A catalogue held in memory: for tests, small shops and golden vectors."""

    articles: Mapping[str, Article]
    price_lists: Mapping[str, PriceList]
    taxes: Mapping[str, TaxRule]
    promotions: PromotionBook
    settings: SaleSettings = field(default_factory=SaleSettings)
    versions: Versions = field(default_factory=Versions)

    @classmethod
    def of(
        cls,
        articles: Iterable[Article],
        prices: Iterable[PriceList],
        taxes: Iterable[TaxRule],
        promotions: Sequence[Promotion] = (),
        settings: SaleSettings | None = None,
        versions: Versions | None = None,
    ) -> "Catalogue":
        """A catalogue of these rows."""
        return cls(
            {article.gtin: article for article in articles},
            {row.gtin: row for row in prices},
            {tax.code: tax for tax in taxes},
            PromotionBook(promotions),
            settings or SaleSettings(),
            versions or Versions(),
        )

    def article(self, gtin: str) -> Article | None:
        """The article of a GTIN-14."""
        return self.articles.get(gtin)

    def prices(self, gtin: str) -> PriceList | None:
        """Its prices."""
        return self.price_lists.get(gtin)

    def tax(self, code: str) -> TaxRule | None:
        """The rule of a tax code."""
        return self.taxes.get(code)


def must_sell(article: Article | None, gtin: str) -> Article:
    """The article, if it is known and may be sold. Refused: ``unknown_article``, ``recalled``."""
    if article is None:
        raise Refused("unknown_article", f"no article with GTIN {gtin}", gtin=gtin)
    if article.recalled:
        raise Refused("recalled", f"{gtin} is recalled and must not be sold", gtin=gtin)
    return article

"""A till's book with sound defaults: one shop, a few articles, a key, a database in a folder of the test."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from retail.catalogue import Article, Catalogue, Price, PriceList, SaleSettings
from retail.fiscal import France, Register, Signer
from retail.sale.basket import Basket, add_article
from retail.sale.pricing import PricedBasket, price
from retail.sale.tenders import Payment, add_cash
from retail.tax import TaxRule
from store_app.till_book import STEPS, SaleRequest, TillBook
from sync.identity.keys import Identity, TicketKey
from sync.journal.anchor import HeadAnchor
from sync.storage.ballast import Ballast
from sync.storage.book import Book
from sync.storage.engine import migrate, open_engine
from tests.support.clocks import ManualClock

NOW = 1_763_730_000_000
CANDLE, JUMPER = "09521000000186", "09521000000193"


class Ids:
    """Ids that count up, so that a failing test reads well."""

    def __init__(self, prefix: str = "id") -> None:
        self._prefix = prefix
        self._numbers = count(1)

    def __call__(self) -> str:
        return f"{self._prefix}{next(self._numbers)}"


def catalogue() -> Catalogue:
    """A candle at 24.00 and a tagged jumper at 59.90, both at 20 %."""
    return Catalogue.of(
        [
            Article(CANDLE, {"fr": "Bougie", "en": "Candle"}, "N", barcodes=(CANDLE[1:],)),
            Article(JUMPER, {"fr": "Pull", "en": "Jumper"}, "N", barcodes=(JUMPER[1:],), tagged=True),
        ],
        [PriceList(CANDLE, "EUR", (Price(2400),)), PriceList(JUMPER, "EUR", (Price(5990),))],
        [TaxRule.from_row({"code": "N", "rate": "20", "label": {"fr": "Taux normal"}})],
        settings=SaleSettings(store="LYO1"),
    )


@dataclass
class Till:
    """A till's book and everything below it."""

    folder: Path
    clock: ManualClock
    book: Book
    till: TillBook
    ids: Ids


@contextmanager
def open_till(folder: Path, clock: ManualClock | None = None, ids: str = "id", ballast: int = 0) -> Iterator[Till]:
    """Open (or open again) the till that lives in a folder."""
    clock = clock or ManualClock(NOW)
    identity = Identity.load_or_create(folder, "LYO1", "LYO1-T1")
    key = TicketKey.load_or_create(folder)
    engine = open_engine(folder / "till.db")
    migrate(engine, STEPS)
    reserve = Ballast(folder / "ballast", ballast) if ballast else None
    if reserve is not None:
        reserve.take_on()
    book = Book(engine, identity, clock, anchor=HeadAnchor(folder), ballast=reserve)
    book.recover()
    module = France(Register("LYO1", "LYO1-T1", "00000000000000", "Lyon"), Signer(key.key_id, key.sign))
    new_id = Ids(ids)
    try:
        yield Till(folder, clock, book, TillBook(book, lambda: module, new_id), new_id)
    finally:
        engine.dispose()


def basket_of(*gtins: str, units: tuple[str, ...] = (), basket: str = "b1") -> Basket:
    """A basket with one of each article, and these tagged units."""
    made, goods = Basket(basket), catalogue()
    for number, gtin in enumerate(gtins):
        made = add_article(made, goods.article(gtin), line_id=f"l{number}")
    for number, unit in enumerate(units):
        made = add_article(made, goods.article(unit[:14]), line_id=f"u{number}", unit=unit)
    return made


def priced(basket: Basket) -> PricedBasket:
    """The basket at today's prices."""
    return price(basket, catalogue(), NOW)


def cash_sale(basket: Basket, sale: str = "s1", given: int | None = None) -> SaleRequest:
    """The basket, paid in cash."""
    done = priced(basket)
    payment = add_cash(Payment(done.total_minor, done.currency), "t1", given)
    return SaleRequest(sale, done, payment, "camille")

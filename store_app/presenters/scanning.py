"""What a scan or a tag means, whichever screen is open: article, unit, pickup code, ticket, order, client, bin."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from retail import barcode, epc
from retail.catalogue import Article
from retail.errors import Refused
from retail.orders import looks_like_code, read_code
from retail.sale.receipt import read_receipt_code
from store_app.presenters.desk import Desk
from store_app.presenters.intents import Scanned

TICKET = re.compile(r"[A-Z0-9]+-T[0-9]+-X?[0-9]{6}")


@dataclass(frozen=True, slots=True)
class ArticleScanned:
    """A barcode of an article, with weight or price if the code holds one, and a unit if it holds a serial number."""

    article: Article
    weight_g: int = 0
    price_minor: int | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class PickupScanned:
    """A genuine pickup code."""

    order: str
    number: str


@dataclass(frozen=True, slots=True)
class TicketScanned:
    """A ticket number."""

    number: str


@dataclass(frozen=True, slots=True)
class OrderScanned:
    """An order's number on a label."""

    order: str


@dataclass(frozen=True, slots=True)
class ClientScanned:
    """A client's card."""

    client: str


@dataclass(frozen=True, slots=True)
class BinScanned:
    """The label of a place for packed orders."""

    bin: str


@dataclass(frozen=True, slots=True)
class NotUsable:
    """Nothing that we know; ``reason`` says why."""

    reason: str
    text: str


Meaning = ArticleScanned | PickupScanned | TicketScanned | OrderScanned | ClientScanned | BinScanned | NotUsable


def meaning(desk: Desk, scan: Scanned) -> Meaning:
    """What a scan is."""
    text = scan.text.strip()
    try:
        if looks_like_code(text):
            code = read_code(text, desk.services.verify_code)
            return PickupScanned(code.order, code.number)
        ticket = read_receipt_code(text)
        if ticket is not None:
            return TicketScanned(ticket[0])
        if TICKET.fullmatch(text):
            return TicketScanned(text)
        found = barcode.read(scan.text, scan.aim, patterns=desk.services.patterns)
    except Refused as refusal:
        return NotUsable(refusal.reason, text)
    return _article(desk, found) or _other(desk, text)


def _article(desk: Desk, found: barcode.Scanned) -> ArticleScanned | None:
    for code in filter(None, (found.gtin, found.text)):
        article = desk.shelves.by_barcode(code)
        if article is not None:
            tagged = article.tagged and found.serial and found.gtin == article.gtin
            unit = f"{article.gtin}.{found.serial}" if tagged else None
            return ArticleScanned(article, found.weight_g or 0, found.price_minor, unit)
    return None


def _other(desk: Desk, text: str) -> Meaning:
    name = text.upper().removeprefix("BIN-")
    if text.upper().startswith("BIN-") and name in desk.shelves.plan().bin_names:
        return BinScanned(name)
    for order in desk.shelves.work():
        if text in (order.number, order.id):
            return OrderScanned(order.id)
    row = desk.shelves.client(text)
    if row is not None:
        return ClientScanned(row.id)
    return NotUsable("unknown_article", text)


@dataclass(frozen=True, slots=True)
class Tags:
    """EPCs as units of our articles; ``strangers`` are tags of others, or of nothing that we know."""

    units: tuple[str, ...]
    strangers: tuple[str, ...]


def read_tags(desk: Desk, epcs: Iterable[str]) -> Tags:
    """Decode what lies on the pad. Never fails: a tag that can't be read is a stranger."""
    units: list[str] = []
    strangers: list[str] = []
    for text in epcs:
        try:
            unit = epc.decode(bytes.fromhex(text)).unit
        except (Refused, ValueError):
            unit = None
        if unit is None or desk.shelves.article(unit.gtin) is None:
            strangers.append(text)
        elif unit.key not in units:
            units.append(unit.key)
    return Tags(tuple(units), tuple(strangers))

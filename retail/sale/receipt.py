"""A ticket as neutral blocks, built from the sale's fact alone; whoever prints them maps them to a device.

French law: number, time to the minute, till, every line with quantity, unit price and rate, totals with tax per
rate, tenders, corrections, four characters of the signature, and the name and version of the fiscal module.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from babel.numbers import format_decimal

from retail.facts import SaleCompleted, SoldLine
from retail.fiscal.chain import extract, read_payload
from retail.money import show, show_plain
from retail.sale.blocks import Block, Columns, Cut, Line, QrCode, Rule
from retail.sale.texts import Texts

CODE_PREFIX = "CT1"
_CODE = re.compile(rf"{CODE_PREFIX}\*([A-Z0-9-]+)\*([A-Za-z0-9_-]+)")


@dataclass(frozen=True, slots=True)
class Shop:
    """What stands at the head and the foot of a ticket."""

    name: str
    address: Sequence[str] = ()
    siret: str = ""
    vat_number: str = ""
    footer: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Style:
    """How a ticket speaks: its table of texts and the locale of its figures."""

    texts: Texts
    locale: str = "fr_FR"


def receipt(
    sale: SaleCompleted, shop: Shop, style: Style, *, cashier: str = "", copy_number: int = 0, qr: bool = True
) -> tuple[Block, ...]:
    """The blocks of a ticket. ``copy_number`` above 0 marks a duplicata; a training ticket says so at both ends."""
    marks = _marks(sale, style.texts, copy_number)
    blocks: list[Block] = [*marks, *head(shop, style.texts)]
    blocks += _about(sale, style.texts, cashier)
    blocks.append(Rule())
    for line in sale.lines:
        blocks += _sold(line, sale.currency, style)
    blocks.append(Rule())
    blocks += _totals(sale, style)
    blocks += _tenders(sale, style)
    blocks.append(Rule())
    blocks += _taxes(sale, style)
    blocks += _fiscal(sale, style.texts)
    if qr:
        blocks.append(QrCode(receipt_code(sale)))
    blocks += [Line(text, align="center") for text in shop.footer or (style.texts["thanks"],)]
    blocks += [*marks, Cut()]
    return tuple(blocks)


def receipt_code(sale: SaleCompleted) -> str:
    """What the ticket's QR code says: its number and its signature."""
    return f"{CODE_PREFIX}*{sale.number}*{sale.stamp.signature}"


def read_receipt_code(text: str) -> tuple[str, str] | None:
    """Number and signature of a ticket's QR code, or nothing if the text isn't one."""
    found = _CODE.fullmatch(text)
    return (found[1], found[2]) if found else None


def head(shop: Shop, texts: Texts) -> list[Block]:
    """The shop's name, address and numbers."""
    blocks: list[Block] = [Line(shop.name, align="center", bold=True, big=True)]
    blocks += [Line(text, align="center") for text in shop.address]
    numbers = [
        f"{texts[key]} {value}" for key, value in (("siret", shop.siret), ("vat_number", shop.vat_number)) if value
    ]
    return [*blocks, *[Line(text, align="center") for text in numbers], Rule()]


def _marks(sale: SaleCompleted, texts: Texts, copy_number: int) -> list[Block]:
    marks: list[Block] = []
    if sale.training:
        marks.append(Line(texts["training"], align="center", bold=True))
    if copy_number:
        marks.append(Line(texts["duplicata"].format(number=copy_number), align="center", bold=True))
    return marks


def _about(sale: SaleCompleted, texts: Texts, cashier: str) -> list[Block]:
    document = read_payload(sale.stamp) or {}
    at = datetime.fromisoformat(str(document["at"])).strftime(texts["date_format"]) if "at" in document else ""
    blocks: list[Block] = [Columns(f"{texts['ticket']} {sale.number}", at)]
    blocks.append(
        Columns(f"{texts['register']} {document.get('register', '')}", f"{texts['cashier']} {cashier or sale.cashier}")
    )
    return blocks


def _sold(line: SoldLine, currency: str, style: Style) -> list[Block]:
    texts = style.texts
    blocks: list[Block] = [Columns(line.label, show_plain(line.gross_minor, currency, style.locale))]
    if line.weight_g:
        weight = format_decimal(Decimal(line.weight_g).scaleb(-3), format="0.000", locale=style.locale)
        blocks.append(Line("  " + texts["weight"].format(weight=weight)))
    elif abs(line.qty) != 1:
        unit = show_plain(line.unit_minor, currency, style.locale)
        blocks.append(Line("  " + texts["each"].format(qty=line.qty, unit=unit)))
    for discount in line.discounts:
        label = f"  {discount.label or texts['discount']}"
        blocks.append(Columns(label, show_plain(-discount.minor, currency, style.locale)))
    if line.return_of is not None:
        key = "return_of_sale" if line.return_of.kind == "sale" else "return_of_order"
        blocks.append(Line("  " + texts[key].format(id=line.return_of.id)))
    return blocks


def _totals(sale: SaleCompleted, style: Style) -> list[Block]:
    texts = style.texts
    key, minor = ("total", sale.total_minor) if sale.total_minor >= 0 else ("to_give_back", -sale.total_minor)
    blocks: list[Block] = [Columns(texts[key], show(minor, sale.currency, style.locale), bold=True, big=True)]
    count = sum(line.qty for line in sale.lines if line.qty > 0)
    if count:
        blocks.append(Line(texts["articles"].format(count=count)))
    saved = sum(one.minor for line in sale.lines if line.qty > 0 for one in line.discounts)
    if saved:
        blocks.append(Columns(texts["savings"], show(saved, sale.currency, style.locale)))
    if sale.rounding_minor:
        blocks.append(Columns(texts["rounding"], show(sale.rounding_minor, sale.currency, style.locale)))
    return blocks


def _tenders(sale: SaleCompleted, style: Style) -> list[Block]:
    blocks: list[Block] = []
    for tender in sale.tenders:
        name = style.texts.get(f"tender.{tender.kind}", tender.kind)
        blocks.append(Columns(name, show(tender.minor, sale.currency, style.locale)))
        if tender.change_minor:
            given = show(tender.given_minor, sale.currency, style.locale)
            change = show(tender.change_minor, sale.currency, style.locale)
            blocks.append(Columns(f"  {style.texts['given']} {given}", f"{style.texts['change']} {change}"))
    return blocks


def _taxes(sale: SaleCompleted, style: Style) -> list[Block]:
    texts, currency, locale = style.texts, sale.currency, style.locale
    blocks: list[Block] = []
    for tax in sale.taxes:
        rate = tax.rate.replace(".", ",") if locale.startswith("fr") else tax.rate
        base = texts["vat_base"].format(net=show_plain(tax.net_minor, currency, locale))
        blocks.append(Columns(f"{texts['vat'].format(rate=rate)}  {base}", show_plain(tax.tax_minor, currency, locale)))
    net = sum(tax.net_minor for tax in sale.taxes)
    blocks.append(Columns(texts["net_total"], show(net, currency, locale)))
    return blocks


def _fiscal(sale: SaleCompleted, texts: Texts) -> list[Block]:
    document = read_payload(sale.stamp) or {}
    module = f"{document.get('module', '')} {document.get('module_version', '')}".strip()
    return [
        Columns(f"{texts['signature']} {extract(sale.stamp.signature)}", f"{texts['module']} {module}"),
    ]

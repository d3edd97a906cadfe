"""X and Z as neutral blocks, built from figures and, on a Z, from the signed closing."""

from collections.abc import Sequence
from typing import Any

from retail.facts import PeriodClosed
from retail.fiscal.chain import extract, read_payload
from retail.money import show
from retail.sale.blocks import Block, Columns, Cut, Line, Rule
from retail.sale.receipt import Shop, Style, head
from retail.sale.shift import Figures


def report(
    now: Figures, shop: Shop, style: Style, *, title: str = "x_report", closings: Sequence[PeriodClosed] = ()
) -> tuple[Block, ...]:
    """The blocks of a report; with closings it is a Z and prints their perpetual totals and the chain's head."""
    texts = style.texts

    def amount(key: str, minor: int) -> Columns:
        return Columns(texts[key], show(minor, now.currency or "EUR", style.locale))

    blocks: list[Block] = [*head(shop, texts), Line(texts[title], align="center", bold=True, big=True)]
    blocks.append(Columns(texts["business_date"], now.business_date))
    blocks.append(Columns(texts["tickets"], str(now.tickets)))
    if now.tickets:
        blocks.append(Columns(texts["numbers"], f"{now.first_number} - {now.last_number}"))
    blocks += [Rule(), amount("sold", now.sold_minor), amount("returned", now.returned_minor)]
    blocks += [amount("discounts", -now.discount_minor), amount("total", now.total_minor), Rule()]
    for tax in now.taxes:
        blocks.append(amount_of(texts["vat"].format(rate=tax.rate), tax.gross_minor, tax.tax_minor, now, style))
    blocks.append(Rule())
    for kind, minor in sorted(now.tenders.items()):
        blocks.append(amount(f"tender.{kind}", minor))
    blocks += [Rule(), *_cash(now, amount("expected", now.expected_cash_minor), style)]
    for closing in closings:
        blocks += _closing(closing, now, style)
    return (*blocks, Cut())


def amount_of(name: str, gross: int, tax: int, now: Figures, style: Style) -> Columns:
    """One rate's gross with the tax in it."""
    currency = now.currency or "EUR"
    return Columns(f"{name} {show(tax, currency, style.locale)}", show(gross, currency, style.locale))


def _cash(now: Figures, expected: Columns, style: Style) -> list[Block]:
    texts, currency = style.texts, now.currency or "EUR"
    moved = (("float", now.float_minor), ("pay_in", now.pay_in_minor), ("pay_out", now.pay_out_minor))
    blocks: list[Block] = [
        Columns(texts[key], show(minor, currency, style.locale)) for key, minor in (*moved, ("drop", now.drop_minor))
    ]
    if now.closed is None:
        return [*blocks, expected]
    blocks += [
        Columns(texts["expected"], show(now.closed.expected_minor, currency, style.locale)),
        Columns(texts["counted"], show(now.closed.counted_minor, currency, style.locale)),
        Columns(texts["difference"], show(now.closed.difference_minor, currency, style.locale), bold=True),
    ]
    if now.closed.reason:
        blocks.append(Columns(texts["reason"], now.closed.reason))
    return blocks


def _closing(closing: PeriodClosed, now: Figures, style: Style) -> list[Block]:
    texts, currency = style.texts, now.currency or "EUR"
    document: dict[str, Any] = read_payload(closing.stamp) or {}
    ticket: dict[str, Any] = document.get("ticket_head") or {}
    return [
        Rule(),
        Columns(f"{texts[f'closing.{closing.period}']} {closing.key}", f"n° {closing.stamp.number}", bold=True),
        Columns(texts["total"], show(int(document.get("total_minor", 0)), currency, style.locale)),
        Columns(texts["perpetual"], show(int(document.get("perpetual_minor", 0)), currency, style.locale)),
        Columns(
            texts["perpetual_absolute"],
            show(int(document.get("perpetual_absolute_minor", 0)), currency, style.locale),
        ),
        Columns(f"{texts['ticket']} {ticket.get('number', 0)}", extract(str(ticket.get("signature", "")))),
        Columns(texts["signature"], extract(closing.stamp.signature)),
    ]

"""The basket as it is shown: lines with their reductions, client, hint, VAT, saving, total."""

from decimal import Decimal
from functools import lru_cache

from retail.promotions import Hint
from retail.rows import in_language
from retail.sale.basket import BasketClient
from retail.sale.pricing import PricedBasket, PricedLine
from store_app.presenters.desk import Desk
from store_app.presenters.intents import ClearBasket, DetachClient, Discount, OpenReturn, SelectClient, Show, Suspend
from store_app.presenters.names import ScreenName
from store_app.presenters.texts import _, active, count, money, n_, vat_rate
from store_app.presenters.views import Action, BasketLine, BasketView, Chip, ClientCard, Empty, Fact, LineNote, Tone
from store_app.presenters.words import refusal


def basket_view(desk: Desk, *, actions: bool = True) -> BasketView:
    """The sale in hand."""
    sale = desk.sale
    priced = sale.priced
    view_lines = tuple(_line(desk, line, line.id == sale.selected) for line in priced.lines)
    saving = priced.discount_minor
    return BasketView(
        lines=view_lines,
        summary=summary(priced),
        title=_title(desk),
        client=client_card(desk, sale.basket.client),
        hint=refusal(sale.trouble) if sale.trouble else hint_text(desk, priced.hints),
        vat=tuple(
            _("VAT {rate} · {amount}", rate=vat_rate(tax.rate), amount=desk.money(tax.tax_minor))
            for tax in priced.taxes
        ),
        saving=Fact(_("Saving"), desk.money(-saving), Tone.GOOD) if saving else None,
        total_label=_("Total") if priced.total_minor >= 0 else _("To give back"),
        total=desk.money(abs(priced.total_minor)),
        empty=None if priced.lines else _empty(),
        actions=_actions(desk) if actions else (),
    )


def preview(desk: Desk, priced: PricedBasket) -> BasketView:
    """Another basket than the one in hand, to look at."""
    return BasketView(
        lines=tuple(_line(desk, line, False) for line in priced.lines),
        summary=summary(priced),
        title=_("Suspended ticket"),
        client=client_card(desk, priced.basket.client) if priced.basket.client else None,
        total_label=_("Total"),
        total=desk.money(priced.total_minor),
    )


def _title(desk: Desk) -> str:
    if desk.services.training:
        return _("Training ticket")
    return _("Current ticket") if not desk.sale.empty else _("New ticket")


def summary(priced: PricedBasket) -> str:
    """4 lines · 6 articles."""
    if not priced.lines:
        return _("No lines yet")
    parts = [n_("{n} line", "{n} lines", len(priced.lines))]
    if priced.count:
        parts.append(n_("{n} article", "{n} articles", priced.count))
    returned = sum(-line.qty for line in priced.lines if line.qty < 0)
    if returned:
        parts.append(n_("{n} returned", "{n} returned", returned))
    return " · ".join(parts)


def _empty() -> Empty:
    return Empty(
        _("Scan the first article"),
        _("Or lay tagged articles on the pad, tap a tile, or search with F2."),
        "barcode",
    )


def _line(desk: Desk, line: PricedLine, selected: bool) -> BasketLine:
    name, variant = desk.shelves.name_of(line.gtin), desk.shelves.variant_of(line.gtin)
    return _shown(line, name, variant, selected, desk.currency, active().language, active().locale)


@lru_cache(maxsize=1024)
def _shown(
    line: PricedLine, name: str, variant: str, selected: bool, currency: str, _language: str, _locale: str
) -> BasketLine:
    """A line's texts; kept, since most lines stay the same from one scan to the next."""
    chips: list[Chip] = []
    if line.units:
        chips.append(Chip(_("RFID"), icon="rfid"))
    elif line.tagged and line.qty > 0:
        chips.append(Chip(_("tag not read"), Tone.WARN, "rfid"))
    if line.return_of is not None:
        chips.append(Chip(_("Return"), Tone.INFO, "return"))
    if line.min_age:
        chips.append(Chip(_("from {n} years", n=line.min_age), Tone.WARN, "id"))
    qty = f"{count(Decimal(line.weight_g) / 1000)} kg" if line.weight_g else count(line.qty)
    return BasketLine(
        id=line.id,
        name=name,
        variant=variant,
        qty=qty,
        unit_price=money(line.unit_minor, currency),
        total=money(line.gross_minor, currency),
        chips=tuple(chips),
        notes=_notes(line, currency),
        selected=selected,
    )


def _notes(line: PricedLine, currency: str) -> tuple[LineNote, ...]:
    notes = [
        LineNote(_reason(one.label) if one.kind == "manual" else one.label, money(-one.minor, currency))
        for one in line.discounts
    ]
    if line.prior_minor is not None and line.prior_minor > line.unit_minor:
        notes.append(LineNote(_("Lowest price of the last 30 days"), money(line.prior_minor, currency), Tone.NEUTRAL))
    return tuple(notes)


def _reason(reason: str) -> str:
    return discount_reasons().get(reason, reason)


def discount_reasons() -> dict[str, str]:
    """Why a discount may be given, in words."""
    return {
        "damaged": _("Damaged"),
        "price_match": _("Price match"),
        "goodwill": _("Goodwill"),
        "staff": _("Staff purchase"),
        "last_piece": _("Last piece"),
    }


def hint_text(desk: Desk, hints: tuple[Hint, ...]) -> str:
    """What is missing for the next offer."""
    if not hints:
        return ""
    hint = hints[0]
    label = in_language(hint.rule.label, active().language)
    if hint.missing_qty:
        return n_("{n} more article for: {offer}", "{n} more articles for: {offer}", hint.missing_qty, offer=label)
    return _("{amount} more for: {offer}", amount=desk.money(hint.missing_minor), offer=label)


def client_card(desk: Desk, client: BasketClient | None) -> ClientCard:
    """The client of the sale, or the invitation to attach one."""
    if client is None:
        text = _("Card, name or phone")
        return ClientCard(_("Add a client"), text, attached=False, intent=Show(ScreenName.CUSTOMERS))
    row = desk.shelves.client(client.id)
    if row is None:
        return ClientCard(client.id, intent=SelectClient(client.id), detach=_detach())
    detail = [row.tier, n_("{n} point", "{n} points", row.points), _("size {size}", size=row.size) if row.size else ""]
    return ClientCard(
        row.name,
        " · ".join(filter(None, detail)),
        Chip(n_("{n} wish", "{n} wishes", len(row.wishes)), Tone.INFO, "heart") if row.wishes else None,
        intent=SelectClient(client.id),
        detach=_detach(),
    )


def _detach() -> Action:
    return Action(_("Detach"), DetachClient(), "close")


def _actions(desk: Desk) -> tuple[Action, ...]:
    some = not desk.sale.empty
    void = Action(_("Void"), ClearBasket(), "delete", "Ctrl+Del")
    resume = Action(_("Resume"), Show(ScreenName.SUSPENDED), "cart", "Ctrl+R")
    return (
        Action(_("Suspend"), Suspend(), "pause", "Ctrl+S", enabled=some),
        Action(_("Discount"), Discount(), "percent", "Ctrl+D", enabled=some),
        void if some else resume,
        Action(_("Return"), OpenReturn(), "return", "Ctrl+T"),
    )

"""Selling: scans, tags, tiles and typing fill the basket; quantity, price, discount and client change it."""

from dataclasses import replace

from retail.errors import Refused
from retail.facts import Approver
from retail.sale import basket as baskets
from retail.sale.basket import ManualDiscount
from retail.sale.pricing import discount_minor
from retail.staff import discount_permission
from store_app.presenters.approval import with_permission
from store_app.presenters.base import Effect, Go, Notice, Tone
from store_app.presenters.basket_view import basket_view, discount_reasons
from store_app.presenters.desk import Desk, refused
from store_app.presenters.dialogs import ConfirmPrompt
from store_app.presenters.discount import DiscountPrompt
from store_app.presenters.filling import AGAIN, Filling
from store_app.presenters.intents import (
    AddArticle,
    AttachClient,
    ClearBasket,
    DetachClient,
    Discount,
    MoveSelection,
    OpenReturn,
    PadKey,
    Pay,
    ReadPad,
    RemoveLine,
    SelectClient,
    SelectLine,
    SetPrice,
    SetQuantity,
    Suspend,
    TapTile,
    TilesBack,
)
from store_app.presenters.names import ScreenName
from store_app.presenters.pad import Pad
from store_app.presenters.screen import ScreenPresenter
from store_app.presenters.suspending import suspend
from store_app.presenters.tender import card_first
from store_app.presenters.texts import _, entry_money, label, n_
from store_app.presenters.views import Action, Fact, Tile, TillView

TYPED_CODE = 6
"""so many typed digits are an article number rather than a quantity or price"""


class TillPresenter(ScreenPresenter):
    """The basket's keeper. Other screens may be open: scans and tags reach it all the same."""

    name = ScreenName.TILL

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.entry = Pad(14)
        self._group: str | None = None
        self.filling = Filling(desk)

    def on(self, intent: object, now: int) -> list[Effect]:
        match intent:
            case PadKey(key):
                return self._key(key)
            case SelectLine(line):
                self.desk.sale.selected = line
            case MoveSelection(by):
                self._move(by)
            case TapTile(tile):
                return self._tap(tile)
            case TilesBack():
                self._group = None
            case AddArticle(gtin):
                return self.filling.add_article(self.desk.shelves.article(gtin), gtin)
            case SetQuantity():
                return self._set_quantity()
            case SetPrice():
                return self._set_price()
            case RemoveLine():
                return self._remove_line()
            case ClearBasket():
                return self._clear()
            case ReadPad():
                return self._read_pad()
            case Discount():
                return self._discount()
            case AttachClient(client):
                return self.attach(client)
            case DetachClient():
                return self.filling.change(baskets.attach_client(self.desk.sale.basket, None))
            case SelectClient(client):
                return [Go(ScreenName.CUSTOMERS, client or None)]
            case Suspend():
                return suspend(self.desk)
            case OpenReturn():
                return [Go(ScreenName.RETURNS)]
            case Pay(method):
                return self._pay(method)
        return []

    def finished(self, job: str, result: object) -> list[Effect]:
        return self.filling.add_again(result) if job == AGAIN and isinstance(result, tuple) else []

    def _read_pad(self) -> list[Effect]:
        """Everything in the field, even what was taken off before."""
        pad = self.desk.pad
        pad.ignored.clear()
        if not pad.units:
            return [Notice(_("The pad is empty"), _("Lay the tagged articles on it."), Tone.NEUTRAL)]
        return self.filling.add_units(pad.units)

    # typing

    def _key(self, key: str) -> list[Effect]:
        if key != "enter":
            self.entry.press(key)
            return []
        typed = self.entry.digits
        self.entry.clear()
        if not typed:
            return []
        if len(typed) >= TYPED_CODE:
            return [*self._typed_code(typed)]
        self.filling.next_qty = max(1, int(typed))
        return [
            Notice(
                n_("The next article: {n} piece", "The next article: {n} pieces", self.filling.next_qty), seconds=2.0
            )
        ]

    def _typed_code(self, typed: str) -> list[Effect]:
        article = self.desk.shelves.by_barcode(typed)
        return self.filling.add_article(article, typed)

    def _move(self, by: int) -> None:
        ids = [line.id for line in self.desk.sale.basket.lines]
        if not ids:
            return
        at = ids.index(self.desk.sale.selected) if self.desk.sale.selected in ids else 0
        self.desk.sale.selected = ids[max(0, min(len(ids) - 1, at + by))]

    def _tap(self, tile: str) -> list[Effect]:
        if tile.startswith("group:"):
            self._group = tile.removeprefix("group:")
            return []
        return self.filling.add_article(self.desk.shelves.article(tile), tile)

    # changing a line

    def _selected(self) -> str:
        if self.desk.sale.selected is None:
            raise Refused("no_such_line", "no line is chosen")
        return self.desk.sale.selected

    def _set_quantity(self) -> list[Effect]:
        typed = self.entry.digits
        self.entry.clear()
        if not typed:
            return [Notice(_("Type the quantity first"), seconds=3.0)]
        if self.desk.sale.empty:
            self.filling.next_qty = max(1, int(typed))
            return []
        try:
            return self.filling.change(baskets.set_qty(self.desk.sale.basket, self._selected(), int(typed)))
        except Refused as refusal:
            return [refused(refusal.reason)]

    def _set_price(self) -> list[Effect]:
        minor, typed = self.entry.minor, bool(self.entry)
        self.entry.clear()
        if not typed:
            return [Notice(_("Type the price first"), seconds=3.0)]
        try:
            line = self.desk.sale.priced.line(self._selected())
        except Refused as refusal:
            return [refused(refusal.reason)]
        if line.return_of is not None:
            return [refused("returned_line")]
        facts = (
            Fact(_("Article"), self.desk.shelves.name_of(line.gtin)),
            Fact(_("Price"), self.desk.money(line.unit_minor)),
            Fact(_("New price"), self.desk.money(minor), strong=True),
        )

        def apply(_approver: Approver | None) -> list[Effect]:
            basket = self.desk.sale.basket
            lines = tuple(replace(one, price_minor=minor) if one.id == line.id else one for one in basket.lines)
            return self.filling.change(replace(basket, lines=lines))

        return with_permission(self.desk, "price_override", line.id, _("Change the price"), facts, apply)

    def _remove_line(self) -> list[Effect]:
        self.entry.clear()
        try:
            line = self.desk.sale.basket.line(self._selected())
            self.desk.pad.ignored |= set(line.units)
            goods = tuple(one for one in self.desk.sale.state.goods if one.line != line.id)
            effects = self.filling.change(baskets.remove(self.desk.sale.basket, line.id))
        except Refused as refusal:
            return [refused(refusal.reason)]
        self.desk.sale.set_goods(goods, self.desk.sale.state.paid_with if goods else ())
        return effects

    def _clear(self) -> list[Effect]:
        basket = self.desk.sale.basket
        if basket.empty:
            return []
        if self.desk.attempt is not None:
            return card_first()
        if self.desk.sale.payment is not None and self.desk.sale.payment.tenders:
            return [refused("tendered")]
        till, by, lines = self.desk.services.till, self.desk.staff_id, len(basket.lines)

        def clear() -> list[Effect]:
            if self.desk.paying or self.desk.sale.basket.id != basket.id:
                return [refused("paying")]
            self.desk.new_basket()
            self.desk.forget_saved()
            return [self.desk.write("drop", lambda: till.drop_basket(basket.id, by, lines)), Go(ScreenName.TILL)]

        text = _("All lines are taken off. This can't be undone.")
        return self.desk.ask(ConfirmPrompt(_("Void the ticket"), text, _("Void"), clear, icon="delete", tone=Tone.BAD))

    def _discount(self) -> list[Effect]:
        try:
            line = self.desk.sale.priced.line(self._selected())
        except Refused as refusal:
            return [refused(refusal.reason)]
        if line.return_of is not None:
            return [refused("returned_line")]
        name, line_id = self.desk.shelves.name_of(line.gtin), line.id
        return self.desk.ask(DiscountPrompt(name, lambda reason, bp: self._discounted(line_id, reason, bp)))

    def _discounted(self, line_id: str, reason: str, rate_bp: int) -> list[Effect]:
        line = self.desk.sale.priced.line(line_id)
        given = ManualDiscount("percent", rate_bp, reason, by=self.desk.staff_id)
        before = line.total_minor + sum(one.minor for one in line.discounts if one.kind == "manual")
        minor = discount_minor(given, before)
        permission = discount_permission(before, minor, self.desk.shelves.settings.discount_limit_bp)
        facts = (
            Fact(_("Article"), self.desk.shelves.name_of(line.gtin)),
            Fact(_("Reason"), discount_reasons().get(reason, reason)),
            Fact(_("Discount"), self.desk.money(-minor), strong=True),
        )

        def apply(approver: Approver | None) -> list[Effect]:
            approved = replace(given, approved_by=approver.staff if approver else "")
            try:
                return self.filling.change(baskets.discount_line(self.desk.sale.basket, line_id, approved))
            except Refused as refusal:
                return [refused(refusal.reason)]

        return with_permission(self.desk, permission, line_id, _("Discount"), facts, apply)

    def attach(self, client: str) -> list[Effect]:
        """This sale is this client's."""
        row = self.desk.shelves.client(client)
        if row is None:
            return [Notice(_("Unknown client"), tone=Tone.WARN)]
        made = baskets.attach_client(self.desk.sale.basket, baskets.BasketClient(row.id, row.tier))
        return [*self.filling.change(made), Go(ScreenName.TILL)]

    # paying

    def _pay(self, method: str) -> list[Effect]:
        typed = self.entry.minor if self.entry else None
        self.entry.clear()
        if self.desk.attempt is not None:
            return card_first()
        if self.desk.shift is None:
            return [refused("no_shift"), Go(ScreenName.SHIFT)]
        try:
            self.desk.sale.begin_payment()
        except Refused as refusal:
            return [refused(refusal.reason)]
        if self.desk.sale.priced.min_age > self.desk.sale.basket.age_checked:
            return self._check_age(method)
        return [Go(ScreenName.TENDER, (method, typed))]

    def _check_age(self, method: str) -> list[Effect]:
        years = self.desk.sale.priced.min_age

        def confirmed() -> list[Effect]:
            self.filling.change(baskets.confirm_age(self.desk.sale.basket, years))
            return [*self.desk.save(), *self._pay(method)]

        title = _("Is the customer {n} or older?", n=years)
        return self.desk.ask(
            ConfirmPrompt(title, _("Look at an identity card."), _("Yes, checked"), confirmed, icon="id")
        )

    # the view

    @property
    def view(self) -> TillView:
        sale = self.desk.sale
        some = not sale.empty and not sale.trouble
        amount = self.desk.money(abs(sale.total_minor))
        back = sale.total_minor < 0
        return TillView(
            basket=basket_view(self.desk),
            tiles=self._tiles(),
            tiles_title=self._group or "",
            tiles_back=Action(_("All tiles"), TilesBack(), "back") if self._group else None,
            entry=self.entry.digits,
            entry_hint=_("Quantity, price or article number"),
            pad_actions=(
                Action(_("Qty"), SetQuantity(), key="*"),
                Action(_("Price"), SetPrice(), key="/"),
                Action(_("Line"), RemoveLine(), "delete", "Del", enabled=not sale.empty),
                Action(_("Read pad"), ReadPad(), "rfid", "Ctrl+P"),
            ),
            actions=(
                Action(_("Cash"), Pay("cash"), "cash", "F11", enabled=some),
                Action(_("Other"), Pay(), "more", "Ctrl+O", enabled=some),
            ),
            primary=Action(
                _("Give back {amount}", amount=amount) if back else _("Card {amount}", amount=amount),
                Pay() if back else Pay("card"),
                "cash" if back else "card",
                "F12",
                enabled=some,
            ),
        )

    def _tiles(self) -> tuple[Tile, ...]:
        now = self.desk.now
        found = []
        for article in self.desk.shelves.tiles():
            price = self.desk.shelves.price_now(article.gtin, now)
            text = label(dict(article.tile_label or article.label), article.sku)
            found.append(
                Tile(
                    article.gtin,
                    text,
                    "" if price is None else entry_money(str(price), self.desk.currency),
                    TapTile(article.gtin),
                    enabled=price is not None and not article.recalled,
                )
            )
        return tuple(found)

"""Till mode of the samples: Inès buys four things."""

from store_app.presenters import intents as i
from store_app.presenters.names import ScreenName
from store_app.presenters.texts import _, n_
from store_app.presenters.views.parts import Action, Chip, Empty, Fact, Tone
from store_app.presenters.views.till import BasketLine, BasketView, ClientCard, LineNote, Tile, TillView
from store_app.samples.words import both, eur

RFID = Chip("RFID", icon="rfid")


def client() -> ClientCard:
    """Inès, known to the shop."""
    return ClientCard(
        "Inès Martin",
        " · ".join((both("Fidélité Or", "Gold"), n_("{n} point", "{n} points", 412), _("size {size}", size="M"))),
        Chip(n_("{n} wish", "{n} wishes", 3), Tone.INFO, "heart"),
        intent=i.SelectClient("c1"),
        detach=Action(_("Detach"), i.DetachClient(), "close"),
    )


def nobody() -> ClientCard:
    """The invitation to attach a client."""
    return ClientCard(_("Add a client"), _("Card, name or phone"), attached=False, intent=i.SelectClient(""))


def lines(selected: str = "4") -> tuple[BasketLine, ...]:
    """Four lines, six articles."""
    rows = (
        BasketLine(
            "1",
            both("Pull mérinos", "Merino jumper"),
            both("Col rond · Marine · M", "Crew neck · Navy · M"),
            "1",
            eur(5990),
            eur(5990),
            (RFID,),
        ),
        BasketLine("2", both("Jean droit brut", "Straight raw jeans"), "W30 L32", "1", eur(7990), eur(7990), (RFID,)),
        BasketLine(
            "3",
            both("Chaussettes fil d’Écosse", "Lisle socks"),
            both("Gris · 39–42", "Grey · 39–42"),
            "3",
            eur(750),
            eur(2250),
            (),
            (LineNote(both("3 pour 2", "3 for 2"), eur(-750)),),
        ),
        BasketLine(
            "4",
            both("Bougie figuier", "Fig candle"),
            "180 g",
            "1",
            eur(2400),
            eur(2400),
            (),
            (LineNote(_("{reason} {rate}", reason=both("Remise abîmé", "Damaged"), rate="−10 %"), eur(-240)),),
        ),
    )
    return tuple(
        BasketLine(r.id, r.name, r.variant, r.qty, r.unit_price, r.total, r.chips, r.notes, r.id == selected)
        for r in rows
    )


def basket(selected: str = "4", *, actions: bool = True) -> BasketView:
    """The basket of the pictures."""
    return BasketView(
        lines=lines(selected),
        summary=" · ".join((n_("{n} line", "{n} lines", 4), n_("{n} article", "{n} articles", 6))),
        title=_("Current ticket"),
        client=client(),
        hint=both("Encore 1 article maison pour −15 %", "1 more home article for −15%"),
        vat=(_("VAT {rate} · {amount}", rate="20 %", amount=eur(2940)),),
        saving=Fact(_("Saving"), eur(-990), Tone.GOOD),
        total_label=_("Total"),
        total=eur(17640),
        actions=_basket_actions() if actions else (),
    )


def _basket_actions(enabled: bool = True) -> tuple[Action, ...]:
    resume = Action(_("Resume"), i.Show(ScreenName.SUSPENDED), "cart")
    return (
        Action(_("Suspend"), i.Suspend(), "pause", enabled=enabled),
        Action(_("Discount"), i.Discount(), "percent", enabled=enabled),
        Action(_("Void"), i.ClearBasket(), "delete") if enabled else resume,
        Action(_("Return"), i.OpenReturn(), "return"),
    )


def tiles() -> tuple[Tile, ...]:
    """Nine tiles, two of them groups."""
    rows = (
        ("bag", "Sac papier", "Paper bag", 20),
        ("card", "Carte cadeau", "Gift card", None),
        ("hem", "Retouche ourlet", "Hemming", 1200),
        ("umb", "Parapluie", "Umbrella", 1990),
        ("wax", "Cirage", "Shoe polish", 850),
        ("hang", "Cintre bois", "Wooden hanger", 400),
        ("wrap", "Emballage cadeau", "Gift wrapping", 0),
        ("can", "Bougies", "Candles", -1),
        ("soc", "Chaussettes", "Socks", -1),
    )
    return tuple(
        Tile(id_, both(fr, en), "" if price is None or price < 0 else eur(price), i.TapTile(id_), price == -1)
        for id_, fr, en, price in rows
    )


def till() -> TillView:
    """Selling."""
    return TillView(
        basket=basket(),
        tiles=tiles(),
        pad_actions=pad_actions(),
        actions=(
            Action(_("Cash"), i.Pay("cash"), "cash", "F11"),
            Action(_("Other"), i.Pay(), "more"),
        ),
        primary=Action(_("Card {amount}", amount=eur(17640)), i.Pay("card"), "card", "F12"),
    )


def pad_actions() -> tuple[Action, ...]:
    """What a typed number can become."""
    return (
        Action(_("Qty"), i.SetQuantity(), key="*"),
        Action(_("Price"), i.SetPrice(), key="/"),
        Action(_("Line"), i.RemoveLine(), "delete", "Del"),
        Action(_("Read pad"), i.ReadPad(), "rfid"),
    )


def till_empty() -> TillView:
    """Before the first scan."""
    empty = BasketView(
        summary=_("No lines yet"),
        title=_("New ticket"),
        client=nobody(),
        total_label=_("Total"),
        total=eur(0),
        empty=Empty(
            _("Scan the first article"),
            _("Or lay tagged articles on the pad, tap a tile, or search with F2."),
            "barcode",
        ),
        actions=_basket_actions(False),
    )
    return TillView(
        basket=empty,
        tiles=tiles(),
        pad_actions=pad_actions(),
        actions=(
            Action(_("Cash"), i.Pay("cash"), "cash", "F11", enabled=False),
            Action(_("Other"), i.Pay(), "more", enabled=False),
        ),
        primary=Action(_("Card {amount}", amount=eur(0)), i.Pay("card"), "card", "F12", enabled=False),
    )


def till_entry() -> TillView:
    """A number was typed."""
    view = till()
    return TillView(
        basket=view.basket,
        tiles=view.tiles,
        entry="12",
        entry_hint=_("Quantity, price or article number"),
        pad_actions=view.pad_actions,
        actions=view.actions,
        primary=view.primary,
    )

"""Paying, taking back and setting aside in the samples."""

from store_app.presenters import intents as i
from store_app.presenters.texts import _, n_
from store_app.presenters.views.parts import Action, Chip, Empty, Fact, Field, Progress, Row, Tone
from store_app.presenters.views.till import (
    BasketView,
    CardView,
    DoneView,
    ProductCard,
    ReturnLine,
    ReturnView,
    SearchView,
    SuspendedView,
    TenderLine,
    TenderView,
)
from store_app.samples.till import RFID, basket
from store_app.samples.words import both, eur

BACK = i.Back()


def plain_basket() -> BasketView:
    """The basket without its actions."""
    return basket("", actions=False)


def tender() -> TenderView:
    """Part by gift card, the rest in cash."""
    return TenderView(
        basket=plain_basket(),
        due_label=_("Left to pay"),
        due=eur(12640),
        entry=eur(15000),
        entry_label=_("Cash received"),
        change=Fact(_("Change"), eur(2360), Tone.GOOD),
        taken=(
            TenderLine(
                _("Gift card"),
                eur(5000),
                Chip(both("carte …4821", "card …4821")),
                Action(_("Take back"), i.VoidTender("t1"), "close"),
            ),
        ),
        quick=tuple(Action(eur(minor), i.TakeTender("cash", minor)) for minor in (12640, 13000, 14000, 15000, 20000)),
        methods=(
            Action(_("Card"), i.TakeTender("card"), "card", "F12"),
            Action(_("Gift card"), i.TakeTender("gift_card"), "gift_card"),
            Action(_("Voucher"), i.TakeTender("voucher"), "voucher"),
            Action(_("Credit"), i.TakeTender("credit"), "credit"),
        ),
        actions=(Action(_("Back to basket"), BACK, "back", "Escape"),),
        primary=Action(_("Take {amount}", amount=eur(15000)), i.TakeTender("cash"), "cash", "Return"),
    )


def card_waiting() -> CardView:
    """The terminal has the amount."""
    return CardView(
        basket=plain_basket(),
        title=_("Card on the terminal, please"),
        amount=eur(17640),
        text=_("The customer follows the terminal. You can go on when it has answered."),
        icon="terminal",
        progress=Progress(0.35, _("Waiting for {seconds} s · stops by itself after 2 min", seconds=42)),
        steps=(
            Row("1", _("Amount sent to the terminal"), icon="done", icon_tone=Tone.GOOD),
            Row("2", _("The customer pays on the terminal"), icon="open"),
        ),
        actions=(Action(_("Ask the terminal"), i.AskTerminal(), "refresh"),),
        primary=Action(_("Stop on the terminal"), i.CancelPayment(), "close", "Escape"),
    )


def card_doubt() -> CardView:
    """The terminal didn't say."""
    return CardView(
        basket=plain_basket(),
        title=_("Did the payment go through?"),
        amount=eur(17640),
        chip=Chip(_("in doubt"), Tone.WARN, "warning"),
        tone=Tone.WARN,
        icon="question",
        text=_(
            "The terminal has not answered. The basket is kept and nothing is charged twice. "
            "Look at the terminal's slip and say what it shows."
        ),
        field=Field("slip", _("Authorisation number on the slip"), "", _("6 digits")),
        actions=(
            Action(_("Ask again"), i.AskTerminal(), "refresh"),
            Action(_("Not paid"), i.SettleDoubt("declined"), "close"),
        ),
        primary=Action(_("The slip says paid"), i.SettleDoubt("approved"), "verify", "F12"),
    )


def done() -> DoneView:
    """Change to give back."""
    return DoneView(
        title=_("Sold"),
        number=_("Ticket {number}", number="LYO1-T2-000482"),
        big_label=_("Change"),
        big=eur(2360),
        facts=(
            Fact(_("Gift card"), eur(5000)),
            Fact(_("Cash"), eur(12640)),
        ),
        text=_("The sale is kept and signed."),
        chip=Chip(_("Receipt printed"), Tone.GOOD, "printer"),
        receipt=(
            Action(_("Print again"), i.Receipt("print"), "print", "F8"),
            Action(_("No receipt"), i.Receipt("none"), "none", "F9"),
        ),
        primary=Action(_("Next customer"), i.NextSale(), "next", "F12"),
    )


def search() -> SearchView:
    """Socks."""
    rows = (
        ("Chaussettes fil d’Écosse", "Lisle socks", "Gris · 39–42", "Grey · 39–42", 750, 24, True),
        ("Chaussettes fil d’Écosse", "Lisle socks", "Marine · 39–42", "Navy · 39–42", 750, 18, False),
        ("Chaussettes fil d’Écosse", "Lisle socks", "Noir · 43–46", "Black · 43–46", 750, 6, False),
        ("Chaussettes laine", "Wool socks", "Écru · 36–38", "Ecru · 36–38", 1290, 0, False),
        ("Chausson feutre", "Felt slippers", "Anthracite · 40", "Charcoal · 40", 3490, 2, False),
    )
    return SearchView(
        query="chaus",
        summary=n_("{n} result", "{n} results", len(rows)),
        results=tuple(
            Row(
                str(n),
                both(fr, en),
                both(vfr, ven),
                right=eur(price),
                right_sub=n_("{n} here", "{n} here", stock) if stock else "",
                right_chip=None if stock else Chip(_("none here"), Tone.WARN),
                selected=chosen,
                intent=i.ShowArticle(str(n)),
            )
            for n, (fr, en, vfr, ven, price, stock, chosen) in enumerate(rows)
        ),
        product=ProductCard(
            both("Chaussettes fil d’Écosse", "Lisle socks"),
            both("Gris · 39–42 · 3614270482137", "Grey · 39–42 · 3614270482137"),
            eur(750),
            _("lowest price of 30 days: {amount}", amount=eur(690)),
            (Chip(both("3 pour 2", "3 for 2"), Tone.GOOD), Chip(_("{n} sizes", n=3))),
            stock_title=_("Stock"),
            stock=(
                Row("1", _("Sales floor"), both("Homme · tiroir B4", "Men · drawer B4"), right="18", icon="store"),
                Row("2", _("Stockroom"), "R1-07", right="6", icon="box"),
                Row(
                    "3",
                    "Lyon Part-Dieu",
                    both("à 2,1 km · il y a 4 min", "2.1 km away · 4 min ago"),
                    right="11",
                    icon="pickup",
                ),
            ),
        ),
        basket=plain_basket(),
        actions=(Action(_("Back to basket"), BACK, "back", "Escape"),),
        primary=Action(_("Add for {amount}", amount=eur(750)), i.AddArticle("0"), "plus", "F12"),
    )


def search_empty() -> SearchView:
    """Nothing found."""
    return SearchView(
        query="xyz",
        summary=n_("{n} result", "{n} results", 0),
        empty=Empty(_("Nothing found"), _("Try fewer letters, a colour, or the number under the barcode."), "search"),
        basket=plain_basket(),
        actions=(Action(_("Back to basket"), BACK, "back", "Escape"),),
    )


def _grades(line: str) -> tuple[Action, ...]:
    return (
        Action(_("As new"), i.GradeReturn(line, "sellable"), tone=Tone.GOOD),
        Action(_("Look at it"), i.GradeReturn(line, "inspect")),
        Action(_("Damaged"), i.GradeReturn(line, "damaged")),
    )


def returns() -> ReturnView:
    """One jumper comes back."""
    return ReturnView(
        title=_("Ticket {number}", number="LYO1-T1-004117"),
        subtitle=_("bought {when}", when=both("14 nov., 16:20", "14 Nov, 16:20")),
        chip=Chip(_("found by its tag"), Tone.GOOD, "rfid"),
        lines=(
            ReturnLine(
                "1",
                both("Pull mérinos", "Merino jumper"),
                both("Col rond · Marine · M", "Crew neck · Navy · M"),
                _("paid"),
                eur(5391),
                (RFID,),
                True,
                i.ToggleReturn("1"),
                grades=_grades("1"),
            ),
            ReturnLine(
                "2",
                both("Ceinture cuir tressé", "Braided leather belt"),
                both("Cognac · 85", "Cognac · 85"),
                _("paid"),
                eur(3900),
                (),
                False,
                i.ToggleReturn("2"),
            ),
            ReturnLine(
                "3",
                both("Carte cadeau", "Gift card"),
                "",
                "",
                "",
                blocked=_("A gift card is not taken back."),
            ),
        ),
        totals=(Fact(_("Articles back"), "1"),),
        refund_label=_("Refund"),
        refund=eur(5391),
        methods_title=_("Refund by"),
        methods=(
            Row(
                "card",
                _("Card of the purchase"),
                icon="card",
                selected=True,
                intent=i.ChooseRefund("card"),
            ),
            Row("cash", _("Cash"), icon="cash", intent=i.ChooseRefund("cash")),
        ),
        actions=(
            Action(_("Cancel"), BACK, "close", "Escape"),
            Action(_("Exchange"), i.ExchangeInstead(), "replace"),
        ),
        primary=Action(_("Refund {amount}", amount=eur(5391)), i.CompleteReturn(), "return", "F12"),
    )


def returns_start() -> ReturnView:
    """Nothing scanned yet."""
    return ReturnView(
        title=_("Return or exchange"),
        field=Field("document", _("Ticket or order number"), "", "LYO1-T1-004117"),
        empty=Empty(
            _("Scan the ticket or the article"),
            _("A tagged article finds its own sale. Without a ticket, search the client's purchases."),
            "return",
        ),
        actions=(Action(_("Cancel"), BACK, "close", "Escape"),),
        primary=Action(_("Find"), i.FindDocument(), "search", "F12"),
    )


def suspended() -> SuspendedView:
    """Two baskets wait."""
    return SuspendedView(
        title=_("Set aside in this store"),
        rows=(
            Row(
                "b1",
                "Inès Martin",
                _("{till} · {person} · {when}", till=_("Till {n}", n=2), person="Camille D.", when="14:21"),
                icon="cart",
                right=eur(17640),
                right_sub=n_("{n} article", "{n} articles", 6),
                selected=True,
                intent=i.SelectBasket("b1"),
            ),
            Row(
                "b2",
                _("No client"),
                _("{till} · {person} · {when}", till=_("Till {n}", n=1), person="Nadia B.", when="13:58"),
                icon="cart",
                right=eur(4290),
                right_sub=n_("{n} article", "{n} articles", 2),
                intent=i.SelectBasket("b2"),
            ),
        ),
        preview=basket("", actions=False),
        actions=(Action(_("Back to basket"), BACK, "back", "Escape"),),
        primary=Action(_("Resume this basket"), i.Resume("b1"), "cart", "F12"),
    )


def suspended_empty() -> SuspendedView:
    """None waits."""
    return SuspendedView(
        title=_("Set aside in this store"),
        empty=Empty(_("No basket is waiting"), _("Suspend keeps a basket for any till of this store."), "pause"),
        actions=(Action(_("Back to basket"), BACK, "back", "Escape"),),
    )

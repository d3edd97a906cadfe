"""Orders of the samples."""

from store_app.presenters import intents as i
from store_app.presenters.texts import _, n_
from store_app.presenters.views.orders import (
    Bin,
    BoardView,
    HandoverView,
    LocateView,
    OrderCard,
    OrdersView,
    PickView,
    StageView,
    VerifyView,
)
from store_app.presenters.views.parts import Action, Chip, Empty, Fact, Kpi, Progress, Row, Tone
from store_app.samples.words import both, eur


def board(selected: str = "CC-48213") -> BoardView:
    """Six orders, most urgent first."""
    pickup, ship = Chip(_("Pickup"), Tone.INFO), Chip(_("Shipping"))
    late = Chip(_("{n} min late", n=6), Tone.BAD)
    rows = (
        ("CC-48213", pickup, Chip(_("in {n} min", n=18), Tone.WARN), "Inès M.", 3, _("Picking")),
        ("CC-48217", pickup, Chip(_("in {n} min", n=42), Tone.GOOD), "Paul R.", 3, _("To pick")),
        ("EX-10932", ship, Chip(_("collected {time}", time="16:30"), Tone.GOOD), "Sofia B.", 5, _("To pick")),
        (
            "JJ-00871",
            Chip(_("Same day")),
            Chip(_("courier {time}", time="15:05"), Tone.WARN),
            "Marc T.",
            2,
            _("To pick"),
        ),
        ("CC-48190", pickup, late, "Lina K.", 2, _("To stage")),
        ("TR-3310", Chip(_("Transfer")), Chip(_("tomorrow"), Tone.GOOD), "→ Annecy", 24, _("To pack")),
    )
    return BoardView(
        cards=tuple(
            OrderCard(
                number,
                number,
                method,
                sla,
                " · ".join((who, n_("{n} art.", "{n} art.", count))),
                state,
                number == selected,
                i.SelectOrder(number),
            )
            for number, method, sla, who, count, state in rows
        ),
        filters=(
            Action(n_("{n} late", "{n} late", 1), i.FilterOrders("late"), tone=Tone.BAD),
            Action(n_("{n} urgent", "{n} urgent", 2), i.FilterOrders("urgent"), tone=Tone.WARN),
            Action(n_("{n} to do", "{n} to do", 6), i.FilterOrders("todo"), tone=Tone.GOOD),
            Action(n_("{n} ready", "{n} ready", 3), i.FilterOrders("ready")),
        ),
    )


def _articles(seen: bool = True) -> tuple[tuple[str, str, str, str], ...]:
    return (
        (
            both("Pull col rond mérinos", "Merino crew-neck jumper"),
            both("Marine · M", "Navy · M"),
            both("Salle · Femme A3", "Floor · Women A3"),
            _("seen {ago}", ago=_("{n} min ago", n=2)) if seen else "",
        ),
        (
            both("Ceinture cuir tressé", "Braided leather belt"),
            "Cognac · 85",
            both("Salle · Accessoires B1", "Floor · Accessories B1"),
            _("seen {ago}", ago=_("{n} min ago", n=6)) if seen else "",
        ),
        (
            both("Jean droit brut", "Straight raw jeans"),
            "W30 L32",
            both("Réserve · R2-14", "Stockroom · R2-14"),
            _("seen {ago}", ago=_("{n} min ago", n=51)) if seen else "",
        ),
    )


def orders() -> OrdersView:
    """An order that nobody has taken yet."""
    return OrdersView(
        board=board("CC-48217"),
        title="CC-48217",
        subtitle=" · ".join(("Paul Roux", _("promised for {time}", time="15:14"))),
        chips=(
            Chip(_("Pickup"), Tone.INFO, "pickup"),
            Chip(_("in {n} min", n=42), Tone.GOOD, "clock"),
            Chip(_("To pick")),
        ),
        lines_title=n_("{n} article", "{n} articles", 3),
        lines=tuple(
            Row(
                str(n),
                name,
                variant,
                (Chip(_("RFID"), icon="rfid"),),
                icon="open",
                middle=place,
                middle_sub=seen,
                right="0 / 1",
            )
            for n, (name, variant, place, seen) in enumerate(_articles())
        ),
        facts=(
            Fact(_("Promised"), both("21 nov., 15:14", "21 Nov, 15:14")),
            Fact(_("Begin by"), "14:44"),
        ),
        actions=(Action(_("Hand the order back"), i.OrderCommand("reject"), "return"),),
        primary=Action(_("Pick"), i.OrderCommand("pick"), "cart", "F12"),
    )


def orders_empty() -> OrdersView:
    """Nothing to do."""
    return OrdersView(
        board=BoardView(
            filters=(
                Action(n_("{n} to do", "{n} to do", 0), i.FilterOrders("todo"), tone=Tone.GOOD),
                Action(n_("{n} ready", "{n} ready", 0), i.FilterOrders("ready")),
            ),
            empty=Empty(_("No orders"), _("Orders from the web shop appear here by themselves."), "orders"),
        ),
    )


def pick() -> PickView:
    """Two of three found."""
    rows = _articles()
    return PickView(
        board=board(),
        title=_("{number} · Pickup", number="CC-48213"),
        subtitle=_("{client} · promised {time} · tote {tote}", client="Inès Martin", time="14:50", tote="07"),
        progress=Progress(2 / 3, _("{found} of {wanted} found · {time}", found=2, wanted=3, time="1 min 40")),
        lines=tuple(
            Row(
                str(n),
                name,
                variant if n < 2 else _("{variant} · {n} unit", variant=variant, n=1),
                icon="done" if n < 2 else "open",
                icon_tone=Tone.GOOD if n < 2 else Tone.NEUTRAL,
                middle=place,
                middle_sub=seen,
                right_chip=Chip(_("read by RFID"), Tone.GOOD) if n < 2 else Chip(_("to find")),
                selected=n == 2,
                intent=i.SelectPickLine(str(n)),
            )
            for n, (name, variant, place, seen) in enumerate(rows)
        ),
        locate=LocateView(
            _("Locate the article"),
            _("Very close"),
            (0.19, 0.23, 0.21, 0.32, 0.36, 0.33, 0.47, 0.55, 0.51, 0.63, 0.70, 0.76, 0.74, 0.86, 0.94, 1.0),
            n_(
                "{dbm} dBm · {reader} · {n} read/s",
                "{dbm} dBm · {reader} · {n} reads/s",
                11,
                dbm="−47",
                reader=both("lecteur portable 3", "handheld 3"),
            ),
        ),
        side_actions=(
            Action(_("Not found"), i.ShortLine("not_found"), "not_found"),
            Action(_("Give back"), i.UnbindLine("2"), "replace"),
            Action(_("Damaged"), i.ShortLine("damaged"), "damaged"),
        ),
        help=_("An article that isn't found is offered to another store at once; the rest of the order goes on."),
        actions=(Action(_("Hand the order back"), i.OrderCommand("reject")),),
        primary=Action(_("Verify the tote"), i.OrderCommand("verify"), "verify", "F12", enabled=False),
    )


def verify() -> VerifyView:
    """One is missing, one doesn't belong."""
    rows = _articles()
    return VerifyView(
        board=board(),
        title=_("Verify {number}", number="CC-48213"),
        subtitle=_("Lay the tote on the pad. Everything in it must belong to this order."),
        progress=Progress(2 / 3, _("{found} of {wanted} read", found=2, wanted=3), Tone.WARN),
        kpis=(
            Kpi(_("Expected"), "3"),
            Kpi(_("Read"), "2", Chip(_("belongs here"), Tone.GOOD)),
            Kpi(_("Missing"), "1", Chip(_("look again"), Tone.WARN)),
            Kpi(_("Foreign"), "1", Chip(_("take out"), Tone.BAD)),
        ),
        lines=tuple(
            Row(
                str(n),
                name,
                variant,
                icon="done" if n < 2 else "short",
                icon_tone=Tone.GOOD if n < 2 else Tone.WARN,
                middle=f"…{tail}",
                middle_sub=_("read {ago}", ago=_("just now")) if n < 2 else _("not read"),
                right_chip=Chip(_("in the tote"), Tone.GOOD) if n < 2 else Chip(_("missing"), Tone.WARN),
            )
            for n, ((name, variant, _place, _seen), tail) in enumerate(zip(rows, ("A85", "17F", "9C2"), strict=True))
        ),
        foreign_title=_("Doesn't belong in this tote"),
        foreign=(
            Row(
                "f",
                both("Écharpe laine", "Wool scarf"),
                both("Camel · …3D1", "Camel · …3D1"),
                icon="warning",
                icon_tone=Tone.BAD,
                right_chip=Chip(_("order {number}", number="CC-48190"), Tone.BAD),
            ),
        ),
        actions=(
            Action(_("Back to picking"), i.OrderCommand("pick"), "back", "Escape"),
            Action(_("Read again"), i.ReadTote(), "rfid", "F8"),
        ),
        primary=Action(_("Tote is right"), i.OrderCommand("verify"), "verify", "F12", enabled=False),
    )


def stage() -> StageView:
    """Where shall it lie?"""
    return StageView(
        board=board("CC-48190"),
        title=_("Stage {number}", number="CC-48190"),
        subtitle=_("{client} · packed and verified · late for 6 min", client="Lina Kaci"),
        bins_title=_("Choose a bin or scan its label"),
        bins=tuple(
            Bin(
                f"{n:02}",
                f"{n:02}",
                {3: "CC-48179", 7: "CC-48213"}.get(n, _("free")),
                n == 4,
                n not in (3, 7),
                i.SelectBin(f"{n:02}"),
            )
            for n in range(1, 13)
        ),
        steps=(
            Row("1", _("Picked"), _("{n} of {n}", n=2), icon="done", icon_tone=Tone.GOOD, right_sub="14:18"),
            Row("2", _("Verified by RFID"), icon="done", icon_tone=Tone.GOOD, right_sub="14:24"),
            Row("3", _("Ready for the customer"), icon="open", dim=True),
        ),
        help=_("The customer gets the message when the order is ready."),
        actions=(Action(_("Back"), i.Back(), "back", "Escape"),),
        primary=Action(_("Ready in bin {bin}", bin="04"), i.OrderCommand("ready"), "bin", "F12"),
    )


def handover() -> HandoverView:
    """Inès is here."""
    return HandoverView(
        title=_("Order {number}", number="CC-48213"),
        customer="Inès Martin",
        chips=(Chip(_("code is genuine"), Tone.GOOD, "verify"), Chip(_("paid online"), Tone.GOOD)),
        bin_label=_("Bin"),
        bin="07",
        facts=(
            Fact(_("Ready since"), "14:39"),
            Fact(_("Left to pay"), eur(0)),
            Fact(_("Points after handover"), "589", Tone.GOOD),
        ),
        lines_title=n_("{n} article", "{n} articles", 3),
        lines=tuple(
            Row(
                str(n),
                name,
                variant,
                icon="done",
                icon_tone=Tone.GOOD,
                right=eur(price),
                right_sub=_("read by RFID"),
            )
            for n, ((name, variant, _p, _s), price) in enumerate(zip(_articles(), (5990, 3900, 7990), strict=True))
        ),
        steps=(
            Row("1", _("Code scanned"), _("signed by the ledger, used once"), icon="done", icon_tone=Tone.GOOD),
            Row("2", _("Fetch bin {bin}", bin="07"), icon="done", icon_tone=Tone.GOOD),
            Row("3", _("Give the articles"), icon="open", dim=True),
        ),
        actions=(Action(_("Not now"), i.Back(), "close", "Escape"),),
        primary=Action(_("Handed over"), i.HandOver(), "handover", "F12"),
    )


def handover_empty() -> HandoverView:
    """Nobody is here yet."""
    return HandoverView(
        title=_("Hand over an order"),
        customer="",
        empty=Empty(_("Scan the customer's code"), _("Or search the order by its number or name with F2."), "qr"),
        actions=(Action(_("Back"), i.Back(), "back", "Escape"),),
    )

"""Sign-in, clients, shift and dialogs of the samples."""

from dataclasses import replace

from store_app.presenters import intents as i
from store_app.presenters.base import Notice
from store_app.presenters.texts import _, n_
from store_app.presenters.views.customers import ClientTab, ConsentRow, CustomersView, NoteRow
from store_app.presenters.views.dialogs import ApprovalView, PromptView
from store_app.presenters.views.parts import Action, Bar, Bars, Chip, Empty, Fact, Field, Kpi, Row, Tone
from store_app.presenters.views.till import ShiftView, SignInView
from store_app.samples.words import both, eur


def sign_in() -> SignInView:
    """Three people work here today."""
    return SignInView(
        title="Lyon Bellecour",
        subtitle=_("Type your PIN or scan your badge."),
        filled=2,
        length=4,
        people=(
            Row("p1", "Camille Durand", _("Cashier"), icon="user", selected=True, intent=i.SelectPerson("p1")),
            Row("p2", "Léa Fontaine", _("Sales associate"), icon="user", intent=i.SelectPerson("p2")),
            Row("p3", "Nadia Benali", _("Manager"), icon="user", intent=i.SelectPerson("p3")),
        ),
        languages=(
            Action("Français", i.UseLanguage("fr"), tone=Tone.GOOD),
            Action("English", i.UseLanguage("en")),
        ),
        primary=Action(_("Open the till"), i.SignIn(), "key", "Return", enabled=False),
        footer="Comptoir 0.1.0",
    )


def sign_in_wrong() -> SignInView:
    """Wrong five times."""
    return replace(
        sign_in(),
        filled=0,
        message=Chip(_("Wrong PIN. Try again in {n} s.", n=30), Tone.BAD, "error"),
        pad_enabled=False,
    )


_TABS = ("profile", "wishes", "purchases", "consents", "notes")


def _client(tab: str) -> CustomersView:
    names = (_("Profile"), _("Wish list"), _("Purchases"), _("Consent"), _("Notes"))
    return CustomersView(
        field=Field("client", "", "mar", _("Name, phone, mail or card")),
        summary=n_("{n} client", "{n} clients", 4),
        rows=tuple(
            Row(id_, name, detail, icon="user", right_chip=chip, selected=id_ == "c1", intent=i.SelectClient(id_))
            for id_, name, detail, chip in (
                ("c1", "Inès Martin", "06 •• •• •• 47", Chip(both("Or", "Gold"), Tone.WARN)),
                ("c2", "Marc Thibault", "07 •• •• •• 03", None),
                ("c3", "Marie Lefèvre", "m•••@example.org", Chip(both("Argent", "Silver"))),
                ("c4", "Omar Haddad", "06 •• •• •• 91", None),
            )
        ),
        name="Inès Martin",
        detail=_("Client since {year} · last visit {when}", year=2019, when=both("le 14 nov.", "14 Nov")),
        chips=(Chip(both("Fidélité Or", "Gold"), Tone.WARN, "star"),),
        tabs=tuple(
            ClientTab(key, name, i.SelectClientTab(key), key == tab) for key, name in zip(_TABS, names, strict=True)
        ),
        primary=Action(_("Attach to the sale"), i.AttachClient("c1"), "cart", "F12"),
    )


def client_profile() -> CustomersView:
    """Points, spending, sizes."""
    return replace(
        _client("profile"),
        kpis=(
            Kpi(_("Points"), "412", Chip(_("{n} to the next voucher", n=88), Tone.INFO)),
            Kpi(_("12 months"), eur(148240), Chip(n_("{n} visit", "{n} visits", 14))),
            Kpi(_("Average basket"), eur(10589)),
        ),
        facts=(
            Fact(_("Size"), "M · W30 · 38"),
            Fact(_("Mail"), "ines.martin@example.org"),
            Fact(_("Phone"), "06 12 34 56 47"),
            Fact(_("Advisor"), "Léa Fontaine"),
            Fact(_("Birthday"), both("3 mars", "3 March")),
        ),
    )


def client_wishes() -> CustomersView:
    """Three wishes, one of them here."""
    return replace(
        _client("wishes"),
        wishes=(
            Row(
                "1",
                both("Manteau laine", "Wool coat"),
                both("Camel · 38", "Camel · 38"),
                icon="heart",
                right=eur(24900),
                right_chip=Chip(_("in stock"), Tone.GOOD),
                intent=i.AddArticle("1"),
            ),
            Row(
                "2",
                both("Bottines cuir", "Leather ankle boots"),
                both("Noir · 38", "Black · 38"),
                icon="heart",
                right=eur(15900),
                right_chip=Chip(_("elsewhere"), Tone.INFO),
                intent=i.AddArticle("2"),
            ),
            Row(
                "3",
                both("Plaid mohair", "Mohair throw"),
                both("Écru", "Ecru"),
                icon="heart",
                right=eur(8900),
                right_chip=Chip(_("not available"), Tone.WARN),
                intent=i.AddArticle("3"),
            ),
        ),
    )


def client_purchases() -> CustomersView:
    """What she bought."""
    rows = (
        ("Pull mérinos", "Merino jumper", "14 nov. · Lyon Bellecour", "14 Nov · Lyon Bellecour", 5391),
        ("Ceinture cuir tressé", "Braided leather belt", "14 nov. · Lyon Bellecour", "14 Nov · Lyon Bellecour", 3900),
        ("Jean droit brut", "Straight raw jeans", "2 oct. · Web", "2 Oct · Web", 7990),
        ("Bougie figuier", "Fig candle", "21 sept. · Annecy", "21 Sept · Annecy", 2400),
    )
    return replace(
        _client("purchases"),
        purchases=tuple(
            Row(str(n), both(fr, en), both(wfr, wen), icon="receipt", right=eur(minor))
            for n, (fr, en, wfr, wen, minor) in enumerate(rows)
        ),
    )


def client_consents() -> CustomersView:
    """What she agreed to."""
    since = _("since {when}", when=both("12 mai 2024", "12 May 2024"))
    return replace(
        _client("consents"),
        consents=(
            ConsentRow(_("Mail"), _("News and offers by mail"), True, _("Given"), since, i.ToggleConsent("email")),
            ConsentRow(
                _("Text message"),
                _("Orders and offers by text message"),
                False,
                _("Not given"),
                "",
                i.ToggleConsent("sms"),
            ),
            ConsentRow(
                _("Profile"), _("Suggestions from purchases"), True, _("Given"), since, i.ToggleConsent("profile")
            ),
        ),
    )


def client_notes() -> CustomersView:
    """Two notes."""
    return replace(
        _client("notes"),
        note_field=Field("note", _("New note"), "", _("What helps the next person who serves her"), True),
        note_add=Action(_("Add note"), i.AddNote(), "plus", enabled=False),
        notes=(
            NoteRow(
                "1",
                both("Cherche une robe pour un mariage en mai.", "Looks for a dress for a wedding in May."),
                _("{person} · {when}", person="Léa F.", when=both("14 nov., 16:20", "14 Nov, 16:20")),
                Chip(_("not sent yet"), Tone.WARN),
            ),
            NoteRow(
                "2",
                both("Préfère être appelée le soir.", "Prefers to be called in the evening."),
                _("{person} · {when}", person="Camille D.", when=both("2 oct., 11:05", "2 Oct, 11:05")),
            ),
        ),
    )


def customers_empty() -> CustomersView:
    """Nobody is chosen."""
    return CustomersView(
        field=Field("client", "", "", _("Name, phone, mail or card")),
        summary=n_("{n} client", "{n} clients", 0),
        list_empty=Empty(_("Search a client"), _("By name, phone, mail or loyalty card."), "search"),
        empty=Empty(_("No client is chosen"), _("A sale never needs one."), "customers"),
        primary=Action(_("New client"), i.NewClient(), "user_add", "F12"),
    )


def shift_open() -> ShiftView:
    """The day so far."""
    hours = (4200, 12800, 31200, 28400, 45100, 52300, 18900)
    return ShiftView(
        title=_("Day of {day}", day=both("21 novembre", "21 November")),
        subtitle=_("Opened {time} by {person} · float {amount}", time="09:42", person="Camille D.", amount=eur(15000)),
        chip=Chip(_("open"), Tone.GOOD),
        rows_title=_("Sales by VAT rate"),
        rows=(
            Row("20", _("VAT {rate}", rate="20 %"), _("net {amount}", amount=eur(148250)), right=eur(177900)),
            Row("10", _("VAT {rate}", rate="10 %"), _("net {amount}", amount=eur(8200)), right=eur(9020)),
            Row("5.5", _("VAT {rate}", rate="5,5 %"), _("net {amount}", amount=eur(5668)), right=eur(5980)),
        ),
        tenders_title=_("Tenders"),
        tenders=(
            Row("card", _("Card"), n_("{n} payment", "{n} payments", 24), icon="card", right=eur(142100)),
            Row("gift", _("Gift card"), n_("{n} payment", "{n} payments", 3), icon="gift_card", right=eur(11900)),
        ),
        kpis=(
            Kpi(_("Sales"), eur(192900), Chip(n_("{n} ticket", "{n} tickets", 37), Tone.GOOD)),
            Kpi(_("Average basket"), eur(5214)),
            Kpi(_("Returns"), eur(-5391), Chip(n_("{n} ticket", "{n} tickets", 1))),
        ),
        hours=Bars(
            _("Sales by hour"),
            tuple(Bar(f"{9 + n}", minor / 100, f"{minor // 100}", n == 5) for n, minor in enumerate(hours)),
            _("in {currency}", currency="EUR"),
        ),
        actions=(
            Action(_("Cash in or out"), i.CashMove("pay_out"), "coin"),
            Action(_("Open drawer"), i.OpenDrawer(), "drawer"),
            Action(_("X report"), i.PrintX(), "print"),
        ),
        primary=Action(_("Count and close"), i.StartClose(), "safe", "F12"),
    )


def shift_count() -> ShiftView:
    """The blind count."""
    rows = ((50000, 0), (20000, 0), (10000, 1), (5000, 2), (2000, 9), (1000, 7), (500, 0), (200, 0), (100, 0), (50, 0),
            (20, 0), (10, 0), (5, 0), (2, 0), (1, 0))  # fmt: skip
    return ShiftView(
        title=_("Count the drawer"),
        subtitle=_("What should be in it is shown afterwards."),
        chip=Chip(_("blind count"), Tone.INFO),
        rows_title=_("Coins and notes"),
        rows=tuple(
            Row(
                str(m),
                eur(m),
                chips=(Chip(f"× {n}"),) if n else (),
                icon="cash" if m >= 500 else "coin",
                right=eur(m * n) if n else "—",
                selected=m == 1000,
                dim=not n,
                intent=i.SelectDenomination(m),
            )
            for m, n in rows
        ),
        entry_label=_("Number of {amount}", amount=eur(1000)),
        entry="7",
        facts=(Fact(_("Counted so far"), eur(45000), strong=True),),
        show_pad=True,
        actions=(Action(_("Not yet"), i.Back(), "back", "Escape"),),
        primary=Action(_("Close the day (Z)"), i.CloseShift(), "safe", "F12"),
    )


def shift_closed() -> ShiftView:
    """Before the day begins."""
    return ShiftView(
        title=_("Open the till"),
        subtitle=_("Count the float and type it."),
        chip=Chip(_("closed")),
        entry_label=_("Opening float"),
        entry=eur(15000),
        facts=(Fact(_("Yesterday's Z"), "Z 214"), Fact(_("Left in the drawer"), eur(15000))),
        show_pad=True,
        primary=Action(_("Open with {amount}", amount=eur(15000)), i.OpenShift(), "till", "F12"),
    )


def approval() -> ApprovalView:
    """A large discount."""
    return ApprovalView(
        title=_("A manager's approval"),
        text=_("{person} asks for a discount above the limit.", person="Camille D."),
        facts=(
            Fact(_("Article"), both("Bougie figuier", "Fig candle")),
            Fact(_("Discount"), "−30 %", Tone.WARN, strong=True),
            Fact(_("Limit"), "20 %"),
        ),
        hint=_("PIN or badge of somebody who may. It is written into the journal."),
        filled=3,
        primary=Action(_("Approve"), i.Confirm(), "verify", "Return"),
        cancel=Action(_("Refuse"), i.DismissDialog(), "close", "Escape"),
    )


def discount() -> PromptView:
    """Which discount, and why?"""
    return PromptView(
        title=_("Discount on {article}", article=both("Bougie figuier", "Fig candle")),
        text=_("The reason is printed on the ticket and kept."),
        choices_title=_("Reason"),
        choices=(
            Action(_("Damaged −10 %"), i.ChooseDiscount("damaged", 1000), tone=Tone.GOOD),
            Action(_("Last piece −20 %"), i.ChooseDiscount("last_piece", 2000)),
            Action(_("Goodwill −5 %"), i.ChooseDiscount("goodwill", 500)),
            Action(_("Staff −25 %"), i.ChooseDiscount("staff", 2500)),
        ),
        primary=Action(_("Give −10 %"), i.Confirm(), "percent", "Return"),
        cancel=Action(_("Cancel"), i.DismissDialog(), "close", "Escape"),
    )


def amount() -> PromptView:
    """How much is taken out?"""
    return PromptView(
        title=_("Cash out"),
        choices_title=_("Reason"),
        choices=(
            Action(_("To the safe"), i.Choose("safe_drop"), tone=Tone.GOOD),
            Action(_("Errand"), i.Choose("errand")),
        ),
        entry=eur(20000),
        entry_label=_("Amount"),
        primary=Action(_("Take out {amount}", amount=eur(20000)), i.Confirm(), "coin", "Return"),
        cancel=Action(_("Cancel"), i.DismissDialog(), "close", "Escape"),
    )


def notices() -> tuple[Notice, ...]:
    """What slides in."""
    return (
        Notice(
            _("Unknown barcode"),
            _("3760123456789 is not in the catalogue. Search it, or use an open price."),
            Tone.WARN,
        ),
        Notice(_("Ledger is away"), _("Selling goes on. 3 facts wait and are sent later."), Tone.INFO),
        Notice(_("Alarm at the exit"), both("Veste lin · Sable · 50", "Linen jacket · Sand · 50"), Tone.BAD),
    )

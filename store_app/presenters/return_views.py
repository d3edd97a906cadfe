"""How a return is shown: the search for its document, and its lines with grades, refund and methods."""

from collections.abc import Mapping

from retail.sale.tenders import give_back
from store_app.presenters.desk import Desk
from store_app.presenters.intents import (
    Back,
    ChooseRefund,
    CompleteReturn,
    ExchangeInstead,
    FindDocument,
    GradeReturn,
    ToggleReturn,
)
from store_app.presenters.return_finding import Found, Returnable
from store_app.presenters.tender import tender_name
from store_app.presenters.texts import _, moment
from store_app.presenters.views import Action, Chip, Empty, Fact, Field, ReturnLine, ReturnView, Row, Tone
from store_app.presenters.words import refusal
from store_app.till_book import Grade


def start_view(typed: str, busy: bool) -> ReturnView:
    """Nothing found yet."""
    return ReturnView(
        title=_("Return or exchange"),
        chip=Chip(_("Looking…"), Tone.INFO) if busy else None,
        field=Field("document", _("Ticket or order number"), typed, "LYO1-T1-000042"),
        empty=Empty(
            _("Scan the ticket or the article"),
            _("A tagged article finds its own sale. Without a ticket, search the client's purchases."),
            "return",
        ),
        actions=(Action(_("Cancel"), Back(), "close", "Escape"),),
        primary=Action(_("Find"), FindDocument(), "search", "F12", enabled=bool(typed) and not busy),
    )


def found_view(desk: Desk, found: Found, chosen: Mapping[str, Grade], method: str, busy: bool) -> ReturnView:
    """The document with what may come back."""
    total = sum(line.minor for line in found.lines if line.id in chosen)
    ready = bool(chosen) and not busy
    exchange = Action(_("Exchange"), ExchangeInstead(), "replace", enabled=ready)
    title = _("Order {number}", number=found.number) if found.order else _("Ticket {number}", number=found.number)
    return ReturnView(
        title=title,
        subtitle=_("bought {when}", when=moment(found.at)) if found.at else "",
        chip=Chip(_("found by its tag"), Tone.GOOD, "rfid") if found.by_tag else None,
        lines=tuple(_line(desk, line, chosen.get(line.id)) for line in found.lines),
        totals=(Fact(_("Articles back"), str(len(chosen))),),
        refund_label=_("Refund"),
        refund=desk.money(total),
        methods_title=_("Refund by"),
        methods=_methods(desk, found, method, total),
        actions=(Action(_("Cancel"), Back(), "close", "Escape"), *((exchange,) if found.sale is not None else ())),
        primary=Action(
            _("Refund {amount}", amount=desk.money(total)), CompleteReturn(), "return", "F12", enabled=ready
        ),
    )


def _line(desk: Desk, line: Returnable, grade: Grade | None) -> ReturnLine:
    article = desk.shelves.article(line.gtin)
    chips = (Chip(_("RFID"), icon="rfid"),) if line.unit or (article is not None and article.tagged) else ()
    return ReturnLine(
        line.id,
        desk.shelves.name_of(line.gtin),
        desk.shelves.variant_of(line.gtin),
        _("paid") if not line.blocked else "",
        desk.money(line.minor) if not line.blocked else "",
        chips,
        grade is not None,
        ToggleReturn(line.id),
        str(line.qty),
        _grades(line.id, grade) if grade is not None else (),
        refusal(line.blocked) if line.blocked else "",
    )


def _grades(line: str, chosen: Grade) -> tuple[Action, ...]:
    rows: tuple[tuple[str, Grade, str], ...] = (
        ("sellable", "A", _("As new")),
        ("inspect", "B", _("Look at it")),
        ("damaged", "C", _("Damaged")),
    )
    return tuple(
        Action(text, GradeReturn(line, name), tone=Tone.GOOD if grade == chosen else Tone.NEUTRAL)
        for name, grade, text in rows
    )


def _methods(desk: Desk, found: Found, method: str, total: int) -> tuple[Row, ...]:
    if found.order is not None:
        text = _("Given back by whoever took the online payment")
        return (Row("web", _("Paid online"), text, icon="card", selected=True, right=desk.money(total)),)
    rows = [Row("cash", _("Cash"), icon="cash", selected=method == "cash", intent=ChooseRefund("cash"))]
    if desk.services.terminal is not None:
        by_card = any(tender.kind == "card" for tender in found.paid)
        name = _("Card of the purchase") if by_card else _("Card")
        rows.insert(0, Row("card", name, icon="card", selected=method == "card", intent=ChooseRefund("card")))
    if found.refund_by == "paid":
        parts = (f"{tender_name(one.kind)} {desk.money(-one.minor)}" for one in give_back(found.paid, total))
        text = " · ".join(parts)
        as_paid = Row("paid", _("As it was paid"), text, icon="return", selected=method == "paid",
                      intent=ChooseRefund("paid"))  # fmt: skip
        rows.insert(0, as_paid)
    return tuple(rows)

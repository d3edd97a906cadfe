"""After the sale: the change to give back, the ticket's number, and what to do with the receipt."""

from retail.facts import FiscalStamp
from store_app.presenters.base import Effect, Go, Notice, Tone
from store_app.presenters.desk import Desk
from store_app.presenters.intents import Back, NextSale, Receipt
from store_app.presenters.names import ScreenName
from store_app.presenters.receipts import print_ticket
from store_app.presenters.screen import ScreenPresenter
from store_app.presenters.tender import tender_name
from store_app.presenters.texts import _
from store_app.presenters.views import Action, Chip, DoneView, Fact


class DonePresenter(ScreenPresenter):
    """Shows the last sale; a scan, a key or a tap goes on to the next customer."""

    name = ScreenName.DONE

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._printed = False

    def enter(self, argument: object, now: int) -> list[Effect]:
        self._printed = argument is True
        return []

    def on(self, intent: object, now: int) -> list[Effect]:
        match intent:
            case Receipt("print"):
                return self._print()
            case Receipt("none") | NextSale() | Back():
                return [Go(ScreenName.TILL)]
        return []

    def _print(self) -> list[Effect]:
        sale = self.desk.last_sale
        if sale is None:
            return []
        if self.desk.services.printer is None:
            return [Notice(_("This till has no printer"), tone=Tone.WARN)]
        if not self._printed:
            self._printed = print_ticket(self.desk, sale.fact)
            return [Go(ScreenName.TILL)] if not self.desk.printer_trouble else []
        till, by = self.desk.services.till, self.desk.staff_id
        return [self.job("copy", lambda: till.copy(sale.fact, "asked by the customer", by))]

    def finished(self, job: str, result: object) -> list[Effect]:
        sale = self.desk.last_sale
        if job == "copy" and sale is not None and isinstance(result, tuple):
            stamp, number = result
            assert isinstance(stamp, FiscalStamp)
            print_ticket(self.desk, sale.fact, copy_number=number)
            return [Notice(_("Duplicate {n} printed", n=number), tone=Tone.INFO)]
        return []

    @property
    def view(self) -> DoneView:
        sale = self.desk.last_sale
        if sale is None:
            return DoneView(_("No sale yet"), "", "", "", primary=_next())
        fact = sale.fact
        change = sum(tender.change_minor for tender in fact.tenders)
        back = fact.total_minor < 0
        label = _("Change") if change else _("Given back") if back else _("Paid")
        return DoneView(
            title=_("Goods taken back") if back else _("Sold"),
            number=_("Ticket {number}", number=fact.number),
            big_label=label,
            big=self.desk.money(change or abs(fact.total_minor)),
            facts=tuple(Fact(tender_name(one.kind), self.desk.money(one.minor)) for one in fact.tenders),
            text=self._text(),
            chip=self._chip(),
            receipt=(
                Action(_("Print again") if self._printed else _("Print"), Receipt("print"), "print", "F8"),
                Action(_("No receipt"), Receipt("none"), "none", "F9"),
            ),
            primary=_next(),
        )

    def _text(self) -> str:
        if self.desk.pending and not self.desk.ledger_connected:
            return _("The sale is kept and signed here. It is sent when the connection is back.")
        return _("The sale is kept and signed.")

    def _chip(self) -> Chip | None:
        if self.desk.printer_trouble and self._printed:
            return Chip(self.desk.printer_trouble, Tone.WARN, "printer")
        return Chip(_("Receipt printed"), Tone.GOOD, "printer") if self._printed else None


def _next() -> Action:
    return Action(_("Next customer"), NextSale(), "next", "F12")

"""Taking back: sold goods are found by ticket, by order or by the tag itself; graded; refunded as they were paid."""

from collections.abc import Callable

from retail.errors import Refused
from store_app.presenters.base import Effect, Failed, Go, Notice, Tone
from store_app.presenters.desk import Desk, refused
from store_app.presenters.intents import (
    Back,
    ChooseRefund,
    CompleteReturn,
    ExchangeInstead,
    FindDocument,
    GradeReturn,
    TextChanged,
    ToggleReturn,
)
from store_app.presenters.jobs import job_name
from store_app.presenters.names import ScreenName
from store_app.presenters.return_finding import Found, Returnable, find_by_number, find_by_unit
from store_app.presenters.return_posting import order_return, to_basket
from store_app.presenters.return_views import found_view, start_view
from store_app.presenters.scanning import ArticleScanned, OrderScanned, PickupScanned, TicketScanned
from store_app.presenters.screen import ScreenPresenter
from store_app.presenters.tender import TenderPresenter
from store_app.presenters.texts import _
from store_app.presenters.views import ReturnView
from store_app.till_book import Grade

FIND = "find-"
GRADES: dict[str, Grade] = {"sellable": "A", "inspect": "B", "damaged": "C", "A": "A", "B": "B", "C": "C", "D": "D"}


class ReturnsPresenter(ScreenPresenter):
    """Four actions for an article with a tag: lay it down, grade it, refund, done."""

    name = ScreenName.RETURNS

    def __init__(self, desk: Desk, tender: TenderPresenter) -> None:
        super().__init__(desk)
        self._tender = tender
        self._typed = ""
        self._found: Found | None = None
        self._chosen: dict[str, Grade] = {}
        self._refund_by = ""
        self._busy = False
        self._search = 0
        """counts searches: the answer to one that was followed by another comes too late"""

    def enter(self, argument: object, now: int) -> list[Effect]:
        self._forget()
        if isinstance(argument, str):
            return self._find(argument)
        units = tuple(unit for unit in self.desk.pad.units if unit not in self.desk.sale.basket.units)
        return self._find_unit(units[0]) if units else []

    def _forget(self) -> None:
        self._search += 1
        self._typed, self._found, self._chosen, self._refund_by, self._busy = "", None, {}, "", False

    def on(self, intent: object, now: int) -> list[Effect]:
        match intent:
            case TextChanged(_name, text):
                self._typed = text.strip()
            case FindDocument():
                return self._find(self._typed) if self._typed else []
            case ToggleReturn(line):
                self._toggle(line)
            case GradeReturn(line, grade) if grade in GRADES:
                self._chosen[line] = GRADES[grade]
            case ChooseRefund(method):
                self._refund_by = method
            case ExchangeInstead():
                return self._exchange()
            case CompleteReturn():
                return self._complete()
            case Back():
                if self._found is not None:
                    self._forget()
                    return []
                return [Go(ScreenName.TILL)]
        return []

    # finding

    def scanned(self, found: object, now: int) -> list[Effect] | None:
        match found:
            case TicketScanned(number):
                return self._find(number)
            case OrderScanned(order) | PickupScanned(order, _):
                return self._find(order)
            case ArticleScanned(unit=unit) if unit is not None:
                return self._find_unit(unit)
            case ArticleScanned(article):
                return self._choose_article(article.gtin)
        return None

    def tags(self, units: tuple[str, ...], now: int) -> list[Effect] | None:
        for unit in units:
            line = self._line_of(unit)
            if line is not None:
                self._chosen.setdefault(line.id, "A")
                return []
        return self._find_unit(units[0]) if units and self._found is None else []

    def _line_of(self, unit: str) -> Returnable | None:
        """The line of the document in view that this unit was sold on."""
        lines = self._found.lines if self._found is not None else ()
        return next((line for line in lines if line.unit == unit and not line.blocked), None)

    def _choose_article(self, gtin: str) -> list[Effect]:
        """An article's barcode chooses its line of the document in view."""
        if self._found is None:
            return [Notice(_("Find the ticket first"), _("Scan the ticket, or lay the tagged article on the pad."))]
        line = next(
            (one for one in self._found.lines if one.gtin == gtin and not one.blocked and one.id not in self._chosen),
            None,
        )
        if line is None:
            return [Notice(_("Not on this document"), self.desk.shelves.name_of(gtin), Tone.WARN)]
        self._chosen[line.id] = "A"
        return []

    def _find(self, text: str) -> list[Effect]:
        services = self.desk.services
        return self._look(lambda: find_by_number(services, text))

    def _find_unit(self, unit: str) -> list[Effect]:
        services = self.desk.services
        return self._look(lambda: find_by_unit(services, unit))

    def _look(self, find: Callable[[], Found | None]) -> list[Effect]:
        self._busy = True
        self._search += 1
        return [self.job(f"{FIND}{self._search}", find, writes=False)]

    def _toggle(self, line_id: str) -> None:
        line = next((one for one in self._found.lines if one.id == line_id), None) if self._found else None
        if line is None or line.blocked:
            return
        if line_id in self._chosen:
            del self._chosen[line_id]
        else:
            self._chosen[line_id] = "A"

    def _picked(self) -> list[tuple[Returnable, Grade]]:
        lines = self._found.lines if self._found is not None else ()
        return [(line, self._chosen[line.id]) for line in lines if line.id in self._chosen]

    # taking back

    def _exchange(self) -> list[Effect]:
        """The returned lines go into the basket as minus lines; one settlement for both."""
        if self._found is None or self._found.sale is None:
            return [refused("not_returnable")]
        try:
            to_basket(self.desk, self._found, self._picked())
        except Refused as refusal:
            return [refused(refusal.reason)]
        self._forget()
        return [*self.desk.save(), Go(ScreenName.TILL)]

    def _complete(self) -> list[Effect]:
        if self._found is None or not self._chosen or self._busy:
            return []
        if self._found.order is not None:
            return self._complete_order()
        if self.desk.shift is None:
            return [refused("no_shift"), Go(ScreenName.SHIFT)]
        if not self.desk.sale.empty:
            text = _("Finish the ticket in hand first, or choose an exchange.")
            return [Notice(_("There is a ticket in hand"), text, Tone.WARN)]
        try:
            to_basket(self.desk, self._found, self._picked())
            self.desk.sale.begin_payment()
        except Refused as refusal:
            return [refused(refusal.reason)]
        method = self._refund_by or self._found.refund_by
        self._forget()
        if method == "card" and self.desk.services.terminal is not None:
            return [*self.desk.save(), Go(ScreenName.CARD, self.desk.sale.total_minor)]
        if method == "cash":
            return [*self.desk.save(), Go(ScreenName.TENDER), *self._tender.take_all("cash")]
        if method == "paid":
            return [*self.desk.save(), Go(ScreenName.TENDER), *self._tender.give_back_as_paid()]
        return [*self.desk.save(), Go(ScreenName.TENDER)]

    def _complete_order(self) -> list[Effect]:
        assert self._found is not None
        returned = order_return(self.desk, self._found, self._picked())
        till = self.desk.services.till
        self._busy = True
        return [self.job("order", lambda: till.receive_order_return(returned))]

    # answers

    def done(self, job_id: str, result: object) -> list[Effect]:
        name = job_name(job_id)
        if name.startswith(FIND) and name != f"{FIND}{self._search}":
            return []
        self._busy = False
        if isinstance(result, Failed) and isinstance(result.error, Refused):
            return [refused(result.error.reason)]
        return super().done(job_id, result)

    def finished(self, job: str, result: object) -> list[Effect]:
        if job.startswith(FIND):
            return self._show(result)
        if job == "order":
            self._forget()
            text = _("The goods are received. The payment is given back by whoever took it.")
            return [Notice(_("Return received"), text, Tone.GOOD, 6.0), Go(ScreenName.TILL)]
        return []

    def _show(self, result: object) -> list[Effect]:
        if not isinstance(result, Found):
            text = _("Neither this till nor the agent knows it. Check the number, or try again when the agent is back.")
            return [Notice(_("Nothing found"), text, Tone.WARN, 8.0)]
        self._found = result
        self._chosen = {line.id: "A" for line in result.lines if line.preselected and not line.blocked}
        self._refund_by = ""
        return []

    @property
    def view(self) -> ReturnView:
        if self._found is None:
            return start_view(self._typed, self._busy)
        method = self._refund_by or self._found.refund_by
        return found_view(self.desk, self._found, self._chosen, method, self._busy)

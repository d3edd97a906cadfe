"""Taking money: cash with change, cards, vouchers, any split; giving it back; the commit when all is paid."""

from retail.errors import Refused
from retail.facts.till import TenderKind
from retail.sale.tenders import Payment, Tender, add_cash, add_tender, left_to_give, looks_like_card_number, void
from store_app.presenters.base import Effect, Failed, Go, Notice, Tone
from store_app.presenters.basket_view import basket_view
from store_app.presenters.desk import Desk, refused
from store_app.presenters.dialogs import TextPrompt
from store_app.presenters.intents import Back, CompleteSale, PadKey, Pay, TakeTender, VoidTender
from store_app.presenters.names import ScreenName
from store_app.presenters.pad import Pad
from store_app.presenters.receipts import print_ticket
from store_app.presenters.screen import ScreenPresenter
from store_app.presenters.texts import _, entry_money
from store_app.presenters.views import Action, Chip, Fact, TenderLine, TenderView
from store_app.till_book import CommittedSale, SaleRequest

NOTES = (500, 1000, 2000, 5000, 10_000, 20_000)
"""banknotes in minor units: what people hand over"""


class TenderPresenter(ScreenPresenter):
    """Holds the payment of the sale in hand until it is settled, then commits the sale."""

    name = ScreenName.TENDER

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._pad = Pad()
        self._message: Chip | None = None
        self._as_paid = False
        """giving back by what the goods were paid with, until it is settled or somebody chooses otherwise"""

    def enter(self, argument: object, now: int) -> list[Effect]:
        self._pad.clear()
        self._message = argument if isinstance(argument, Chip) else None
        if not isinstance(argument, tuple):
            return []
        method, typed = argument
        if method == "card" and self.desk.sale.total_minor > 0:
            return self._take("card", None)
        if method == "cash" and typed:
            return self._take("cash", typed)
        return []

    def on(self, intent: object, now: int) -> list[Effect]:
        match intent:
            case PadKey("enter"):
                return self._take("cash", self._typed())
            case PadKey(key):
                self._message = None
                self._pad.press(key)
            case TakeTender(method, minor):
                return self._take(method, minor if minor is not None else self._typed())
            case Pay(method):
                return self._take(method or "cash", self._typed())
            case VoidTender(tender):
                return self._void(tender)
            case CompleteSale():
                return self.settle()
            case Back():
                return self._back()
        return []

    def _typed(self) -> int | None:
        minor = self._pad.minor if self._pad else None
        self._pad.clear()
        return minor

    # taking

    def give_back_as_paid(self) -> list[Effect]:
        """Give back by the tenders that paid the goods: at most what each of them paid, cash last."""
        self._as_paid = True
        try:
            payment = self.desk.sale.begin_payment()
            return self._next_part(payment)
        except Refused as refusal:
            self._as_paid = False
            return [refused(refusal.reason)]

    def _next_part(self, payment: Payment) -> list[Effect]:
        while payment.remaining_minor < 0:
            part = next(iter(left_to_give(self.desk.sale.state.paid_with, payment)), None)
            if part is None or (part.kind == "card" and self.desk.services.terminal is None):
                break
            if part.kind == "card":
                self.desk.sale.set_payment(payment)
                return [*self.desk.save(), Go(ScreenName.CARD, part.minor)]
            new_id = self.desk.services.new_id()
            if part.kind == "cash":
                payment = add_cash(payment, new_id, part.minor)
            else:
                payment = add_tender(payment, new_id, part.kind, part.minor, ref=part.ref)
        self._as_paid = False
        return self.taken(payment)

    def take_all(self, method: str) -> list[Effect]:
        """Pay, or give back, all that remains by one method."""
        return self._take(method, None)

    def _take(self, method: str, minor: int | None) -> list[Effect]:
        if self.desk.committing:
            return []
        if self.desk.attempt is not None:
            return card_first()
        self._as_paid = False
        try:
            payment = self.desk.sale.begin_payment()
            if payment.settled and payment.due_minor != 0:
                return self.settle()
            if method == "card":
                return self._card(payment, minor)
            if method == "cash":
                return self._cash(payment, minor)
            return self._ask_reference(method, minor)
        except Refused as refusal:
            self._message = Chip(refused(refusal.reason).text, Tone.WARN)
            return []

    def _cash(self, payment: Payment, minor: int | None) -> list[Effect]:
        given = -minor if minor is not None and payment.remaining_minor < 0 else minor
        if payment.due_minor == 0 and not payment.tenders:
            return self.settle()
        return self.taken(add_cash(payment, self.desk.services.new_id(), given))

    def _card(self, payment: Payment, minor: int | None) -> list[Effect]:
        if self.desk.services.terminal is None:
            raise Refused("no_terminal", "this till has no card terminal")
        remaining = payment.remaining_minor
        amount = abs(remaining) if minor is None else minor
        if amount > abs(remaining):
            raise Refused("more_than_due", "only cash gives change")
        if amount == 0:
            raise Refused("nothing_due", "nothing is left to pay")
        return [Go(ScreenName.CARD, amount if remaining > 0 else -amount)]

    def _ask_reference(self, method: str, minor: int | None) -> list[Effect]:
        kinds: dict[str, TenderKind] = {
            "voucher": "voucher",
            "gift_card": "gift_card",
            "credit": "store_credit",
            "meal_voucher": "meal_voucher",
        }
        kind = kinds.get(method)
        if kind is None:
            return []

        def entered(ref: str) -> list[Effect]:
            payment = self.desk.sale.payment
            if payment is None or self.desk.committing:
                return []
            if self.desk.attempt is not None:
                return card_first()
            if looks_like_card_number(ref):
                return [refused("card_number")]
            amount = None if minor is None else min(minor, abs(payment.remaining_minor))
            try:
                return self.taken(add_tender(payment, self.desk.services.new_id(), kind, amount, ref=ref))
            except Refused as refusal:
                return [refused(refusal.reason)]

        return self.desk.ask(TextPrompt(tender_name(kind), _("Number on it"), entered, hint=_("Scan or type it")))

    def taken(self, payment: Payment) -> list[Effect]:
        """A tender was added: go on to the commit if nothing is left."""
        self.desk.sale.set_payment(payment)
        if payment.settled:
            self._as_paid = False
            return self.settle()
        if self._as_paid:
            return self._next_part(payment)
        return [*self.desk.save(), Go(ScreenName.TENDER)]

    def _void(self, tender_id: str) -> list[Effect]:
        payment = self.desk.sale.payment
        if payment is None or self.desk.committing:
            return []
        if self.desk.attempt is not None:
            return card_first()
        try:
            left, tender = void(payment, tender_id)
        except Refused as refusal:
            return [refused(refusal.reason)]
        if tender.kind == "card":
            return [Go(ScreenName.CARD, tender)]
        self.desk.sale.set_payment(left)
        self.desk.sale.thaw(self.desk.now)
        return self.desk.save()

    def _back(self) -> list[Effect]:
        self._as_paid = False
        payment = self.desk.sale.payment
        if payment is not None and not payment.tenders and not self.desk.paying:
            self.desk.sale.set_payment(None)
        return [Go(ScreenName.TILL)]

    # the commit

    def settle(self) -> list[Effect]:
        """Commit the sale. The receipt is built only when that is done."""
        payment, sale = self.desk.sale.payment, self.desk.sale
        if payment is None or self.desk.committing:
            return []
        if self.desk.attempt is not None:
            return card_first()
        if not payment.settled:
            return [refused("not_settled")]
        cashier = self.desk.payee or self.desk.staff_id
        request = SaleRequest(sale.basket.id, sale.priced, payment, cashier, sale.state.goods)
        till = self.desk.services.till
        self.desk.committing = True
        return [self.job("complete", lambda: till.complete_sale(request))]

    def done(self, job_id: str, result: object) -> list[Effect]:
        self.desk.committing = False
        if isinstance(result, Failed) and isinstance(result.error, Refused):
            return [refused(result.error.reason), *self.desk.save(), Go(ScreenName.TENDER)]
        if isinstance(result, Failed):
            return [*super().done(job_id, result), Go(ScreenName.TENDER)]
        return super().done(job_id, result)

    def finished(self, job: str, result: object) -> list[Effect]:
        if not isinstance(result, CommittedSale):
            return []
        self.desk.last_sale = result
        self.desk.new_basket()
        self.desk.forget_saved()
        cash = any(tender.kind == "cash" for tender in result.fact.tenders)
        if cash and self.desk.services.printer is not None:
            self.desk.services.printer.kick()
        printed = self._receipt_wanted() == "always" and print_ticket(self.desk, result.fact)
        change = sum(tender.change_minor for tender in result.fact.tenders)
        self.desk.show(_("Thank you"), f"{_('Change')} {self.desk.money(change)}" if change else "")
        told: list[Effect] = []
        if result.closings:
            told.append(Notice(_("The day before was closed"), _("Its Z can be printed."), Tone.INFO, 8.0))
        return [*told, Go(ScreenName.DONE, printed)]

    def _receipt_wanted(self) -> str:
        return self.desk.shelves.store().receipt.print

    # the view

    @property
    def view(self) -> TenderView:
        payment = self.desk.sale.payment
        remaining = payment.remaining_minor if payment is not None else self.desk.sale.total_minor
        return TenderView(
            basket=basket_view(self.desk, actions=False),
            due_label=_("To pay") if remaining >= 0 else _("To give back"),
            due=self.desk.money(abs(remaining)),
            entry=entry_money(self._pad.digits, self.desk.currency) if self._pad else "",
            entry_label=_("Amount received") if remaining >= 0 else _("Amount given back"),
            change=self._change(remaining),
            taken=tuple(self._taken_line(tender) for tender in payment.tenders) if payment else (),
            quick=self._quick(remaining),
            methods=self._methods(remaining),
            message=self._message,
            actions=(Action(_("Back to the basket"), Back(), "back", "Escape"),),
            primary=self._primary(payment, remaining),
        )

    def _change(self, remaining: int) -> Fact | None:
        if not self._pad or remaining <= 0:
            return None
        left = self._pad.minor - remaining
        if left >= 0:
            return Fact(_("Change"), self.desk.money(left), Tone.GOOD, strong=True)
        return Fact(_("Still to pay"), self.desk.money(-left), Tone.WARN)

    def _taken_line(self, tender: Tender) -> TenderLine:
        chip = Chip(_("Approved"), Tone.GOOD) if tender.kind == "card" else None
        remove = Action(_("Take back"), VoidTender(tender.id), "close", enabled=not self.desk.paying)
        return TenderLine(tender_name(tender.kind), self.desk.money(tender.minor), chip, remove)

    def _quick(self, remaining: int) -> tuple[Action, ...]:
        if remaining <= 0:
            return ()
        amounts = [remaining, *(note for note in NOTES if note > remaining)][:4]
        return tuple(
            Action(_("Exact") if i == 0 else self.desk.money(minor), TakeTender("cash", minor), tone=Tone.NEUTRAL)
            for i, minor in enumerate(amounts)
        )

    def _methods(self, remaining: int) -> tuple[Action, ...]:
        card = self.desk.services.terminal is not None
        rows = [Action(_("Card"), TakeTender("card"), "card", "F9", enabled=card and remaining != 0)]
        if remaining > 0:
            rows += [
                Action(_("Voucher"), TakeTender("voucher"), "voucher"),
                Action(_("Gift card"), TakeTender("gift_card"), "gift_card"),
                Action(_("Store credit"), TakeTender("credit"), "credit"),
            ]
        return tuple(rows)

    def _primary(self, payment: Payment | None, remaining: int) -> Action:
        if payment is not None and payment.settled:
            return Action(_("Finish the sale"), CompleteSale(), "check", "F12", enabled=not self.desk.paying)
        amount = self._pad.minor if self._pad else abs(remaining)
        text = _("Cash {amount}", amount=self.desk.money(amount))
        if remaining < 0:
            text = _("Give back {amount} in cash", amount=self.desk.money(amount))
        return Action(text, TakeTender("cash"), "cash", "F12", enabled=not self.desk.paying)


def card_first() -> list[Effect]:
    """A card payment isn't over: nothing else is paid before it is known how it ended."""
    return [refused("paying"), Go(ScreenName.CARD)]


def tender_name(kind: TenderKind) -> str:
    words = {
        "cash": _("Cash"),
        "card": _("Card"),
        "gift_card": _("Gift card"),
        "store_credit": _("Store credit"),
        "voucher": _("Voucher"),
        "meal_voucher": _("Meal voucher"),
        "points": _("Points"),
        "account": _("On account"),
        "deposit": _("Deposit"),
        "web": _("Paid online"),
    }
    return words.get(kind, kind)

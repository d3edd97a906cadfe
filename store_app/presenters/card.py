"""A card payment: the intent on the disk, then the terminal; after silence its status, never a second charge."""

from drivers.readings import PaymentOutcome, PaymentStatus
from retail.errors import Refused
from retail.facts import Approver
from retail.sale.tenders import Tender, add_tender, looks_like_card_number, void
from store_app.presenters.approval import with_permission
from store_app.presenters.base import Effect, Failed, Go, Job, Notice, Tone
from store_app.presenters.basket_view import basket_view
from store_app.presenters.desk import Desk, refused
from store_app.presenters.intents import AskTerminal, Back, CancelPayment, SettleDoubt, TextChanged
from store_app.presenters.names import ScreenName
from store_app.presenters.screen import ScreenPresenter
from store_app.presenters.tender import TenderPresenter
from store_app.presenters.texts import _
from store_app.presenters.views import Action, CardView, Chip, Fact, Field, Row
from store_app.till_book import Attempt, AttemptState

CHARGE_S = 150.0
STATUS_S = 8.0

_STATES: dict[PaymentStatus, AttemptState] = {
    PaymentStatus.APPROVED: "approved",
    PaymentStatus.PARTIAL: "approved",
    PaymentStatus.DECLINED: "declined",
    PaymentStatus.CANCELLED: "cancelled",
    PaymentStatus.UNKNOWN: "cancelled",
    PaymentStatus.IN_DOUBT: "in_doubt",
}


class CardPresenter(ScreenPresenter):
    """Runs one attempt at a time; it outlives a crash as a row of till.db."""

    name = ScreenName.CARD

    def __init__(self, desk: Desk, tender: TenderPresenter) -> None:
        super().__init__(desk)
        self._tender = tender
        self._voiding: Tender | None = None
        self._asking = False
        self._slip = ""

    def enter(self, argument: object, now: int) -> list[Effect]:
        self._slip = ""
        self._voiding = None
        if isinstance(argument, Tender):
            return self._reverse(argument)
        if isinstance(argument, int):
            return self._begin(argument)
        attempt = self.desk.attempt
        if attempt is not None and attempt.state == "asked" and not self._asking:
            return self._ask_status(attempt)
        return []

    def on(self, intent: object, now: int) -> list[Effect]:
        attempt, terminal = self.desk.attempt, self.desk.services.terminal
        match intent:
            case CancelPayment() if attempt is not None and terminal is not None and self._asking:
                terminal.abandon(attempt.attempt)
            case AskTerminal() if attempt is not None and not self._asking:
                return self._ask_status(attempt)
            case SettleDoubt(outcome) if attempt is not None and attempt.state == "in_doubt":
                return self._settle(attempt, outcome)
            case TextChanged("slip", text):
                self._slip = text.strip()
            case Back() if attempt is None or attempt.state not in ("asked", "in_doubt"):
                return [Go(ScreenName.TENDER)]
        return []

    # charging and giving back

    def _begin(self, minor: int) -> list[Effect]:
        sale, till = self.desk.sale, self.desk.services.till
        if self.desk.attempt is not None and self.desk.attempt.state in ("asked", "in_doubt"):
            return []
        attempt = Attempt(
            attempt=self.desk.services.new_id(),
            basket=sale.basket.id,
            kind="charge" if minor > 0 else "refund",
            minor=abs(minor),
            currency=self.desk.currency,
            state="asked",
            started_at=self.desk.now,
        )
        saved = sale.saved(self.desk.now, self.desk.staff_id)
        self.desk.attempt = attempt
        self._asking = True
        return [self.job("begin", lambda: till.begin_attempt(saved, attempt))]

    def _charge(self, attempt: Attempt) -> Job:
        terminal = self.desk.services.terminal
        assert terminal is not None
        run = terminal.charge if attempt.kind == "charge" else terminal.refund
        return self.job("charge", lambda: run(attempt.attempt, attempt.minor, attempt.currency, CHARGE_S), writes=False)

    def _ask_status(self, attempt: Attempt) -> list[Effect]:
        terminal = self.desk.services.terminal
        if terminal is None:
            return [refused("no_terminal")]
        self._asking = True
        return [self.job("status", lambda: terminal.status(attempt.attempt, STATUS_S), writes=False)]

    def _reverse(self, tender: Tender) -> list[Effect]:
        terminal, attempt = self.desk.services.terminal, tender.attempt
        if terminal is None:
            return [refused("no_terminal"), Go(ScreenName.TENDER)]
        self._voiding = tender
        self._asking = True
        return [self.job("reverse", lambda: terminal.reverse(attempt, STATUS_S), writes=False)]

    # answers

    def done(self, job_id: str, result: object) -> list[Effect]:
        if isinstance(result, Failed):
            self._asking = False
            return self._failed(job_id, result)
        return super().done(job_id, result)

    def _failed(self, job_id: str, result: Failed) -> list[Effect]:
        """The intent couldn't be written: then the terminal was never asked."""
        if ".begin#" in job_id:
            self.desk.attempt = None
            return [*super().done(job_id, result), Go(ScreenName.TENDER)]
        return super().done(job_id, result)

    def finished(self, job: str, result: object) -> list[Effect]:
        attempt = self.desk.attempt
        if job == "begin" and attempt is not None:
            return [self._charge(attempt)]
        if isinstance(result, PaymentOutcome) and self._voiding is not None:
            return self._reversed(result, self._voiding)
        if isinstance(result, PaymentOutcome) and attempt is not None:
            return self._outcome(attempt, result)
        if isinstance(result, Attempt):
            return self._ended(result)
        return []

    def _outcome(self, attempt: Attempt, outcome: PaymentOutcome) -> list[Effect]:
        state = _STATES[outcome.status]
        approved = (outcome.minor or attempt.minor) if state == "approved" else 0
        till, name = self.desk.services.till, self._terminal_name()

        def work() -> Attempt:
            return till.end_attempt(
                attempt,
                state,
                approved_minor=approved,
                ref=outcome.ref,
                masked=outcome.masked,
                text=outcome.text,
                terminal=name,
            )

        return [self.job("end", work)]

    def _ended(self, attempt: Attempt) -> list[Effect]:
        self._asking = False
        self.desk.attempt = attempt
        if attempt.state == "approved":
            return self.take_approved(attempt)
        if attempt.state == "in_doubt":
            return [Go(ScreenName.CARD)]
        self.desk.attempt = None
        text = _("Card declined") if attempt.state == "declined" else _("Card payment cancelled: nothing was charged")
        if attempt.text:
            text = f"{text} · {attempt.text}"
        return [Go(ScreenName.TENDER, Chip(text, Tone.WARN))]

    def take_approved(self, attempt: Attempt) -> list[Effect]:
        """An approved payment becomes a tender of the sale; once, however often it is asked."""
        payment = self.desk.sale.begin_payment()
        self.desk.attempt = None
        if any(tender.attempt == attempt.attempt for tender in payment.tenders):
            return [Go(ScreenName.TENDER)]
        signed = attempt.approved_minor if attempt.kind == "charge" else -attempt.approved_minor
        try:
            made = add_tender(
                payment, self.desk.services.new_id(), "card", signed, ref=attempt.ref, attempt=attempt.attempt
            )
        except Refused as refusal:
            return [refused(refusal.reason), Go(ScreenName.TENDER)]
        return self._tender.taken(made)

    def _reversed(self, outcome: PaymentOutcome, tender: Tender) -> list[Effect]:
        self._voiding = None
        self._asking = False
        if outcome.status is not PaymentStatus.CANCELLED:
            text = _("The terminal didn't take the payment back. Try again, or finish the sale and refund it.")
            return [Notice(_("Not taken back"), text, Tone.BAD, 10.0), Go(ScreenName.TENDER)]
        payment = self.desk.sale.payment
        if payment is not None:
            self.desk.sale.set_payment(void(payment, tender.id)[0])
        attempt = Attempt(
            tender.attempt, self.desk.sale.basket.id, "charge", tender.minor, self.desk.currency, "approved",
            approved_minor=tender.minor,
        )  # fmt: skip
        till, name = self.desk.services.till, self._terminal_name()
        job = self.desk.write("reversed", lambda: till.end_attempt(attempt, "reversed", ref=outcome.ref, terminal=name))
        return [job, *self.desk.save(), Go(ScreenName.TENDER, Chip(_("Card payment taken back"), Tone.GOOD))]

    # in doubt

    def _settle(self, attempt: Attempt, outcome: str) -> list[Effect]:
        if looks_like_card_number(self._slip):
            return [refused("card_number")]
        if outcome == "approved" and not self._slip:
            return [Notice(_("Type the number on the slip"), tone=Tone.WARN)]
        state: AttemptState = "approved" if outcome == "approved" else "declined"
        till, ref = self.desk.services.till, self._slip
        facts = (
            Fact(_("Amount"), self.desk.money(attempt.minor), strong=True),
            Fact(_("The slip says"), _("Approved") if state == "approved" else _("Declined")),
        )

        def apply(_approver: Approver | None) -> list[Effect]:
            minor = attempt.minor if state == "approved" else 0
            return [self.job("end", lambda: till.end_attempt(attempt, state, approved_minor=minor, ref=ref))]

        return with_permission(self.desk, "settle_payment", attempt.attempt, _("Settle a payment"), facts, apply)

    def _terminal_name(self) -> str:
        return self.desk.services.terminal.name if self.desk.services.terminal is not None else ""

    # the view

    @property
    def view(self) -> CardView:
        attempt = self.desk.attempt
        amount = self.desk.money(attempt.minor) if attempt is not None else ""
        basket = basket_view(self.desk, actions=False)
        if self._voiding is not None:
            return CardView(basket, _("Taking the card payment back"), self.desk.money(self._voiding.minor))
        if attempt is not None and attempt.state == "in_doubt" and not self._asking:
            return self._doubt_view(amount)
        refund = attempt is not None and attempt.kind == "refund"
        return CardView(
            basket,
            _("Refund on the terminal") if refund else _("The customer pays on the terminal"),
            amount,
            text=_("Selling goes on here when the terminal has answered."),
            chip=Chip(_("Waiting for the terminal"), Tone.INFO, "clock"),
            steps=(Row("ask", _("If it stays silent, the till asks it again by itself"), icon="info"),),
            actions=(Action(_("Stop"), CancelPayment(), "close", "Escape", enabled=self._asking),),
        )

    def _doubt_view(self, amount: str) -> CardView:
        return CardView(
            basket_view(self.desk, actions=False),
            _("Payment in doubt"),
            amount,
            text=_("The terminal didn't say how it ended. Look at its slip; never charge again before it is settled."),
            chip=Chip(_("In doubt"), Tone.WARN, "warning"),
            icon="warning",
            tone=Tone.WARN,
            field=Field("slip", _("Number on the slip"), self._slip, _("Authorisation number, never a card number")),
            actions=(
                Action(_("Slip says declined"), SettleDoubt("declined"), "close"),
                Action(_("Slip says approved"), SettleDoubt("approved"), "check"),
            ),
            primary=Action(_("Ask the terminal again"), AskTerminal(), "refresh", "F12"),
        )

"""A card payment: the intent on the disk, then the terminal; after silence its status, never a second charge."""

from drivers.readings import PaymentOutcome, PaymentStatus
from retail.facts import Approver
from retail.sale.tenders import Tender, looks_like_card_number
from store_app.presenters import card_views
from store_app.presenters.approval import with_permission
from store_app.presenters.base import Effect, Failed, Go, Job, Notice, Tone
from store_app.presenters.desk import Desk, refused
from store_app.presenters.intents import AskTerminal, Back, CancelPayment, SettleDoubt, TextChanged, Tick, VoidTender
from store_app.presenters.names import ScreenName
from store_app.presenters.screen import ScreenPresenter
from store_app.presenters.taking_back import TakingBack
from store_app.presenters.tender import TenderPresenter
from store_app.presenters.texts import _
from store_app.presenters.views import CardView, Chip, Fact
from store_app.till_book import Attempt, AttemptState

CHARGE_S = 150.0
STATUS_S = 8.0
AGAIN_MS = 5_000
"""after an answer couldn't be kept, or a job failed, the terminal is asked again by itself"""

_STATES: dict[PaymentStatus, AttemptState] = {
    PaymentStatus.APPROVED: "approved",
    PaymentStatus.PARTIAL: "approved",
    PaymentStatus.DECLINED: "declined",
    PaymentStatus.CANCELLED: "cancelled",
    PaymentStatus.UNKNOWN: "cancelled",
    PaymentStatus.IN_DOUBT: "in_doubt",
}


class CardPresenter(ScreenPresenter):
    """Runs one attempt at a time, ``desk.attempt``; it outlives a crash as a row of till.db."""

    name = ScreenName.CARD

    def __init__(self, desk: Desk, tender: TenderPresenter) -> None:
        super().__init__(desk)
        self._tender = tender
        self._back = TakingBack(self)
        self.asking = False
        """the terminal, or the disk, has a question of ours"""
        self.silent = False
        """the terminal was asked to take a payment back and didn't say whether it did; a person decides what next"""
        self._failed_at: int | None = None
        self._slip = ""

    def enter(self, argument: object, now: int) -> list[Effect]:
        self._slip = ""
        if isinstance(argument, Tender):
            return self._back.begin(argument.attempt)
        if isinstance(argument, int):
            return self._begin(argument)
        return self._ask_again() if self._waits_for_nobody else []

    @property
    def _waits_for_nobody(self) -> bool:
        attempt = self.desk.attempt
        return attempt is not None and attempt.state in ("asked", "reversing") and not (self.asking or self.silent)

    def on(self, intent: object, now: int) -> list[Effect]:
        attempt, terminal = self.desk.attempt, self.desk.services.terminal
        match intent:
            case CancelPayment() if attempt is not None and terminal is not None and self.asking:
                terminal.abandon(attempt.attempt)
            case AskTerminal() if attempt is not None and not self.asking:
                return self._ask_again()
            case SettleDoubt(outcome) if attempt is not None and not self.asking:
                return self._settle(attempt, outcome)
            case VoidTender(name) if attempt is not None and name == attempt.attempt and attempt.state == "approved":
                return self._back.begin(name)
            case TextChanged("slip", text):
                self._slip = text.strip()
            case Tick() if self._failed_at is not None and now - self._failed_at >= AGAIN_MS:
                return self._ask_again() if self._waits_for_nobody else []
            case Back() if attempt is None:
                return [Go(ScreenName.TENDER)]
        return []

    # charging and giving back

    def _begin(self, minor: int) -> list[Effect]:
        sale, till = self.desk.sale, self.desk.services.till
        if self.desk.attempt is not None:
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
        sale.freeze()
        saved = sale.saved(self.desk.now, self.desk.staff_id)
        self.desk.attempt, self.desk.payee = attempt, self.desk.staff_id
        self.asking = True
        return [self.job("begin", lambda: till.begin_attempt(saved, attempt))]

    def _charge(self, attempt: Attempt) -> Job:
        terminal = self.desk.services.terminal
        assert terminal is not None
        run = terminal.charge if attempt.kind == "charge" else terminal.refund
        return self.job("charge", lambda: run(attempt.attempt, attempt.minor, attempt.currency, CHARGE_S), writes=False)

    def _ask_again(self) -> list[Effect]:
        """How the payment, or its taking back, stands; an approved one is put on the ticket once more."""
        attempt, terminal = self.desk.attempt, self.desk.services.terminal
        self._failed_at, self.silent = None, False
        if attempt is None:
            return []
        if attempt.state == "approved":
            return self.take_approved(attempt)
        if terminal is None:
            return [refused("no_terminal")]
        if attempt.state == "reversing":
            return self._back.ask(attempt)
        self.asking = True
        return [self.job("status", lambda: terminal.status(attempt.attempt, STATUS_S), writes=False)]

    # answers

    def done(self, job_id: str, result: object) -> list[Effect]:
        if isinstance(result, Failed):
            self.asking = False
            self._failed_at = self.desk.now
            return self._failed(job_id, result)
        return super().done(job_id, result)

    def _failed(self, job_id: str, result: Failed) -> list[Effect]:
        """An intent that couldn't be written: then the terminal was never asked. What failed later is asked again."""
        told = super().done(job_id, result)
        if ".begin#" in job_id:
            self.desk.nobody_pays()
            return [*told, *self.desk.save(), Go(ScreenName.TENDER)]
        if ".reversing#" in job_id:
            self.desk.attempt = None
            return [*told, Go(ScreenName.TENDER)]
        return told

    def finished(self, job: str, result: object) -> list[Effect]:
        attempt = self.desk.attempt
        if attempt is None:
            return []
        if job == "begin":
            return [self._charge(attempt)]
        if job in ("charge", "status") and isinstance(result, PaymentOutcome):
            return self._outcome(attempt, result)
        if job == "end" and isinstance(result, Attempt):
            return self._ended(result)
        return self._back.finished(job, attempt, result)

    def _outcome(self, attempt: Attempt, outcome: PaymentOutcome) -> list[Effect]:
        state = _STATES[outcome.status]
        approved = (outcome.minor or attempt.minor) if state == "approved" else 0
        till, name = self.desk.services.till, self.terminal_name

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
        self.asking = False
        self.desk.attempt = attempt
        if attempt.state == "approved":
            return self.take_approved(attempt)
        if attempt.state == "in_doubt":
            return [Go(ScreenName.CARD)]
        text = _("Card declined") if attempt.state == "declined" else _("Card payment cancelled: nothing was charged")
        if attempt.text:
            text = f"{text} · {attempt.text}"
        self.desk.nobody_pays()
        return [*self.desk.save(), Go(ScreenName.TENDER, Chip(text, Tone.WARN))]

    def take_approved(self, attempt: Attempt) -> list[Effect]:
        """An approved payment becomes a tender of the sale; if it can't, it stays in sight until it is taken back."""
        if not self.desk.add_card(attempt):
            text = _("The terminal approved it, but it doesn't fit the ticket. Take it back on the terminal.")
            return [Notice(_("Not on the ticket"), text, Tone.BAD, 12.0), Go(ScreenName.CARD)]
        self.desk.attempt = None
        payment = self.desk.sale.payment
        assert payment is not None
        return self._tender.taken(payment)

    # in doubt

    def _settle(self, attempt: Attempt, outcome: str) -> list[Effect]:
        if attempt.state == "reversing":
            return self._back.settle(attempt, taken_back=outcome == "declined")
        if attempt.state != "in_doubt":
            return []
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
            if self.desk.attempt != attempt or self.asking:
                return []
            self.asking = True
            minor = attempt.minor if state == "approved" else 0
            return [self.job("end", lambda: till.end_attempt(attempt, state, approved_minor=minor, ref=ref))]

        return with_permission(self.desk, "settle_payment", attempt.attempt, _("Settle a payment"), facts, apply)

    @property
    def terminal_name(self) -> str:
        """The terminal's name; empty without one."""
        return self.desk.services.terminal.name if self.desk.services.terminal is not None else ""

    # the view

    @property
    def view(self) -> CardView:
        attempt = self.desk.attempt
        if attempt is not None and attempt.state == "reversing":
            return card_views.taking_back(self.desk, attempt, asking=self.asking)
        if attempt is None or self.asking:
            return card_views.waiting(self.desk, attempt, asking=self.asking)
        if attempt.state == "approved":
            return card_views.stranded(self.desk, attempt)
        return card_views.in_doubt(self.desk, attempt, self._slip)

"""Taking an approved card payment back: the intent on the disk first, then the terminal, however often it is asked."""

from typing import TYPE_CHECKING

from drivers.readings import PaymentOutcome, PaymentStatus
from retail.facts import Approver
from store_app.presenters.approval import with_permission
from store_app.presenters.base import Effect, Go, Notice, Tone
from store_app.presenters.desk import refused
from store_app.presenters.names import ScreenName
from store_app.presenters.texts import _
from store_app.presenters.views import Chip, Fact
from store_app.till_book import Attempt

if TYPE_CHECKING:
    from store_app.presenters.card import CardPresenter

REVERSE_S = 8.0


class TakingBack:
    """The card screen's part that reverses; ``desk.attempt`` is in state ``reversing`` until the end is known."""

    def __init__(self, card: "CardPresenter") -> None:
        self._card = card
        self._desk = card.desk

    def begin(self, name: str) -> list[Effect]:
        """Take the payment with this id back; until the end is known the sale isn't paid by it, nor otherwise."""
        till, desk = self._desk.services.till, self._desk
        if desk.services.terminal is None:
            return [refused("no_terminal"), Go(ScreenName.TENDER)]
        if desk.committing or (desk.attempt is not None and desk.attempt.attempt != name):
            return []
        known = till.attempt(name)
        if known is None:
            return [refused("no_such_tender"), Go(ScreenName.TENDER)]
        desk.attempt = known
        self._card.asking, self._card.silent = True, False
        return [self._card.job("reversing", lambda: till.begin_reversal(known))]

    def ask(self, attempt: Attempt) -> list[Effect]:
        """Ask the terminal, again if need be: what is void already stays void."""
        terminal = self._desk.services.terminal
        if terminal is None:
            return [refused("no_terminal")]
        self._card.asking = True
        return [self._card.job("reverse", lambda: terminal.reverse(attempt.attempt, REVERSE_S), writes=False)]

    def finished(self, job: str, attempt: Attempt, result: object) -> list[Effect]:
        """An answer of the disk or of the terminal."""
        if job == "reversing" and isinstance(result, Attempt):
            self._desk.attempt = result
            return self.ask(result)
        if job == "reverse" and isinstance(result, PaymentOutcome):
            return self._outcome(attempt, result)
        if job == "reversed":
            return self._reversed(attempt)
        if job == "kept" and isinstance(result, Attempt):
            return self._kept(result)
        return []

    def _outcome(self, attempt: Attempt, outcome: PaymentOutcome) -> list[Effect]:
        if outcome.status is PaymentStatus.IN_DOUBT:
            self._card.asking, self._card.silent = False, True
            return [Go(ScreenName.CARD)]
        return self._write(attempt, taken_back=outcome.status is PaymentStatus.CANCELLED, ref=outcome.ref)

    def _write(self, attempt: Attempt, *, taken_back: bool, ref: str) -> list[Effect]:
        till, terminal = self._desk.services.till, self._card.terminal_name
        self._card.asking = True
        if taken_back:
            return [self._card.job("reversed", lambda: till.end_reversal(attempt, True, ref, terminal))]
        return [self._card.job("kept", lambda: till.end_reversal(attempt, False, "", terminal))]

    def _reversed(self, attempt: Attempt) -> list[Effect]:
        desk = self._desk
        self._card.asking = False
        desk.drop_tender(attempt.attempt)
        desk.nobody_pays()
        return [*desk.save(), Go(ScreenName.TENDER, Chip(_("Card payment taken back"), Tone.GOOD))]

    def _kept(self, attempt: Attempt) -> list[Effect]:
        self._card.asking = False
        text = _("The terminal didn't take the payment back. Try again, or finish the sale and refund it.")
        told = Notice(_("Not taken back"), text, Tone.BAD, 10.0)
        if not self._desk.add_card(attempt):
            self._desk.attempt = attempt
            return [told, Go(ScreenName.CARD)]
        self._desk.attempt = None
        return [told, *self._desk.save(), Go(ScreenName.TENDER)]

    def settle(self, attempt: Attempt, *, taken_back: bool) -> list[Effect]:
        """Somebody has looked at the terminal's slip and says how it ended."""
        facts = (
            Fact(_("Amount"), self._desk.money(attempt.approved_minor), strong=True),
            Fact(_("The slip says"), _("Taken back") if taken_back else _("Not taken back")),
        )

        def apply(_approver: Approver | None) -> list[Effect]:
            if self._desk.attempt != attempt or self._card.asking:
                return []
            return self._write(attempt, taken_back=taken_back, ref="")

        return with_permission(self._desk, "settle_payment", attempt.attempt, _("Settle a payment"), facts, apply)

"""The till's day: opening float, cash in and out, X, the blind count, Z."""

from collections.abc import Callable
from dataclasses import replace

from retail.errors import Refused
from retail.facts import Approver, PeriodClosed, ShiftClosed
from retail.sale.reports import report
from retail.sale.shift import Figures, close_shift, counted, move_cash
from store_app.presenters.approval import with_permission
from store_app.presenters.base import Effect, Failed, Go, Notice, Tone
from store_app.presenters.desk import Desk, refused
from store_app.presenters.dialogs import AmountPrompt, Choice, ChoicePrompt
from store_app.presenters.intents import (
    Back,
    CashMove,
    CloseShift,
    OpenDrawer,
    OpenShift,
    PadKey,
    PrintX,
    SelectDenomination,
    StartClose,
)
from store_app.presenters.names import ScreenName
from store_app.presenters.pad import Pad
from store_app.presenters.receipts import print_blocks, shop, style
from store_app.presenters.screen import ScreenPresenter
from store_app.presenters.shift_views import closed_view, counting_view, open_view, unmatched_facts
from store_app.presenters.texts import _, n_, p_
from store_app.presenters.views import Fact, ShiftView
from store_app.till_book import Attempt, payments
from store_app.till_book import OpenShift as Opened
from store_app.till_book.book import CashKind
from store_app.till_book.day import Day, figures_of, read_day

DENOMINATIONS = (50_000, 20_000, 10_000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1)
DIFFERENCE_LIMIT = 500
"""a difference above this needs somebody's approval, minor units"""


class ShiftPresenter(ScreenPresenter):
    """Three faces: closed, open, counting."""

    name = ScreenName.SHIFT

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._pad = Pad()
        self._day: Day | None = None
        self._counting = False
        self._pieces: dict[int, int] = {}
        self._denomination = DENOMINATIONS[3]
        self._busy = False
        self._unmatched: tuple[Attempt, ...] = ()

    def enter(self, argument: object, now: int) -> list[Effect]:
        self._pad.clear()
        self._counting = False
        return [self._load()]

    def _load(self) -> Effect:
        till, day_ms = self.desk.services.till, self.desk.now - 24 * 3_600_000

        def work() -> Day:
            with till.read() as conn:
                return read_day(conn, day_ms)

        return self.job("day", work, writes=False)

    def on(self, intent: object, now: int) -> list[Effect]:
        match intent:
            case PadKey(key):
                return self._key(key)
            case OpenShift() if self.desk.shift is None:
                return self._open()
            case SelectDenomination(minor):
                self._keep_count()
                self._denomination = minor
                self._pad.clear()
            case StartClose() if self.desk.shift is not None:
                return self._start_count()
            case CloseShift() if self._counting:
                return self._close("")
            case CashMove(kind) if self.desk.shift is not None:
                return self._ask_cash(kind)
            case OpenDrawer():
                return self._open_drawer()
            case PrintX():
                return self._print_x()
            case Back():
                return self._back()
        return []

    def _key(self, key: str) -> list[Effect]:
        if key != "enter":
            self._pad.press(key)
            return []
        if self.desk.shift is None:
            return self._open()
        if self._counting:
            self._keep_count()
            at = DENOMINATIONS.index(self._denomination)
            self._denomination = DENOMINATIONS[min(at + 1, len(DENOMINATIONS) - 1)]
            self._pad.clear()
        return []

    def _back(self) -> list[Effect]:
        if self._counting:
            self._counting = False
            return []
        return [Go(ScreenName.TILL)]

    # opening

    def _open(self) -> list[Effect]:
        if self._busy:
            return []
        minor, till, by, currency = self._pad.minor, self.desk.services.till, self.desk.staff_id, self.desk.currency
        facts = (Fact(_("Opening float"), self.desk.money(minor), strong=True),)

        def granted(_approver: Approver | None) -> list[Effect]:
            self._busy = True
            return [self.job("open", lambda: till.open_shift(by, minor, currency))]

        return with_permission(self.desk, "open_shift", self.desk.services.device, _("Open the day"), facts, granted)

    # cash in and out

    def _ask_cash(self, kind: str) -> list[Effect]:
        kinds: dict[str, CashKind] = {"pay_in": "pay_in", "pay_out": "pay_out", "safe_drop": "drop", "drop": "drop"}
        if kind not in kinds:
            choices = (
                Choice("pay_in", _("Cash in"), "plus"),
                Choice("pay_out", _("Cash out"), "minus"),
                Choice("safe_drop", _("To the safe"), "safe"),
            )
            return self.desk.ask(ChoicePrompt(_("Cash in or out"), choices, self._ask_cash))
        wanted = kinds[kind]
        titles = {"pay_in": _("Cash in"), "pay_out": _("Cash out"), "drop": _("To the safe")}
        reasons = _cash_reasons()
        return self.desk.ask(
            AmountPrompt(
                titles[wanted],
                _("Amount"),
                self.desk.currency,
                lambda minor, reason: self._cash(wanted, minor, reason),
                reasons=reasons[wanted],
            )
        )

    def _cash(self, kind: CashKind, minor: int, reason: str) -> list[Effect]:
        day, till, by = self._day, self.desk.services.till, self.desk.staff_id
        if day is None or day.figures is None:
            return []
        try:
            fact = move_cash(day.figures, kind, minor, reason, by)
        except Refused as refusal:
            return [refused(refusal.reason)]
        said = {choice.key: choice.text for choice in _cash_reasons()[kind]}
        facts = (Fact(_("Amount"), self.desk.money(fact.minor), strong=True), Fact(_("Reason"), said.get(reason, "")))

        def granted(_approver: Approver | None) -> list[Effect]:
            if self.desk.services.printer is not None:
                self.desk.services.printer.kick()
            return [self.job("cash", lambda: till.move_cash(kind, fact.minor, reason, by))]

        return with_permission(self.desk, "cash_movement", fact.shift, _("Cash in or out"), facts, granted)

    def _open_drawer(self) -> list[Effect]:
        till, by, printer = self.desk.services.till, self.desk.staff_id, self.desk.services.printer
        if printer is None:
            return [Notice(_("This till has no drawer"), tone=Tone.WARN)]

        def granted(_approver: Approver | None) -> list[Effect]:
            printer.kick()
            return [self.desk.write("drawer", lambda: till.open_drawer(by, "asked"))]

        return with_permission(self.desk, "open_drawer", self.desk.services.device, _("Open the drawer"), (), granted)

    # counting and closing

    def _start_count(self) -> list[Effect]:
        if not self.desk.sale.empty:
            return [Notice(_("There is a ticket in hand"), _("Finish, suspend or void it first."), Tone.WARN, 6.0)]
        till = self.desk.services.till

        def unmatched() -> tuple[Attempt, ...]:
            with till.read() as conn:
                return tuple(payments.unmatched(conn))

        self._pieces = {}
        self._pad.clear()
        self._counting = True
        return [self._load(), self.job("unmatched", unmatched, writes=False)]

    def _keep_count(self) -> None:
        if self._counting and self._pad:
            self._pieces[self._denomination] = self._pad.number

    def _close(self, reason: str, approved: bool = False) -> list[Effect]:
        self._keep_count()
        self._pad.clear()
        day = self._day
        if day is None or day.figures is None or self._busy:
            return []
        total = counted(self._pieces)
        try:
            fact = close_shift(
                day.figures, total, self.desk.staff_id, reason=reason, limit_minor=DIFFERENCE_LIMIT, approved=approved
            )
        except Refused as refusal:
            return self._why(refusal.reason, reason)
        till = self.desk.services.till

        def granted(_approver: Approver | None) -> list[Effect]:
            self._busy = True
            return [self.job("close", lambda: (fact, till.close_shift(fact)))]

        facts = (Fact(_("Counted"), self.desk.money(total), strong=True),)
        return with_permission(self.desk, "close_shift", fact.shift, _("Close the day"), facts, granted)

    def _why(self, refusal: str, reason: str) -> list[Effect]:
        """A difference: first its reason, above the limit somebody's approval too. What is expected isn't told."""
        if refusal == "difference_needs_reason":
            choices = (
                Choice("change", _("Wrong change given")),
                Choice("count", _("Counted again, it stays")),
                Choice("unknown", _("Unknown")),
            )
            title, text = _("The count differs"), _("Count again, or say why.")
            return self.desk.ask(ChoicePrompt(title, choices, self._close, text=text, choices_title=_("Reason")))
        if refusal == "difference_needs_approval":
            again: Callable[[Approver | None], list[Effect]] = lambda _approver: self._close(reason, approved=True)  # noqa: E731
            return with_permission(
                self.desk, "cash_difference", self.desk.services.device, _("A difference above the limit"), (), again
            )
        return [refused(refusal)]

    # X and Z on paper

    def _print_x(self) -> list[Effect]:
        day = self._day
        if day is None or day.figures is None:
            return []
        printed = print_blocks(self.desk, report(day.figures, shop(self.desk), style(self.desk)))
        return [Notice(_("X report printed"), tone=Tone.GOOD) if printed else Notice(_("This till has no printer"))]

    def _print_z(self, figures: Figures, closings: tuple[PeriodClosed, ...]) -> None:
        print_blocks(self.desk, report(figures, shop(self.desk), style(self.desk), title="z_report", closings=closings))

    # answers

    def done(self, job_id: str, result: object) -> list[Effect]:
        self._busy = False
        if isinstance(result, Failed):
            return [*super().done(job_id, result), self._load()]
        return super().done(job_id, result)

    def finished(self, job: str, result: object) -> list[Effect]:
        if isinstance(result, Day):
            self._day = result
            return []
        if isinstance(result, Opened):
            self.desk.shift = result
            return [Notice(_("The day is open"), tone=Tone.GOOD), self._load(), Go(ScreenName.TILL)]
        if job == "cash":
            return [Notice(_("Written down"), tone=Tone.GOOD), self._load()]
        if job == "unmatched" and isinstance(result, tuple):
            self._unmatched = result
            if result:
                text = n_(
                    "{n} card payment stands on no sale. Settle it from its slip.",
                    "{n} card payments stand on no sale. Settle them from the slips.",
                    len(result),
                )
                return [Notice(_("Unmatched payments"), text, Tone.WARN, 12.0)]
        if job == "close" and isinstance(result, tuple):
            return self._closed(*result)
        return []

    def _closed(self, fact: ShiftClosed, closings: tuple[PeriodClosed, ...]) -> list[Effect]:
        day = self._day
        if day is not None and day.figures is not None:
            self._print_z(figures_of(day, fact), closings)
        self.desk.shift = None
        self._counting = False
        difference = fact.difference_minor
        amount = self.desk.money(difference, sign=True)
        text = _("Difference {amount}", amount=amount) if difference else _("No difference")
        return [Notice(_("The day is closed"), text, Tone.WARN if difference else Tone.GOOD, 8.0), self._load()]

    # the view

    @property
    def view(self) -> ShiftView:
        if self.desk.shift is None:
            return closed_view(self.desk, self._day, self._pad)
        if self._counting:
            pieces = {**self._pieces, **({self._denomination: self._pad.number} if self._pad else {})}
            known = self._day is not None and self._day.figures is not None and not self._busy
            view = counting_view(self.desk, pieces, self._denomination, self._pad, DENOMINATIONS, ready=known)
            return replace(view, facts=(*view.facts, *unmatched_facts(self.desk, self._unmatched)))
        return open_view(self.desk, self.desk.shift, self._day)


def _cash_reasons() -> dict[CashKind, tuple[Choice, ...]]:
    other = Choice("other", p_("reason", "Other"))
    return {
        "pay_in": (Choice("change", _("Change money")), other),
        "pay_out": (Choice("errand", _("Errand")), Choice("postage", _("Postage")), other),
        "drop": (Choice("safe", _("To the safe")), Choice("bank", _("To the bank"))),
    }

"""The till's book: everything that a till writes, each as one commit of facts, fiscal documents and projections.

A full disk is met once by giving up the ballast file; if even that isn't enough, ``StorageFull`` is raised and
nothing of the step was kept. Everything that was committed before stays.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar

from sqlalchemy import Connection

from retail.errors import Refused
from retail.facts import (
    ApprovalGiven,
    Approver,
    CashMoved,
    ClientNoted,
    ConsentChanged,
    FiscalEventRecorded,
    FiscalStamp,
    OrderHandedOver,
    PaymentInDoubt,
    PaymentReversed,
    PeriodClosed,
    RefundRequested,
    ReturnReceived,
    SaleCompleted,
    ShiftClosed,
    ShiftOpened,
    StaffSignedIn,
)
from retail.fiscal import FiscalModule, Moment, PaymentProof
from retail.staff import Tries
from store_app.till_book import baskets, fiscal, lockouts, orders, payments, sales, shifts
from store_app.till_book.baskets import SavedBasket
from store_app.till_book.payments import Attempt, AttemptState
from store_app.till_book.settlement import CommittedSale, SaleRequest, settle
from store_app.till_book.shifts import OpenShift
from sync.journal.attachments import seal
from sync.storage.book import Book, UnitOfWork
from sync.storage.engine import StorageFull

T = TypeVar("T")
Channel = Literal["email", "sms", "phone", "post"]
CashKind = Literal["pay_in", "pay_out", "drop"]
VerifiedBy = Literal["qr", "code", "id", "manager"]

SIGNED_IN, SIGNED_OUT = "80", "40"
DRAWER_COUNTED, DRAWER_OPENED = "170", "C10"
SALE_ABANDONED, APPROVED = "320", "C20"
COPY = "copy"
"""documents of other chains travel as facts under the name of what they are, so that the ledger's copy is whole"""


@dataclass(frozen=True, slots=True)
class Recovered:
    """What the till was doing when it was last seen."""

    basket: SavedBasket | None
    attempts: tuple[Attempt, ...]
    shift: OpenShift | None


@dataclass(frozen=True, slots=True)
class OrderReturn:
    """Goods of an online order that come back and are paid back by whoever took the money."""

    order: str
    goods: tuple[ReturnReceived, ...]
    refunds: tuple[RefundRequested, ...] = field(default=())


class TillBook:
    """One till's book over ``sync``'s. Writers are serialised there; any thread may call."""

    def __init__(self, book: Book, module: Callable[[], FiscalModule], new_id: Callable[[], str]) -> None:
        self._book = book
        self._module = module
        self._new_id = new_id
        self._told_releases = 0

    # reading and writing

    def commit(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run ``work`` in one transaction; once more if the disk was full and room could be made."""
        try:
            return self._book.run(work)
        except StorageFull:
            return self._book.run(work)

    def take_short_of_room(self) -> bool:
        """Whether the reserve had to be given up since this was asked last, for whatever was written."""
        ballast = self._book.ballast
        if ballast is None or ballast.times_released == self._told_releases:
            return False
        self._told_releases = ballast.times_released
        return True

    @property
    def reserve_missing(self) -> bool:
        """The reserve was given up and hasn't been taken on again."""
        ballast = self._book.ballast
        return ballast is not None and ballast.missing

    def take_reserve_again(self) -> bool:
        """Reserve room once more, if the disk has plenty again. Slow: not in the Qt thread."""
        ballast = self._book.ballast
        return ballast is not None and ballast.take_on_again()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A snapshot to read from."""
        with self._book.read() as conn:
            yield conn

    def recover(self) -> Recovered:
        """What to go on with after a start."""
        with self.read() as conn:
            basket = baskets.current(conn)
            attempts = () if basket is None else tuple(payments.of_basket(conn, basket.basket))
            return Recovered(basket, attempts, shifts.open_shift(conn))

    # baskets and card payments

    def save_basket(self, saved: SavedBasket) -> None:
        """Keep the current basket."""
        self.commit(lambda unit: baskets.save_current(unit.conn, saved))

    def clear_basket(self) -> None:
        """There is no open basket any more; nothing was on it."""
        self.commit(lambda unit: baskets.clear_current(unit.conn))

    def drop_basket(self, basket: str, by: str, lines: int) -> None:
        """The current basket was abandoned; the event journal says so if there was anything on it."""

        def work(unit: UnitOfWork) -> None:
            baskets.clear_current(unit.conn)
            if lines:
                self._event(unit, SALE_ABANDONED, by, {"basket": basket, "lines": lines})

        self.commit(work)

    def hold_basket(self, saved: SavedBasket) -> None:
        """Keep a basket aside at this till."""
        self.commit(lambda unit: baskets.hold(unit.conn, saved))

    def release_held(self, basket: str) -> None:
        """The agent keeps a basket now that was held here."""
        self.commit(lambda unit: baskets.drop_held(unit.conn, basket))

    def take_held(self, basket: str) -> SavedBasket | None:
        """Go on with a basket that was held here."""
        return self.commit(lambda unit: baskets.take_held(unit.conn, basket))

    def begin_attempt(self, saved: SavedBasket, attempt: Attempt) -> None:
        """Basket and intent are on the disk before the terminal is asked."""

        def work(unit: UnitOfWork) -> None:
            baskets.save_current(unit.conn, saved)
            payments.begin(unit.conn, attempt, unit.now)

        self.commit(work)

    def end_attempt(
        self,
        attempt: Attempt,
        state: AttemptState,
        *,
        approved_minor: int = 0,
        ref: str = "",
        masked: str = "",
        text: str = "",
        terminal: str = "",
    ) -> Attempt:
        """What became of a payment; one in doubt, and one taken back, are facts."""

        def work(unit: UnitOfWork) -> Attempt:
            payments.end(
                unit.conn,
                attempt.attempt,
                state,
                unit.now,
                approved_minor=approved_minor,
                ref=ref,
                masked=masked,
                text=text,
            )
            self._tell_attempt(unit, attempt, state, ref, terminal)
            return replace(attempt, state=state, approved_minor=approved_minor, ref=ref, masked=masked, text=text)

        return self.commit(work)

    def attempt(self, name: str) -> Attempt | None:
        """A card payment by its id; None if there is none."""
        with self.read() as conn:
            return payments.find(conn, name)

    def begin_reversal(self, attempt: Attempt) -> Attempt:
        """The intent to take an approved payment back is on the disk before the terminal is asked."""
        return self._turn(attempt, "reversing", attempt.ref, "")

    def end_reversal(self, attempt: Attempt, taken_back: bool, ref: str, terminal: str) -> Attempt:
        """The payment was taken back, which is a fact; or it stands as before."""
        return self._turn(attempt, "reversed" if taken_back else "approved", ref or attempt.ref, terminal)

    def _turn(self, attempt: Attempt, state: AttemptState, ref: str, terminal: str) -> Attempt:
        return self.end_attempt(
            attempt,
            state,
            approved_minor=attempt.approved_minor,
            ref=ref,
            masked=attempt.masked,
            text=attempt.text,
            terminal=terminal,
        )

    @staticmethod
    def _tell_attempt(unit: UnitOfWork, attempt: Attempt, state: AttemptState, ref: str, terminal: str) -> None:
        if state == "in_doubt" and attempt.state != "in_doubt":
            unit.record(
                PaymentInDoubt(
                    attempt=attempt.attempt,
                    terminal=terminal,
                    minor=attempt.minor,
                    currency=attempt.currency,
                    basket=attempt.basket,
                )
            )
        if state == "reversed":
            unit.record(
                PaymentReversed(
                    attempt=attempt.attempt,
                    terminal=terminal,
                    minor=attempt.approved_minor or attempt.minor,
                    currency=attempt.currency,
                    ref=ref,
                )
            )

    # the sale

    def complete_sale(self, request: SaleRequest) -> CommittedSale:
        """Number, sign and commit a sale, its rows, what came back, and the end of its basket.

        Asked twice for the same ``sale`` it answers with the first commit. Refused: ``no_shift``, ``unit_gone``,
        ``already_returned`` and what ``retail.sale.checkout`` refuses.
        """
        return self.commit(
            lambda unit: settle(
                unit, request, self._module(), self._book.identity.device, self._moment(unit), self._new_id
            )
        )

    def came_back(self, units: Sequence[str]) -> None:
        """These units of this till's sales were taken back at another one, and may be sold again."""
        self.commit(lambda unit: sales.keep_came_back(unit.conn, units))

    def copy(self, sale: SaleCompleted, reason: str, by: str) -> tuple[FiscalStamp, int]:
        """Sign a duplicate of a ticket before it is printed; its stamp and its number."""

        def work(unit: UnitOfWork) -> tuple[FiscalStamp, int]:
            number = sales.count_copy(unit.conn, sale.sale)
            state = fiscal.load_state(unit.conn)
            stamp, state = self._module().copy(state, sale.stamp, number, reason, by, self._moment(unit))
            fiscal.record_events(unit, [FiscalEventRecorded(code=COPY, stamp=stamp)])
            fiscal.save_state(unit.conn, state)
            return stamp, number

        return self.commit(work)

    # the drawer

    def open_shift(self, by: str, float_minor: int, currency: str) -> OpenShift:
        """Open the drawer; periods that are overdue are closed first. Refused: ``shift_open``."""

        def work(unit: UnitOfWork) -> OpenShift:
            if shifts.open_shift(unit.conn) is not None:
                raise Refused("shift_open", "a shift is open already")
            state, at = fiscal.load_state(unit.conn), self._moment(unit)
            day = fiscal.business_date(state, at, shifts.last_business_date(unit.conn))
            closings, state = self._module().close_overdue(state, day, by, at)
            fiscal.record_closings(unit, closings)
            fiscal.save_state(unit.conn, state)
            fact = ShiftOpened(
                shift=self._new_id(), business_date=day, by=by, float_minor=float_minor, currency=currency
            )
            shifts.record_opening(unit, fact)
            self._proof(unit, fact.shift, day, by, currency, float_minor, "float")
            return OpenShift(fact.shift, day, currency, by, unit.now, float_minor)

        return self.commit(work)

    def move_cash(self, kind: CashKind, minor: int, reason: str, by: str) -> None:
        """Cash in (positive) or out of the drawer. Refused: ``no_shift``."""

        def work(unit: UnitOfWork) -> None:
            shift = shifts.must_be_open(unit.conn)
            fact = CashMoved(shift=shift.shift, kind=kind, minor=minor, reason=reason, by=by)
            shifts.record_cash(unit, fact)
            self._proof(unit, shift.shift, shift.business_date, by, shift.currency, minor, kind, reason)

        self.commit(work)

    def close_shift(self, fact: ShiftClosed) -> tuple[PeriodClosed, ...]:
        """The drawer was counted: the shift is closed, and with it the fiscal day (Z). Refused: ``no_shift``."""

        def work(unit: UnitOfWork) -> tuple[PeriodClosed, ...]:
            shift = shifts.must_be_open(unit.conn)
            if shift.shift != fact.shift:
                raise Refused("no_shift", "another shift is open")
            self._event(unit, DRAWER_COUNTED, fact.by, {"counted_minor": fact.counted_minor})
            shifts.record_closing(unit, fact)
            state, at = fiscal.load_state(unit.conn), self._moment(unit)
            closings, state = self._module().close_overdue(state, fact.business_date, fact.by, at)
            if fact.business_date > state.closed.get("day", ""):
                closed, state = self._module().close(state, "day", fact.business_date, fact.by, at)
                closings = [*closings, *closed]
            fiscal.record_closings(unit, closings)
            fiscal.save_state(unit.conn, state)
            return tuple(closings)

        return self.commit(work)

    def open_drawer(self, by: str, reason: str) -> None:
        """The drawer is opened without a sale: an entry of the event journal."""
        self.commit(lambda unit: self._event(unit, DRAWER_OPENED, by, {"reason": reason}))

    # people

    def sign_in(self, staff: str) -> None:
        """The right PIN was given: tries are forgotten."""

        def work(unit: UnitOfWork) -> None:
            lockouts.clear(unit.conn, staff)
            unit.record(StaffSignedIn(staff=staff))
            self._event(unit, SIGNED_IN, staff, {})

        self.commit(work)

    def sign_out(self, staff: str) -> None:
        """Somebody left the till's screens."""
        self.commit(lambda unit: self._event(unit, SIGNED_OUT, staff, {}))

    def wrong_pin(self, staff: str) -> Tries:
        """Count a wrong PIN; the fifth locks the person out."""
        return self.commit(lambda unit: lockouts.count_wrong(unit, staff))

    def tries_of(self, staff: str) -> Tries:
        """How a person stands."""
        with self.read() as conn:
            return lockouts.tries_of(conn, staff)

    def approve(self, permission: str, approver: Approver, asked_by: str, subject: str) -> None:
        """Somebody else allowed what a person may not do alone."""

        def work(unit: UnitOfWork) -> None:
            unit.record(ApprovalGiven(permission=permission, approver=approver, asked_by=asked_by, subject=subject))
            self._event(unit, APPROVED, approver.staff, {"permission": permission, "asked_by": asked_by})

        self.commit(work)

    # orders and clients

    def hand_over(self, fact: OrderHandedOver) -> bool:
        """The customer took an order; false if this till handed it over before (nothing is written then)."""

        def work(unit: UnitOfWork) -> bool:
            if orders.handed_over_at(unit.conn, fact.order) is not None:
                return False
            unit.record(fact)
            orders.keep_handover(unit.conn, fact, unit.now)
            return True

        return self.commit(work)

    def receive_order_return(self, returned: OrderReturn) -> None:
        """Goods of an online order came back, and their payment is to be given back. Refused: ``already_returned``."""

        def work(unit: UnitOfWork) -> None:
            for goods in returned.goods:
                sales.check_not_returned(unit.conn, goods)
                unit.record(goods)
                sales.keep_return(unit.conn, goods)
            for refund in returned.refunds:
                unit.record(refund)

        self.commit(work)

    def note(self, client: str, text: str, by: str) -> str:
        """Write a note about a client; its text is an attachment. Returns the note's id."""

        def work(unit: UnitOfWork) -> str:
            note, sealed = self._new_id(), seal(text)
            unit.record(
                ClientNoted(client=client, note=note, sha256=sealed.sha256, by=by), attachments={"text": sealed}
            )
            return note

        return self.commit(work)

    def change_consent(self, client: str, channel: Channel, given: bool, seen: int, by: str) -> None:
        """A client allowed or withdrew a channel; ``seen`` is the feed version in view."""
        fact = ConsentChanged(client=client, channel=channel, given=given, seen=seen, by=by)
        self.commit(lambda unit: unit.record(fact))

    # inside

    def _moment(self, unit: UnitOfWork) -> Moment:
        return Moment(unit.now, self._book.clock.utc_offset_min())

    def _event(self, unit: UnitOfWork, code: str, by: str, data: dict[str, str | int | bool]) -> None:
        state = fiscal.load_state(unit.conn)
        stamp, state = self._module().event(state, code, by, self._moment(unit), data)
        fiscal.record_events(unit, [FiscalEventRecorded(code=code, stamp=stamp)])
        fiscal.save_state(unit.conn, state)

    def _proof(
        self,
        unit: UnitOfWork,
        subject: str,
        business_date: str,
        by: str,
        currency: str,
        minor: int,
        kind: str,
        reason: str = "",
    ) -> None:
        proof = PaymentProof(subject, business_date, by, currency, minor, kind, reason)
        stamp, state = self._module().sign(fiscal.load_state(unit.conn), proof, self._moment(unit))
        fiscal.record_events(unit, [FiscalEventRecorded(code=kind, stamp=stamp)])
        fiscal.save_state(unit.conn, state)

"""How a ticket is paid: any split of tenders, change, cash rounding, the cash limit, voiding one tender.

A payment is settled when what counts towards the total equals the total plus the cash rounding. For a ticket
that gives money back (``due_minor`` < 0) tenders are negative.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, cast

from retail.errors import Refused
from retail.facts import Tendered
from retail.facts.till import TenderKind
from retail.money import EXACT, CashRounding, round_cash
from retail.plain import from_plain, to_plain


@dataclass(frozen=True, slots=True)
class Tender:
    """One tender; ``minor`` counts towards the total, ``attempt`` names the card payment behind it."""

    id: str
    kind: TenderKind
    minor: int
    ref: str = ""
    given_minor: int = 0
    change_minor: int = 0
    attempt: str = ""
    rounding_minor: int = 0


@dataclass(frozen=True, slots=True)
class Payment:
    """What is to be paid and what has been tendered."""

    due_minor: int
    currency: str
    rounding: CashRounding = EXACT
    cash_limit_minor: int = 0
    """most that cash may pay of one ticket, 0 for no limit"""
    tenders: tuple[Tender, ...] = ()

    @property
    def rounding_minor(self) -> int:
        """What cash rounding added to the total."""
        return sum(tender.rounding_minor for tender in self.tenders)

    @property
    def remaining_minor(self) -> int:
        """What is still to be paid, before cash rounding; negative is still to be given back."""
        return self.due_minor + self.rounding_minor - sum(tender.minor for tender in self.tenders)

    @property
    def cash_due_minor(self) -> int:
        """What cash would have to pay for the rest."""
        return round_cash(self.remaining_minor, self.rounding)

    @property
    def settled(self) -> bool:
        """Whether nothing is left to pay."""
        return self.remaining_minor == 0

    @property
    def change_minor(self) -> int:
        """Cash to give back to the customer."""
        return sum(tender.change_minor for tender in self.tenders)

    @property
    def cash_minor(self) -> int:
        """What cash pays."""
        return sum(tender.minor for tender in self.tenders if tender.kind == "cash")


def add_cash(payment: Payment, tender_id: str, given_minor: int | None = None) -> Payment:
    """Take cash: the exact sum if ``given_minor`` is left out, else with change or as a part payment.

    Of a ticket that gives money back, cash gives all that remains, or ``-given_minor`` of it if negative.
    Refused: ``nothing_due``, ``bad_amount``, ``cash_limit``.
    """
    _check_due(payment)
    if payment.remaining_minor < 0:
        return _cash_out(payment, tender_id, given_minor)
    due = payment.cash_due_minor
    given = due if given_minor is None else given_minor
    if given < 0 or (given == 0 and due != 0):
        raise Refused("bad_amount", "cash given must be above zero")
    exact = payment.rounding.exact_allowed and given == payment.remaining_minor
    target = payment.remaining_minor if exact else due
    minor = min(given, target)
    if payment.cash_limit_minor and payment.cash_minor + minor > payment.cash_limit_minor:
        raise Refused("cash_limit", "more cash than the law allows", limit_minor=payment.cash_limit_minor)
    rounding = target - payment.remaining_minor if minor == target else 0
    tender = Tender(tender_id, "cash", minor, given_minor=given, change_minor=given - minor, rounding_minor=rounding)
    return replace(payment, tenders=(*payment.tenders, tender))


def _cash_out(payment: Payment, tender_id: str, given_minor: int | None) -> Payment:
    due = payment.cash_due_minor
    minor = due if given_minor is None else given_minor
    if minor > 0 or minor < min(due, payment.remaining_minor):
        raise Refused("bad_amount", "cash can give back at most what remains")
    rounding = due - payment.remaining_minor if minor == due else 0
    tender = Tender(tender_id, "cash", minor, given_minor=minor, rounding_minor=rounding)
    return replace(payment, tenders=(*payment.tenders, tender))


def add_tender(
    payment: Payment,
    tender_id: str,
    kind: TenderKind,
    minor: int | None = None,
    *,
    ref: str = "",
    attempt: str = "",
    balance_minor: int | None = None,
) -> Payment:
    """Take a tender that gives no change: card, gift card, voucher, store credit, …; all that remains by default.

    ``balance_minor`` is what a gift card or credit holds. ``ref`` must not be a card number.
    Refused: ``nothing_due``, ``bad_amount``, ``more_than_due``, ``balance``, ``card_number``, ``cash_has_change``.
    """
    if kind == "cash":
        raise Refused("cash_has_change", "cash is taken with add_cash")
    _check_due(payment)
    remaining = payment.remaining_minor
    amount = remaining if minor is None else minor
    if balance_minor is not None and minor is None:
        amount = min(amount, balance_minor)
    if amount == 0 or (amount > 0) != (remaining > 0):
        raise Refused("bad_amount", "a tender pays what is due, or gives back what is owed")
    if abs(amount) > abs(remaining):
        raise Refused("more_than_due", "only cash gives change", remaining_minor=remaining)
    if balance_minor is not None and amount > balance_minor:
        raise Refused("balance", "there isn't so much on it", balance_minor=balance_minor)
    if looks_like_card_number(ref):
        raise Refused("card_number", "a card number must never be kept")
    tender = Tender(tender_id, kind, amount, ref=ref, attempt=attempt)
    return replace(payment, tenders=(*payment.tenders, tender))


def _check_due(payment: Payment) -> None:
    if payment.settled:
        raise Refused("nothing_due", "nothing is left to pay")


def void(payment: Payment, tender_id: str) -> tuple[Payment, Tender]:
    """Take one tender back; the caller reverses it at its provider. Refused: ``no_such_tender``.

    Cash rounding that was made on the rest is undone with its tender.
    """
    for tender in payment.tenders:
        if tender.id == tender_id:
            return replace(payment, tenders=tuple(t for t in payment.tenders if t.id != tender_id)), tender
    raise Refused("no_such_tender", f"the payment has no tender {tender_id}")


def tendered(payment: Payment) -> tuple[Tendered, ...]:
    """The tenders as a fact keeps them."""
    return tuple(
        Tendered(
            kind=tender.kind,
            minor=tender.minor,
            ref=tender.ref,
            given_minor=tender.given_minor,
            change_minor=tender.change_minor,
            attempt=tender.attempt,
        )
        for tender in payment.tenders
    )


def give_back(paid: Collection[Tendered], minor: int) -> list[Tendered]:
    """How to give ``minor`` > 0 back by the tenders that paid it: card and others first, cash last.

    What the tenders can't hold (more is given back than they paid) isn't given back by any of them.
    """
    plan: list[Tendered] = []
    for tender in sorted(paid, key=lambda one: one.kind == "cash"):
        part = min(minor, tender.minor)
        if part > 0:
            plan.append(Tendered(kind=tender.kind, minor=-part, ref=tender.ref))
            minor -= part
    return plan


def left_to_give(paid: Collection[Tendered], payment: Payment) -> list[Tendered]:
    """How to give back what remains of a ticket by the tenders that paid the goods, after what it gave back so far."""
    given: dict[tuple[str, str], int] = {}
    for tender in payment.tenders:
        key = (tender.kind, "" if tender.attempt else tender.ref)
        given[key] = given.get(key, 0) - tender.minor
    left: list[Tendered] = []
    for one in paid:
        key = (one.kind, "" if one.attempt else one.ref)
        part = min(max(0, given.get(key, 0)), one.minor)
        given[key] = given.get(key, 0) - part
        left.append(Tendered(kind=one.kind, minor=one.minor - part, ref=one.ref, attempt=one.attempt))
    return give_back(left, max(0, -payment.remaining_minor))


def looks_like_card_number(text: str) -> bool:
    """Whether 13 to 19 digits, possibly grouped, pass the Luhn check."""
    digits = text.replace(" ", "").replace("-", "")
    if not (13 <= len(digits) <= 19 and digits.isascii() and digits.isdigit()):
        return False
    doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def payment_to_plain(payment: Payment) -> dict[str, Any]:
    """The payment as a JSON object, so that it outlives the process."""
    return cast(dict[str, Any], to_plain(payment))


def payment_from_plain(plain: object) -> Payment:
    """The payment of :func:`payment_to_plain`. Refused (``bad_plain``) if it isn't one."""
    return from_plain(Payment, plain)

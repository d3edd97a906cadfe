"""Facts that a till writes: sales, cash, shifts, handovers, returns, clients."""

from dataclasses import dataclass
from typing import Literal

from retail.facts.base import Fact, fact

TenderKind = Literal[
    "cash",
    "card",
    "gift_card",
    "store_credit",
    "voucher",
    "meal_voucher",
    "points",
    "account",
    "deposit",
    "web",
]


@dataclass(frozen=True, kw_only=True)
class Versions:
    """Feed versions that a basket was priced with."""

    catalogue: int = 0
    prices: int = 0
    promotions: int = 0
    taxes: int = 0


@dataclass(frozen=True, kw_only=True)
class LineDiscount:
    """One reduction of one line; ``minor`` is positive and is taken off the line."""

    kind: Literal["promotion", "manual"]
    id: str
    label: str
    minor: int
    version: int = 0
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ReturnOf:
    """Which sold line a returned line takes back: a sale's line or an order's line."""

    kind: Literal["sale", "order"]
    id: str
    line: str


@dataclass(frozen=True, kw_only=True)
class SoldLine:
    """One line of a ticket. ``qty`` is negative for goods taken back; amounts follow its sign.

    ``gross_minor = qty * unit_minor``; ``total_minor = gross_minor - sum(discounts)``; with prices that include
    tax, ``total_minor = net_minor + tax_minor``. ``units`` are unit keys (``gtin14.serial``) read by RFID; a
    tagged article with fewer units than ``qty`` was sold by its barcode and leaves unresolved units.
    """

    line: str
    gtin: str
    label: str
    qty: int
    unit_minor: int
    gross_minor: int
    total_minor: int
    net_minor: int
    tax_minor: int
    rate: str
    tax_code: str
    tagged: bool = False
    stocked: bool = True
    units: tuple[str, ...] = ()
    discounts: tuple[LineDiscount, ...] = ()
    price_version: int = 0
    return_of: ReturnOf | None = None
    weight_g: int = 0
    """grams of a weighed line (``qty`` is 1 and ``unit_minor`` the price of that weight), else 0"""


@dataclass(frozen=True, kw_only=True)
class Tendered:
    """One tender: ``minor`` counts towards the total; cash also says what was given and returned.

    ``ref`` is the terminal's or provider's reference, never a card number.
    """

    kind: TenderKind
    minor: int
    ref: str = ""
    given_minor: int = 0
    change_minor: int = 0
    attempt: str = ""


@dataclass(frozen=True, kw_only=True)
class TaxTotal:
    """Totals of a document for one rate."""

    rate: str
    net_minor: int
    tax_minor: int
    gross_minor: int


@dataclass(frozen=True, kw_only=True)
class FiscalStamp:
    """A signed fiscal document: ``payload`` is the exact text that was signed (RFC 8785), ES256, base64url."""

    chain: str
    number: int
    payload: str
    signature: str
    key: str


@fact("sale.completed")
class SaleCompleted(Fact):
    """A ticket is settled: goods sold and taken back, tendered in full, signed."""

    sale: str
    number: str
    shift: str
    business_date: str
    cashier: str
    currency: str
    lines: tuple[SoldLine, ...]
    tenders: tuple[Tendered, ...]
    total_minor: int
    taxes: tuple[TaxTotal, ...]
    versions: Versions
    stamp: FiscalStamp
    rounding_minor: int = 0
    prices_include_tax: bool = True
    client: str | None = None
    training: bool = False


@fact("shift.opened")
class ShiftOpened(Fact):
    """A till's drawer was opened for business with a float."""

    shift: str
    business_date: str
    by: str
    float_minor: int
    currency: str


@fact("cash.moved")
class CashMoved(Fact):
    """Cash went in or out of the drawer outside a sale; ``minor`` is signed, in is positive."""

    shift: str
    kind: Literal["pay_in", "pay_out", "drop"]
    minor: int
    reason: str
    by: str


@fact("shift.closed")
class ShiftClosed(Fact):
    """A drawer was counted: ``difference_minor = counted - expected``."""

    shift: str
    business_date: str
    by: str
    expected_minor: int
    counted_minor: int
    difference_minor: int
    reason: str = ""
    tenders: tuple[Tendered, ...] = ()


@fact("period.closed")
class PeriodClosed(Fact):
    """A fiscal period (day, month, year) was closed; the stamp's payload holds its totals."""

    period: Literal["day", "month", "year"]
    key: str
    stamp: FiscalStamp


@fact("fiscal.event_recorded")
class FiscalEventRecorded(Fact):
    """An entry of the fiscal event journal, signed in its own chain."""

    code: str
    stamp: FiscalStamp


@dataclass(frozen=True, kw_only=True)
class Approver:
    """Who approved, and by what means."""

    staff: str
    means: Literal["pin", "badge"] = "pin"


@fact("approval.given")
class ApprovalGiven(Fact):
    """Somebody else allowed what a person may not do alone."""

    permission: str
    approver: Approver
    asked_by: str
    subject: str


@fact("staff.signed_in")
class StaffSignedIn(Fact):
    """A person opened the till's screens."""

    staff: str


@fact("staff.locked_out")
class StaffLockedOut(Fact):
    """A PIN was wrong too often; ``until`` is ms UTC."""

    staff: str
    tries: int
    until: int


@fact("payment.in_doubt")
class PaymentInDoubt(Fact):
    """A terminal didn't say how a payment ended; a person settles it from the slip."""

    attempt: str
    terminal: str
    minor: int
    currency: str
    basket: str


@fact("payment.reversed")
class PaymentReversed(Fact):
    """An approved card payment was taken back before its sale was settled."""

    attempt: str
    terminal: str
    minor: int
    currency: str
    ref: str = ""


@fact("order.handed_over")
class OrderHandedOver(Fact):
    """The customer took an order's goods; from now on they aren't in stock."""

    order: str
    number: str
    units: tuple[str, ...]
    lines: tuple[tuple[str, str, int], ...]
    """(order line id, gtin, quantity handed over)"""
    verified_by: Literal["qr", "code", "id", "manager"]
    by: str


@fact("return.received")
class ReturnReceived(Fact):
    """Goods came back over the counter; grade A is sellable, B, C, D aren't."""

    returned: str
    source: ReturnOf
    gtin: str
    qty: int
    grade: Literal["A", "B", "C", "D"]
    reason: str
    by: str
    unit: str | None = None
    sale: str | None = None
    """id of the ticket that refunds it at the till, if one does"""


@fact("refund.requested")
class RefundRequested(Fact):
    """An online payment is to be given back by whoever took it."""

    refund: str
    order: str
    returned: str
    minor: int
    currency: str
    tender: str
    ref: str


@fact("client.noted")
class ClientNoted(Fact):
    """A note about a client was written; its text is an attachment, here stands its salted SHA-256."""

    client: str
    note: str
    sha256: str
    by: str


@fact("client.consent_changed")
class ConsentChanged(Fact):
    """A client allowed or withdrew a channel of contact; ``seen`` is the feed version the person had in view."""

    client: str
    channel: Literal["email", "sms", "phone", "post"]
    given: bool
    seen: int
    by: str


@fact("device.continues")
class DeviceContinues(Fact):
    """First fact of a device that goes on for another one whose log can't be continued."""

    old: str
    old_head: str
    missing: int
    adopted: tuple[str, ...] = ()
    """ticket numbers whose sales this log carries on"""

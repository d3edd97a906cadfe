"""Facts that a store's agent writes: stock, gate, counts, fulfilment, leases, exceptions."""

from dataclasses import dataclass
from typing import Literal

from retail.facts.base import Fact, fact

Location = Literal[
    "salesfloor", "stockroom", "staging", "packing", "returns", "quarantine",
    "supplier", "customer", "transit", "shrink", "scrap",
]  # fmt: skip
Condition = Literal["sellable", "b_grade", "damaged", "unchecked"]
Cause = tuple[str, int]
"""(device, seq) of the fact that made it happen"""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where goods are and in what condition."""

    location: Location
    condition: Condition = "sellable"


@dataclass(frozen=True, kw_only=True)
class Move:
    """``qty`` > 0 of one article goes from one place to another; a tagged unit moves alone (``qty`` 1)."""

    gtin: str
    qty: int
    src: Place
    dst: Place
    unit: str | None = None


@fact("stock.moved")
class StockMoved(Fact):
    """The only fact that changes stock. ``cause`` is the fact behind it; folding a cause twice changes nothing."""

    move: str
    reason: Literal[
        "opening", "received", "sold", "returned", "graded", "handed_over", "shipped", "presence", "staged",
        "restocked", "count", "found", "resolved", "corrected",
    ]  # fmt: skip
    moves: tuple[Move, ...]
    cause: Cause | None = None
    unresolved: tuple[tuple[str, int], ...] = ()
    """(gtin, signed change of the number of unresolved units)"""
    reverses: str | None = None


@fact("unit.resolved")
class UnitResolved(Fact):
    """A unit of an article that was sold by its barcode is now known to be the one that left."""

    unit: str
    gtin: str
    sale: Cause
    by: Literal["gate", "pad", "count"]


@fact("gate.passed")
class GatePassed(Fact):
    """Units went through a portal; ``unknown`` direction waits for a person and moves nothing."""

    passage: str
    gate: str
    direction: Literal["in", "out", "unknown"]
    units: tuple[tuple[str, str], ...]
    """(unit key, verdict: sold | handed_over | resolved | alarm | in_stock | unknown | doubtful)"""


@fact("gate.alarm_raised")
class AlarmRaised(Fact):
    """An unsold unit left."""

    alarm: str
    gate: str
    reader: str
    unit: str
    gtin: str
    siren: bool
    """it was told to sound; what a reader makes of that comes later"""
    quiet: Literal["", "till_silent", "too_late", "no_output"] = ""
    """why it wasn't; empty too in records of before, when it was for a silent till"""


@fact("gate.siren_failed")
class SirenFailed(Fact):
    """A siren was told to sound for these alarms and didn't: its reader refused, or couldn't be told."""

    reader: str
    alarms: tuple[str, ...]
    text: str
    """why, in the driver's words"""


@fact("gate.bulk_raised")
class BulkRaised(Fact):
    """Several unsold units left by one gate within seconds: one alarm stands for theirs.

    While more of them follow it is written again, with the same ``alarm`` and what is new.
    """

    alarm: str
    gate: str
    reader: str
    units: tuple[str, ...]
    alarms: tuple[str, ...]
    """the alarms of these units, in the same order"""


@fact("gate.alarm_settled")
class AlarmSettled(Fact):
    """Somebody looked at an alarm: right or false."""

    alarm: str
    verdict: Literal["right", "false"]
    by: str


@fact("count.opened")
class CountOpened(Fact):
    """A cycle count of one zone began; ``at_seq`` is the agent's journal head at that moment."""

    count: str
    zone: str
    by: str
    expected: int
    at_seq: int


@fact("count.closed")
class CountClosed(Fact):
    """Reading ended; classes by unit, nothing is moved yet."""

    count: str
    zone: str
    matched: int
    misplaced: tuple[str, ...]
    unexpected: tuple[str, ...]
    missing: tuple[str, ...]
    accuracy_bp: int
    """share of expected units that were matched, in 1/100 of a percent"""


@fact("count.approved")
class CountApproved(Fact):
    """A manager decided the differences; the moves follow in the same commit."""

    count: str
    by: str
    moved: tuple[str, ...]
    suspect: tuple[str, ...]
    shrunk: tuple[str, ...]
    found: tuple[str, ...]


@fact("order.accepted")
class OrderAccepted(Fact):
    """The store takes an assigned order on."""

    order: str
    by: str


@fact("order.rejected")
class OrderRejected(Fact):
    """The store can't do an order; the ledger routes it elsewhere."""

    order: str
    reason: str
    by: str


@fact("order.pick_started")
class OrderPickStarted(Fact):
    """An associate began to pick; taking over writes it again."""

    order: str
    by: str


@fact("order.unit_bound")
class OrderUnitBound(Fact):
    """A line was found, as a tagged unit or as one more of an untagged article."""

    order: str
    line: str
    gtin: str
    unit: str | None
    means: Literal["scan", "tag"]
    by: str


@fact("order.unit_unbound")
class OrderUnitUnbound(Fact):
    """A found unit was put back."""

    order: str
    line: str
    gtin: str
    unit: str | None
    by: str


@fact("order.line_short")
class OrderLineShort(Fact):
    """A line can't be found here; it is rerouted at once while its siblings go on."""

    order: str
    line: str
    qty: int
    reason: Literal["not_found", "damaged", "display_only", "tag_mismatch", "held_by_customer"]
    by: str


@fact("order.picked")
class OrderPicked(Fact):
    """Every line is found or short."""

    order: str


@fact("order.verified")
class OrderVerified(Fact):
    """What lies in the tote is what was bound: by RFID set equality, or counted for untagged goods."""

    order: str
    units: tuple[str, ...]
    by: str


@fact("order.staged")
class OrderStaged(Fact):
    """The order lies in a bin."""

    order: str
    bin: str
    by: str


@fact("order.ready")
class OrderReady(Fact):
    """The customer may come; ``hold_until`` is ms UTC."""

    order: str
    hold_until: int


@fact("order.restocked")
class OrderRestocked(Fact):
    """A cancelled or expired order's goods are back on the shelf."""

    order: str
    by: str


@fact("lease.granted")
class LeaseGranted(Fact):
    """The online channel may sell ``qty`` of this store's stock until ``until`` (ms UTC)."""

    lease: str
    gtin: str
    qty: int
    until: int


@fact("lease.returned")
class LeaseReturned(Fact):
    """A lease ended; what it didn't use is free again."""

    lease: str
    gtin: str
    used: int


@fact("exception.raised")
class ExceptionRaised(Fact):
    """Something that a person must look at, written in the commit of what caused it."""

    exception: str
    kind: Literal[
        "double_sold", "lease_overdrawn", "negative_balance", "tag_swap", "return_conflict", "reservation_broken",
        "unknown_passage", "fork", "not_in_stock",
    ]  # fmt: skip
    subject: str
    cause: Cause | None = None
    text: str = ""


@fact("exception.settled")
class ExceptionSettled(Fact):
    """A person dealt with an exception."""

    exception: str
    outcome: str
    by: str

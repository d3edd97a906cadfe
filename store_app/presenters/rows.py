"""Feed rows as the screens need them: typed, with sound defaults, so that a row with a field too few still shows."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import msgspec
import structlog

log = structlog.get_logger(__name__)


class WorkLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an order in hand: ``found`` of ``qty`` are bound, ``short`` are given up."""

    id: str
    gtin: str
    qty: int
    found: int = 0
    short: int = 0
    units: tuple[str, ...] = ()
    state: str = "todo"
    zone: str | None = None
    location: str | None = None
    seen_at: int | None = None
    unit_minor: int = 0
    rate: str = ""

    @property
    def complete(self) -> bool:
        """Whether nothing is left to find."""
        return self.found + self.short >= self.qty


class WorkCustomer(msgspec.Struct, frozen=True):
    """Who an order is for."""

    id: str = ""
    name: str = ""


class WorkOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order as the agent shows it to the tills, its lines in walk order. Times are ms UTC."""

    id: str
    number: str
    method: str = "pickup"
    customer: WorkCustomer | str | None = None
    promised_at: int = 0
    work: str = "assigned"
    stock: str = ""
    money: str = ""
    carrier: str = ""
    bin: str | None = None
    by: str | None = None
    picked: int = 0
    total: int = 0
    late_at: int | None = None
    lines: tuple[WorkLine, ...] = ()

    @property
    def customer_name(self) -> str:
        """Who it is for, empty if unknown."""
        return self.customer.name if isinstance(self.customer, WorkCustomer) else (self.customer or "")

    @property
    def articles(self) -> int:
        """How many articles it has."""
        return self.total or sum(line.qty for line in self.lines)

    @property
    def units(self) -> frozenset[str]:
        """Keys of all tagged units bound to it."""
        return frozenset(unit for line in self.lines for unit in line.units)


class AlarmRow(msgspec.Struct, frozen=True, kw_only=True):
    """An alarm of the gate, or an exception of stock."""

    id: str
    at: int = 0
    kind: str = "exit"
    gate: str = ""
    unit: str | None = None
    units: tuple[str, ...] = ()
    """all that left, where the alarm stands for several"""
    gtin: str | None = None
    state: str = "open"
    siren: bool = False
    quiet: str = ""
    """why the siren stayed off: ``till_silent``, ``too_late``, ``no_output``, ``failed``; older rows don't say"""
    subject: str = ""
    text: str = ""

    @property
    def is_exception(self) -> bool:
        """Whether it is an exception of stock rather than something at the gate."""
        return self.kind not in ("exit", "till_silent", "bulk", "siren_failed")

    @property
    def is_silence(self) -> bool:
        """Whether it says that a till is silent; nobody settles that, it ends by itself."""
        return self.kind == "till_silent" and self.unit is None

    @property
    def is_siren(self) -> bool:
        """Whether it says that a siren doesn't obey; it ends by itself, when it does."""
        return self.kind == "siren_failed"


class CountLine(msgspec.Struct, frozen=True, kw_only=True):
    """One unit of a count that isn't where it was expected, or not expected."""

    unit: str
    gtin: str = ""
    cls: str = "missing"
    zone: str | None = None
    seen_at: int | None = None
    proposed: str = "ignore"
    possible: tuple[str, ...] = ()
    """decisions that the agent would take; known once the reading has ended"""


class CountRow(msgspec.Struct, frozen=True, kw_only=True):
    """A count of one zone; ``curve`` holds (ms UTC, matched so far), ``rate`` new tags a second."""

    id: str
    zone: str = ""
    state: str = "open"
    by: str = ""
    opened_at: int = 0
    closed_at: int | None = None
    expected: int = 0
    matched: int = 0
    misplaced: int = 0
    unexpected: int = 0
    missing: int = 0
    accuracy_bp: int | None = None
    curve: tuple[tuple[int, int], ...] = ()
    rate: float = 0.0
    lines: tuple[CountLine, ...] = ()


class StockRow(msgspec.Struct, frozen=True, kw_only=True):
    """The stock of one article in this store."""

    gtin: str
    floor: int = 0
    back: int = 0
    other: int = 0
    sellable: int = 0
    committed: int = 0
    leased: int = 0
    unresolved: int = 0
    atp: int = 0
    as_of: int = 0


class NeedRow(msgspec.Struct, frozen=True, kw_only=True):
    """An article that the sales floor runs out of while the stockroom has some; ``zone`` is where to look first."""

    gtin: str
    floor: int = 0
    back: int = 0
    minimum: int = 0
    wanted: int = 1
    since: int = 0
    unit: str | None = None
    zone: str | None = None
    seen_at: int | None = None


class NetworkStockRow(msgspec.Struct, frozen=True, kw_only=True):
    """What another store has of an article."""

    gtin: str
    store: str
    atp: int = 0
    as_of: int = 0


class Zone(msgspec.Struct, frozen=True, kw_only=True):
    """A zone of the store plan."""

    id: str
    name: dict[str, str] = {}
    location: str = "salesfloor"
    walk: int = 0


class GateName(msgspec.Struct, frozen=True, kw_only=True):
    """What people call a gate."""

    id: str
    name: dict[str, str] = {}


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The store plan: zones in walk order, gates with their names, and bins for packed orders."""

    zones: tuple[Zone, ...] = ()
    gates: tuple[GateName, ...] = ()
    bins: tuple[str | dict[str, Any], ...] = ()

    @property
    def bin_names(self) -> tuple[str, ...]:
        """Ids of the bins."""
        return tuple(entry if isinstance(entry, str) else str(entry.get("id", "")) for entry in self.bins)


class GateSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How the gate judges."""

    window_min: int = 15
    till_silence_s: int = 5


class ReceiptSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Whether receipts are printed without being asked for."""

    print: str = "ask"


class StoreRow(msgspec.Struct, frozen=True, kw_only=True):
    """The row ``store`` of the feed ``settings``."""

    store: str = ""
    name: str = ""
    city: str = ""
    country: str = "FR"
    currency: str = "EUR"
    locale: str = "fr_FR"
    timezone: str = "Europe/Paris"
    siret: str = ""
    prices_include_tax: bool = True
    receipt: ReceiptSettings = ReceiptSettings()
    cash_limit_minor: int = 100_000
    discount_limit_bp: int = 1_000
    ledger_key: str = ""
    gate: GateSettings = GateSettings()


class ClientNote(msgspec.Struct, frozen=True, kw_only=True):
    """A note about a client."""

    id: str
    at: int = 0
    by: str = ""
    text: str = ""


class ClientPurchase(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a client bought in any store."""

    at: int = 0
    number: str = ""
    gtin: str = ""
    qty: int = 1
    minor: int = 0
    store: str = ""


class ClientRow(msgspec.Struct, frozen=True, kw_only=True):
    """A client as published by the ledger."""

    id: str
    name: str = ""
    tier: str = ""
    points: int = 0
    size: str = ""
    email: str = ""
    phone: str = ""
    consents: dict[str, bool] = {}
    wishes: tuple[str, ...] = ()
    notes: tuple[ClientNote, ...] = ()
    purchases: tuple[ClientPurchase, ...] = ()


R = TypeVar("R", bound=msgspec.Struct)


def typed(shape: type[R], row: Mapping[str, Any]) -> R | None:
    """The row in its shape, or None (and one line in the log) if it can't be read."""
    try:
        return msgspec.convert(row, shape)
    except msgspec.ValidationError as error:
        log.warning("a feed row can't be shown", shape=shape.__name__, error=str(error))
        return None


def typed_all(shape: type[R], rows: Iterable[Mapping[str, Any]]) -> list[R]:
    """All rows that can be read."""
    return [made for row in rows if (made := typed(shape, row)) is not None]

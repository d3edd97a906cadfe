"""Totals per rate: of open periods, of closed ones, and the perpetual ones that are never reset."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from retail.errors import Refused
from retail.fiscal.chain import Head

PeriodKind = Literal["day", "month", "year"]


@dataclass(frozen=True, slots=True)
class Amounts:
    """Net, tax and gross of one rate."""

    net: int = 0
    tax: int = 0
    gross: int = 0

    def plus(self, other: "Amounts") -> "Amounts":
        """The sum of both."""
        return Amounts(self.net + other.net, self.tax + other.tax, self.gross + other.gross)

    @property
    def absolute(self) -> "Amounts":
        """The same without signs."""
        return Amounts(abs(self.net), abs(self.tax), abs(self.gross))


@dataclass(frozen=True, slots=True)
class Totals:
    """Amounts per rate."""

    by_rate: Mapping[str, Amounts] = field(default_factory=dict)

    def plus(self, entries: Iterable[tuple[str, Amounts]]) -> "Totals":
        """With more amounts added to their rates."""
        sums = dict(self.by_rate)
        for rate, amounts in entries:
            sums[rate] = sums.get(rate, Amounts()).plus(amounts)
        return Totals(sums)

    @property
    def gross(self) -> int:
        """Gross of all rates."""
        return sum(amounts.gross for amounts in self.by_rate.values())

    def document(self) -> dict[str, dict[str, int]]:
        """As a signed document holds it."""
        return {
            rate: {"net_minor": a.net, "tax_minor": a.tax, "gross_minor": a.gross} for rate, a in self.by_rate.items()
        }


@dataclass(frozen=True, slots=True)
class Period:
    """An open period: its totals so far and the ticket numbers in it."""

    key: str
    totals: Totals = Totals()
    absolute: Totals = Totals()
    documents: int = 0
    first_number: int = 0
    last_number: int = 0


@dataclass(frozen=True, slots=True)
class FiscalState:
    """Everything that the next document depends on; the till keeps it in the database that holds the sales.

    ``closed`` holds the last closed key per kind of period. Days are ``2026-11-21``, months ``2026-11``, years
    the year in which the fiscal year begins.
    """

    heads: Mapping[str, Head] = field(default_factory=dict)
    open: Mapping[str, Period] = field(default_factory=dict)
    closed: Mapping[str, str] = field(default_factory=dict)
    perpetual: Totals = Totals()
    perpetual_absolute: Totals = Totals()

    def head(self, chain: str) -> Head:
        """The head of a chain."""
        return self.heads.get(chain, Head())

    def with_head(self, chain: str, head: Head) -> "FiscalState":
        """With a chain moved on."""
        return replace(self, heads={**self.heads, chain: head})


def period_key(kind: PeriodKind, business_date: str, year_starts: int = 1) -> str:
    """The period of a kind that a business date lies in; ``year_starts`` is the fiscal year's first month."""
    if kind == "day":
        return business_date
    if kind == "month":
        return business_date[:7]
    year, month = int(business_date[:4]), int(business_date[5:7])
    return f"{year if month >= year_starts else year - 1:04d}"


def count_ticket(
    state: FiscalState, business_date: str, number: int, entries: Iterable[tuple[str, Amounts]], year_starts: int
) -> FiscalState:
    """Add a ticket's lines (rate, amounts) to all open periods and to the perpetual totals.

    ``number`` is 0 for a document of another chain than tickets (an invoice): it counts in the totals only.
    """
    signed = list(entries)
    absolute = [(rate, amounts.absolute) for rate, amounts in signed]
    periods = dict(state.open)
    kinds: tuple[PeriodKind, ...] = ("day", "month", "year")
    for kind in kinds:
        period = periods.get(kind) or Period(period_key(kind, business_date, year_starts))
        periods[kind] = replace(
            period,
            totals=period.totals.plus(signed),
            absolute=period.absolute.plus(absolute),
            documents=period.documents + (1 if number else 0),
            first_number=period.first_number or number,
            last_number=number or period.last_number,
        )
    return replace(
        state,
        open=periods,
        perpetual=state.perpetual.plus(signed),
        perpetual_absolute=state.perpetual_absolute.plus(absolute),
    )


def check_open(state: FiscalState, business_date: str, year_starts: int = 1) -> None:
    """Refused (``period_closed``) if the date's day, month or year is closed; ``day_overdue`` if an older is open."""
    kinds: tuple[PeriodKind, ...] = ("day", "month", "year")
    for kind in kinds:
        key = period_key(kind, business_date, year_starts)
        if key <= state.closed.get(kind, ""):
            raise Refused("period_closed", f"{kind} {key} is closed", period=kind, key=key)
        period = state.open.get(kind)
        if period is not None and period.key > key:
            raise Refused("period_closed", f"the {kind} {period.key} has begun: {key} is over", period=kind, key=key)
        if period is not None and period.key < key:
            raise Refused("day_overdue", f"{kind} {period.key} must be closed first", period=kind, key=period.key)


def overdue(state: FiscalState, business_date: str, year_starts: int = 1) -> list[PeriodKind]:
    """The kinds of period to close before a document of this date, in the order of closing."""
    kinds: tuple[PeriodKind, ...] = ("day", "month", "year")
    return [
        kind
        for kind in kinds
        if (period := state.open.get(kind)) is not None and period.key < period_key(kind, business_date, year_starts)
    ]

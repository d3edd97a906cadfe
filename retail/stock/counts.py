"""Cycle counts: what is expected in a zone, what is read, and what a person decides about the difference.

A tag that wasn't read is *suspect* first; only a second miss in a row, or somebody's decision, writes it off. An
article with unresolved sales loses its missing units to those first. A sold unit never comes back by a read.
"""

from collections.abc import Callable, Collection, Container, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, NamedTuple

from retail.errors import Refused
from retail.facts.store import CountApproved, CountClosed, CountOpened
from retail.stock.book import StockBook
from retail.transitions import Table, Transition

Class = Literal["expected", "matched", "misplaced", "unexpected", "foreign", "missing"]
Decision = Literal["move", "suspect", "shrink", "found", "ignore"]

COUNT = Table(
    "count",
    "open",
    (
        Transition("finish", ("open",), "closed", "associate"),
        Transition("approve", ("closed",), "approved", "manager"),
        Transition("cancel", ("open", "closed"), "cancelled", "associate"),
    ),
)

MISSES_TO_SHRINK = 2


class CountReason(StrEnum):
    """Why a count or a decision isn't possible."""

    NOT_OF_COUNT = "not_of_count"
    BAD_DECISION = "bad_decision"
    ZONE_BUSY = "zone_busy"


@dataclass(slots=True)
class Count:
    """One session in one zone. ``expected`` follows the stock while it is open: what is sold isn't missing."""

    id: str
    zone: str
    by: str
    opened_at: int
    expected: set[str]
    state: str = "open"
    read: dict[str, int] = field(default_factory=dict)
    """unit -> when it was last read here, ms UTC"""
    matched: int = 0
    """expected units that were read"""
    others: set[str] = field(default_factory=set)
    """units read here that weren't expected, while it is open"""
    curve: list[tuple[int, int]] = field(default_factory=list)
    """(ms UTC, matched so far), one point per batch that matched more"""


class Result(NamedTuple):
    """The units of a count by class, each sorted."""

    matched: tuple[str, ...]
    misplaced: tuple[str, ...]
    unexpected: tuple[str, ...]
    foreign: tuple[str, ...]
    missing: tuple[str, ...]
    accuracy_bp: int


def expected_units(book: StockBook, zone: str, location: str, zone_of: Callable[[str], str | None]) -> set[str]:
    """Return the units that belong in a zone: last seen there, or never seen and kept at its location."""
    expected = set()
    for held in book.held.values():
        for unit in held:
            seen = zone_of(unit)
            if seen == zone or (seen is None and book.units[unit].at.location == location):
                expected.add(unit)
    return expected


def open_count(
    id: str, zone: str, by: str, expected: Iterable[str], at: int, at_seq: int, others: Iterable[Count] = ()
) -> tuple[Count, CountOpened]:
    """Begin a count; refused while another one is open in the same zone. ``at_seq`` is the journal's head."""
    for other in others:
        if other.zone == zone and other.state == "open":
            raise Refused(CountReason.ZONE_BUSY, f"{zone} is being counted already", count=other.id)
    count = Count(id, zone, by, at, set(expected))
    return count, CountOpened(count=id, zone=zone, by=by, expected=len(count.expected), at_seq=at_seq)


def believed(heard: Mapping[str, int], known: Container[str], once: set[str]) -> set[str]:
    """The units that a count takes for real, of those heard so many times.

    One read in some ten thousand is garbled and passes its checksum nevertheless: an EPC that the book doesn't know
    counts from its second read on. ``once`` keeps those with one read until now.
    """
    units = {unit for unit, reads in heard.items() if reads > 1 or unit in known or unit in once}
    once -= units
    once |= heard.keys() - units
    return units


def hear(count: Count, units: Collection[str], now: int) -> int:
    """Take in units read in the zone; return how many are new. Reads after the end change nothing."""
    if count.state != "open":
        return 0
    new = set(units) - count.read.keys()
    count.read.update(dict.fromkeys(units, now))
    others = new - count.expected
    count.others |= others
    more = len(new) - len(others)
    if more or not count.curve:
        count.matched += more
        count.curve.append((now, count.matched))
    return len(new)


def follow(count: Count, book: StockBook, units: Iterable[str]) -> None:
    """Units moved while the count is open: those that left the store are no longer expected."""
    for unit in units:
        row = book.units.get(unit)
        if row is None or not row.held:
            count.matched -= unit in count.expected and unit in count.read
            count.expected.discard(unit)
            count.others.discard(unit)
            count.read.pop(unit, None)


def class_of(count: Count, book: StockBook, unit: str) -> Class:
    """Return the class of one unit as things stand."""
    if unit in count.expected:
        if unit in count.read:
            return "matched"
        return "expected" if count.state == "open" else "missing"
    row = book.units.get(unit)
    if row is None:
        return "foreign"
    return "misplaced" if row.held else "unexpected"


def result(count: Count, book: StockBook) -> Result:
    """Sort all expected and read units into classes; while the count is open, missing means not read yet."""
    differ = _differences(count, book)
    matched = tuple(sorted(count.expected & count.read.keys()))
    return Result(matched=matched, **differ, accuracy_bp=_accuracy_bp(count, len(matched)))


def _differences(count: Count, book: StockBook) -> dict[str, tuple[str, ...]]:
    """The units that aren't as expected, by class and sorted: few, however many were read."""
    others: dict[Class, list[str]] = {"misplaced": [], "unexpected": [], "foreign": []}
    for unit in sorted(count.read.keys() - count.expected):
        others[class_of(count, book, unit)].append(unit)
    missing = sorted(count.expected - count.read.keys())
    return {**{name: tuple(units) for name, units in others.items()}, "missing": tuple(missing)}


def _accuracy_bp(count: Count, matched: int) -> int:
    return 10_000 * matched // len(count.expected) if count.expected else 10_000


def finish(count: Count, book: StockBook) -> CountClosed:
    """End the reading. Tags that the book doesn't know are told among the unexpected ones."""
    after = COUNT.next(count.state, "finish")
    differ = _differences(count, book)
    count.state = after
    matched = len(count.expected) - len(differ["missing"])
    return CountClosed(
        count=count.id,
        zone=count.zone,
        matched=matched,
        misplaced=differ["misplaced"],
        unexpected=tuple(sorted((*differ["unexpected"], *differ["foreign"]))),
        missing=differ["missing"],
        accuracy_bp=_accuracy_bp(count, matched),
    )


def cancel(count: Count) -> None:
    """Give a count up; nothing is moved."""
    count.state = COUNT.next(count.state, "cancel")


def proposals(count: Count, book: StockBook) -> dict[str, Decision]:
    """Return what is proposed for every unit that isn't as expected."""
    found = _differences(count, book)
    proposed: dict[str, Decision] = {}
    for unit in found["misplaced"]:
        proposed[unit] = "move"
    for unit in found["missing"]:
        again = book.suspects.get(unit, 0) + 1 >= MISSES_TO_SHRINK
        proposed[unit] = "shrink" if again else "suspect"
    for unit in found["unexpected"]:
        proposed[unit] = "found" if book.units[unit].at.location == "shrink" else "ignore"
    for unit in book.suspects:
        if unit in count.read and unit in count.expected:
            proposed[unit] = "found"
    return proposed | dict.fromkeys(found["foreign"], "ignore")


def approved(count: Count, book: StockBook, decisions: dict[str, Decision], by: str) -> CountApproved:
    """Check a manager's decisions, completed by the proposals, and return the fact; the moves follow from it.

    Refused for a unit that isn't part of the count, or a decision that its class doesn't allow: a sold unit isn't
    found by a read, it comes back by a return.
    """
    COUNT.next(count.state, "approve")
    proposed = proposals(count, book)
    for unit, decision in decisions.items():
        _check(count, book, unit, decision)
    final = proposed | decisions
    chosen = {
        kind: tuple(sorted(u for u, d in final.items() if d == kind)) for kind in ("move", "suspect", "shrink", "found")
    }
    return CountApproved(
        count=count.id,
        by=by,
        moved=chosen["move"],
        suspect=chosen["suspect"],
        shrunk=chosen["shrink"],
        found=chosen["found"],
    )


_ALLOWED: dict[Class, tuple[Decision, ...]] = {
    "matched": ("found", "ignore"),
    "misplaced": ("move", "ignore"),
    "unexpected": ("found", "ignore"),
    "foreign": ("ignore",),
    "missing": ("suspect", "shrink", "ignore"),
    "expected": (),
}


def _check(count: Count, book: StockBook, unit: str, decision: Decision) -> None:
    if unit not in count.expected and unit not in count.read:
        raise Refused(CountReason.NOT_OF_COUNT, f"{unit} isn't part of this count", unit=unit)
    allowed = possible(count, book, unit)
    if decision not in allowed:
        kind = class_of(count, book, unit)
        raise Refused(
            CountReason.BAD_DECISION, f"{decision} isn't possible for a {kind} unit", unit=unit, allowed=allowed
        )


def possible(count: Count, book: StockBook, unit: str) -> tuple[Decision, ...]:
    """Return what a person may decide about one unit of a finished count."""
    kind = class_of(count, book, unit)
    if kind == "unexpected" and book.units[unit].at.location != "shrink":
        return ("ignore",)
    return _ALLOWED[kind]

"""Which store fulfils an order: pure rules over what each store can promise.

A rule is any object with a name and :meth:`Rule.route`; :data:`RULES` is the table that settings choose from.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol


class Wanted(NamedTuple):
    """A line that needs a store."""

    line: str
    gtin: str
    qty: int


class Candidate(NamedTuple):
    """A store: what it can promise by GTIN, and how many open orders it has."""

    store: str
    atp: Mapping[str, int]
    load: int = 0


class Given(NamedTuple):
    """``qty`` of a line goes to a store."""

    store: str
    line: str
    gtin: str
    qty: int


class Rule(Protocol):
    """Gives lines to stores. What no store can promise isn't given; nothing beyond a store's promise is."""

    name: str

    def route(self, lines: Sequence[Wanted], candidates: Sequence[Candidate], *, split: bool) -> list[Given]: ...


class WholeThenLoad:
    """One store for everything if there is one, the least loaded first; otherwise as few parts as greed finds.

    ``split=False`` (pickup: the customer goes to one place) gives everything to one store or nothing.
    """

    name = "whole-then-load"

    def route(self, lines: Sequence[Wanted], candidates: Sequence[Candidate], *, split: bool) -> list[Given]:
        able = sorted(candidates, key=lambda candidate: (candidate.load, candidate.store))
        for candidate in able:
            if covers(candidate, lines):
                return [Given(candidate.store, *line) for line in lines]
        return _greedy(lines, able) if split else []


class MostStock:
    """As :class:`WholeThenLoad`, but the store with the most of the goods first: keeps last pieces on the shelves."""

    name = "most-stock"

    def route(self, lines: Sequence[Wanted], candidates: Sequence[Candidate], *, split: bool) -> list[Given]:
        able = sorted(candidates, key=lambda c: (-min((c.atp.get(line.gtin, 0) for line in lines), default=0), c.store))
        for candidate in able:
            if covers(candidate, lines):
                return [Given(candidate.store, *line) for line in lines]
        return _greedy(lines, able) if split else []


RULES: dict[str, Rule] = {rule.name: rule for rule in (WholeThenLoad(), MostStock())}


def covers(candidate: Candidate, lines: Sequence[Wanted]) -> bool:
    """Whether a store can promise all the lines together."""
    needed: dict[str, int] = {}
    for line in lines:
        needed[line.gtin] = needed.get(line.gtin, 0) + line.qty
    return all(candidate.atp.get(gtin, 0) >= qty for gtin, qty in needed.items())


def _greedy(lines: Sequence[Wanted], able: Sequence[Candidate]) -> list[Given]:
    """Again and again the store that can take most pieces, in the given order among equals."""
    left = {line.line: line.qty for line in lines}
    stores = {candidate.store: dict(candidate.atp) for candidate in able}
    given: list[Given] = []
    while stores and any(left.values()):
        offers = {store: _offer(store, lines, left, atp) for store, atp in stores.items()}
        best = max(offers, key=lambda store: sum(one.qty for one in offers[store]))
        if not offers[best]:
            break
        for one in offers[best]:
            left[one.line] -= one.qty
        given.extend(offers[best])
        del stores[best]
    return given


def _offer(store: str, lines: Sequence[Wanted], left: Mapping[str, int], atp: Mapping[str, int]) -> list[Given]:
    free = dict(atp)
    offer = []
    for line in lines:
        qty = min(left[line.line], free.get(line.gtin, 0))
        if qty > 0:
            free[line.gtin] -= qty
            offer.append(Given(store, line.line, line.gtin, qty))
    return offer

"""Which promotions a basket gets, and what each takes off which line.

Groups add up: they are applied one after the other, by the highest priority in each, every one on what the
earlier ones left to pay. Within a group a unit gets at most one promotion: higher priorities choose first, and
among equals the choice is the one that is best for the customer. Promotions that share no line are chosen
independently; up to ``TRY_ALL`` that do are tried in every order, more (at most the ``LOOK_AT`` that could take
most off) by the largest gain and by the largest gain per value, whichever comes out better.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, permutations
from typing import NamedTuple

from retail.promotions.book import PromotionBook
from retail.promotions.index import BasketIndex
from retail.promotions.kinds import Members, apply
from retail.promotions.pool import Item, Off, Pool
from retail.promotions.rules import ALL_BP, Promotion

TRY_ALL = 3
LOOK_AT = 24


@dataclass(frozen=True, slots=True)
class Occasion:
    """When, where and for whom: what decides whether a promotion may be used."""

    at: int
    store: str = ""
    channel: str = "store"
    tier: str = ""
    coupons: frozenset[str] = frozenset()


class Applied(NamedTuple):
    """A reduction of one line by one promotion; ``minor`` > 0."""

    line: int
    rule: Promotion
    minor: int


class Candidate(NamedTuple):
    """A promotion and the lines that it may use."""

    rule: Promotion
    members: Members
    lines: frozenset[int]


class Considered(NamedTuple):
    """A promotion that was looked at: the pool of its group before anything was taken, and what was left."""

    candidate: Candidate
    before: Pool
    left: Pool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was applied, and everything that was considered (for hints)."""

    applied: tuple[Applied, ...]
    considered: tuple[Considered, ...]


Choice = list[tuple[Promotion, list[Off]]]


def choose(book: PromotionBook, items: Sequence[Item], occasion: Occasion) -> Outcome:
    """Apply the promotions of a book to the lines of a basket."""
    rest = {i: item.minor for i, item in enumerate(items)}
    applied: list[Applied] = []
    seen: list[Considered] = []
    for group in _groups(_candidates(book, items, occasion)):
        pool = Pool({i: (item.qty, rest[i]) for i, item in enumerate(items)})
        before = pool.part(rest)
        for _, level in groupby(group, key=lambda one: -one.rule.priority):
            for part in _independent(_without_dominated(level)):
                for rule, offs in _best(part, pool):
                    applied += [Applied(off.line, rule, off.minor) for off in offs]
                    for off in offs:
                        rest[off.line] -= off.minor
        seen += [Considered(candidate, before, pool) for candidate in group]
    return Outcome(_summed(applied), tuple(seen))


def _candidates(book: PromotionBook, items: Sequence[Item], occasion: Occasion) -> list[Candidate]:
    found: list[Candidate] = []
    index = BasketIndex(items)
    when = (occasion.at, occasion.store, occasion.channel, occasion.tier, occasion.coupons)
    for rule in book.touching(index.articles()):
        if not rule.applies(*when):
            continue
        scopes = [part.scope for part in rule.components] if rule.kind == "mix" else [rule.scope]
        members = [index.lines(scope) for scope in scopes]
        lines = frozenset(i for part in members for i in part)
        if lines:
            found.append(Candidate(rule, members, lines))
    return found


def _groups(candidates: Iterable[Candidate]) -> list[list[Candidate]]:
    """Candidates by group, each by falling priority; groups by their highest priority, then by name."""
    groups: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        groups[candidate.rule.group].append(candidate)
    ordered = sorted(groups.items(), key=lambda entry: (-max(one.rule.priority for one in entry[1]), entry[0]))
    return [sorted(group, key=lambda one: (-one.rule.priority, one.rule.id)) for _, group in ordered]


def _without_dominated(level: Iterable[Candidate]) -> list[Candidate]:
    """Of offers that differ in their percentage only, on the same lines, only the highest counts."""
    best: dict[object, Candidate] = {}
    for one in level:
        rule = one.rule
        terms = (rule.minor, rule.off_minor, rule.per, rule.qty, rule.pay, rule.min_qty, rule.min_minor, rule.max_items)
        key = (one.lines, rule.kind, terms, rule.limit, rule.components, rule.steps)
        if key not in best or best[key].rule.value_bp < rule.value_bp:
            best[key] = one
    return list(best.values())


def _independent(level: Sequence[Candidate]) -> list[list[Candidate]]:
    """Split candidates into sets that share no line."""
    parent = list(range(len(level)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    owner: dict[int, int] = {}
    for i, one in enumerate(level):
        for line in one.lines:
            parent[root(i)] = root(owner.setdefault(line, i))
    parts: dict[int, list[Candidate]] = defaultdict(list)
    for i, one in enumerate(level):
        parts[root(i)].append(one)
    return list(parts.values())


def _best(part: Sequence[Candidate], pool: Pool) -> Choice:
    """The best choice for the customer among candidates that share lines; the pool keeps what it leaves."""
    lines = frozenset().union(*(one.lines for one in part))
    best_choice: Choice = []
    best_pool, best_gain = pool.part(lines), 0
    for order in _orders(part, pool, lines):
        trial = pool.part(lines)
        choice = [(one.rule, apply(one.rule, trial, one.members)) for one in order]
        gain = _gain(choice)
        if gain > best_gain:
            best_choice, best_pool, best_gain = choice, trial, gain
    pool.merge(best_pool)
    return best_choice


def _orders(part: Sequence[Candidate], pool: Pool, lines: frozenset[int]) -> list[Sequence[Candidate]]:
    if len(part) <= TRY_ALL:
        return list(permutations(part))
    part = sorted(part, key=lambda one: -_most(one, pool))[:LOOK_AT]
    alone: list[tuple[int, float]] = []
    for one in part:
        trial = pool.part(one.lines)
        before = trial.minor(one.lines)
        gain = sum(off.minor for off in apply(one.rule, trial, one.members))
        used = before - trial.minor(one.lines)
        alone.append((gain, gain / used if used else 0.0))
    indices = [i for i in range(len(part)) if alone[i][0] > 0]
    by_gain = sorted(indices, key=lambda i: (-alone[i][0], part[i].rule.id))
    by_density = sorted(indices, key=lambda i: (-alone[i][1], -alone[i][0], part[i].rule.id))
    orders = [by_gain] if by_gain == by_density else [by_gain, by_density]
    return [[part[i] for i in order] for order in orders]


def _most(one: Candidate, pool: Pool) -> int:
    """Roughly the most that a candidate could take off: enough to leave the hopeless ones out."""
    rule, value, qty = one.rule, pool.minor(one.lines), pool.qty(one.lines)
    if rule.kind in ("percent", "cheapest"):
        return value * rule.value_bp // (ALL_BP * max(1, rule.qty))
    if rule.kind == "n_for_m":
        return value * (rule.qty - rule.pay) // rule.qty
    if rule.kind == "amount":
        return min(value, rule.minor * (qty if rule.per == "unit" else 1))
    if rule.kind == "threshold":
        return max(value * step.value_bp // ALL_BP + step.off_minor for step in rule.steps)
    sets = qty // rule.qty if rule.kind == "bundle" else qty
    return value - rule.minor * sets if rule.kind in ("bundle", "fixed_price") else value


def _gain(choice: Choice) -> int:
    return sum(off.minor for _, offs in choice for off in offs)


def _summed(applied: Iterable[Applied]) -> tuple[Applied, ...]:
    """One entry per line and promotion, in the order of application."""
    sums: dict[tuple[int, str], Applied] = {}
    for one in applied:
        before = sums.get((one.line, one.rule.id))
        sums[one.line, one.rule.id] = one if before is None else one._replace(minor=one.minor + before.minor)
    return tuple(sums.values())

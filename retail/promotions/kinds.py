"""How each kind of promotion computes its reduction: take units from the pool, say what comes off which line.

Every function returns the reductions of all its applications; an empty list means that nothing was earned,
and then nothing is taken from the pool either.
"""

from collections.abc import Callable, Sequence

from retail.money import share
from retail.promotions.pool import Off, Pool, Taken, spread
from retail.promotions.rules import ALL_BP, Kind, Promotion

Members = Sequence[Sequence[int]]
"""Lines per component of the promotion; all kinds but ``mix`` have one component."""


def apply(rule: Promotion, pool: Pool, members: Members) -> list[Off]:
    """Apply a promotion as often as it fits."""
    return _KINDS[rule.kind](rule, pool, members)


def _reached(rule: Promotion, pool: Pool, lines: Sequence[int]) -> bool:
    return pool.qty(lines) >= max(1, rule.min_qty) and pool.minor(lines) >= rule.min_minor


def _affected(rule: Promotion, pool: Pool, lines: Sequence[int]) -> list[Taken]:
    if rule.max_items:
        return pool.take_ordered(pool.cheapest(lines), rule.max_items)
    return pool.take_all(lines)


def _each(rule: Promotion, pool: Pool, members: Members, off: Callable[[Taken], int]) -> list[Off]:
    """A reduction of every affected line on its own."""
    (lines,) = members
    if not _reached(rule, pool, lines):
        return []
    return [Off(part.line, minor) for part in _affected(rule, pool, lines) if (minor := off(part)) > 0]


def _percent(rule: Promotion, pool: Pool, members: Members) -> list[Off]:
    return _each(rule, pool, members, lambda part: share(part.minor, rule.value_bp, ALL_BP))


def _amount(rule: Promotion, pool: Pool, members: Members) -> list[Off]:
    if rule.per == "unit":
        return _each(rule, pool, members, lambda part: min(part.minor, rule.minor * part.qty))
    (lines,) = members
    if not _reached(rule, pool, lines):
        return []
    taken = _affected(rule, pool, lines)
    return spread(min(rule.minor, _value(taken)), taken)


def _fixed_price(rule: Promotion, pool: Pool, members: Members) -> list[Off]:
    return _each(rule, pool, members, lambda part: part.minor - rule.minor * part.qty)


def _sets(rule: Promotion, pool: Pool, lines: Sequence[int], off: Callable[[list[Taken]], int]) -> list[Off]:
    """Sets of ``qty`` units, the dearest first, until one earns nothing."""
    count = pool.qty(lines) // rule.qty
    if rule.limit:
        count = min(count, rule.limit)
    found: list[Off] = []
    used_up: list[Taken] = []
    order, start, used = pool.dearest(lines) if count else [], 0, 0
    for _ in range(count):
        taken, start, used = pool.peek(order, start, used, rule.qty)
        minor = off(taken)
        if minor <= 0:
            break
        used_up += taken
        found += spread(minor, taken)
    pool.drop(used_up)
    return found


def _bundle(rule: Promotion, pool: Pool, members: Members) -> list[Off]:
    return _sets(rule, pool, members[0], lambda taken: _value(taken) - rule.minor)


def _n_for_m(rule: Promotion, pool: Pool, members: Members) -> list[Off]:
    return _sets(rule, pool, members[0], lambda taken: _cheapest_value(taken, rule.qty - rule.pay))


def _cheapest(rule: Promotion, pool: Pool, members: Members) -> list[Off]:
    if pool.minor(members[0]) < rule.min_minor:
        return []
    return _sets(rule, pool, members[0], lambda taken: share(_cheapest_value(taken, 1), rule.value_bp, ALL_BP))


def _mix(rule: Promotion, pool: Pool, members: Members) -> list[Off]:
    found: list[Off] = []
    count = 0
    every = sorted({i for lines in members for i in lines})
    while not rule.limit or count < rule.limit:
        trial = pool.part(every)
        taken = _mix_set(rule, trial, members)
        minor = _mix_off(rule, _value(taken)) if taken else 0
        if minor <= 0:
            break
        pool.merge(trial)
        found += spread(minor, taken)
        count += 1
    return found


def _mix_set(rule: Promotion, pool: Pool, members: Members) -> list[Taken]:
    """The dearest units that make one set, or nothing."""
    taken: list[Taken] = []
    for part, lines in zip(rule.components, members, strict=True):
        some = pool.take_ordered(pool.dearest(lines), part.qty)
        if sum(one.qty for one in some) < part.qty:
            return []
        taken += some
    return taken


def _mix_off(rule: Promotion, value: int) -> int:
    if rule.minor:
        return value - rule.minor
    return share(value, rule.value_bp, ALL_BP) if rule.value_bp else min(rule.off_minor, value)


def _threshold(rule: Promotion, pool: Pool, members: Members) -> list[Off]:
    (lines,) = members
    value, qty = pool.minor(lines), pool.qty(lines)
    reached = [step for step in rule.steps if value >= step.min_minor and qty >= step.min_qty]
    best = max(
        (share(value, s.value_bp, ALL_BP) if s.value_bp else min(s.off_minor, value) for s in reached), default=0
    )
    return spread(best, pool.take_all(lines)) if best > 0 else []


def _value(taken: Sequence[Taken]) -> int:
    return sum(part.minor for part in taken)


def _cheapest_value(taken: Sequence[Taken], qty: int) -> int:
    """The value of the ``qty`` cheapest units of a set that was taken dearest first."""
    total = 0
    for part in reversed(taken):
        some = min(qty, part.qty)
        total += share(part.minor, some, part.qty)
        qty -= some
        if not qty:
            break
    return total


_KINDS: dict[Kind, Callable[[Promotion, Pool, Members], list[Off]]] = {
    "percent": _percent,
    "amount": _amount,
    "fixed_price": _fixed_price,
    "bundle": _bundle,
    "n_for_m": _n_for_m,
    "cheapest": _cheapest,
    "mix": _mix,
    "threshold": _threshold,
}

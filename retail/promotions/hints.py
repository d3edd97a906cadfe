"""What is missing for the next offer: so many more units, or so much more to spend."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from retail.promotions.engine import Candidate, Considered
from retail.promotions.pool import Pool
from retail.promotions.rules import Promotion


@dataclass(frozen=True, slots=True)
class Hint:
    """An offer that the basket nearly earns: one of the two figures is above zero."""

    rule: Promotion
    missing_qty: int = 0
    missing_minor: int = 0


def hints(considered: Iterable[Considered]) -> tuple[Hint, ...]:
    """The offers that a basket has begun to earn but not reached, the nearest first."""
    found = [hint for one in considered if (hint := _hint(one)) is not None]
    return tuple(sorted(found, key=lambda hint: (hint.missing_minor, hint.missing_qty, hint.rule.id)))


def _hint(considered: Considered) -> Hint | None:
    candidate, before, pool = considered
    rule = candidate.rule
    if rule.kind == "mix":
        return _mix_hint(candidate, pool)
    (lines,) = candidate.members
    qty, minor = pool.qty(lines), pool.minor(lines)
    if rule.kind == "threshold":
        return _threshold_hint(rule, lines, before)
    if rule.kind in ("bundle", "n_for_m", "cheapest"):
        return Hint(rule, missing_qty=rule.qty - qty) if 0 < qty < rule.qty else None
    if 0 < qty < rule.min_qty:
        return Hint(rule, missing_qty=rule.min_qty - qty)
    if 0 < minor < rule.min_minor:
        return Hint(rule, missing_minor=rule.min_minor - minor)
    return None


def _mix_hint(candidate: Candidate, pool: Pool) -> Hint | None:
    missing = there = 0
    for part, lines in zip(candidate.rule.components, candidate.members, strict=True):
        qty = min(part.qty, pool.qty(lines))
        there += qty
        missing += part.qty - qty
    return Hint(candidate.rule, missing_qty=missing) if there and missing else None


def _threshold_hint(rule: Promotion, lines: Sequence[int], pool: Pool) -> Hint | None:
    qty, minor = pool.qty(lines), pool.minor(lines)
    if not qty:
        return None
    ahead = [
        Hint(rule, missing_qty=max(0, step.min_qty - qty), missing_minor=max(0, step.min_minor - minor))
        for step in rule.steps
        if qty < step.min_qty or minor < step.min_minor
    ]
    return min(ahead, key=lambda hint: (hint.missing_minor, hint.missing_qty), default=None)

"""A count's facts in parts: a first count of a large store differs in more units than one record holds."""

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import TypeVar

from retail.facts.store import CountApproved, CountClosed

PART_BYTES = 200_000
"""of unit keys in one fact, some 8,000 of them: below the 256 KiB that a body may have"""

F = TypeVar("F", CountApproved, CountClosed)


def count_parts(fact: F, limit: int = PART_BYTES) -> list[F]:
    """Split a count's fact into numbered parts (count ``id``, ``id~2``, …) that each fit into one record.

    Each unit stands in one part, under what was said of it; figures are the whole count's in every part.
    """
    named = {field.name: getattr(fact, field.name) for field in fields(fact)}
    lists = {name: units for name, units in named.items() if isinstance(units, tuple)}
    parts: list[F] = []
    for number, units in enumerate(_portions(lists, limit), 1):
        count = fact.count if number == 1 else f"{fact.count}~{number}"
        told = {name: tuple(units.get(name, ())) for name in lists}
        parts.append(replace(fact, count=count, **told))  # type: ignore[arg-type]  # only lists of units are replaced
    return parts


def _portions(lists: dict[str, tuple[str, ...]], limit: int) -> Iterator[dict[str, list[str]]]:
    """Units by list, as many at a time as ``limit`` bytes hold; one empty portion of nothing."""
    portion: dict[str, list[str]] = {}
    size = 0
    for name, units in lists.items():
        for unit in units:
            more = len(unit.encode()) + len('"",')
            if portion and size + more > limit:
                yield portion
                portion, size = {}, 0
            portion.setdefault(name, []).append(unit)
            size += more
    yield portion

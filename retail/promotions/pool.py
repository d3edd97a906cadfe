"""The units that a promotion may still use, line by line, with what they cost at this point."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from retail.money import allocate, divided, share


@dataclass(frozen=True, slots=True)
class Item:
    """One basket line as promotions see it: ``qty`` > 0 units that cost ``minor`` together."""

    gtin: str
    style: str
    category: str
    qty: int
    minor: int


class Taken(NamedTuple):
    """Units taken from one line, and their value."""

    line: int
    qty: int
    minor: int


class Off(NamedTuple):
    """What a promotion takes off one line."""

    line: int
    minor: int


class Pool:
    """Quantity and value left per line. Taking units splits a line's value without losing a cent."""

    __slots__ = ("_left",)

    def __init__(self, left: dict[int, tuple[int, int]]) -> None:
        self._left = left

    def part(self, lines: Iterable[int]) -> "Pool":
        """A pool of its own with these lines only."""
        return Pool({i: self._left[i] for i in lines if i in self._left})

    def merge(self, part: "Pool") -> None:
        """Take over what a part has left."""
        self._left.update(part._left)

    def qty(self, lines: Iterable[int]) -> int:
        """Units left on these lines."""
        return sum(self._left[i][0] for i in lines)

    def minor(self, lines: Iterable[int]) -> int:
        """Value left on these lines."""
        return sum(self._left[i][1] for i in lines)

    def take(self, line: int, qty: int) -> Taken:
        """Take units of one line."""
        left, minor = self._left[line]
        value = minor if qty == left else share(minor, qty, left)
        self._left[line] = (left - qty, minor - value)
        return Taken(line, qty, value)

    def peek(self, order: Sequence[int], start: int, used: int, qty: int) -> tuple[list[Taken], int, int]:
        """The next ``qty`` units of the lines in this order, nothing taken yet.

        ``start`` is an index of ``order`` and ``used`` how many units of that line were peeked at before; the
        last two results are where to go on. Fewer units come back if there aren't so many.
        """
        found: list[Taken] = []
        while qty and start < len(order):
            left, minor = self._left[order[start]]
            some = min(qty, left - used)
            if some:
                value = divided(minor * (used + some), left) - divided(minor * used, left)
                found.append(Taken(order[start], some, value))
                qty, used = qty - some, used + some
            if used >= left:
                start, used = start + 1, 0
        return found, start, used

    def drop(self, taken: Iterable[Taken]) -> None:
        """Take units that were peeked at."""
        for line, qty, minor in taken:
            left, value = self._left[line]
            self._left[line] = (left - qty, value - minor)

    def take_all(self, lines: Iterable[int]) -> list[Taken]:
        """Take everything of these lines."""
        return [self.take(i, self._left[i][0]) for i in lines if self._left[i][0]]

    def take_ordered(self, lines: Sequence[int], qty: int) -> list[Taken]:
        """Take ``qty`` units from the lines in this order; fewer if there aren't so many."""
        taken: list[Taken] = []
        for i in lines:
            some = min(qty, self._left[i][0])
            if some:
                taken.append(self.take(i, some))
                qty -= some
            if not qty:
                break
        return taken

    def dearest(self, lines: Iterable[int]) -> list[int]:
        """The lines that have units left, by falling unit price."""
        left = self._left
        return sorted((i for i in lines if left[i][0]), key=lambda i: (-left[i][1] / left[i][0], i))

    def cheapest(self, lines: Iterable[int]) -> list[int]:
        """The lines that have units left, by rising unit price."""
        left = self._left
        return sorted((i for i in lines if left[i][0]), key=lambda i: (left[i][1] / left[i][0], i))


def spread(minor: int, taken: Sequence[Taken]) -> list[Off]:
    """Share a reduction over the units that earned it, in proportion to their value."""
    if len(taken) == 1:
        return [Off(taken[0].line, minor)]
    parts = allocate(minor, [part.minor for part in taken])
    return [Off(part.line, off) for part, off in zip(taken, parts, strict=True) if off]

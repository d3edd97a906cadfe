"""A count's facts in parts: nothing lost, nothing twice, each small enough for a record."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from retail.facts.store import CountApproved, CountClosed
from retail.stock.book import StockBook
from retail.stock.count_parts import count_parts
from retail.stock.fold import fold
from tests.support.stock_builders import COAT, unit_of

UNITS = st.lists(st.text(min_size=1, max_size=20), unique=True, max_size=40).map(tuple)


@settings(max_examples=60)
@given(UNITS, UNITS, UNITS, st.integers(50, 400))
def test_each_unit_stands_in_one_part(
    one: tuple[str, ...], two: tuple[str, ...], three: tuple[str, ...], limit: int
) -> None:
    whole = CountApproved(count="c", by="m", moved=one, suspect=two, shrunk=three, found=())
    parts = count_parts(whole, limit)
    for name in ("moved", "suspect", "shrunk", "found"):
        assert sum((getattr(part, name) for part in parts), ()) == getattr(whole, name)
    assert [part.count for part in parts] == ["c", *(f"c~{number}" for number in range(2, len(parts) + 1))]
    sizes = [sum(len(unit.encode()) + 3 for unit in (*p.moved, *p.suspect, *p.shrunk)) for p in parts]
    assert all(size <= max(limit, 83) for size in sizes)


def test_a_small_one_stays_as_it_is() -> None:
    closed = CountClosed(count="c", zone="z", matched=3, misplaced=(), unexpected=(), missing=("a",), accuracy_bp=7500)
    assert count_parts(closed) == [closed]
    empty = CountApproved(count="c", by="m", moved=(), suspect=(), shrunk=(), found=())
    assert count_parts(empty) == [empty]


def test_twelve_thousand_fit_and_are_folded_once_each() -> None:
    units = tuple(unit_of(COAT, number) for number in range(12_000))
    whole = CountApproved(count="c", by="m", moved=(), suspect=units, shrunk=(), found=())
    parts = count_parts(whole)
    assert all(len(msgspec.json.encode(part)) < 256 * 1024 for part in parts)
    book = StockBook()
    for part in (*parts, *parts):
        fold(book, part, 0)
    assert book.suspects == dict.fromkeys(units, 1)

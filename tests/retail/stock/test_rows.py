"""The book as rows: only what changed is written, and what was written is the book."""

import json

from retail.stock import (
    FLOOR,
    Received,
    StockBook,
    apply,
    dump,
    effects_of,
    fold,
    grant,
    load,
    promise,
    take_changes,
)
from retail.stock.rows import Body
from tests.support.stock_builders import COAT, MUG, Ids, sale_of, sold_line, stocked, tagged, unit_of


def table(book: StockBook, saved: dict[tuple[str, str], Body]) -> None:
    """What the agent does with changes: one upsert or delete each."""
    for name, key, body in take_changes(book):
        if body is None:
            saved.pop((name, key), None)
        else:
            saved[name, key] = json.loads(json.dumps(body))


def read(saved: dict[tuple[str, str], Body]) -> StockBook:
    return load((name, key, body) for (name, key), body in saved.items())


def test_saving_changes_after_each_step_gives_the_same_book() -> None:
    ids, saved = Ids(), {}
    book = stocked(ids, tagged(COAT, 4), Received(MUG, 3, (), FLOOR))
    table(book, saved)
    assert read(saved) == book
    apply(book, promise(book, "r1", COAT, 2, "o1", at=1, new_id=ids), 1)
    fold(book, grant(book, "l1", COAT, 1, until=9))
    book.bound[unit_of(COAT, 3)] = ("o1", "1")
    book.suspects[unit_of(COAT, 2)] = 1
    rows = {(row.table, row.key): row.body for row in dump(book) if row.body is not None}
    apply(book, effects_of(book, sale_of(sold_line(COAT, 3, [unit_of(COAT, 0)])), ("T", 1), 5, ids), 5)
    rows_before = set(rows)
    table(book, rows)
    assert read(rows) == book
    assert {name for name, _ in set(rows) - rows_before} >= {"unresolved", "entry"}


def test_only_touched_rows_are_written() -> None:
    ids = Ids()
    book = stocked(ids, tagged(COAT, 50))
    assert len(take_changes(book)) == 52
    assert take_changes(book) == []
    apply(book, effects_of(book, sale_of(sold_line(COAT, 1, [unit_of(COAT, 0)])), ("T", 1), 5, ids), 5)
    changed = take_changes(book)
    assert [(row.table, row.key) for row in changed] == [
        ("balance", COAT),
        ("folded", "T:1:1"),
        ("unit", unit_of(COAT, 0)),
    ]


def test_a_row_that_is_gone_has_no_body() -> None:
    ids = Ids()
    book = stocked(ids, tagged(COAT, 1))
    apply(book, promise(book, "r1", COAT, 1, "o1", at=1, new_id=ids), 1)
    take_changes(book)
    apply(book, effects_of(book, sale_of(sold_line(COAT, 1, [unit_of(COAT, 0)])), ("T", 1), 5, ids), 5)
    bodies = {(row.table, row.key): row.body for row in take_changes(book)}
    assert bodies["reservation", "r1"] is None

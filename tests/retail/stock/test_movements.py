"""Receiving, relocating, following reads, reversing, splitting: movements that people and readers make."""

import pytest

from retail.epc import EpcRefused
from retail.errors import Impossible, Refused
from retail.facts.store import Move, Place, StockMoved
from retail.stock import (
    BACK,
    FLOOR,
    STAGING,
    At,
    Received,
    StockBook,
    apply,
    broken_invariants,
    effects,
    fold,
    follow_reads,
    in_parts,
    receive,
    relocate,
    relocate_untagged,
    reversing,
    state_of,
)
from retail.stock.effects import caused_by
from retail.stock.moves import move
from retail.stock.places import CUSTOMER, SHRINK
from tests.support.stock_builders import COAT, MUG, SHIRT, Ids, stocked, tagged, unit_of, units_of

IDS = Ids("m")


def moved(
    book: StockBook, moves: list[Move], reason: str = "received", cause: tuple[str, int] | None = None
) -> StockMoved:
    made = effects(book, reason, moves, cause=cause, at=1, new_id=IDS)  # type: ignore[arg-type]
    assert made.moved is not None
    apply(book, made, 1)
    assert broken_invariants(book) == []
    return made.moved


def test_goods_come_in_from_the_supplier() -> None:
    book = stocked(Ids(), tagged(COAT, 2, BACK), Received(MUG, 3, (), FLOOR))
    assert (book.balance(COAT, BACK), book.balance(MUG, FLOOR)) == (2, 3)
    assert book.balance(COAT, At("supplier")) == -2
    assert broken_invariants(book) == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (Received(COAT, 1, [unit_of(COAT, 0)]), "already_here"),
        (Received(COAT, 1, [unit_of(COAT, 1)]), "sold"),
        (Received(COAT, 2, [unit_of(COAT, 8), unit_of(COAT, 8)]), "already_here"),
        (Received(COAT, 1, [unit_of(SHIRT, 8)]), "wrong_article"),
        (Received(COAT, 1, [unit_of(COAT, 8), unit_of(COAT, 9)]), "bad_quantity"),
        (Received(COAT, 0), "bad_quantity"),
    ],
)
def test_deliveries_that_can_not_be_are_refused(line: Received, reason: str) -> None:
    book = stocked(Ids(), tagged(COAT, 2))
    moved(book, [move(COAT, FLOOR, CUSTOMER, unit=unit_of(COAT, 1))], "sold")
    with pytest.raises(Refused) as caught:
        receive(book, [line])
    assert caught.value.reason == reason


def test_a_unit_key_that_is_none_is_refused() -> None:
    with pytest.raises(EpcRefused):
        receive(StockBook(), [Received(COAT, 1, ["nonsense"])])


def test_a_written_off_unit_is_received_again() -> None:
    book = stocked(Ids(), tagged(COAT, 1))
    moved(book, [move(COAT, FLOOR, SHRINK, unit=unit_of(COAT, 0))], "count")
    assert state_of(book, unit_of(COAT, 0)) == "shrunk"
    moved(book, receive(book, [tagged(COAT, 1)]))
    assert (state_of(book, unit_of(COAT, 0)), book.balance(COAT, SHRINK)) == ("in_stock", 0)


def test_units_are_staged_and_put_back() -> None:
    book = stocked(Ids(), tagged(COAT, 2), Received(MUG, 3, (), FLOOR))
    moved(book, [*relocate(book, units_of(COAT, 2), STAGING), *relocate_untagged(book, MUG, 2, STAGING)], "staged")
    assert (book.balance(COAT, STAGING), book.balance(MUG, STAGING), book.balance(MUG, FLOOR)) == (2, 2, 1)
    assert relocate(book, units_of(COAT, 2), STAGING) == []
    moved(
        book, [*relocate(book, units_of(COAT, 2), BACK), *relocate_untagged(book, MUG, 2, BACK, STAGING)], "restocked"
    )
    assert (book.balance(COAT, BACK), book.balance(MUG, BACK), book.balance(MUG, STAGING)) == (2, 2, 0)
    with pytest.raises(Refused, match="not_here"):
        relocate(book, [unit_of(COAT, 9)], BACK)


def test_only_goods_for_sale_follow_reads() -> None:
    book = stocked(Ids(), tagged(COAT, 4))
    moved(book, [move(COAT, FLOOR, CUSTOMER, unit=unit_of(COAT, 1))], "sold")
    moved(book, relocate(book, [unit_of(COAT, 2)], STAGING), "staged")
    moved(book, relocate(book, [unit_of(COAT, 3)], At("quarantine", "damaged")), "graded")
    moves = follow_reads(book, [(unit, "stockroom") for unit in [*units_of(COAT, 4), unit_of(SHIRT, 1)]])
    assert [one.unit for one in moves] == [unit_of(COAT, 0)]
    moved(book, moves, "presence")
    assert follow_reads(book, [(unit_of(COAT, 0), "stockroom")]) == []


def test_a_correction_takes_a_movement_back() -> None:
    book = stocked(Ids(), tagged(COAT, 1), Received(MUG, 3, (), FLOOR))
    before = {gtin: dict(row) for gtin, row in book.balances.items()}
    wrong = moved(book, [*relocate(book, [unit_of(COAT, 0)], BACK), *relocate_untagged(book, MUG, 1, BACK)])
    assert book.balances != before
    back = reversing(wrong, "c1", ("A", 9))
    assert (back.reason, back.reverses) == ("corrected", wrong.move)
    fold(book, back)
    assert (book.balances, broken_invariants(book)) == (before, [])


def test_the_same_movement_twice_changes_nothing() -> None:
    book = stocked(Ids(), tagged(COAT, 2))
    one = moved(book, relocate(book, [unit_of(COAT, 0)], BACK), "presence", ("LYO1-A", 7))
    assert not fold(book, one)
    other_id = StockMoved(move="other", reason=one.reason, moves=one.moves, cause=one.cause)
    assert not fold(book, other_id)
    assert book.balance(COAT, BACK) == 1


def test_a_long_movement_is_written_in_parts_that_are_folded_once_each() -> None:
    book = StockBook()
    moves = receive(book, [tagged(COAT, 25)])
    made = effects(book, "opening", moves, cause=("LYO1-A", 3), at=0, new_id=Ids("m")).moved
    assert made is not None
    parts = in_parts(made, 10)
    assert [(part.move, len(part.moves)) for part in parts] == [("m1", 10), ("m1~2", 10), ("m1~3", 5)]
    assert [fold(book, part) for part in [*parts, *parts]] == [True] * 3 + [False] * 3
    assert len(book.held[COAT]) == 25
    assert in_parts(made) == [made]


def test_a_cause_may_be_named_afterwards() -> None:
    book = stocked(Ids(), Received(MUG, 1, (), FLOOR))
    made = effects(book, "sold", [move(MUG, FLOOR, CUSTOMER, 2)], cause=None, at=1, new_id=Ids("m"))
    named = caused_by(made, ("LYO1-A", 5))
    assert named.moved is not None
    assert (named.moved.cause, named.exceptions[0].cause) == (("LYO1-A", 5), ("LYO1-A", 5))


@pytest.mark.parametrize("qty", [0, -1, 2])
def test_a_movement_that_can_not_be_is_our_own_bug(qty: int) -> None:
    place = Place(location="salesfloor")
    bad = Move(gtin=COAT, qty=qty, src=place, dst=Place(location="stockroom"), unit=unit_of(COAT, 1))
    with pytest.raises(Impossible):
        fold(StockBook(), StockMoved(move="m", reason="presence", moves=(bad,)))


def test_a_place_is_written_and_read() -> None:
    assert At.parse("returns/b_grade") == At("returns", "b_grade")
    for text in ("", "moon/sellable", "salesfloor", "salesfloor/new"):
        with pytest.raises(ValueError, match="not a place"):
            At.parse(text)

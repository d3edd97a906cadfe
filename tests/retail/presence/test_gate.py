"""The gate's verdict: silent for what was sold, loud for what wasn't, and honest when a till wasn't heard."""

import pytest

from retail.presence import Gate
from retail.stock import BACK, apply, effects, effects_of, relocate, resolve
from retail.stock.moves import move
from retail.stock.places import FLOOR, SHRINK
from tests.support.stock_builders import COAT, SHIRT, Ids, handed_over, sale_of, sold_line, stocked, tagged, unit_of

NOW = 1_000_000


class Shop:
    def __init__(self) -> None:
        self.ids = Ids()
        self.book = stocked(self.ids, tagged(COAT, 4))
        self.gate = Gate(self.book)
        self.gate.hear("LYO1-T1", NOW)

    def sell(self, qty: int, *units: str, at: int = NOW, seq: int = 1) -> None:
        made = effects_of(self.book, sale_of(sold_line(COAT, qty, units)), ("LYO1-T1", seq), at, self.ids)
        apply(self.book, made, at)


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_an_unsold_unit_raises_the_alarm(shop: Shop) -> None:
    verdict = shop.gate.judge(unit_of(COAT, 0), NOW)
    assert (verdict.kind, verdict.siren, verdict.notice) == ("alarm", True, True)


def test_a_sold_unit_and_one_handed_over_are_let_go(shop: Shop) -> None:
    shop.sell(1, unit_of(COAT, 0))
    apply(
        shop.book,
        effects_of(shop.book, handed_over("o", [unit_of(COAT, 1)], ("1", COAT, 1)), ("T", 9), NOW, shop.ids),
        NOW,
    )
    assert shop.gate.judge(unit_of(COAT, 0), NOW).kind == "sold"
    assert shop.gate.judge(unit_of(COAT, 1), NOW).kind == "handed_over"
    assert not shop.gate.judge(unit_of(COAT, 0), NOW).notice


def test_a_unit_that_is_not_ours_is_only_logged(shop: Shop) -> None:
    verdict = shop.gate.judge(unit_of(COAT, 99), NOW)
    assert (verdict.kind, verdict.siren, verdict.notice) == ("unknown", False, False)


def test_a_sale_by_barcode_lets_one_unit_go_and_no_second_one(shop: Shop) -> None:
    shop.sell(1)
    first = shop.gate.judge(unit_of(COAT, 0), NOW + 60_000)
    assert first.kind == "resolved"
    assert first.sale is not None
    assert shop.gate.judge(unit_of(COAT, 1), NOW, {(first.sale.cause, COAT): 1}).kind == "alarm"
    made = resolve(shop.book, unit_of(COAT, 0), first.sale, "gate", cause=("A", 1), at=NOW, new_id=shop.ids)
    apply(shop.book, made, NOW)
    assert shop.gate.judge(unit_of(COAT, 0), NOW).kind == "sold"
    assert shop.gate.judge(unit_of(COAT, 1), NOW).kind == "alarm"


def test_two_articles_of_one_sale_by_barcode_leave_together() -> None:
    ids = Ids()
    book = stocked(ids, tagged(COAT, 1), tagged(SHIRT, 1))
    sale = sale_of(sold_line(COAT, 1, ()), sold_line(SHIRT, 1, ()))
    apply(book, effects_of(book, sale, ("LYO1-T1", 1), NOW, ids), NOW)
    gate = Gate(book)
    first = gate.judge(unit_of(COAT, 0), NOW)
    assert first.sale is not None
    assert gate.judge(unit_of(SHIRT, 0), NOW, {(first.sale.cause, COAT): 1}).kind == "resolved"


def test_after_a_quarter_of_an_hour_a_sale_by_barcode_excuses_nothing(shop: Shop) -> None:
    shop.sell(1)
    later = NOW + 15 * 60_000
    shop.gate.hear("LYO1-T1", later)
    assert shop.gate.judge(unit_of(COAT, 0), later).kind == "resolved"
    shop.gate.hear("LYO1-T1", later + 1)
    assert shop.gate.judge(unit_of(COAT, 0), later + 1).kind == "alarm"


def test_a_suspect_staged_or_written_off_unit_still_alarms(shop: Shop) -> None:
    shop.book.suspects[unit_of(COAT, 0)] = 1
    moves = [*relocate(shop.book, [unit_of(COAT, 1)], BACK), move(COAT, FLOOR, SHRINK, unit=unit_of(COAT, 2))]
    apply(shop.book, effects(shop.book, "count", moves, cause=None, at=NOW, new_id=shop.ids), NOW)
    assert [shop.gate.judge(unit_of(COAT, number), NOW).kind for number in range(3)] == ["alarm"] * 3


def test_while_a_till_is_silent_there_is_a_notice_and_no_siren(shop: Shop) -> None:
    verdict = shop.gate.judge(unit_of(COAT, 0), NOW + 5001)
    assert (verdict.kind, verdict.siren, verdict.notice) == ("doubtful", False, True)
    assert verdict.silent_tills == ("LYO1-T1",)
    shop.gate.forget("LYO1-T1")
    assert shop.gate.judge(unit_of(COAT, 0), NOW + 5001).kind == "alarm"

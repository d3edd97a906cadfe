"""A till's tables are what its log gives: every edited, added or missing row is found."""

from collections.abc import Iterator

import pytest

from store_app.till_book.checking import verify_rows
from sync.storage.book import Book
from tests.support.till_builders import CANDLE, JUMPER, basket_of, cash_sale, open_till


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    """Two days of a till: sales, cash, a closed day. What a test plants is rolled back."""
    with open_till(tmp_path_factory.mktemp("till")) as till:
        till.till.open_shift("camille", 10_000, "EUR")
        till.till.complete_sale(cash_sale(basket_of(CANDLE)))
        till.till.complete_sale(cash_sale(basket_of(units=(f"{JUMPER}.7",), basket="b2"), sale="s2"))
        till.till.move_cash("pay_out", -500, "errand", "nadia")
        till.clock.forward(24 * 3_600_000)
        till.till.complete_sale(cash_sale(basket_of(CANDLE, basket="b3"), sale="s3"))
        yield till.book


def found(book: Book, *planted: str) -> list[tuple[str, str]]:
    with book.engine.connect() as conn:
        for statement in planted:
            assert conn.exec_driver_sql(statement).rowcount, "nothing was planted"
        kinds = [(one.kind, one.where) for one in verify_rows(conn)]
        conn.rollback()
    return kinds


def test_a_till_that_nobody_touched_is_sound(book: Book) -> None:
    assert found(book) == []
    assert found(book, "UPDATE till_tickets SET copies = 3", "UPDATE till_sold_units SET returned = 1") == []


@pytest.mark.parametrize(
    ("planted", "where"),
    [
        ("UPDATE till_cash SET minor = -400", "5"),
        ("UPDATE till_shifts SET float_minor = float_minor - 100", None),
        ("UPDATE till_tickets SET body = replace(body, 'camille', 'nadia') WHERE sale = 's2'", "s2"),
        ("UPDATE till_tickets SET cashier = 'nadia' WHERE sale = 's3'", "s3"),
        ("UPDATE till_ticket_lines SET returned = 1 WHERE sale = 's3'", None),
        ("DELETE FROM till_ticket_lines WHERE sale = 's2'", None),
        ("UPDATE till_sold_units SET sale = 's1'", f"{JUMPER}.7"),
        ("INSERT INTO till_handovers VALUES ('o1', 'W1', 1, 'camille')", "o1"),
        ("INSERT INTO till_order_returns VALUES ('o1', '1', 1)", "o1/1"),
        ("UPDATE till_fiscal_totals SET total_minor = 1", None),
    ],
)
def test_an_edited_row_is_found(book: Book, planted: str, where: str | None) -> None:
    kinds = found(book, planted)
    assert {kind for kind, _ in kinds} == {"till-rows-differ"}
    assert where is None or where in {place for _, place in kinds}


def test_edited_totals_of_the_fiscal_record_are_found(book: Book) -> None:
    planted = "UPDATE till_fiscal_state SET body = replace(body, '2400', '1400')"
    assert {kind for kind, _ in found(book, planted)} == {"fiscal-state-differs"}


def test_a_log_that_can_not_be_written_anew_is_said_and_not_an_end(book: Book) -> None:
    twice = (
        "INSERT INTO journal_records SELECT store, device, seq + 100, kind, v, occurred_at, utc_offset, mono, boot,"
        " replace(body, '\"s2\"', '\"s9\"'), hash, sig, received_at FROM journal_records"
        " WHERE body LIKE '%\"s2\"%' AND kind = 'sale.completed'"
    )
    assert found(book, twice) == [("till-rows-differ", "LYO1-T1")]

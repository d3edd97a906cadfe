"""``comptoir verify`` finds what was done to a book behind the program's back, in each of the three databases."""

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from installer.books import check_books
from store_app.headless import HeadlessTill
from store_app.presenters.intents import (
    CompleteSale,
    NextSale,
    OpenShift,
    PadKey,
    Pay,
    Scanned,
    SelectPerson,
    TagsSeen,
    TakeTender,
)
from store_app.services import TillServices
from store_app.settings import load_settings
from sync.verify import Violation
from tests.support.processes import wait_until
from tests.support.shop import SMALL, Shop
from tests.support.tills import epc_of

FILES = {"till": "till-1/till.db", "agent": "agent/edge.db", "ledger": "ledger/ledger.db"}
BAG = "9521000000001"


@pytest.fixture(scope="module")
def books(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Closed books of a shop that sold a bag, then a bag and a tagged unit; everything was sent."""
    till = HeadlessTill(TillServices(load_settings(shop.premises.till_toml(1)))).start()
    unit = shop.zones["femme"][0]
    try:
        till.wait(lambda: till.services.reference.count("prices") == SMALL.articles, 30)
        till.wait(till.services.shelves.people, 30)
        till.ask(SelectPerson("camille"), *map(PadKey, "1111"))
        till.ask(*map(PadKey, "10000"), OpenShift())
        for tags in ((), (epc_of(unit),)):
            till.ask(Scanned(BAG, "]E0", "scanner"), TagsSeen(tags), Pay("cash"))
            till.ask(TakeTender("cash"), CompleteSale(), NextSale())
        till.wait(lambda: till.desk.pending == 0, 20)
    finally:
        till.stop()
    wait_until(lambda: shop.unit(unit)["state"] == "sold", 10, "the agent to move the sold unit")
    shop.agent.stop()
    shop.ledger.stop()
    kept = tmp_path_factory.mktemp("books")
    for name in ("till-1", "agent", "ledger"):
        shutil.copytree(shop.premises.folder / name, kept / name)
    return kept


def check(folder: Path) -> list[Violation]:
    """What ``comptoir verify`` says of the three databases."""
    return check_books(
        tills=[str(folder / FILES["till"])], agents=[str(folder / FILES["agent"])], ledger=str(folder / FILES["ledger"])
    )


def test_nothing_is_found_in_books_that_nobody_touched(books: Path) -> None:
    assert len(sales_in(books)) == 2
    assert check(books) == []


DAMAGE = {
    "a flipped byte": "UPDATE journal_records SET body = replace(body, 'camille', 'camilla')"
    " WHERE device = 'LYO1-T1' AND kind = 'sale.completed'",
    "a removed record": "DELETE FROM journal_records WHERE device = 'LYO1-T1' AND seq = 2",
    "a duplicated sale": "INSERT INTO journal_records SELECT store, device, seq + 100, kind, v, occurred_at,"
    " utc_offset, mono, boot, body, hash, sig, received_at FROM journal_records WHERE device = 'LYO1-T1'"
    " AND kind = 'sale.completed'",
}
BALANCES = {
    "till": "UPDATE rows SET body = replace(body, '\"sellable\":', '\"sellable\":1') WHERE feed = 'stock'",
    "agent": "UPDATE stock_balance SET body = replace(body, ':1', ':2') WHERE rowid = 1",
    "ledger": "UPDATE ledger_stock SET qty = qty + 1 WHERE rowid = 1",
}


DEVICE = "LYO1-T1"


def damaged(books: Path, copy: Path, file: Path, statement: str) -> list[Violation]:
    """Violations after one statement in one database of a copy; it must have changed something."""
    shutil.copytree(books, copy, dirs_exist_ok=True)
    with closing(sqlite3.connect(copy / file)) as connection, connection:
        assert connection.execute(statement).rowcount > 0, "nothing was damaged"
    return check(copy)


def sales_in(books: Path) -> list[int]:
    """Numbers of the records in which the till's sales stand."""
    query = "SELECT seq FROM journal_records WHERE device = ? AND kind = 'sale.completed' ORDER BY seq"
    with closing(sqlite3.connect(books / FILES["till"])) as connection:
        return [seq for (seq,) in connection.execute(query, (DEVICE,))]


def in_book(found: list[Violation], book: str) -> set[tuple[str, str]]:
    """(kind, record or article) of what one database shows by itself: its name stands before the place."""
    return {(one.kind, one.where.rpartition(": ")[2]) for one in found if re.match(rf"{book}\b.*: ", one.where)}


def between_books(found: list[Violation], book: str) -> set[tuple[str, str]]:
    """(kind, record) of what shows between two databases, one of which is this."""
    return {(one.kind, one.where) for one in found if ": " not in one.where and re.search(rf"\b{book}\b", one.text)}


def assert_others_hold(found: list[Violation], book: str) -> None:
    """Nothing is said of the books that nobody touched."""
    assert not any(in_book(found, other) for other in FILES if other != book), found


@pytest.mark.parametrize("book", FILES)
def test_a_flipped_byte_breaks_the_chain_at_its_record(books: Path, tmp_path: Path, book: str) -> None:
    found = damaged(books, tmp_path, Path(FILES[book]), DAMAGE["a flipped byte"])
    first = f"{DEVICE}/{sales_in(books)[0]}"
    assert ("chain-broken", first) in in_book(found, book), found
    assert ("bytes-differ", first) in between_books(found, book), found
    assert_others_hold(found, book)


def test_a_flipped_byte_in_a_tills_sale_contradicts_its_document(books: Path, tmp_path: Path) -> None:
    found = damaged(books, tmp_path, Path(FILES["till"]), DAMAGE["a flipped byte"])
    kinds = {kind for kind, _ in in_book(found, "till")}
    assert {"fiscal-chain-broken", "document-differs"} <= kinds, found


@pytest.mark.parametrize("book", FILES)
def test_a_removed_record_is_missed_where_it_stood(books: Path, tmp_path: Path, book: str) -> None:
    found = damaged(books, tmp_path, Path(FILES[book]), DAMAGE["a removed record"])
    missing = {("record-missing", f"{DEVICE}/2")}
    assert in_book(found, book) == missing, found
    assert between_books(found, book) == missing, found
    assert_others_hold(found, book)


@pytest.mark.parametrize("book", FILES)
def test_a_duplicated_sale_stands_twice(books: Path, tmp_path: Path, book: str) -> None:
    found = damaged(books, tmp_path, Path(FILES[book]), DAMAGE["a duplicated sale"])
    twice = {("sale-twice", f"{DEVICE}/{seq + 100}") for seq in sales_in(books)}
    own = in_book(found, book)
    assert {one for one in own if one[0] == "sale-twice"} == twice, found
    assert ("record-missing", f"{DEVICE}/{sales_in(books)[-1] + 1}") in own, found
    assert_others_hold(found, book)


def test_a_sale_that_only_an_agent_has_was_not_moved_and_is_longer_than_the_tills_log(
    books: Path, tmp_path: Path
) -> None:
    found = damaged(books, tmp_path, Path(FILES["agent"]), DAMAGE["a duplicated sale"])
    assert ("sale-not-moved", f"{DEVICE}/{sales_in(books)[-1] + 100}") in in_book(found, "agent"), found
    assert ("log-shorter-than-copy", DEVICE) in between_books(found, "agent"), found


@pytest.mark.parametrize("book", ["agent", "ledger"])
def test_an_edited_stock_balance_differs_from_the_movements(books: Path, tmp_path: Path, book: str) -> None:
    found = damaged(books, tmp_path, Path(FILES[book]), BALANCES[book])
    differing = [one for one in found if one.kind == "stock-differs"]
    assert len(differing) == 1, found
    assert re.fullmatch(rf"{book}: LYO1/\d{{14}}", differing[0].where), found
    assert {one.kind for one in found} <= {"stock-differs", "projection"}, found
    assert_others_hold(found, book)


def test_an_edited_stock_balance_in_a_tills_reference_differs_from_the_published_one(
    books: Path, tmp_path: Path
) -> None:
    newest = max((books / "till-1" / "reference").glob("ref-*.db")).relative_to(books)
    found = damaged(books, tmp_path, newest, BALANCES["till"])
    assert {one.kind for one in found} == {"feed-differs"}, found
    assert all(where.startswith("stock/") for _, where in in_book(found, "till")), found
    assert_others_hold(found, "till")

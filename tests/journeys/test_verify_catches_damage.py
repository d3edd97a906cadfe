"""``comptoir verify`` finds what was done to a book behind the program's back, in each of the three databases."""

import shutil
import sqlite3
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
BAG = "9521000000007"


@pytest.fixture(scope="module")
def books(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Closed books of a shop that sold two bags and a tagged unit; everything was sent."""
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


def damaged(books: Path, copy: Path, file: Path, statement: str) -> list[Violation]:
    """Violations after one statement in one database of a copy; it must have changed something."""
    shutil.copytree(books, copy, dirs_exist_ok=True)
    with sqlite3.connect(copy / file) as connection:
        assert connection.execute(statement).rowcount > 0, "nothing was damaged"
    connection.close()
    return check(copy)


@pytest.mark.parametrize("book", FILES)
@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_to_a_journal_is_found(books: Path, tmp_path: Path, book: str, damage: str) -> None:
    found = damaged(books, tmp_path, Path(FILES[book]), DAMAGE[damage])
    assert any(book in violation.where for violation in found), found


@pytest.mark.parametrize("book", ["agent", "ledger"])
def test_an_edited_stock_balance_is_found(books: Path, tmp_path: Path, book: str) -> None:
    found = damaged(books, tmp_path, Path(FILES[book]), BALANCES[book])
    assert any(book in violation.where and "stock" in violation.kind for violation in found), found


def test_an_edited_stock_balance_in_a_tills_reference_is_found(books: Path, tmp_path: Path) -> None:
    newest = max((books / "till-1" / "reference").glob("ref-*.db")).relative_to(books)
    found = damaged(books, tmp_path, newest, BALANCES["till"])
    assert any("till" in violation.where for violation in found), found

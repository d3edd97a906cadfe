"""The checker finds what was planted by raw SQL into a till's, an agent's and the ledger's database."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert

from edge_agent.projections.tables import STOCK_TABLES
from retail.facts import (
    CashMoved,
    FiscalStamp,
    Move,
    Place,
    SaleCompleted,
    ShiftClosed,
    ShiftOpened,
    SoldLine,
    StockMoved,
    Tendered,
    Versions,
)
from retail.fiscal import Head, Signer
from retail.fiscal.chain import append, head_of
from retail.stock import levels
from retail.stock.rows import dump
from sync.feeds.publish import deltas, put
from sync.identity.keys import TicketKey
from sync.journal.ingest import receive
from sync.journal.outbox import next_batch
from sync.ledger.tables import balances
from sync.storage.book import Book
from sync.verify import (
    compare_feeds,
    compare_nodes,
    report,
    verify_database,
)
from sync.verify.stock import fold_stock
from tests.support.books import SmallShop, small_shop

GTIN = "03012345600017"
FLOOR, GONE, SUPPLIER = Place(location="salesfloor"), Place(location="customer"), Place(location="supplier")


@dataclass
class World:
    """Three databases after a day: three cash sales, everything sent, the drawer counted."""

    shop: SmallShop
    keys: dict[str, bytes]

    def book(self, name: str) -> Book:
        return {"till": self.shop.till, "agent": self.shop.agent, "ledger": self.shop.ledger}[name]

    def found(self, name: str, *planted: str) -> set[str]:
        """Kinds of violations in one database with damage planted, which is undone afterwards."""
        with self.damaged({name: planted}) as conns:
            return {violation.kind for violation in verify_database(conns[name], ticket_keys=self.keys)}

    def differences(self, planted: Mapping[str, Sequence[str]], *, complete: bool = True) -> set[str]:
        """Kinds of differences between the three databases with damage planted, which is undone afterwards."""
        owners = {"LYO1-T1": "till", "LYO1-A": "agent"}
        with self.damaged(planted) as conns:
            return {v.kind for v in compare_nodes(conns, owners=owners, complete=complete)}

    @contextmanager
    def damaged(self, planted: Mapping[str, Sequence[str]]) -> Iterator[dict[str, Connection]]:
        """Connections to the three databases, each in a transaction that is rolled back."""
        with ExitStack() as stack:
            conns = {name: stack.enter_context(self.book(name).read()) for name in ("till", "agent", "ledger")}
            for name, statements in planted.items():
                for statement in statements:
                    conns[name].exec_driver_sql(statement)
            yield conns


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Shared: what a test plants is rolled back."""
    tmp_path = tmp_path_factory.mktemp("world")
    with _a_day(tmp_path) as made:
        yield made


@pytest.fixture
def own_world(tmp_path: Path) -> Iterator[World]:
    """For tests that write facts."""
    with _a_day(tmp_path) as made:
        yield made


@contextmanager
def _a_day(tmp_path: Path) -> Iterator[World]:
    with small_shop(tmp_path) as shop:
        key = TicketKey.load_or_create(tmp_path / "ticket")
        _sell(shop.till, key)
        _relay(shop.till, shop.agent, shop.ledger)
        _move(shop.agent)
        _relay(shop.agent, shop.ledger)
        _project(shop)
        yield World(shop, {key.key_id: key.public_pem})


def test_a_sound_day_has_no_violation(world: World) -> None:
    for name in ("till", "agent", "ledger"):
        assert world.found(name) == set()
    assert world.differences({}) == set()
    assert report([]) == "Everything holds."


@pytest.mark.parametrize("name", ["till", "agent", "ledger"])
@pytest.mark.parametrize(
    ("statements", "kind"),
    [
        (["UPDATE journal_records SET body = replace(body, '\"qty\":1', '\"qty\":2') WHERE seq = 2"], "chain-broken"),
        (["UPDATE journal_records SET occurred_at = occurred_at + 1 WHERE seq = 3"], "chain-broken"),
        (["UPDATE journal_records SET hash = replace(hash, substr(hash, 1, 4), 'beef') WHERE seq = 2"], "chain-broken"),
        (["UPDATE journal_records SET boot = 'zz' WHERE seq = 2"], "record-damaged"),
        (["DELETE FROM journal_records WHERE device = 'LYO1-T1' AND seq = 3"], "record-missing"),
        (["DELETE FROM journal_records WHERE device = 'LYO1-T1' AND seq = 6"], "head-differs"),
        (["UPDATE journal_records SET sig = replace(sig, substr(sig, 1, 3), 'AAA') WHERE seq = 4"], "bad-signature"),
        (
            [
                "INSERT INTO journal_records SELECT store, device, 7, kind, v, occurred_at, utc_offset, mono, boot,"
                " body, hash, sig, received_at FROM journal_records WHERE device = 'LYO1-T1' AND seq = 2"
            ],
            "sale-twice",
        ),
    ],
)
def test_damage_is_found_in_every_database(world: World, name: str, statements: list[str], kind: str) -> None:
    assert kind in world.found(name, *statements)
    assert world.differences({name: statements})


def test_a_log_cut_short_with_its_head_is_found_by_the_other_copies(world: World) -> None:
    cut = (
        "DELETE FROM journal_records WHERE device = 'LYO1-T1' AND seq > 4",
        "UPDATE journal_heads SET seq = 4, hash = (SELECT hash FROM journal_records WHERE device = 'LYO1-T1'"
        " AND seq = 4) WHERE device = 'LYO1-T1'",
    )
    assert "log-shorter-than-copy" in world.differences({"till": cut}, complete=False)
    acked = ("INSERT INTO cursors VALUES ('ledger', 'LYO1', 'LYO1-T1', 6)",)
    planted = {"ledger": cut, "agent": acked}
    assert world.differences(planted, complete=False) == {"acknowledged-lost"}
    assert "log-incomplete" in world.differences(planted)


def test_an_edited_balance_is_found_at_agent_and_ledger(world: World) -> None:
    assert world.found("agent", "UPDATE stock_balance SET body = replace(body, '7', '8')") == {"stock-differs"}
    edited = "UPDATE ledger_stock SET qty = qty + 1 WHERE location = 'salesfloor'"
    assert world.found("ledger", edited) == {"stock-differs"}
    assert world.found("ledger", "DELETE FROM ledger_stock") == {"stock-differs"}


def test_an_edited_stock_row_is_found_at_the_agent_and_at_a_till(world: World) -> None:
    with world.shop.agent.read() as conn:
        read = [("stock", r.key, r.version, str(r.body)) for r in deltas(conn, "stock", 0).rows]
        assert compare_feeds(conn, read) == []
        edited = [(feed, key, version, body.replace('"floor":7', '"floor":70')) for feed, key, version, body in read]
        assert [v.kind for v in compare_feeds(conn, edited)] == ["feed-differs"]
        assert [v.kind for v in compare_feeds(conn, [("stock", GTIN, 99, "{}")])] == ["feed-from-nowhere"]
    planted = "UPDATE feed_rows SET body = replace(body, '\"floor\":7', '\"floor\":9')"
    assert world.found("agent", planted) == {"stock-feed-differs"}


def test_a_sale_that_was_not_moved_is_found(own_world: World, tmp_path: Path) -> None:
    _sell_one(own_world.shop.till, TicketKey.load_or_create(tmp_path / "another key"), "s9", 9, Head())
    _relay(own_world.shop.till, own_world.shop.agent)
    assert "sale-not-moved" in own_world.found("agent")


@pytest.mark.parametrize(
    ("record", "kind"),
    [
        (lambda: ShiftClosed(shift="z1", business_date="2026-11-18", by="s", expected_minor=1, counted_minor=1,
                             difference_minor=0), "cash-differs"),
        (lambda: ShiftClosed(shift="z9", business_date="2026-11-18", by="s", expected_minor=10, counted_minor=9,
                             difference_minor=0), "cash-differs"),
    ],
)  # fmt: skip
def test_cash_that_does_not_add_up_is_found(own_world: World, record: Callable[[], ShiftClosed], kind: str) -> None:
    with own_world.shop.till.unit() as work:
        work.record(record())
    assert kind in own_world.found("till")


def test_documents_of_another_key_and_numbers_signed_twice_are_found(own_world: World, tmp_path: Path) -> None:
    other = TicketKey.load_or_create(tmp_path / "another key")
    with own_world.shop.till.read() as conn:
        found = verify_database(conn, ticket_keys=dict.fromkeys(own_world.keys, other.public_pem))
    assert {violation.kind for violation in found} == {"fiscal-chain-broken"}
    key = TicketKey.load_or_create(tmp_path / "ticket")
    _sell_one(own_world.shop.till, key, "s4", 3, Head())
    assert {"document-twice", "sale-twice"} <= own_world.found("till")


def _stamp(key: TicketKey, number: int, head: Head) -> FiscalStamp:
    return append(head, "ticket", {"total": 1000 + number}, Signer(key.key_id, key.sign))


def _sell(till: Book, key: TicketKey) -> None:
    with till.unit() as work:
        work.record(ShiftOpened(shift="z1", business_date="2026-11-18", by="s", float_minor=10_000, currency="EUR"))
    head = Head()
    for n in (1, 2, 3):
        head = _sell_one(till, key, f"s{n}", n, head)
    with till.unit() as work:
        work.record(CashMoved(shift="z1", kind="drop", minor=-5_000, reason="bank", by="s"))
        work.record(
            ShiftClosed(
                shift="z1", business_date="2026-11-18", by="s", expected_minor=10_000 + 3 * 1000 - 5_000,
                counted_minor=8_000, difference_minor=0,
            )
        )  # fmt: skip


def _sell_one(till: Book, key: TicketKey, sale: str, n: int, head: Head) -> Head:
    stamp = _stamp(key, n, head)
    line = SoldLine(
        line="1", gtin=GTIN, label="Chemise", qty=1, unit_minor=1000, gross_minor=1000, total_minor=1000,
        net_minor=833, tax_minor=167, rate="20", tax_code="N",
    )  # fmt: skip
    with till.unit() as work:
        work.record(
            SaleCompleted(
                sale=sale, number=f"LYO1-T1-{n:06d}", shift="z1", business_date="2026-11-18", cashier="s",
                currency="EUR", lines=(line,), tenders=(Tendered(kind="cash", minor=1000, given_minor=1000),),
                total_minor=1000, taxes=(), versions=Versions(), stamp=stamp,
            )
        )  # fmt: skip
    return head_of(stamp)


def _relay(source: Book, *receivers: Book) -> None:
    for receiver in receivers:
        with source.read() as conn, receiver.unit() as work:
            batch = next_batch(conn, source.identity.store, source.identity.device, 0)
            assert batch is not None
            receive(work.conn, source.identity.device, batch)


def _move(agent: Book) -> None:
    with agent.unit() as work:
        opening = Move(gtin=GTIN, qty=10, src=SUPPLIER, dst=FLOOR)
        work.record(StockMoved(move="m0", reason="opening", moves=(opening,)))
        for seq in (2, 3, 4):
            sold = Move(gtin=GTIN, qty=1, src=FLOOR, dst=GONE)
            work.record(StockMoved(move=f"m{seq}", reason="sold", moves=(sold,), cause=("LYO1-T1", seq)))


def _project(shop: SmallShop) -> None:
    """What agent and ledger keep of the movements, in their own tables."""
    with shop.agent.unit() as work:
        book = fold_stock(work.conn)["LYO1"]
        STOCK_TABLES["balance"].create(work.conn)
        for row in dump(book):
            if row.table == "balance" and row.body is not None:
                work.conn.execute(insert(STOCK_TABLES["balance"]).values(key=row.key, body=json.dumps(row.body)))
        put(work.conn, "stock", GTIN, levels(book, GTIN)._asdict())
    with shop.ledger.unit() as work:
        _keep_at_ledger(work.conn)


def _keep_at_ledger(conn: Connection) -> None:
    balances.create(conn)
    for at, qty in fold_stock(conn)["LYO1"].balances[GTIN].items():
        row = {"store": "LYO1", "gtin": GTIN, "location": at.location, "condition": at.condition, "qty": qty}
        conn.execute(insert(balances).values(**row))

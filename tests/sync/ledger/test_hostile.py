"""What nobody should send: it is refused or set aside, on both databases, and whatever comes behind it goes on."""

import msgspec
import pytest
from sqlalchemy import select

from retail.facts import CATALOGUE, StaffSignedIn
from sync.journal.attachments import seal
from sync.journal.quarantine import listed
from sync.ledger import projections
from sync.ledger.settings import LedgerSettings
from sync.ledger.stock import availability
from sync.ledger.wiring import Ledger
from sync.server import MAX_API_BYTES
from sync.storage.book import UnitOfWork
from sync.storage.tables import attachments, quarantine
from sync.storage.transactions import StorageFull
from tests.support.ledgers import (
    G1,
    G2,
    WEB,
    Device,
    call,
    on_both_databases,
    order_body,
    post_order,
    received,
    running_ledger,
    settle,
)
from tests.sync.ledger.conftest import Shops

DEEP = "[" * 20_000 + "]" * 20_000


def record(device: Device, kind: str, body: str, **texts: str) -> None:
    """A record whose body no program of ours would write."""
    with device.book.unit() as unit:
        sealed = {name: seal(text) for name, text in texts.items()}
        hashes = ",".join(f'"{one.sha256}"' for one in sealed.values())
        unit.record_text(kind, 1, body.replace("HASHES", hashes), sealed)


def set_aside(ledger: Ledger) -> list[tuple[str, int]]:
    with ledger.book.read() as conn:
        rows = conn.execute(select(quarantine.c.device, quarantine.c.seq).order_by(*quarantine.primary_key))
        return [(row.device, row.seq) for row in rows]


@on_both_databases
def test_notes_that_no_database_could_keep_hold_up_nothing_behind_them(ledger: Ledger, shops: Shops) -> None:
    till = shops["LYO1-T1"]
    record(till, "client.noted", '{"client":"a","x":' + DEEP + ',"h":[HASHES]}', text="deeply nested")
    record(till, "client.noted", '{"client":"a\\u0000","h":[HASHES]}', text="an id with a NUL")
    record(till, "client.noted", '{"client":"a","h":[HASHES]}', text="a text with a NUL\0", name="a sound one")
    till.write(StaffSignedIn(staff="s1"))
    till.send(ledger)
    assert call(ledger, "GET", "/v1/health").json()["logs"][1]["seq"] == 4
    with ledger.book.read() as conn:
        kept = conn.execute(select(attachments.c.text).order_by(attachments.c.seq)).scalars().all()
    assert kept == ["deeply nested", "an id with a NUL", "a sound one"]


@on_both_databases
def test_a_barcode_scanned_into_a_quantity_is_set_aside_and_stock_goes_on(ledger: Ledger, shops: Shops) -> None:
    agent = shops["LYO1-A"]
    agent.write(received("m1", (G1, 3_210_000_000_017)), received("m2", (G1, 2)))
    agent.write(*(received(f"n{n}", (G2, 999_999_999)) for n in range(4)))
    agent.send(ledger)
    assert set_aside(ledger) == [("LYO1-A", 1)]
    with ledger.book.read() as conn:
        assert [(one.gtin, one.sellable) for one in availability(conn, [G1, G2])] == [(G1, 2), (G2, 2**31 - 1)]


def test_a_record_whose_consequences_fail_is_set_aside_alone(
    ledger: Ledger, shops: Shops, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = projections.refresh_levels

    def refresh(unit_conn: object, store: str, gtins: set[str], now: int) -> None:
        if G2 in gtins:
            raise KeyError("a bug that only this article shows")
        sound(unit_conn, store, gtins, now)  # type: ignore[arg-type]

    monkeypatch.setattr(projections, "refresh_levels", refresh)
    agent = shops["LYO1-A"]
    agent.write(received("m1", (G1, 3)), received("m2", (G2, 1)), received("m3", (G1, 1)))
    agent.send(ledger)
    assert set_aside(ledger) == [("LYO1-A", 2)]
    with ledger.book.read() as conn:
        assert [one.sellable for one in availability(conn, [G1, G2])] == [4]
    monkeypatch.undo()
    assert ledger.projector.retry("LYO1", "LYO1-A", 2, "ops")
    settle(ledger)
    with ledger.book.read() as conn:
        assert [one.sellable for one in availability(conn, [G1, G2])] == [4, 1]


def test_trouble_of_the_database_sets_nothing_aside(
    ledger: Ledger, shops: Shops, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = iter(range(100))

    def full(_projection: object, _unit: UnitOfWork) -> None:
        if next(times) < 1:
            raise StorageFull("the disk is full")

    monkeypatch.setattr(projections.Projection, "finish", full)
    agent = shops["LYO1-A"]
    agent.write(received("m1", (G1, 3)))
    agent.send(ledger)
    assert set_aside(ledger) == []
    assert next(times) == 2


@on_both_databases
@pytest.mark.parametrize(
    "path",
    [
        "/v1/devices/%00/head", "/v1/devices/a%00b/events", "/v1/orders/%00", "/v1/availability?gtin=%00",
        f"/v1/availability?gtin={G1}&store=%00", "/v1/clients/%00", f"/v1/feeds/catalogue/snapshots/{'9' * 300}",
    ],
)  # fmt: skip
def test_an_address_with_a_nul_or_without_end_is_no_fault_of_the_ledger(
    ledger: Ledger, shops: Shops, path: str
) -> None:
    answer = shops["LYO1-T1"].get(ledger.url, path)
    assert answer.status_code < 500, answer.text


@on_both_databases
@pytest.mark.parametrize(
    "fields",
    [
        {"number": "W\0"}, {"promised_at": "9999-12-31T23:59:59-23:59"}, {"promised_at": "0001-01-01T00:00:00+14:00"},
        {"promised_at": 10**18}, {"paid": {"tender": "web", "minor": 10**30, "ref": ""}},
    ],
)  # fmt: skip
def test_an_order_of_values_that_nothing_can_hold_is_refused_and_its_key_stays_free(
    ledger: Ledger, fields: dict[str, object]
) -> None:
    answer = post_order(ledger, {**order_body("W1", (G1, 1)), **fields})
    if answer.status_code != 201:  # SQLite can keep a NUL
        assert answer.status_code in (400, 422), answer.text
        assert answer.json()["type"] == "/problems/malformed"
        assert post_order(ledger, order_body("W1", (G1, 1))).status_code == 201


def test_a_body_that_is_nested_without_end_or_no_json_is_malformed(ledger: Ledger, shops: Shops) -> None:
    for text in ('{"z":' + DEEP + ',"store":"LYO1"}', "[" * 20_000, '{"store":'):
        for path, token in (("/v1/orders", WEB), ("/v1/publish/settings", "operations-token-for-tests")):
            headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
            answer = call(ledger, "POST", path, token, content=text, headers=headers)
            assert (answer.status_code < 500, answer.json()["type"]) == (True, "/problems/malformed")
    till = shops["LYO1-T1"]
    till.write(StaffSignedIn(staff="s1"))
    batch = msgspec.json.encode(till.batch())
    assert till.posted(ledger.url, b'{"z":' + DEEP.encode() + b"," + batch[1:]).status_code == 400
    assert till.posted(ledger.url, batch).status_code == 200


def test_a_body_larger_than_any_call_needs_is_refused_before_anybody_asks_who_sends_it(ledger: Ledger) -> None:
    blocks = (b" " * 65536 for _ in range(MAX_API_BYTES // 65536 + 1))
    headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
    answer = call(ledger, "POST", "/v1/orders", "no-token-of-this-ledger", content=blocks, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/batch-too-large")


def test_facts_that_an_older_release_did_not_know_are_digested_after_the_upgrade(
    settings: LedgerSettings, shops: Shops, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older, running_ledger(settings) as ledger:
        older.delitem(CATALOGUE, "stock.moved")  # type: ignore[arg-type]
        record(shops["LYO1-A"], "moon.landed", "{}")
        shops["LYO1-A"].write(received("m1", (G1, 3)))
        shops["LYO1-A"].send(ledger)
        assert set_aside(ledger) == [("LYO1-A", 1), ("LYO1-A", 2)]
    with running_ledger(settings) as ledger:
        settle(ledger)
        with ledger.book.read() as conn:
            assert [one.sellable for one in availability(conn, [G1])] == [3]
            assert [(one.seq, one.state) for one in listed(conn, None)] == [(1, "waiting"), (2, "digested")]

"""Clients: what facts add, which consent counts, and what remains after an erasure: nothing but a bare id."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete

from retail.facts import ClientNoted, ConsentChanged
from sync.feeds.publish import deltas
from sync.journal.attachments import text_of
from sync.journal.chain import genesis, link
from sync.journal.rows import head_of, read_log
from sync.ledger import clients
from sync.ledger.tables import ALL, STEPS
from sync.ledger.wiring import Ledger
from sync.storage.engine import migrate, open_engine, writing
from tests.support.ledgers import (
    G1,
    Device,
    call,
    ledger_settings,
    on_both_databases,
    order_body,
    orders_feed,
    post_order,
    received,
    running_ledger,
    sale,
)

PROFILE = {
    "id": "c-1", "name": "Camille Martin", "email": "camille@example.org", "phone": "+33600000000", "points": 100,
    "consents": {"email": True}, "wishes": [G1],
}  # fmt: skip


def enter(ledger: Ledger) -> None:
    answer = call(ledger, "POST", "/v1/clients", json=PROFILE)
    assert answer.status_code == 201, answer.text
    assert answer.json()["refused"] == []


def client(ledger: Ledger) -> dict[str, Any]:
    found: dict[str, Any] = call(ledger, "GET", "/v1/clients/c-1").json()
    return found


@on_both_databases
def test_purchases_and_notes_of_the_shops_are_added(ledger: Ledger, shops: Any) -> None:
    enter(ledger)
    till = shops["LYO1-T1"]
    till.write(sale("T1-1", (G1, 2), client="c-1"))
    till.write(ClientNoted(client="c-1", note="n1", sha256="", by="s1"), attachments={"text": "Aime le lin"})
    till.send(ledger)
    found = client(ledger)
    assert [(one["number"], one["qty"], one["store"]) for one in found["purchases"]] == [("T1-1", 2, "LYO1")]
    assert [(one["id"], one["text"]) for one in found["notes"]] == [("n1", "Aime le lin")]
    assert found["points"] == 120
    enter(ledger)  # published again: what facts added stays
    assert len(client(ledger)["purchases"]) == 1


@on_both_databases
def test_a_withdrawal_wins_and_one_who_saw_it_may_restore(ledger: Ledger, shops: Any) -> None:
    enter(ledger)
    seen = call(ledger, "POST", "/v1/clients", json=PROFILE).json()["version"]
    till, other = shops["LYO1-T1"], shops["PAR1-T1"]
    till.write(ConsentChanged(client="c-1", channel="email", given=False, seen=seen, by="s1"))
    till.send(ledger)
    other.write(ConsentChanged(client="c-1", channel="email", given=True, seen=seen, by="s2"))
    other.send(ledger)
    assert client(ledger)["consents"]["email"] is False
    with ledger.book.read() as conn:
        now = clients.feed_version(conn)
    other.write(ConsentChanged(client="c-1", channel="email", given=True, seen=now, by="s2"))
    other.send(ledger)
    assert client(ledger)["consents"]["email"] is True


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    made = open_engine(tmp_path_factory.mktemp("clients") / "clients.db", durable=False)
    migrate(made, STEPS)
    yield made
    made.dispose()


@settings(max_examples=25, deadline=None)
@given(st.permutations([("a", False), ("b", True), ("c", True)]))
def test_concurrent_consents_end_in_the_withdrawal_in_any_order(
    engine: Engine, arrivals: list[tuple[str, bool]]
) -> None:
    with writing(engine) as conn:
        for table in ALL:
            conn.execute(delete(table))
        clients.publish_profiles(conn, [PROFILE])
        seen = clients.feed_version(conn)
        for by, given_now in arrivals:
            fact = ConsentChanged(client="c-1", channel="sms", given=given_now, seen=seen, by=by)
            clients.consent_changed(conn, fact)
        found = clients.read(conn, "c-1")
    assert found is not None
    assert found["consents"]["sms"] is False


def test_erasing_leaves_every_chain_valid_and_no_name_anywhere(tmp_path: Path) -> None:
    ledger_config = ledger_settings(tmp_path / "ledger")
    with running_ledger(ledger_config) as ledger:
        till = Device(tmp_path, "LYO1-T1", ledger_config)
        agent = Device(tmp_path, "LYO1-A", ledger_config)
        agent.write(received("m1", (G1, 2)))
        agent.send(ledger)
        enter(ledger)
        order = post_order(ledger, order_body("W1", (G1, 1))).json()["id"]
        till.write(sale("T1-1", (G1, 2), client="c-1"))
        till.write(ClientNoted(client="c-1", note="n1", sha256="", by="s1"), attachments={"text": "Aime le lin"})
        till.send(ledger)
        assert call(ledger, "DELETE", "/v1/clients/c-1").status_code == 204
        assert call(ledger, "DELETE", "/v1/clients/c-1").status_code == 204
        assert call(ledger, "GET", "/v1/clients/c-1").status_code == 404
        with ledger.book.read() as conn:
            assert text_of(conn, "LYO1", "LYO1-T1", 2, "text") is None
            page = deltas(conn, "customers", 0)
            assert [(row.key, row.body) for row in page.rows] == [("c-1", None)]
        assert orders_feed(ledger, "LYO1")[order]["customer"] == {"id": "c-1", "name": ""}
        again = post_order(ledger, order_body("W1", (G1, 1)))
        assert (again.status_code, again.json()["customer"]["name"]) == (201, "")
        # what still arrives about the client afterwards leaves nothing behind
        till.write(ClientNoted(client="c-1", note="n2", sha256="", by="s1"), attachments={"text": "Camille Martin"})
        till.write(sale("T1-2", (G1, 1), client="c-1"))
        till.send(ledger)
        assert call(ledger, "POST", "/v1/clients", json=PROFILE).json()["refused"][0]["reason"] == "erased"
        assert call(ledger, "GET", "/v1/clients/c-1").status_code == 404
        for device in (till, agent):
            assert_chain(ledger, device.store, device.device, device.identity.public)
        assert_chain(ledger, "HQ", "HQ-L", ledger.identity.public)
        till.close()
        agent.close()
    with sqlite3.connect(tmp_path / "ledger" / "ledger.db") as database:
        text = "\n".join(database.iterdump())
    database.close()
    assert "Camille" not in text
    assert "camille@" not in text
    assert "Aime le lin" not in text


def assert_chain(ledger: Ledger, store: str, device: str, public: bytes) -> None:
    with ledger.book.read() as conn:
        head = genesis(store, device, public)
        for record in read_log(conn, store, device):
            head = link(head, record)
        found = head_of(conn, store, device)
    assert found is not None
    assert found[1] == head

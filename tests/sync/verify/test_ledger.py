"""What the ledger has worked out is compared with the facts that it has projected, on both databases."""

import pytest
from sqlalchemy import Connection

from retail.facts import ClientNoted
from sync.ledger.wiring import Ledger
from sync.storage.transactions import reading
from sync.verify import verify_database
from tests.support.ledgers import (
    G1,
    G2,
    Device,
    handed_over,
    left,
    on_both_databases,
    order_body,
    post_order,
    received,
    refund_requested,
    sale,
)
from tests.sync.conftest import postgres_server, postgres_url
from tests.sync.ledger.conftest import Shops, ledger, provider, settings, shops

__all__ = ["ledger", "postgres_server", "postgres_url", "provider", "settings", "shops"]


@pytest.fixture
def day(ledger: Ledger, shops: Shops) -> Ledger:
    """Stock, an order that was handed over and one that waits, sales moved and not moved, a refund, a note."""
    agent, till = shops["LYO1-A"], shops["LYO1-T1"]
    agent.write(received("m1", (G1, 9), (G2, 4)))
    agent.send(ledger)
    first = post_order(ledger, order_body("W1", (G1, 2))).json()["id"]
    post_order(ledger, order_body("W2", (G1, 1)), key="k2")
    sold = till.write(sale("0001", (G1, 1)))
    till.write(sale("0002", (G2, 1)), handed_over(first, ("1", G1, 2)), refund_requested("r1", first, 500))
    till.write(refund_requested("r2", first, 99_999, "ret-2"))
    till.write(ClientNoted(client="c", note="n", sha256="", by="s"), attachments={"text": "blue"})
    till.send(ledger)
    agent.write(left("m2", sold[0], (G1, 1)))
    agent.send(ledger)
    return ledger


def wrong(conn: Connection) -> set[str]:
    """Kinds of what is found; the tills here sign no documents."""
    found = {one.kind for one in verify_database(conn, settled=False)}
    return found - {"fiscal-chain-broken", "document-twice"}


def kinds(ledger: Ledger, *planted: str) -> set[str]:
    with ledger.engine.connect() as conn:
        for statement in planted:
            assert conn.exec_driver_sql(statement).rowcount, "nothing was planted"
        found = wrong(conn)
        conn.rollback()
    return found


PLANTED = (
    "UPDATE ledger_levels SET atp = atp + 1 WHERE gtin = '03210000000017'",
    "UPDATE ledger_levels SET committed = 0",
    "UPDATE feed_rows SET body = replace(body, '\"atp\":', '\"atp\":1') WHERE feed = 'network-stock'",
    "DELETE FROM feed_rows WHERE feed = 'network-stock'",
    "DELETE FROM ledger_pending",
    "UPDATE ledger_pending SET qty = qty + 1",
    "DELETE FROM ledger_moved_causes",
    "DELETE FROM ledger_folded",
    "UPDATE ledger_refunds SET minor = minor + 1",
    "UPDATE ledger_refunds SET state = 'settled' WHERE refund = 'r2'",
    "UPDATE ledger_refunds SET provider_ref = 'another' WHERE refund = 'r1'",
    "DELETE FROM ledger_refunds WHERE refund = 'r2'",
    "UPDATE ledger_order_parts SET handed = handed + 1",
    "UPDATE ledger_order_parts SET handed = 0",
    "UPDATE ledger_order_work SET handed_over = true",
)


@on_both_databases
def test_every_edited_projection_is_found_and_a_sound_day_has_none(day: Ledger) -> None:
    with reading(day.engine) as conn:
        assert wrong(conn) == set()
    for statement in PLANTED:
        assert kinds(day, statement) == {"projection"}, statement


@on_both_databases
def test_an_edited_note_and_a_log_without_its_head_are_found(day: Ledger) -> None:
    assert kinds(day, "UPDATE attachments SET text = 'red'") == {"attachment-differs"}
    assert kinds(day, "UPDATE attachments SET salt = 'no hexadecimal'") == {"attachment-differs"}
    gone = [f"DELETE FROM {table} WHERE device = 'LYO1-T1'" for table in ("journal_records", "journal_heads")]
    assert "head-differs" in kinds(day, *gone)


def test_what_waits_to_be_projected_is_no_difference(day: Ledger, shops: Shops) -> None:
    day.projector.stop()
    shops["LYO1-A"].write(received("m3", (G1, 1)))
    shops["LYO1-A"].post(day.url)
    assert kinds(day) == set()


@on_both_databases
def test_a_look_at_a_ledger_that_goes_on_is_of_one_moment(day: Ledger, shops: Shops) -> None:
    agent: Device = shops["LYO1-A"]
    with reading(day.engine) as conn:
        before = conn.exec_driver_sql("SELECT count(*) FROM journal_records").scalar()
        agent.write(received("m4", (G1, 1)))
        agent.send(day)
        assert conn.exec_driver_sql("SELECT count(*) FROM journal_records").scalar() == before
        assert wrong(conn) == set()

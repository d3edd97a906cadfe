"""Accepted isn't projected: what can't be digested is set aside, and a crash in between loses nothing."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import text

from retail.facts import OrderAccepted
from sync.ledger.settings import LedgerSettings
from sync.ledger.wiring import Ledger
from sync.storage.engine import open_engine, reading
from tests.support.ledgers import (
    G1,
    OPERATIONS,
    WEB,
    Device,
    call,
    ledger_settings,
    on_both_databases,
    order_body,
    post_order,
    received,
    refund_requested,
    running_ledger,
    sale,
    settle,
)
from tests.support.processes import ROOT, free_port
from tests.support.waiting import wait_until


def waiting(ledger: Ledger) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = call(ledger, "GET", "/v1/quarantine").json()
    return found


@on_both_databases
def test_what_cannot_be_digested_blocks_nothing_and_can_be_retried_and_waived(ledger: Ledger, shops: Any) -> None:
    agent = shops["LYO1-A"]
    agent.write(OrderAccepted(order="unheard-of", by="s1"))
    with agent.book.unit() as unit:
        unit.record_text("stock.moved", 1, '{"move": 7}')
        unit.record_text("moon.landed", 1, "{}")
    agent.write(received("m1", (G1, 3)))
    agent.send(ledger)
    assert [(one["kind"], one["attempts"]) for one in waiting(ledger)] == [
        ("order.accepted", 1), ("stock.moved", 1), ("moon.landed", 1),
    ]  # fmt: skip
    (level,) = call(ledger, "GET", f"/v1/availability?gtin={G1}").json()["stores"]
    assert level["atp"] == 3
    assert call(ledger, "GET", "/v1/health").json()["quarantine"] == 3
    first = {"store": "LYO1", "device": "LYO1-A", "seq": 1, "by": "ops"}
    assert call(ledger, "POST", "/v1/quarantine/retry", json=first).json() == {"digested": False}
    waive = {**first, "seq": 3, "reason": "a test"}
    assert call(ledger, "POST", "/v1/quarantine/waive", json=waive).status_code == 204
    assert call(ledger, "POST", "/v1/quarantine/waive", json=waive).status_code == 404
    assert [(one["seq"], one["attempts"]) for one in waiting(ledger)] == [(1, 2), (2, 1)]
    with ledger.book.read() as conn:
        kinds = [row.kind for row in conn.execute(text("SELECT kind FROM journal_records WHERE device = 'HQ-L'"))]
    assert kinds == ["quarantine.retried", "quarantine.waived"]


def test_an_order_of_another_ledger_is_digested_once_it_is_here(ledger: Ledger, shops: Any) -> None:
    till = shops["LYO1-T1"]
    till.write(refund_requested("r1", "later", 500))
    till.send(ledger)
    assert len(waiting(ledger)) == 1
    with ledger.book.unit() as unit:
        unit.conn.execute(
            text(
                "INSERT INTO ledger_orders (id, number, channel, method, promised_at, customer, customer_name,"
                " currency, tender, paid_minor, paid_ref, taken_at, cancel_asked, version)"
                " VALUES ('later', 'W9', 'web', 'ship', 0, 'c', '', 'EUR', 'web', 900, 'P', 0, false, 1)"
            )
        )
    retry = {"store": "LYO1", "device": "LYO1-T1", "seq": 1, "by": "ops"}
    assert call(ledger, "POST", "/v1/quarantine/retry", json=retry).json() == {"digested": True}
    settle(ledger)
    assert call(ledger, "GET", "/v1/orders/later").json()["axes"]["money"] == "partly_refunded"


def test_strangers_are_refused(ledger: Ledger, shops: Any, tmp_path: Path) -> None:
    till = shops["LYO1-T1"]
    till.write(sale("T1-1", (G1, 1)))
    body = msgspec.json.encode(till.batch())
    answer = httpx.post(f"{ledger.url}/v1/devices/LYO1-T1/events", content=body)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-enrolled")


def test_a_stream_hints_at_new_rows(ledger: Ledger, shops: Any) -> None:
    from sync.identity.enrolment import SignedAuth

    agent = shops["LYO1-A"]
    agent.write(received("m1", (G1, 3)))
    with (
        httpx.Client(base_url=ledger.url, auth=SignedAuth(agent.identity), timeout=20) as client,
        client.stream("GET", "/v1/stream") as stream,
    ):
        lines = stream.iter_lines()
        assert next(lines)
        agent.post(ledger.url)
        assert any('"network-stock"' in line for line in lines)


def toml(folder: Path, port: int, delay_s: float, database: str) -> Path:
    path = folder / "ledger.toml"
    path.write_text(
        f'data = "{(folder / "ledger").as_posix()}"\ndatabase = "{database}"\n[http]\nport = {port}\n'
        f"[projection]\ndelay_s = {delay_s}\n"
        f'[[operations]]\nname = "ops"\ntoken = "{OPERATIONS}"\n[[channels]]\nname = "web"\ntoken = "{WEB}"\n'
    )
    return path


@contextmanager
def ledger_process(config: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    command = (
        "import sys; from pathlib import Path; from sync.ledger.settings import load_settings;"
        "from sync.ledger.wiring import run; sys.exit(run(load_settings(Path(sys.argv[1]))))"
    )
    with (config.parent / "ledger.log").open("ab") as log:
        process = subprocess.Popen([sys.executable, "-c", command, str(config)], cwd=ROOT, stdout=log, stderr=log)
    try:
        wait_until(lambda: _healthy(port), 20)
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(10)


def _healthy(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/v1/health", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


@on_both_databases
def test_killed_between_ingest_and_projection_nothing_is_lost(settings: LedgerSettings, tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    agent, till = Device(tmp_path, "LYO1-A", settings), Device(tmp_path, "LYO1-T1", settings)
    agent.write(received("m1", (G1, 5)))
    for n in range(20):
        till.write(sale(f"T1-{n}", (G1, 1)))
    with ledger_process(toml(tmp_path, port, 3600, settings.database), port) as process:
        agent.post(url)
        till.post(url)
        assert httpx.get(f"{url}/v1/health").json()["backlog"] == 21
        os.kill(process.pid, signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)
        process.wait(10)
    engine = open_engine(settings.database_url)
    with reading(engine) as conn:
        assert conn.execute(text("SELECT count(*) FROM journal_records")).scalar() == 21
        assert conn.execute(text("SELECT count(*) FROM ledger_projected")).scalar() == 0
    engine.dispose()
    with running_ledger(settings) as ledger:
        settle(ledger)
        (level,) = call(ledger, "GET", f"/v1/availability?gtin={G1}").json()["stores"]
        assert (level["sellable"], level["pending"], level["atp"]) == (5, 20, 0)
        till.sent = 0
        till.send(ledger)  # the till, which had no answer, sends it all again: nothing changes
        (again,) = call(ledger, "GET", f"/v1/availability?gtin={G1}").json()["stores"]
        assert again["pending"] == 20
    agent.close()
    till.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM that a program can handle")
def test_it_stops_cleanly_within_two_seconds_even_with_a_stream_open(tmp_path: Path) -> None:
    from sync.identity.enrolment import SignedAuth

    port = free_port()
    settings = ledger_settings(tmp_path / "ledger")
    agent = Device(tmp_path, "LYO1-A", settings)
    with (
        ledger_process(toml(tmp_path, port, 0, ""), port) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", auth=SignedAuth(agent.identity), timeout=20) as client,
        client.stream("GET", "/v1/stream") as stream,
    ):
        assert next(stream.iter_lines())
        began = time.monotonic()
        process.terminate()
        assert process.wait(10) == 0
        assert time.monotonic() - began < 2.0
    agent.close()


def test_a_ledger_comes_back_with_everything(settings: LedgerSettings, tmp_path: Path) -> None:
    agent = Device(tmp_path, "LYO1-A", settings)
    agent.write(received("m1", (G1, 5)))
    with running_ledger(settings) as ledger:
        agent.send(ledger)
        first = post_order(ledger, order_body("W1", (G1, 2))).json()
    with running_ledger(settings) as ledger:
        assert post_order(ledger, order_body("W1", (G1, 2))).json() == first
        (level,) = call(ledger, "GET", f"/v1/availability?gtin={G1}").json()["stores"]
        assert level["atp"] == 3
    agent.close()

"""The agent as a program: killed at any moment it loses nothing that it had accepted; asked to end it ends soon."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import tomli_w

from edge_agent.projections.rebuild import verify_projections
from sync.storage.engine import open_engine
from sync.verify import verify_journals
from sync.wire.channel import Unreachable
from tests.support.agents import AGENT, STORE, TillSide, agent_settings, built_agent, know, prepared
from tests.support.processes import Program, free_port
from tests.support.stock_builders import COAT, sale_of, sold_line, unit_of

COATS = [unit_of(COAT, n) for n in range(40)]


@pytest.fixture
def program(tmp_path: Path, till: TillSide) -> Iterator[Program]:
    """``comptoir agent`` on a folder where a till is enrolled, with forty coats on the floor."""
    port = free_port()
    settings = prepared(agent_settings(tmp_path))
    plain = {
        "store": STORE, "device": AGENT, "data": str(settings.data), "http": {"port": port}, "broker": {"kind": "none"},
    }  # fmt: skip
    config = tmp_path / "agent.toml"
    config.write_text(tomli_w.dumps(plain), encoding="utf-8")
    made = Program("agent", "--config", str(config), health=f"http://127.0.0.1:{port}/v1/health", log=tmp_path / "log")
    with built_agent(settings) as agent:
        know(agent, till)
    made.start()
    till.dial(f"http://127.0.0.1:{port}")
    lines = [{"gtin": COAT, "qty": 40, "units": COATS, "location": "salesfloor"}]
    assert till.command("stock.receive", lines=lines, reason="opening").status_code == 200
    yield made
    made.kill()


def test_kill_9_between_sales_loses_none_and_repeats_none(program: Program, till: TillSide, tmp_path: Path) -> None:
    sold = 0
    for round_ in range(2):
        before = till.book.head.seq
        for n in range(5):
            unit = COATS[round_ * 5 + n]
            till.record(sale_of(sold_line(COAT, units=[unit]), sale=f"s{round_}{n}"))
            sold += 1
        if round_ == 1:
            program.kill()
            with pytest.raises(Unreachable):
                till.channel.send(till.identity.device, till.batch(before))
            program.start()
        else:
            till.channel.send(till.identity.device, till.batch(before))
            program.kill()
            program.start()
        after_crash = till.channel.head(till.identity.device).seq
        assert after_crash in (before, till.book.head.seq)
        till.channel.send(till.identity.device, till.batch(before))
    assert till.rows("stock")[COAT]["sellable"] == 40 - sold
    assert program.stop() == 0
    assert_sound(tmp_path / "agent")


def test_a_command_that_was_answered_isnt_done_again_after_a_crash(program: Program, till: TillSide) -> None:
    lines = [{"gtin": COAT, "qty": 1, "units": [unit_of(COAT, 99)], "location": "stockroom"}]
    first = till.command("stock.receive", id="delivery-1", lines=lines)
    program.kill()
    program.start()
    again = till.command("stock.receive", id="delivery-1", lines=lines)
    assert (again.status_code, again.json()) == (200, first.json())
    assert till.rows("stock")[COAT]["back"] == 1


def test_sigterm_ends_it_soon_and_cleanly(program: Program, tmp_path: Path) -> None:
    begun = time.monotonic()
    assert program.stop() == 0
    assert time.monotonic() - begun < 3


def assert_sound(data: Path) -> None:
    """Chains verify and the projections are what the journals give."""
    engine = open_engine(data / "edge.db")
    with engine.connect() as conn:
        assert verify_journals(conn) == []
        assert verify_projections(conn) == []
    engine.dispose()

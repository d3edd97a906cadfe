"""Bad input: a clear message to the right person, nothing lost, nothing half-done, the agent goes on."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import text

from drivers.readings import TagReads
from edge_agent.messages import ReadsArrived
from edge_agent.settings import load_settings
from edge_agent.wiring import Agent
from retail.facts import SaleCompleted
from sync.configuration import SettingsError
from sync.storage.book import Book
from sync.storage.engine import open_engine
from sync.wire.problems import Problem
from tests.support.agents import TILL, TillSide, agent_settings, built_agent, feed_message, running_agent, turn
from tests.support.desk import order_row
from tests.support.stock_builders import COAT, MUG, sale_of, sold_line, unit_of
from tests.support.waiting import wait_until


@pytest.fixture
def agent(tmp_path: Path, till: TillSide) -> Iterator[Agent]:
    with running_agent(agent_settings(tmp_path)) as made:
        till.connect(made)
        lines = [{"gtin": COAT, "qty": 2, "units": [unit_of(COAT, 1), unit_of(COAT, 2)], "location": "salesfloor"}]
        assert till.command("stock.receive", lines=lines).status_code == 200
        yield made


def notices(agent: Agent) -> dict[str, str]:
    return {notice.code: f"{notice.subject} {notice.text}" for notice in agent.inspector.health().notices}


def test_a_batch_with_a_flipped_bit_is_refused_and_the_right_one_taken(agent: Agent, till: TillSide) -> None:
    till.record(sale_of(sold_line(COAT, units=[unit_of(COAT, 1)])))
    good = till.batch()
    event = good.events[0]
    flipped = msgspec.structs.replace(event, body=event.body.replace('"qty":1', '"qty":2'))
    with pytest.raises(Problem) as refused:
        till.channel.send(TILL, msgspec.structs.replace(good, events=[flipped]))
    assert refused.value.type == "chain-broken"
    assert till.channel.send(TILL, good).ack == 1
    assert till.rows("stock")[COAT]["sellable"] == 1
    assert "LYO1-T1" in notices(agent)["exception"]


def test_the_same_batch_twice_moves_stock_once(agent: Agent, till: TillSide) -> None:
    till.record(sale_of(sold_line(COAT, units=[unit_of(COAT, 1)])))
    acks = {till.channel.send(TILL, till.batch()).head_hash for _ in range(3)}
    assert len(acks) == 1
    assert till.rows("stock")[COAT]["sellable"] == 1


def test_a_gap_is_told_with_what_is_expected(agent: Agent, till: TillSide) -> None:
    till.record(sale_of(sold_line(COAT)))
    till.record(sale_of(sold_line(COAT), sale="s2"))
    with pytest.raises(Problem) as gap:
        till.channel.send(TILL, till.batch(1))
    assert (gap.value.type, gap.value.fields["expected"]) == ("sequence-gap", 1)


def test_two_devices_with_one_id_raise_an_exception_once(agent: Agent, till: TillSide, tmp_path: Path) -> None:
    till.send(sale_of(sold_line(COAT)))
    engine = open_engine(tmp_path / "clone.db")
    clone = Book(engine, till.identity, till.book.clock)
    with clone.unit() as unit:
        unit.record(sale_of(sold_line(MUG, tagged=False), sale="other"))
    till.book = clone
    for _ in range(2):
        with pytest.raises(Problem) as fork:
            till.channel.send(TILL, till.batch())
        assert fork.value.type == "fork"
    engine.dispose()
    assert [row["kind"] for row in till.rows("alarms").values()] == ["fork"]


def test_a_fact_of_an_unknown_kind_is_parked_and_those_behind_it_count(agent: Agent, till: TillSide) -> None:
    with till.book.unit() as unit:
        unit.record_text("parcel.teleported", 1, '{"to":"moon"}')
        unit.record(sale_of(sold_line(COAT, units=[unit_of(COAT, 1)])))
    assert till.channel.send(TILL, till.batch()).ack == 2
    assert till.rows("stock")[COAT]["sellable"] == 1
    assert "parcel.teleported" in notices(agent)["quarantine"]


def test_a_fact_with_a_broken_body_is_set_aside_and_blocks_nothing(agent: Agent, till: TillSide) -> None:
    with till.book.unit() as unit:
        unit.record_text("sale.completed", 1, '{"sale": 7}')
        unit.record(sale_of(sold_line(COAT, units=[unit_of(COAT, 1)])))
    till.channel.send(TILL, till.batch())
    assert till.rows("stock")[COAT]["sellable"] == 1
    assert "sale.completed" in notices(agent)["quarantine"]


def test_a_cause_that_breaks_our_own_code_half_way_leaves_no_trace_in_the_stock(
    agent: Agent, till: TillSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    from retail.stock import fold

    def breaks(book: object, fact: object, at: int = 0) -> bool:
        changed = fold(book, fact, at)  # type: ignore[arg-type]
        if isinstance(fact, SaleCompleted) and fact.sale == "poison":
            raise RuntimeError("a defect of ours")
        return changed

    monkeypatch.setattr("edge_agent.evolve.fold_stock", breaks)
    till.record(
        sale_of(sold_line(COAT, units=[unit_of(COAT, 1)]), sale="poison"),
        sale_of(sold_line(COAT, units=[unit_of(COAT, 2)]), sale="good"),
    )
    assert till.channel.send(TILL, till.batch()).ack == 2
    assert till.rows("stock")[COAT]["sellable"] == 1
    units = agent.heart.shop.stock.units
    assert [units[unit_of(COAT, n)].at.location for n in (1, 2)] == ["salesfloor", "customer"]
    assert "defect" in notices(agent)["quarantine"]


def test_a_disk_that_refuses_a_commit_refuses_the_batch_and_keeps_the_state(
    agent: Agent, till: TillSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sync.wire.channel import Unreachable

    till.record(sale_of(sold_line(COAT, units=[unit_of(COAT, 1)])))
    with agent.book.engine.begin() as conn:
        conn.execute(text("CREATE TRIGGER full BEFORE INSERT ON sales BEGIN SELECT RAISE(FAIL, 'no room'); END"))
    with monkeypatch.context() as patch:
        patch.setattr("edge_agent.turn.digest", _digest_without_quarantine)
        with pytest.raises(Unreachable):
            till.channel.send(TILL, till.batch())
    assert "no room" in agent.inspector.health().storage
    assert agent.heart.shop.stock.sellable(COAT) == 2
    with agent.book.engine.begin() as conn:
        conn.execute(text("DROP TRIGGER full"))
    assert till.channel.send(TILL, till.batch()).ack == 1
    assert till.rows("stock")[COAT]["sellable"] == 1
    assert agent.inspector.health().storage == ""


def test_a_reserve_that_was_given_up_stands_on_the_health_page_until_there_is_room(agent: Agent) -> None:
    assert "disk" not in notices(agent)
    ballast = agent.book.ballast
    assert ballast is not None
    assert ballast.release(), "an agent has a reserve from its start"
    assert agent.settings.device in notices(agent)["disk"]
    agent.look_after_reserve()
    assert "disk" not in notices(agent)


def _digest_without_quarantine(unit: object, store: str, device: str, fresh: object, project: object) -> int:
    raise OSError("no room")


def test_tags_of_every_strange_kind_pass_through(tmp_path: Path) -> None:
    readers = [{"name": "r", "kind": "llrp", "url": "tcp://127.0.0.1:1", "antennas": [{"port": 1, "zone": "z"}]}]
    with built_agent(agent_settings(tmp_path, readers=readers)) as agent:
        strange = [b"", b"\x00" * 12, b"\xff" * 12, b"\x30" * 3, bytes.fromhex("3414257bf7194e4000001a85")]
        batch = TagReads("r", "b", 1, 1_000_000, [(epc, 1, -5000, 1_000_000, 1) for epc in strange])
        turn(agent, ReadsArrived(batch), ReadsArrived(dataclasses.replace(batch, reader="unknown", n=2)))
        assert agent.heart.troubles.failed_messages == 0
        assert agent.heart.shop.live.presence.refused.total() >= 4


def test_a_person_may_not_use_a_device_that_isnt_enrolled(agent: Agent, tmp_path: Path) -> None:
    stranger = TillSide(tmp_path, "LYO1-T9").dial(f"http://127.0.0.1:{agent.ports.http}")
    assert stranger.command("stock.receive", lines=[]).status_code == 403
    stranger.close()


def test_the_settings_file_names_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "agent.toml"
    path.write_text('store = "LYO1"\ndevice = "LYO1-A"\ndata = "."\n[http]\nprot = 1\n')
    with pytest.raises(SettingsError, match=r"http\.prot"):
        load_settings(path)


def test_bad_feed_rows_dont_stop_the_good_ones(agent: Agent) -> None:
    rows = {
        "plan": {"zones": [{"id": "x", "location": "cellar"}]},
        "store": {"store": "LYO1", "gate": {"window_min": 20}},
    }
    agent.heart.post(feed_message("settings", rows))
    wait_until(lambda: "feed_row" in notices(agent))
    assert "location" in notices(agent)["feed_row"]
    assert agent.heart.shop.plan.window_ms == 20 * 60_000


def test_a_row_that_breaks_our_own_code_is_kept_aside_and_the_feed_goes_on(
    agent: Agent, till: TillSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    from edge_agent.orders import from_row

    def breaks(row: dict[str, object], at: int) -> object:
        if row["id"] == "o1":
            raise RuntimeError("a defect of ours")
        return from_row(row, at)

    monkeypatch.setattr("edge_agent.work.from_row", breaks)
    agent.heart.post(feed_message("orders", {name: order_row(name, ("1", COAT, 1)) for name in ("o1", "o2")}))
    wait_until(lambda: "o2" in till.rows("work"))
    assert "o1" not in till.rows("work")
    assert "orders o1" in notices(agent)["feed_row"]
    assert till.rows("stock")[COAT]["committed"] == 1

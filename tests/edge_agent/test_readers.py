"""The whole agent with readers on their real wires: LLRP over TCP, MQTT through the broker that the agent runs."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers.broker import Broker, EmbeddedBroker
from drivers.rfid.llrp.twin import LlrpTwin
from drivers.rfid.readings import SeenTag
from drivers.rfid.twins.handheld import HandheldTwin
from drivers.rfid.twins.mqtt import BrokerAddress
from edge_agent.wiring import Agent
from tests.support.agents import PLAN, TillSide, agent_settings, epc_of, feed_message, running_agent
from tests.support.processes import free_port
from tests.support.stock_builders import COAT, sale_of, sold_line, unit_of
from tests.support.waiting import wait_until

COATS = [unit_of(COAT, n) for n in range(4)]

WALK_S = 2.5
"""a person's pace over three metres; whoever runs is sometimes undecided, which is said and not judged"""


@pytest.fixture
def gate() -> Iterator[LlrpTwin]:
    twin = LlrpTwin()
    twin.start()
    yield twin
    twin.stop()


@pytest.fixture
def agent(tmp_path: Path, gate: LlrpTwin, till: TillSide) -> Iterator[Agent]:
    """A shop with a gate, a till that is heard, and four coats on the floor."""
    readers = [
        {
            "name": "portique", "kind": "llrp", "url": gate.url, "gpo": {"port": 2, "pulse_ms": 200},
            "antennas": [{"port": 1, "gate": "entree", "side": "in"}, {"port": 2, "gate": "entree", "side": "out"}],
        }
    ]  # fmt: skip
    with running_agent(agent_settings(tmp_path, readers=readers)) as made:
        till.connect(made)
        made.heart.post(feed_message("settings", {"plan": PLAN}))
        lines = [{"gtin": COAT, "qty": 4, "units": COATS, "location": "salesfloor"}]
        assert till.command("stock.receive", lines=lines, reason="opening").status_code == 200
        wait_until(lambda: gate.inventorying)
        yield made


def kill_broker(broker: Broker) -> None:
    """Its process dies."""
    assert isinstance(broker, EmbeddedBroker)
    os.kill(broker.pid, signal.SIGKILL)


def alarms(till: TillSide) -> list[dict[str, Any]]:
    return [row for row in till.rows("alarms").values() if row]


def test_an_unsold_unit_sounds_the_siren_on_the_readers_output(agent: Agent, gate: LlrpTwin, till: TillSide) -> None:
    gate.pass_by([epc_of(COATS[0])], seconds=WALK_S)
    wait_until(lambda: gate.gpo)
    (port, on, _) = gate.gpo[0]
    assert (port, on) == (2, True)
    assert gate.gpo_frames[0][:2] == bytes([0x04, 0x03]), "SET_READER_CONFIG of LLRP 1.0.1"
    wait_until(lambda: alarms(till))
    (alarm,) = alarms(till)
    assert (alarm["unit"], alarm["kind"], alarm["state"]) == (COATS[0], "exit", "open")
    wait_until(lambda: gate.gpo[-1][1] is False)


def test_units_sold_by_tag_and_by_barcode_leave_in_silence(agent: Agent, gate: LlrpTwin, till: TillSide) -> None:
    till.send(sale_of(sold_line(COAT, units=[COATS[0]]), sold_line(COAT)))
    gate.pass_by([epc_of(COATS[0]), epc_of(COATS[1])], seconds=WALK_S)
    wait_until(lambda: till.ask(f"/v1/units/{COATS[1]}").json()["state"] == "sold")
    gate.pass_by([epc_of(COATS[2])], seconds=WALK_S)
    wait_until(lambda: gate.gpo)
    wait_until(lambda: [alarm["unit"] for alarm in alarms(till)] == [COATS[2]])


def test_a_reader_that_goes_and_comes_back_is_said_once_each(agent: Agent, gate: LlrpTwin) -> None:
    health = agent.supervisor.health["portique"]
    gate.drop_link()
    wait_until(lambda: health.losses == 1)
    wait_until(lambda: health.well)
    gate.pass_by([epc_of(COATS[3])], seconds=WALK_S)
    wait_until(lambda: gate.gpo)
    assert health.losses == 1


def test_garbage_from_a_reader_is_counted_and_the_gate_goes_on(agent: Agent, gate: LlrpTwin) -> None:
    gate.send_garbage(b"\x00\xff no frame \x07" * 3)
    health = agent.supervisor.health["portique"]
    wait_until(lambda: health.garbled or health.losses)
    wait_until(lambda: health.well and gate.inventorying)
    gate.pass_by([epc_of(COATS[0])], seconds=WALK_S)
    wait_until(lambda: gate.gpo)


def test_a_count_hears_fixed_readers_and_the_handheld(tmp_path: Path, gate: LlrpTwin, till: TillSide) -> None:
    port = free_port()
    handheld = HandheldTwin(BrokerAddress("127.0.0.1", port), "rfd40", rate=20)
    readers = [
        {"name": "plafond", "kind": "llrp", "url": gate.url, "antennas": [{"port": 1, "zone": "homme"}]},
        {"name": "portable", "kind": "zebra-handheld", "url": handheld.url},
    ]
    settings = agent_settings(tmp_path, readers=readers, broker={"kind": "embedded", "port": port})
    with running_agent(settings) as agent:
        till.connect(agent)
        agent.heart.post(feed_message("settings", {"plan": PLAN}))
        lines = [{"gtin": COAT, "qty": 4, "units": COATS, "location": "salesfloor"}]
        till.command("stock.receive", lines=lines, reason="opening")
        handheld.start()
        try:
            count = till.command("count.open", zone="homme").json()["count"]
            gate.present([SeenTag(epc_of(unit)) for unit in COATS[:2]])
            wait_until(lambda: till.rows("counts")[count]["matched"] == 2)
            handheld.present([SeenTag(epc_of(COATS[2]))])
            wait_until(lambda: till.rows("counts")[count]["matched"] == 3)
            handheld.publish(b'{"type":"INVENTORY","data":')
            wait_until(lambda: agent.supervisor.health["portable"].garbled)
        finally:
            handheld.stop()
        finished = till.command("count.finish", count)
        assert finished.json()["accuracy_bp"] == 7500
        row = till.rows("counts")[count]
        assert [(line["unit"], line["cls"]) for line in row["lines"]] == [(COATS[3], "missing")]


@pytest.mark.skipif(os.name != "posix", reason="kills a process by a POSIX signal")
def test_a_broker_that_dies_is_said_and_its_reader_goes_on_when_it_is_back(tmp_path: Path, till: TillSide) -> None:
    port = free_port()
    handheld = HandheldTwin(BrokerAddress("127.0.0.1", port), "rfd40", rate=20)
    readers = [{"name": "portable", "kind": "zebra-handheld", "url": handheld.url}]
    settings = agent_settings(tmp_path, readers=readers, broker={"kind": "embedded", "port": port})
    with running_agent(settings) as agent:
        till.connect(agent)
        health = agent.supervisor.health["portable"]
        wait_until(lambda: health.well)
        assert agent.local_broker is not None
        kill_broker(agent.local_broker.broker)
        wait_until(lambda: health.state == "lost", timeout=20)
        assert "reader" in {notice.code for notice in agent.inspector.health().notices}
        wait_until(lambda: health.well, timeout=30)
        assert agent.local_broker.restarts == 1
        assert till.ask("/v1/health").json()["state"] == "ok"

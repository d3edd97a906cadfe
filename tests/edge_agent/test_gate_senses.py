"""A passage that strengths leave open: phases and light beams decide it, in the heart and over a real wire."""

import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from math import pi
from pathlib import Path
from typing import Any

import pytest

from drivers.readings import Extra, ReaderEvent, ReaderEventKind, TagReads
from drivers.rfid.twins.mqtt import BrokerAddress
from drivers.rfid.twins.neutral import NeutralTwin
from edge_agent.messages import ReaderSpoke, ReadsArrived, Tick
from edge_agent.settings import AgentSettings
from edge_agent.wiring import Agent
from sync.configuration import SettingsError, load
from tests.support.agents import (
    GATE,
    PLAN,
    TillSide,
    agent_settings,
    built_agent,
    command,
    epc_of,
    feed_message,
    running_agent,
    turn,
)
from tests.support.clocks import ManualClock
from tests.support.processes import free_port
from tests.support.stock_builders import COAT, unit_of
from tests.support.waiting import wait_until

UNIT = unit_of(COAT, 1)
BEAMS = [{"port": 1, "gate": "entree", "side": "in"}, {"port": 2, "gate": "entree", "side": "out", "cut": "low"}]
IN_EDGE, OUT_EDGE = (1, 1), (2, 0)
KHZ = 866_300
SPEED = 1.2
"""m/s, of somebody who walks"""
STEPS = range(0, 1200, 10)
"""ms; both sides hear it equally well all the time"""


def step(ms: int, first: int) -> tuple[int, int]:
    """(antenna, RSSI in centi-dBm): each for 100 ms in turn, so that phases of one follow one another."""
    return (first, 3 - first)[ms // 100 % 2], -5500


def phase_mrad(ms: int, antenna: int, way: int) -> int:
    """``way`` 1: away from the inside and towards the outside; 4 pi f d / c."""
    metres = SPEED * ms / 1000 * way * (1 if antenna == 1 else -1)
    return round(metres * 4 * pi * KHZ * 1000 / 299_792_458 * 1000) % 6283


class Sas:
    """A gate whose heart stands still."""

    def __init__(self, agent: Agent) -> None:
        self.agent = agent
        self.start_us = time.time_ns() // 1000

    def pass_by(self, first: int = 1, phases: int = 0, edges: tuple[tuple[int, int], ...] = ()) -> str:
        """Read it for a second and a bit, and cut beams meanwhile; the direction that is written down."""
        start = self.start_us
        for number, (port, level) in enumerate(edges):
            at_us = start + (300 + 600 * number) * 1000
            turn(self.agent, ReaderSpoke(ReaderEvent("portique", ReaderEventKind.GPI, at_us, port, level)))
        for begin in range(0, STEPS.stop, 50):
            times = range(begin, begin + 50, STEPS.step)
            seen = [(epc_of(UNIT), *step(ms, first), start + ms * 1000, 1) for ms in times]
            extras = {n: Extra(phase_mrad(ms, step(ms, first)[0], phases), KHZ) for n, ms in enumerate(times)}
            batch = TagReads(
                "portique", "boot", begin + 1, start + (begin + 50) * 1000, seen, extras if phases else None
            )
            turn(self.agent, ReadsArrived(batch))
        for later_s in (3, 6, 12):
            turn(self.agent, Tick(start + later_s * 1_000_000))
        return self._written()

    def _written(self) -> str:
        with self.agent.book.read() as conn:
            bodies = conn.exec_driver_sql("SELECT body FROM journal_records WHERE kind = 'gate.passed'").scalars().all()
        return "" if not bodies else str(bodies[-1]).split('"direction":"')[1].split('"')[0]


@pytest.fixture
def sas(tmp_path: Path) -> Iterator[Sas]:
    settings = agent_settings(tmp_path, readers=[GATE | {"beams": BEAMS}])
    with built_agent(settings, ManualClock()) as agent:
        lines = [{"gtin": COAT, "qty": 1, "units": [UNIT], "location": "salesfloor"}]
        assert command(agent, "stock.receive", lines=lines, reason="opening").status == 200
        yield Sas(agent)


@pytest.mark.parametrize("first", [1, 2])
def test_strength_alone_leaves_it_open(sas: Sas, first: int) -> None:
    assert sas.pass_by(first) in ("", "unknown")


@pytest.mark.parametrize(("first", "way", "direction"), [(1, 1, "out"), (2, -1, "in")])
def test_phases_decide(sas: Sas, first: int, way: int, direction: str) -> None:
    assert sas.pass_by(first, phases=way) == direction


@pytest.mark.parametrize(
    ("first", "edges", "direction"), [(1, (IN_EDGE, OUT_EDGE), "out"), (2, (OUT_EDGE, IN_EDGE), "in")]
)
def test_light_beams_decide_by_their_order(
    sas: Sas, first: int, edges: tuple[tuple[int, int], ...], direction: str
) -> None:
    assert sas.pass_by(first, edges=edges) == direction


def test_another_level_or_another_input_is_no_beam(sas: Sas) -> None:
    assert sas.pass_by(1, edges=((1, 0), (2, 1), (3, 1), (2, 1))) in ("", "unknown")


@pytest.mark.parametrize(
    ("beam", "told"),
    [
        ({"port": 1, "gate": "exit", "side": "in"}, "no antenna of this reader watches a gate 'exit'"),
        ({"port": 2, "gate": "entree", "side": "in"}, "input 2 is given to two beams"),
        ({"port": 1, "gate": "entree", "sides": "in"}, "beams.1.side"),
        ({"port": 1, "gate": "entree", "side": "middle"}, "choose 'in' or 'out'"),
    ],
)
def test_a_wrong_beam_is_named(tmp_path: Path, beam: dict[str, Any], told: str) -> None:
    toml = [
        f'store = "LYO1"\ndevice = "LYO1-A"\ndata = "{tmp_path.as_posix()}"\n[[readers]]',
        'name = "portique"\nkind = "llrp"\nurl = "tcp://h:1"',
        'antennas = [{ port = 1, gate = "entree" }, { port = 2, gate = "entree", side = "out" }]',
        "beams = [" + ", ".join(_inline(one) for one in (BEAMS[1], beam)) + "]",
    ]
    path = tmp_path / "agent.toml"
    path.write_text("\n".join(toml), "utf-8")
    with pytest.raises(SettingsError, match=re.escape(told)):
        load(path, AgentSettings)


def _inline(row: dict[str, Any]) -> str:
    return "{ " + ", ".join(f"{key} = {json.dumps(value)}" for key, value in row.items()) + " }"


def test_over_the_wire_a_gateways_phases_and_inputs_sound_the_siren(tmp_path: Path, till: TillSide) -> None:
    """Strengths say nothing; the reads' phases and the beams' order do: somebody leaves with an unsold coat."""
    port = free_port()
    twin = NeutralTwin(BrokerAddress("127.0.0.1", port), "portique")
    reader = GATE | {"kind": "neutral-mqtt", "url": twin.url, "beams": BEAMS}
    broker = {"kind": "embedded", "port": port}
    settings = agent_settings(tmp_path, readers=[reader], broker=broker, gate={"gap_ms": 1000})
    with running_agent(settings) as agent:
        till.connect(agent)
        agent.heart.post(feed_message("settings", {"plan": PLAN}))
        lines = [{"gtin": COAT, "qty": 1, "units": [UNIT], "location": "salesfloor"}]
        assert till.command("stock.receive", lines=lines, reason="opening").status_code == 200
        twin.start()
        try:
            wait_until(lambda: speaks(twin, agent))
            walk_out(twin)
            wait_until(lambda: twin.gpo)
            assert twin.gpo[0][:2] == (2, True)
            wait_until(lambda: till.ask("/v1/passages/0").json()["passages"])
            (passage,) = till.ask("/v1/passages/0").json()["passages"]
            assert (passage["direction"], passage["verdict"], passage["why"]["beams"]) == ("out", "alarm", [1, 2])
            assert passage["why"]["ways_cm"][0] > 0 > passage["why"]["ways_cm"][1]
        finally:
            twin.stop()


def speaks(twin: NeutralTwin, agent: Agent) -> bool:
    """Whether the agent has heard of the gateway."""
    twin.heartbeat()
    return agent.supervisor.health["portique"].well


def walk_out(twin: NeutralTwin) -> None:
    """A second and a bit of reads with phases, in messages of 50 ms that come a little late; two beams are cut."""
    start_us = time.time_ns() // 1000 - STEPS.stop * 1000

    def stamp(ms: int) -> str:
        return datetime.fromtimestamp((start_us + ms * 1000) / 1e6, UTC).isoformat()

    cuts = {300: IN_EDGE, 900: OUT_EDGE}
    for begin in range(0, STEPS.stop, 50):
        if begin in cuts:
            number, level = cuts[begin]
            twin.publish(twin.message(events=[{"kind": "gpi", "port": number, "value": level, "t": stamp(begin)}]))
        rows = []
        for ms in range(begin, begin + 50, STEPS.step):
            antenna, rssi = step(ms, 1)
            phase = phase_mrad(ms, antenna, 1) * 180 / 1000 / pi
            row = {"epc": epc_of(UNIT).hex(), "antenna": antenna, "rssi": rssi / 100, "t": stamp(ms)}
            rows.append(row | {"phase": phase, "khz": KHZ})
        twin.publish(twin.message(reads=rows))

"""A siren that doesn't obey: its alarms say so, and everybody is told until it works again."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from drivers.contracts import ReaderCommand, SetGpo
from drivers.errors import Disconnected, Rejected
from drivers.readings import ReaderEvent, ReaderEventKind
from edge_agent import supervisor
from edge_agent.effects import Act
from edge_agent.health_page import page
from edge_agent.messages import CommandEnded, Message, ReaderBack, ReaderLost, ReaderSpoke, ReadsArrived, Tick
from edge_agent.settings import ReaderSettings
from edge_agent.supervisor import Supervisor
from edge_agent.wiring import Agent
from sync.feeds.apply import rows as feed_rows
from tests.support.agents import GATE, PLAN, agent_settings, built_agent, command, epc_of, feed, reads, turn
from tests.support.clocks import ManualClock
from tests.support.stock_builders import COAT, unit_of
from tests.support.waiting import wait_until

SIREN = SetGpo(2, True, 500)


class Exit:
    """An agent with a gate, a thief, and a reader whose answers are the test's."""

    def __init__(self, agent: Agent, clock: ManualClock) -> None:
        self.agent, self.clock, self.now_us = agent, clock, time.time_ns() // 1000

    def steal(self, number: int = 1) -> None:
        for antenna in (1, 2):
            for _ in range(6):
                self.pass_time(150)
                seen = (epc_of(unit_of(COAT, number)), antenna, -5000, self.now_us, 1)
                turn(self.agent, ReadsArrived(reads("portique", self.now_us, seen)))

    def pass_time(self, ms: int) -> None:
        self.now_us += ms * 1000
        self.clock.forward(ms)

    def look(self) -> None:
        turn(self.agent, Tick(self.now_us))

    def ended(self, trouble: str = "", unlinked: bool = False) -> None:
        turn(self.agent, CommandEnded("portique", SIREN, trouble, unlinked))
        self.look()

    def says(self, kind: ReaderEventKind, port: int = 0, text: str = "") -> None:
        turn(self.agent, ReaderSpoke(ReaderEvent("portique", kind, self.now_us, port, text=text)))
        self.look()

    def told(self) -> list[dict[str, Any]]:
        """What stands in the tills' feed of the siren."""
        with self.agent.book.read() as conn:
            return [dict(row) for key, row in feed_rows(conn, "alarms") if key == "siren-portique"]

    def facts(self) -> list[str]:
        with self.agent.book.read() as conn:
            return list(conn.exec_driver_sql("SELECT kind FROM journal_records ORDER BY seq").scalars())

    def alarm(self) -> dict[str, Any]:
        (found,) = self.agent.heart.shop.alarms.values()
        return found


def opened(agent: Agent, clock: ManualClock) -> Exit:
    lines = [{"gtin": COAT, "qty": 6, "units": [unit_of(COAT, n) for n in range(6)], "location": "salesfloor"}]
    assert command(agent, "stock.receive", lines=lines, reason="opening").status == 200
    feed(agent, "settings", {"plan": PLAN, "store": {"store": "LYO1"}})
    return Exit(agent, clock)


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Exit]:
    clock = ManualClock()
    with built_agent(agent_settings(tmp_path, readers=[GATE]), clock) as agent:
        done: list[Act] = []
        monkeypatch.setattr(agent.heart.outside, "act", done.append)
        yield opened(agent, clock)


def test_a_siren_that_cant_be_told_is_no_siren_that_sounded(door: Exit) -> None:
    door.steal()
    assert door.alarm()["siren"] is True
    door.ended("portique: no link", unlinked=True)
    assert (door.alarm()["siren"], door.alarm()["quiet"], door.alarm()["kind"]) == (False, "failed", "exit")
    assert door.facts().count("gate.siren_failed") == 1
    (row,) = door.told()
    assert (row["kind"], row["gate"], row["state"], row["text"]) == (
        "siren_failed", "entree", "open", "portique: no link",
    )  # fmt: skip
    shown = door.agent.inspector.health()
    assert [(one.code, one.subject, one.text) for one in shown.notices if one.code == "siren"] == [
        ("siren", "portique", "portique: no link")
    ]
    assert "Sirène en panne" in page(shown, "fr")


def test_a_reader_that_refuses_later_is_believed_whichever_is_heard_first(door: Exit) -> None:
    door.steal()
    door.says(ReaderEventKind.OUTPUT_REFUSED, text="no such output")
    assert door.alarm()["siren"] is False
    door.ended()
    door.pass_time(10_000)
    door.look()
    assert door.told(), "what was refused before doesn't work because it could be sent"


def test_what_else_a_reader_says_just_after_an_alarm_is_no_refusal(door: Exit) -> None:
    door.steal()
    door.ended()
    for kind in (ReaderEventKind.OTHER, ReaderEventKind.GARBLED, ReaderEventKind.ANTENNA_LOST):
        door.says(kind, port=2, text="garbled settings")
    door.says(ReaderEventKind.OUTPUT_REFUSED, port=3, text="another output")
    assert door.told() == []
    assert door.alarm()["siren"] is True


def test_the_notice_goes_when_the_siren_obeys_again(door: Exit) -> None:
    door.steal()
    door.says(ReaderEventKind.OUTPUT_REFUSED, port=2, text="blown")
    assert door.told()
    door.steal(2)
    door.ended()
    assert door.told(), "it may still refuse"
    door.pass_time(7_000)
    door.look()
    assert door.told() == []
    assert door.agent.heart.shop.live.failed_sirens == {}


def test_a_siren_that_failed_for_want_of_a_link_may_sound_when_the_link_is_back(door: Exit) -> None:
    door.steal()
    door.ended("gone", unlinked=True)
    turn(door.agent, ReaderLost("portique", "gone"), ReaderBack("portique"), Tick(door.now_us))
    assert door.told() == []
    door.steal(2)
    door.ended("there is no output 2")
    turn(door.agent, ReaderLost("portique", "gone"), ReaderBack("portique"), Tick(door.now_us))
    assert door.told(), "a link doesn't mend an output"


def test_everybody_still_knows_after_a_restart(tmp_path: Path) -> None:
    clock = ManualClock()
    settings = agent_settings(tmp_path, readers=[GATE])
    with built_agent(settings, clock) as agent:
        door = opened(agent, clock)
        door.steal()
        door.ended("there is no output 2")
        assert door.told()
    with built_agent(settings, clock) as again:
        door = Exit(again, clock)
        assert again.heart.shop.live.failed_sirens["portique"].why == "there is no output 2"
        door.look()
        assert door.told()
    with built_agent(agent_settings(tmp_path, readers=[{**GATE, "gpo": None}]), clock) as without:
        door = Exit(without, clock)
        door.look()
        assert door.told() == []


def test_a_gate_without_an_output_says_that_it_has_no_siren(tmp_path: Path) -> None:
    clock = ManualClock()
    with built_agent(agent_settings(tmp_path, readers=[{**GATE, "gpo": None}]), clock) as agent:
        door = opened(agent, clock)
        door.steal()
        assert (door.alarm()["kind"], door.alarm()["siren"], door.alarm()["quiet"]) == ("exit", False, "no_output")


def test_a_bulk_whose_sirens_all_failed_didnt_sound(door: Exit) -> None:
    for number in range(3):
        door.steal(number)
    assert (door.alarm()["kind"], door.alarm()["siren"]) == ("bulk", True)
    door.ended("gone", unlinked=True)
    assert (door.alarm()["kind"], door.alarm()["siren"]) == ("bulk", False)


@pytest.mark.parametrize(
    ("kind", "options", "port", "why"),
    [
        ("chafon-serial", {}, 1, "no outputs"),
        ("zebra-handheld", {}, 1, "no outputs"),
        ("impinj-mqtt", {}, 1, "api"),
        ("r2000", {}, 3, "1 to 2"),
        ("thingmagic", {}, 5, "1 to 4"),
    ],
)
def test_an_output_that_nothing_drives_is_refused_at_the_start(
    kind: str, options: dict[str, object], port: int, why: str
) -> None:
    told = {**GATE, "kind": kind, "options": options, "gpo": {"port": port}}
    with pytest.raises(ValidationError, match=why):
        ReaderSettings.model_validate(told)


@pytest.mark.parametrize(
    ("kind", "options", "port"),
    [("llrp", {}, 4), ("impinj-mqtt", {"api": "https://10.0.0.7"}, 1), ("r2000", {}, 2), ("zebra-mqtt", {}, 3)],
)
def test_an_output_that_can_be_driven_is_taken(kind: str, options: dict[str, object], port: int) -> None:
    ReaderSettings.model_validate({**GATE, "kind": kind, "options": options, "gpo": {"port": port}})


class Obeying:
    """A reader that answers a command as it is told to."""

    def __init__(self, name: str, trouble: Exception | None) -> None:
        self.name, self.trouble = name, trouble

    def open(self) -> None:
        """It is there."""

    def read(self, timeout: float) -> None:
        time.sleep(min(timeout, 0.01))

    def command(self, command: ReaderCommand) -> None:
        if self.trouble is not None:
            raise self.trouble

    def close(self) -> None:
        """It is there."""


@pytest.mark.parametrize(
    ("trouble", "said", "unlinked"),
    [
        (None, "", False),
        (Disconnected("gone"), "gone", True),
        (Rejected("no output 2"), "no output 2", False),
        (KeyError("x"), "fault in the driver: KeyError('x')", False),
    ],
)
def test_what_comes_of_a_command_is_told(
    monkeypatch: pytest.MonkeyPatch, trouble: Exception | None, said: str, unlinked: bool
) -> None:
    monkeypatch.setattr(supervisor, "open_reader", lambda _kind, name, _url, **_options: Obeying(name, trouble))
    heard: list[Message] = []
    watched = Supervisor([ReaderSettings.model_validate(GATE)], heard.append)
    watched.start()
    try:
        assert watched.command("portique", SIREN)
        wait_until(lambda: any(isinstance(one, CommandEnded) for one in heard))
    finally:
        watched.stop()
    assert [one for one in heard if isinstance(one, CommandEnded)] == [CommandEnded("portique", SIREN, said, unlinked)]


def test_a_reader_that_cant_be_made_tells_that_its_siren_is_mute() -> None:
    heard: list[Message] = []
    watched = Supervisor([ReaderSettings.model_validate({**GATE, "kind": "nonsense"})], heard.append)
    watched.start()
    assert watched.command("portique", SIREN)
    wait_until(lambda: bool(heard))
    watched.stop()
    (told,) = heard
    assert isinstance(told, CommandEnded)
    assert "nonsense" in told.trouble
    assert not watched.command("nobody", SIREN)

"""What screens watch live: reads a second, gates with their story, a search; and putting a found thing somewhere."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from drivers.readings import Extra, Read, ReaderEvent, ReaderEventKind, TagReads
from edge_agent.messages import ReaderLost, ReaderSpoke, ReadsArrived
from edge_agent.settings import ReaderSettings
from edge_agent.watching import SLOT_MS, SLOTS, Watch
from edge_agent.wiring import Agent
from retail.facts import GatePassed
from tests.support.agents import GATE, PLAN, TillSide, agent_settings, epc_of, feed_message, reads, running_agent
from tests.support.stock_builders import COAT, unit_of
from tests.support.waiting import wait_until

UNIT = unit_of(COAT, 1)
CEILING: dict[str, Any] = {
    "name": "plafond",
    "kind": "llrp",
    "url": "tcp://127.0.0.1:1",
    "antennas": [{"port": 1, "zone": "femme"}, {"port": 2, "zone": "homme"}],
}
CARRIED: dict[str, Any] = {"name": "portable", "kind": "llrp", "url": "tcp://127.0.0.1:1"}
T0 = 1_000_000_000_000


class Times:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.ms = 10_000_000

    @property
    def us(self) -> int:
        return T0 + self.ms * 1000


@pytest.fixture
def times() -> Times:
    return Times()


@pytest.fixture
def watch(times: Times) -> Watch:
    gate = GATE | {"beams": [{"port": 1, "gate": "entree", "side": "in"}]}
    readers = tuple(ReaderSettings.model_validate(one) for one in (gate, CEILING, CARRIED))
    return Watch(readers, mono_ms=lambda: times.ms, now_us=lambda: times.us)


def tag(unit: str = UNIT, antenna: int = 1, rssi: int = -5000, at_us: int = 0, count: int = 1) -> Read:
    return (epc_of(unit), antenna, rssi, at_us, count)


def test_reads_are_counted_by_antenna_and_half_second(watch: Watch, times: Times) -> None:
    watch.heard(ReadsArrived(reads("plafond", times.us, tag(antenna=1), tag(antenna=1), tag(antenna=2))))
    times.ms += SLOT_MS
    watch.heard(ReadsArrived(reads("plafond", times.us, tag(antenna=1))))
    slot, found = watch.pulse.last(times.ms, 3)
    assert slot == times.ms // SLOT_MS
    assert found == {"plafond": {1: [0, 2, 1], 2: [0, 1, 0]}}


def test_the_ring_forgets_what_is_two_minutes_old(watch: Watch, times: Times) -> None:
    watch.heard(ReadsArrived(reads("plafond", times.us, tag())))
    times.ms += SLOT_MS * (SLOTS - 1)
    assert sum(watch.pulse.last(times.ms)[1]["plafond"][1]) == 1
    times.ms += SLOT_MS * 3 * SLOTS
    assert watch.pulse.last(times.ms)[1]["plafond"][1] == [0] * SLOTS


def test_readers_tell_of_themselves(watch: Watch, times: Times) -> None:
    for kind, port, value, text in (
        (ReaderEventKind.CONNECTED, 0, 4, "25882/2001009 8.2.1"),
        (ReaderEventKind.TEMPERATURE, 0, 41, ""),
        (ReaderEventKind.ANTENNA_LOST, 3, 0, ""),
    ):
        watch.heard(ReaderSpoke(ReaderEvent("portique", kind, times.us, port, value, text)))
    told = watch.told.of("portique").as_json(times.us // 1000 + 500)
    assert (told["model"], told["temperature"], told["antennas_off"]) == ("25882/2001009 8.2.1", 41, [3])
    assert (told["trouble"], told["trouble_ago_ms"], told["connected_ms"]) == ("antenna_lost", 500, 500)
    watch.heard(ReaderLost("portique", "cable"))
    assert watch.told.of("portique").trouble == "lost"
    assert watch.told.of("portique").as_json(0)["connected_ms"] is None


def off(watch: Watch) -> list[int]:
    return sorted(watch.told.of("portique").antennas_off)


def test_an_antenna_is_off_until_its_reader_connects_anew_tells_so_or_reads_on_it(watch: Watch, times: Times) -> None:
    def spoke(kind: ReaderEventKind, port: int = 0) -> None:
        watch.heard(ReaderSpoke(ReaderEvent("portique", kind, times.us, port, 0, "")))

    def heard(antenna: int, at_us: int) -> None:
        watch.heard(ReadsArrived(TagReads("portique", "b", 1, times.us, [tag(antenna=antenna, at_us=at_us)])))

    for port in (0, 1, 2, 3):
        spoke(ReaderEventKind.ANTENNA_LOST, port)
    assert off(watch) == [1, 2, 3], "port 0 is none"
    spoke(ReaderEventKind.ANTENNA_CONNECTED, 3)
    heard(1, times.us - 1000)
    assert off(watch) == [1, 2], "told late, but read before"
    times.ms += 2000
    heard(1, times.us)
    assert off(watch) == [2]
    spoke(ReaderEventKind.CONNECTED)
    assert off(watch) == []


def walk_out(watch: Watch, times: Times, unit: str = UNIT) -> None:
    """Inside strongest at 0.2 s, outside at 1.1 s; a beam is cut in between; phases say that it goes away inside."""
    batch: list[Read] = []
    extras = {}
    for step in range(14):
        antenna = 1 if step < 7 else 2
        peak = 2 if antenna == 1 else 11
        extras[step] = Extra(phase_mrad=(step * 200) % 3141, channel_khz=866_300)
        batch.append(tag(unit, antenna, -5000 - 100 * abs(step - peak), times.us + step * 40_000))
    watch.heard(ReaderSpoke(ReaderEvent("portique", ReaderEventKind.GPI, times.us + 300_000, 1, 1)))
    watch.heard(ReadsArrived(TagReads("portique", "boot", 1, times.us + 600_000, batch, extras)))


def test_a_passage_keeps_its_story(watch: Watch, times: Times) -> None:
    walk_out(watch, times)
    assert watch.passing.standing(times.us + 700_000) == [(UNIT, "entree", "out", 700)]
    watch.passing.passed(GatePassed(passage="p1", gate="entree", direction="out", units=((UNIT, "sold"),)), 77)
    number, (row,) = watch.passing.since(0)
    why = row["why"]
    assert (row["unit"], row["direction"], row["verdict"], row["at"]) == (UNIT, "out", "sold", 77)
    assert why["antennas"] == [[1, "in"], [2, "out"]]
    assert (why["reads"], why["peaks"], why["lag_ms"]) == ([7, 7], [-5000, -5000], 360)
    assert why["beams"] == [1]
    assert why["ways_cm"][0] > 0
    assert watch.passing.why("p1", UNIT) == why
    assert watch.passing.since(number) == (number, [])
    assert watch.passing.standing(times.us + 4_000_000) == []


def test_a_search_hears_its_thing_and_nothing_else(watch: Watch, times: Times) -> None:
    with watch.seeking.looking_for(UNIT) as trail:
        assert watch.seeking.look(trail, times.ms) is None
        other = tag(unit_of(COAT, 2), rssi=-3000)
        batch = reads("portable", times.us, other, tag(rssi=-6100), tag(rssi=-4700, count=3))
        watch.heard(ReadsArrived(batch))
        watch.heard(ReadsArrived(reads("plafond", times.us, tag(rssi=-2000))))
        times.ms += 300
        heard = watch.seeking.look(trail, times.ms)
        assert heard is not None
        assert (heard.unit, heard.rssi_cdbm, heard.age_ms, heard.rate) == (UNIT, -4700, 300, 4)
        watch.heard(ReadsArrived(reads("portable", times.us, tag(rssi=-7000))))
        weaker = watch.seeking.look(trail, times.ms)
        assert weaker is not None
        assert weaker.rssi_cdbm == -7000


def test_any_unit_of_an_article_can_be_looked_for(watch: Watch, times: Times) -> None:
    with watch.seeking.looking_for(COAT) as trail:
        watch.heard(ReadsArrived(reads("portable", times.us, tag(unit_of(COAT, 2)))))
        heard = watch.seeking.look(trail, times.ms)
    assert heard is not None
    assert heard.unit == unit_of(COAT, 2)


@pytest.fixture
def agent(tmp_path: Path, till: TillSide) -> Iterator[Agent]:
    with running_agent(agent_settings(tmp_path, readers=[GATE, CARRIED])) as made:
        till.connect(made)
        made.heart.post(feed_message("settings", {"plan": PLAN}))
        lines = [{"gtin": COAT, "qty": 2, "units": [UNIT, unit_of(COAT, 2)], "location": "salesfloor"}]
        assert till.command("stock.receive", lines=lines).status_code == 200
        yield made


def events(response: httpx.Response) -> Iterator[tuple[str, Any]]:
    """Server-sent events as they come."""
    name = ""
    for line in response.iter_lines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        if line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


def test_a_stream_tells_of_a_read_by_the_handheld(agent: Agent, till: TillSide) -> None:
    with till.http.stream("GET", f"/v1/live/locate/{UNIT}") as response:
        assert response.status_code == 200
        lines = events(response)
        wait_until(lambda: agent.watch.seeking._trails)
        agent.watch.heard(ReadsArrived(reads("portable", agent.watch.now_us(), tag(rssi=-4200))))
        name, body = next(lines)
    assert (name, body["unit"], body["rssi_cdbm"], body["reader"]) == ("locate", UNIT, -4200, "portable")
    assert body["age_ms"] < 500
    wait_until(lambda: not agent.watch.seeking._trails)


def test_a_stream_tells_rates(agent: Agent, till: TillSide) -> None:
    agent.watch.heard(ReadsArrived(reads("portique", agent.watch.now_us(), tag())))
    with till.http.stream("GET", "/v1/live/devices") as response:
        name, body = next(events(response))
    assert (name, body["slot_ms"], sum(body["rates"]["portique"]["1"])) == ("devices", SLOT_MS, 1)


def test_a_stream_tells_who_stands_in_a_gate_and_only_what_is_ours(agent: Agent, till: TillSide) -> None:
    now = agent.watch.now_us()
    foreign = unit_of(COAT, 99)
    agent.watch.heard(ReadsArrived(reads("portique", now, tag(at_us=now), tag(foreign, at_us=now))))
    with till.http.stream("GET", "/v1/live/gate") as response:
        name, body = next(events(response))
    assert name == "gate"
    assert [(one["unit"], one["gate"], one["side"]) for one in body["standing"]] == [(UNIT, "entree", "in")]


def test_nobody_else_may_watch(agent: Agent) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{agent.ports.http}", timeout=10, trust_env=False) as stranger:
        for path in ("devices", "gate", f"locate/{UNIT}"):
            assert stranger.get(f"/v1/live/{path}").status_code == 403
        assert stranger.get("/v1/passages/0").status_code == 403


def test_passages_of_today_are_asked_for(agent: Agent, till: TillSide) -> None:
    fact = GatePassed(passage="p1", gate="entree", direction="in", units=((UNIT, "in_stock"),))
    with agent.book.unit() as unit:
        unit.record(fact)
    agent.watch.passing.passed(fact, 1)
    (row,) = till.ask("/v1/passages/0").json()["passages"]
    assert (row["passage"], row["direction"], row["unit"], row["why"]) == ("p1", "in", UNIT, None)
    assert till.ask("/v1/passages/99999999999999").json() == {"passages": []}
    assert till.ask("/v1/passages/today").status_code == 400


def test_where_the_units_of_an_article_are_and_putting_one_somewhere(agent: Agent, till: TillSide) -> None:
    rows = till.ask(f"/v1/where/{COAT}").json()["units"]
    assert {row["unit"]: row["zone"] for row in rows} == {UNIT: None, unit_of(COAT, 2): None}
    assert till.command("unit.place", UNIT, zone="reserve").status_code == 200
    first = till.ask(f"/v1/where/{COAT}").json()["units"][0]
    assert (first["unit"], first["zone"], first["location"]) == (UNIT, "reserve", "stockroom")
    assert till.ask(f"/v1/stock/{COAT}").json()["back"] == 1
    assert till.command("unit.place", UNIT, zone="nowhere").json()["reason"] == "unknown_zone"
    assert till.command("unit.place", unit_of(COAT, 9), zone="femme").json()["reason"] == "not_in_stock"


def test_health_shows_what_readers_tell(agent: Agent, till: TillSide) -> None:
    now = agent.watch.now_us()
    agent.watch.heard(ReaderSpoke(ReaderEvent("portique", ReaderEventKind.TEMPERATURE, now, value=38)))
    row = next(one for one in till.ask("/v1/health").json()["readers"] if one["name"] == "portique")
    assert (row["temperature"], row["gpo"], row["antennas"]) == (38, 2, {"1": "entree/in", "2": "entree/out"})

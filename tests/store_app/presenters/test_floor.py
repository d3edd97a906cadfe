"""Devices, gate and locate at the presenters: what readers tell in words, passages with their story, the geiger."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from store_app.presenters.geiger import Geiger, Signal
from store_app.presenters.intents import (
    Back,
    Choose,
    IdentifyDevice,
    LocateUnit,
    Lock,
    PadKey,
    PutFound,
    Scanned,
    SelectDevice,
    SelectPassage,
    Show,
    TextChanged,
    Tick,
    TryDevice,
)
from store_app.presenters.messages import LiveCut, LiveTold, ScanUnreadable
from store_app.presenters.names import ScreenName
from store_app.presenters.reader_facts import Rates, last_trouble, trouble_of, weak_antennas
from store_app.presenters.views import DevicesView, FinderView, GateView, Tone
from tests.support.fake_agent import FakeAgent
from tests.support.tills import JUMPER, NOW, TillUnderTest, till_under_test

UNIT = f"{JUMPER}.9"
READER: dict[str, Any] = {
    "name": "portique", "kind": "llrp", "url": "tcp://10.0.0.9:5084", "state": "reading", "reason": "", "reads": 1200,
    "gaps": 0, "overflows": 0, "garbled": 2, "dropped": 1, "losses": 1, "last_ms": NOW, "gate": True,
    "model": "25882/2001009 8.2.1", "temperature": 41, "antennas_off": [], "connected_ms": 7_200_000, "silent_ms": 10,
    "trouble": "lost", "trouble_ago_ms": 7_260_000, "clock_offset_us": -3_720_000_000, "gpo": 2,
    "antennas": {"1": "entree/in", "2": "entree/out", "3": "femme"},
}  # fmt: skip
STORY = {
    "antennas": [[1, "in"], [2, "out"]], "reads": [7, 9], "peaks": [-5000, -4700], "lag_ms": 900,
    "ways_cm": [64, None], "beams": [1, 1, 2], "lasted_ms": 2100,
}  # fmt: skip


@dataclass
class FollowedLive:
    """A live line that only remembers what is followed."""

    topics: list[str] = field(default_factory=list)

    def follow(self, topic: str) -> None:
        self.topics.append(topic)

    def leave(self) -> None:
        self.topics.append("")


@pytest.fixture
def agent() -> FakeAgent:
    return FakeAgent(health={"readers": [dict(READER)], "tills": []})


@pytest.fixture
def live() -> FollowedLive:
    return FollowedLive()


@pytest.fixture
def shop(tmp_path: Path, agent: FakeAgent, live: FollowedLive):
    with till_under_test(tmp_path / "till", agent=agent.transport, live=live) as made:
        yield made


def at(shop: TillUnderTest, screen: ScreenName, person: str = "nadia", pin: str = "3333") -> Any:
    shop.till.ask(Lock())
    shop.sign_in(person, pin)
    shop.till.ask(Show(screen))
    return shop.till.view


def facts(view: Any) -> dict[str, str]:
    return {fact.label: fact.value for fact in view.facts}


# devices


def test_a_reader_in_words(shop: TillUnderTest, live: FollowedLive) -> None:
    at(shop, ScreenName.DEVICES)
    assert live.topics[-1] == "devices"
    shop.till.ask(SelectDevice("portique"))
    view: DevicesView = shop.till.view
    said = facts(view)
    assert (said["Model"], said["Firmware"], said["Temperature"]) == ("Impinj 2001009", "8.2.1", "41 °C")
    assert (said["Connected"], said["Clock put right"], said["Unreadable"]) == ("2 h ago", "+62 min", "3")
    assert view.chosen_subtitle == "LLRP · tcp://10.0.0.9:5084"
    assert view.help == "Last trouble: didn't answer, 2 h ago."
    assert [row.detail for row in view.trends.rows] == ["entree, inside", "entree, outside", "Women"]


def test_reads_are_drawn_as_they_come(shop: TillUnderTest) -> None:
    at(shop, ScreenName.DEVICES)
    shop.till.ask(SelectDevice("portique"))
    told = {"slot_ms": 500, "slot": 1000, "rates": {"portique": {"1": [20, 20, 20, 20], "2": [10, 10, 10, 0]}}}
    shop.till.ask(LiveTold("devices", told))
    view: DevicesView = shop.till.view
    assert [row.value for row in view.trends.rows] == ["40", "20", "0"]
    assert view.trends.rows[0].values[-1] == 40.0
    assert view.trends.detail == "together 60"
    assert any("60 reads/s" in row.subtitle for row in view.groups[-1][1])
    shop.till.ask(LiveTold("devices", {"slot": "nonsense"}), LiveCut("devices"))
    assert [row.value for row in shop.till.view.trends.rows] == ["0", "0", "0"]


def test_health_is_asked_again_while_devices_are_looked_at(shop: TillUnderTest, agent: FakeAgent) -> None:
    at(shop, ScreenName.DEVICES)
    shop.till.ask(SelectDevice("portique"))
    agent.health["readers"][0] |= {"state": "lost", "trouble_ago_ms": 1000}
    shop.clock.forward(2_500)
    shop.till.ask(Tick())
    view: DevicesView = shop.till.view
    assert view.chosen_chip.text == "doesn't answer"
    assert view.help.startswith("It doesn't answer. Look at its power and its network cable")
    assert not view.primary.enabled


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"state": "refused"}, "settings aren't right"),
        ({"state": "starting"}, "Is it switched on?"),
        ({"state": "reading", "antennas_off": [3]}, "Antenna 3 is unplugged"),
        ({"state": "reading"}, ""),
    ],
)
def test_what_is_wrong_is_said_for_staff(row: dict[str, Any], words: str) -> None:
    said = trouble_of(row, Rates())
    assert words in said
    assert bool(words) is bool(said)


def test_an_antenna_that_reads_far_less_is_pointed_out() -> None:
    rates = Rates()
    rates.told({"slot_ms": 500, "slot": 9, "rates": {"r": {"1": [60, 60, 60], "2": [55, 55, 55], "3": [2, 2, 2]}}})
    assert weak_antennas("r", rates) == {"3"}
    assert "Antenna 3 reads far less" in trouble_of({"name": "r", "state": "reading"}, rates)
    assert last_trouble({"trouble": "overflow", "trouble_ago_ms": 5}, NOW).startswith("Last trouble: had more reads")


def test_a_manager_tests_the_siren_and_an_associate_asks_for_it(shop: TillUnderTest, agent: FakeAgent) -> None:
    at(shop, ScreenName.DEVICES)
    shop.till.ask(SelectDevice("portique"), TryDevice("output"), IdentifyDevice())
    args = agent.of("device.gpo")[0]["args"]
    assert args == {"device": "portique", "port": 2, "on": True, "pulse_ms": 1000}
    assert agent.of("device.identify")[0]["subject"] == "portique"
    at(shop, ScreenName.DEVICES, "lea", "2222")
    shop.till.ask(SelectDevice("portique"), TryDevice("output"))
    assert shop.till.shell.dialog is not None
    assert len(agent.of("device.gpo")) == 1
    shop.till.ask(*(PadKey("3") for _ in range(4)))
    assert len(agent.of("device.gpo")) == 2


def test_a_cashier_may_not(shop: TillUnderTest, agent: FakeAgent) -> None:
    at(shop, ScreenName.DEVICES, "camille", "1111")
    shop.till.ask(SelectDevice("portique"), TryDevice("output"))
    assert agent.of("device.gpo") == []
    assert "Not possible" in shop.titles


def test_the_tills_own_devices_count_what_they_couldnt_read(shop: TillUnderTest) -> None:
    desk = shop.till.desk
    desk.services = replace(desk.services, addresses=(("scanner", "serial:///dev/ttyUSB0"),))
    at(shop, ScreenName.DEVICES)
    shop.till.ask(ScanUnreadable("scanner"), ScanUnreadable("scanner"), SelectDevice("till:scanner"))
    assert facts(shop.till.view)["Unreadable"] == "2"
    shop.till.ask(Scanned(JUMPER[1:]))
    assert shop.till.shell.screen is ScreenName.DEVICES, "a scan is a test of the scanner here"
    assert "The scanner reads" in shop.titles


# gate


def passage(direction: str = "out", verdict: str = "sold", at: int = NOW - 60_000, **more: Any) -> dict[str, Any]:
    return {"passage": "p1", "unit": UNIT, "at": at, "gate": "entree", "direction": direction, "verdict": verdict,
            "why": STORY, **more}  # fmt: skip


def test_passages_appear_as_they_happen_with_why(shop: TillUnderTest, live: FollowedLive) -> None:
    view: GateView = at(shop, ScreenName.GATE)
    assert live.topics[-1] == "gate"
    assert view.passed_empty is not None
    standing = [{"unit": UNIT, "gate": "entree", "side": "in", "since_ms": 300}]
    shop.till.ask(LiveTold("gate", {"standing": standing, "passages": []}))
    assert [row.right_chip.text for row in shop.till.view.passed] == ["in the gate"]
    shop.till.ask(LiveTold("gate", {"standing": [], "passages": [passage()]}))
    (row,) = shop.till.view.passed
    assert (row.title, row.subtitle, row.right_chip.text) == ("Pull", "sold", "out")
    shop.till.ask(SelectPassage("p1", UNIT))
    view = shop.till.view
    assert view.chosen_subtitle.startswith("went out")
    said = {fact.label: fact.value for fact in view.story}
    assert said["Order of hearing"] == "inside → outside"
    assert said["Strength"] == "best inside (−50 dBm), 0,9 s later outside (−47)"
    assert said["Phase"] == "64 cm away from inside"
    assert said["Light beam"] == "1 → 2"
    assert said["Reads"] == "7 inside, 9 outside, in 2,1 s"
    assert view.primary is None


@pytest.mark.parametrize(
    ("story", "label", "words"),
    [
        ({"antennas": [[2, "out"]], "peaks": [None, -4700], "lag_ms": None}, "Order of hearing", "outside only"),
        ({"peaks": [None, -4700], "lag_ms": None}, "Strength", "−47 dBm at its best"),
        ({"lag_ms": 20}, "Strength", "best on both sides at once (−50, −47 dBm)"),
        ({"lag_ms": -900}, "Strength", "best outside (−47 dBm), 0,9 s later inside (−50)"),
        (
            {"antennas": [[1, "in"], [2, "out"], [1, "in"], [2, "out"], [1, "in"]]},
            "Order of hearing",
            "to and fro 4 times",
        ),
    ],
)
def test_the_story_in_words(shop: TillUnderTest, story: dict[str, Any], label: str, words: str) -> None:
    at(shop, ScreenName.GATE)
    shop.till.ask(LiveTold("gate", {"passages": [passage(why=STORY | story)]}), SelectPassage("p1", UNIT))
    assert {fact.label: fact.value for fact in shop.till.view.story}[label] == words


def test_strength_that_speaks_against_the_direction_stands_out(shop: TillUnderTest) -> None:
    at(shop, ScreenName.GATE)
    shop.till.ask(LiveTold("gate", {"passages": [passage("in", "in_stock")]}), SelectPassage("p1", UNIT))
    assert next(fact for fact in shop.till.view.story if fact.label == "Strength").tone is Tone.WARN


def test_the_day_so_far_is_asked_for(shop: TillUnderTest, agent: FakeAgent) -> None:
    agent.passages = [passage(at=NOW - 30_000, why=None), passage("in", "in_stock", NOW - 90_000_000, passage="p0")]
    view: GateView = at(shop, ScreenName.GATE)
    assert [row.id for row in view.passed] == [f"p1:{UNIT}"], "yesterday's isn't shown"
    assert sum(bar.value for bar in view.passages.bars) == 1
    shop.till.ask(SelectPassage("p1", UNIT))
    assert shop.till.view.story[0].value == "not kept: the agent was started since"


def test_an_alarm_shows_its_passage_and_a_silent_till_a_notice(shop: TillUnderTest) -> None:
    at(shop, ScreenName.GATE)
    alarm = {"id": "a1", "at": NOW - 61_000, "kind": "exit", "gate": "entree", "unit": UNIT, "gtin": JUMPER,
             "state": "open", "siren": True}  # fmt: skip
    silent = {"id": "silent-LYO1-T2", "at": NOW, "kind": "till_silent", "state": "open", "subject": "LYO1-T2"}
    shop.rows("alarms", [("a1", alarm), ("silent-LYO1-T2", silent)])
    shop.till.ask(LiveTold("gate", {"passages": [passage(verdict="alarm")]}))
    view: GateView = shop.till.view
    assert view.notice.text == "Till 2 isn't heard: the siren stays off."
    assert [row.title for row in view.alarms] == ["Pull"]
    assert view.story_title == "Why"
    assert view.story[0].value == "inside → outside"
    assert view.passed[0].right_chip.tone is Tone.BAD


def test_a_siren_that_doesnt_obey_is_told_on_every_till_until_it_does(shop: TillUnderTest) -> None:
    failed = {"id": "siren-portique", "at": NOW, "kind": "siren_failed", "gate": "entree", "unit": None, "gtin": None,
              "state": "open", "siren": False, "subject": "portique", "text": "no output 2"}  # fmt: skip
    shop.rows("alarms", [("siren-portique", failed)])
    assert (shop.last_notice.title, shop.last_notice.tone) == ("The siren doesn't obey", Tone.BAD)
    view: GateView = at(shop, ScreenName.GATE)
    assert view.notice.text == "The siren doesn't obey: entree. Alarms show on the screens only."
    assert (view.alarms, view.exceptions) == ((), ())
    shop.rows("alarms", [("siren-portique", None)])
    assert shop.till.view.notice is None


@pytest.mark.parametrize(
    ("quiet", "notice", "siren"),
    [
        ("failed", "Pull left unsold. The siren didn't obey.", "didn't obey"),
        ("no_output", "Pull left unsold. This gate has no siren.", "this gate has none"),
        ("too_late", "Pull left unsold a while ago: the siren stayed off.", "stayed off: it was too late"),
    ],
)
def test_an_alarm_says_why_no_siren_was_heard(shop: TillUnderTest, quiet: str, notice: str, siren: str) -> None:
    alarm = {"id": "a1", "at": NOW, "kind": "exit", "gate": "entree", "unit": UNIT, "gtin": JUMPER, "state": "open",
             "siren": False, "quiet": quiet}  # fmt: skip
    shop.rows("alarms", [("a1", alarm)])
    assert (shop.last_notice.text, shop.last_notice.tone) == (notice, Tone.BAD)
    view: GateView = at(shop, ScreenName.GATE)
    assert next(fact.value for fact in view.facts if fact.label == "Siren") == siren


def test_words_that_make_no_sense_change_nothing(shop: TillUnderTest) -> None:
    at(shop, ScreenName.GATE)
    shop.till.ask(LiveTold("gate", {"passages": [{"passage": 7}]}), LiveCut("gate"))
    assert shop.till.view.passed == ()


# locate


def heard(rssi: int, age: int = 40, unit: str = UNIT) -> LiveTold:
    body: dict[str, object] = {"unit": unit, "reader": "portable", "rssi_cdbm": rssi, "age_ms": age, "rate": 9}
    return LiveTold(f"locate/{JUMPER}", body)


def test_an_article_is_written_chosen_heard_and_put_down(
    shop: TillUnderTest, agent: FakeAgent, live: FollowedLive
) -> None:
    agent.places[JUMPER] = [
        {"unit": UNIT, "location": "salesfloor", "zone": "femme", "seen_at": NOW - 300_000, "suspect": True},
        {"unit": f"{JUMPER}.10", "location": "stockroom"},
    ]
    view: FinderView = at(shop, ScreenName.LOCATE)
    assert view.empty is not None
    shop.till.ask(TextChanged("locate", "pul"))
    (found,) = shop.till.view.results
    shop.till.ask(found.intent)
    view = shop.till.view
    assert live.topics[-1] == f"locate/{JUMPER}"
    assert [row.title for row in view.results] == ["Any of them", "Women", "Stockroom"]
    assert view.results[1].right_chip.text == "missed"
    assert view.chosen_subtitle == "last seen in Women, 5 min ago"
    assert view.locate.word == "Not heard yet"
    assert not view.primary.enabled
    for rssi in (-7000, -6200, -5000, -4200, -3800, -3700):
        shop.till.ask(heard(rssi))
    view = shop.till.view
    assert view.locate.word == "Very close"
    assert view.locate.detail == "−37 dBm · portable · 9 reads/s"
    assert view.results[1].right_chip.text == "heard"
    shop.till.ask(PutFound())
    shop.till.ask(Choose("femme"))
    assert (agent.of("unit.place")[0]["subject"], agent.of("unit.place")[0]["args"]) == (UNIT, {"zone": "femme"})
    assert "Put down" in shop.titles
    shop.till.ask(Back())
    assert live.topics[-1] == ""
    assert shop.till.view.locate is None


def test_a_scan_chooses_and_one_unit_can_be_looked_for(shop: TillUnderTest, live: FollowedLive) -> None:
    at(shop, ScreenName.LOCATE)
    shop.till.ask(Scanned(JUMPER[1:]), LocateUnit(UNIT))
    assert shop.till.shell.screen is ScreenName.LOCATE
    assert live.topics[-1] == f"locate/{UNIT}"
    shop.till.ask(heard(-4000))
    assert shop.till.view.locate.word == "Not heard yet", "that was the topic before"


def test_the_signal_sinks_with_age_even_if_the_line_is_cut(shop: TillUnderTest) -> None:
    at(shop, ScreenName.LOCATE)
    shop.till.ask(Scanned(JUMPER[1:]))
    for _ in range(8):
        shop.till.ask(heard(-3800))
    assert shop.till.view.locate.word == "Very close"
    shop.till.ask(heard(-3800, age=1_800))
    assert shop.till.view.locate.word in ("Near here", "Far away")
    shop.till.ask(LiveCut(f"locate/{JUMPER}"), *(Tick() for _ in range(4)))
    assert shop.till.view.locate.word == "Out of hearing"
    assert shop.till.view.locate.levels[-1] == 0.0


def test_the_geiger_rises_quickly_falls_smoothly_and_forgets() -> None:
    geiger = Geiger()
    levels = []
    for rssi in (-70, -45, -45, -70, -45):
        geiger.heard(Signal(UNIT, "r", float(rssi), 10, 5))
        levels.append(geiger.level)
    assert levels[0] < levels[1] < levels[2]
    assert levels[2] > levels[3] > levels[0], "one weak read doesn't throw it down"
    ages = []
    for age in (300, 1_000, 2_000, 4_001):
        geiger.heard(Signal(UNIT, "r", -45.0, age, 0))
        ages.append(geiger.level)
    assert ages == sorted(ages, reverse=True)
    assert ages[-1] == 0.0
    assert not geiger.hears


def test_the_pick_list_listens_for_what_is_to_be_found_next(shop: TillUnderTest, live: FollowedLive) -> None:
    line = {"id": "1", "gtin": JUMPER, "qty": 1, "found": 0, "state": "todo", "zone": "femme"}
    order = {"id": "o1", "number": "CC-1", "work": "picking", "total": 1, "lines": [line]}
    at(shop, ScreenName.ORDERS)
    shop.rows("work", [("o1", order)])
    shop.till.ask(Show(ScreenName.PICK, "o1"))
    assert live.topics[-1] == f"locate/{JUMPER}"
    for _ in range(6):
        shop.till.ask(heard(-3700))
    assert shop.till.view.locate.word == "Very close"
    shop.rows("work", [("o1", order | {"lines": [line | {"found": 1, "units": [UNIT]}]})])
    assert live.topics[-1] == ""
    assert shop.till.view.locate is None


# what the floor needs


def test_what_the_floor_needs_is_listed_until_it_is_there(shop: TillUnderTest) -> None:
    view: FinderView = at(shop, ScreenName.REPLENISH)
    assert view.empty.title == "The floor has all it needs"
    need = {"gtin": JUMPER, "floor": 0, "back": 6, "minimum": 1, "wanted": 2, "since": NOW - 840_000, "unit": UNIT,
            "zone": "reserve", "seen_at": NOW - 120_000}  # fmt: skip
    shop.rows("replenish", [(JUMPER, need)])
    view = shop.till.view
    assert (view.chosen_title, view.chosen_chip.text) == ("Pull", "none on the floor")
    (row,) = view.results
    assert (row.title, row.right, row.right_sub) == ("Pull", "bring 2", "0 on the floor, 6 behind")
    assert facts(view)["Filled up at"] == "1"
    assert "2 min ago" in facts(view)["Look first in"]
    assert view.primary.intent == Show(ScreenName.LOCATE, JUMPER)
    shop.rows("replenish", [(JUMPER, {**need, "floor": 1, "wanted": 1})])
    assert shop.till.view.chosen_chip.text == "runs low"
    shop.rows("replenish", [(JUMPER, None)])
    assert shop.till.view.empty is not None

"""Orders at the presenters: board, picking, checking, putting away, handing over; counts and alarms."""

from pathlib import Path
from typing import Any

import pytest

from retail.orders import make_code
from store_app.presenters.intents import (
    ApproveCount,
    Choose,
    Decide,
    FinishCount,
    HandOver,
    OpenCount,
    OrderCommand,
    SelectBin,
    SettleAlarm,
    ShortLine,
    Show,
)
from store_app.presenters.names import ScreenName
from store_app.presenters.views import (
    CountView,
    DifferencesView,
    GateView,
    HandoverView,
    OrdersView,
    PickView,
    Tone,
    VerifyView,
)
from sync.identity.keys import Identity
from tests.support.fake_agent import FakeAgent
from tests.support.tills import CANDLE, JUMPER, NOW, TillUnderTest, till_under_test

UNIT = f"{JUMPER}.9"


def order(work: str, *, units: tuple[str, ...] = (), candles: int = 0, **more: Any) -> tuple[str, dict[str, Any]]:
    """A row of the work feed: a jumper and a candle for Inès."""
    row = {
        "id": "o1", "number": "CC-1", "method": "pickup", "customer": {"id": "c1", "name": "Inès M."},
        "promised_at": NOW + 3_600_000, "work": work, "stock": "reserved", "money": "paid", "carrier": "none",
        "bin": None, "by": "lea", "picked": len(units) + candles, "total": 2, "late_at": NOW + 60_000,
        "lines": [
            {"id": "1", "gtin": JUMPER, "qty": 1, "found": len(units), "short": 0, "units": list(units),
             "state": "todo", "zone": "femme", "location": "salesfloor", "seen_at": NOW - 60_000},
            {"id": "2", "gtin": CANDLE, "qty": 1, "found": candles, "short": 0, "units": [], "state": "todo",
             "zone": None, "location": None, "seen_at": None},
        ],
    }  # fmt: skip
    return "o1", {**row, **more}


@pytest.fixture
def agent() -> FakeAgent:
    return FakeAgent()


@pytest.fixture
def ledger(tmp_path: Path) -> Identity:
    return Identity.create(tmp_path / "ledger", "HQ", "HQ-L")


@pytest.fixture
def shop(tmp_path: Path, agent: FakeAgent, ledger: Identity):
    import base64

    key = base64.b64encode(ledger.public).decode()
    with till_under_test(tmp_path / "till", agent=agent.transport, ledger_key=key) as made:
        made.sign_in("lea", "2222")
        assert made.till.shell.screen is ScreenName.ORDERS
        yield made


def test_a_new_order_is_told_and_picked_by_tag_and_scan(shop: TillUnderTest, agent: FakeAgent) -> None:
    shop.rows("work", [order("assigned")])
    assert "New order" in shop.titles
    view = shop.till.view
    assert isinstance(view, OrdersView)
    assert view.title == "CC-1"
    shop.till.ask(OrderCommand("accept"))
    assert shop.till.shell.screen is ScreenName.PICK
    shop.rows("work", [order("picking")])
    shop.lay(UNIT)
    shop.scan(CANDLE[1:])
    bound = agent.of("order.bind")
    assert [(one["args"]["gtin"], one["args"]["unit"], one["args"]["means"]) for one in bound] == [
        (JUMPER, UNIT, "tag"),
        (CANDLE, None, "scan"),
    ]
    assert shop.till.desk.sale.empty
    shop.rows("work", [order("picked", units=(UNIT,), candles=1)])
    assert shop.till.shell.screen is ScreenName.VERIFY


def test_a_wrong_article_is_refused_at_the_shelf(shop: TillUnderTest, agent: FakeAgent) -> None:
    from tests.support.tills import TEA

    shop.rows("work", [order("picking")])
    shop.till.ask(Show(ScreenName.PICK, "o1"))
    shop.scan(TEA[1:])
    assert shop.last_notice.title == "Wrong article"
    assert agent.of("order.bind") == []


def test_a_line_that_cant_be_found_is_given_back(shop: TillUnderTest, agent: FakeAgent) -> None:
    shop.rows("work", [order("picking")])
    shop.till.ask(Show(ScreenName.PICK, "o1"), ShortLine(""), Choose("not_found"))
    assert agent.of("order.short")[0]["args"] == {"line": "1", "qty": 1, "reason": "not_found"}
    assert isinstance(shop.till.view, PickView)


def test_the_tote_must_be_exactly_what_was_picked(shop: TillUnderTest, agent: FakeAgent) -> None:
    other = order("picked", units=(f"{JUMPER}.8",), id="o2", number="CC-2")
    shop.rows("work", [order("picked", units=(UNIT,), candles=1), ("o2", other[1])])
    shop.till.ask(Show(ScreenName.VERIFY, "o1"))

    def verdict() -> Tone:
        view = shop.till.view
        assert isinstance(view, VerifyView)
        assert view.verdict is not None
        return view.verdict.tone

    assert verdict() is Tone.WARN
    shop.lay(UNIT, f"{JUMPER}.8")
    assert verdict() is Tone.BAD
    shop.lay(UNIT)
    assert verdict() is Tone.WARN
    shop.scan(CANDLE[1:])
    assert verdict() is Tone.GOOD
    agent.refusals["order.verify"] = "foreign"
    shop.till.ask(OrderCommand("verify"))
    assert "another order" in shop.last_notice.text
    agent.refusals.clear()
    shop.till.ask(OrderCommand("verify"))
    assert agent.of("order.verify")[0]["args"] == {"units": [UNIT], "counted": {CANDLE: 1}}
    assert shop.till.shell.screen is ScreenName.STAGE


def test_what_was_picked_by_barcode_is_named_by_the_pad(shop: TillUnderTest, agent: FakeAgent) -> None:
    _id, row = order("picked", candles=1)
    row["lines"][0]["found"] = 1
    shop.rows("work", [("o1", row)])
    shop.till.ask(Show(ScreenName.VERIFY, "o1"))
    shop.scan(CANDLE[1:])
    view = shop.till.view
    assert isinstance(view, VerifyView)
    assert view.verdict is not None
    assert (view.verdict.tone, view.progress.text if view.progress else "") == (Tone.WARN, "1 of 2")
    shop.lay(UNIT)
    view = shop.till.view
    assert isinstance(view, VerifyView)
    assert view.verdict is not None
    assert (view.verdict.tone, view.foreign) == (Tone.GOOD, ())
    shop.till.ask(OrderCommand("verify"))
    assert agent.of("order.verify")[0]["args"] == {"units": [UNIT], "counted": {CANDLE: 1}}


def test_what_is_found_before_the_agents_word_is_bound_when_it_comes(shop: TillUnderTest, agent: FakeAgent) -> None:
    shop.rows("work", [order("accepted")])
    shop.till.ask(Show(ScreenName.PICK, "o1"))
    shop.lay(UNIT)
    shop.scan(CANDLE[1:])
    assert agent.of("order.bind") == []
    shop.rows("work", [order("picking")])
    assert [one["args"]["gtin"] for one in agent.of("order.bind")] == [JUMPER, CANDLE]
    assert shop.till.desk.sale.empty


def test_staged_and_ready_in_one_touch(shop: TillUnderTest, agent: FakeAgent) -> None:
    shop.rows("work", [order("verified", units=(UNIT,), candles=1)])
    shop.till.ask(Show(ScreenName.STAGE, "o1"))
    shop.scan("BIN-02")
    shop.till.ask(OrderCommand("stage"))
    assert agent.of("order.stage")[0]["args"] == {"bin": "02"}
    assert len(agent.of("order.ready")) == 1
    shop.till.ask(SelectBin("01"))


def test_the_signed_code_hands_over_in_two_actions_even_offline(
    shop: TillUnderTest, agent: FakeAgent, ledger: Identity
) -> None:
    shop.rows("work", [order("ready", units=(UNIT,), candles=1, bin="02")])
    agent.gone = True
    shop.scan(make_code("o1", "CC-1", ledger.sign))
    view = shop.till.view
    assert isinstance(view, HandoverView)
    assert (view.customer, view.bin) == ("Inès M.", "02")
    shop.till.ask(HandOver())
    assert shop.kinds()[-1] == "order.handed_over"
    shop.scan(make_code("o1", "CC-1", ledger.sign))
    shop.till.ask(HandOver())
    assert shop.kinds().count("order.handed_over") == 1


def test_a_forged_code_opens_nothing(shop: TillUnderTest, tmp_path: Path) -> None:
    forger = Identity.create(tmp_path / "forger", "HQ", "HQ-L")
    shop.rows("work", [order("ready", units=(UNIT,), candles=1)])
    shop.scan(make_code("o1", "CC-1", forger.sign))
    assert "wasn't made by us" in shop.last_notice.text
    assert shop.till.shell.screen is ScreenName.ORDERS


def test_a_unit_of_a_ready_order_isnt_sold(shop: TillUnderTest) -> None:
    shop.rows("work", [order("ready", units=(UNIT,), candles=1)])
    shop.till.ask(Show(ScreenName.TILL))
    shop.lay(UNIT)
    assert shop.till.desk.sale.empty
    assert "CC-1" in shop.last_notice.text


def count_row(state: str, **more: Any) -> tuple[str, dict[str, Any]]:
    """A row of the counts feed."""
    row = {
        "id": "k1", "zone": "femme", "state": state, "by": "nadia", "opened_at": NOW, "expected": 10, "matched": 8,
        "misplaced": 1, "unexpected": 0, "missing": 2 if state != "open" else 0, "accuracy_bp": 8000, "rate": 1.5,
        "curve": [[NOW + 1000, 3], [NOW + 2000, 8]],
        "lines": [{"unit": UNIT, "gtin": JUMPER, "cls": "missing", "zone": "femme", "seen_at": NOW - 9_000,
             "proposed": "suspect", "possible": ["suspect", "shrink", "ignore"]},
                  {"unit": f"{JUMPER}.8", "gtin": JUMPER, "cls": "misplaced", "zone": "femme", "seen_at": NOW,
             "proposed": "move", "possible": ["move", "ignore"]}],
    }  # fmt: skip
    return "k1", {**row, **more}


def test_a_zone_is_counted_and_its_differences_are_approved(shop: TillUnderTest, agent: FakeAgent) -> None:
    from store_app.presenters.intents import Lock

    shop.till.ask(Lock())
    shop.sign_in("nadia", "3333")
    shop.till.ask(Show(ScreenName.COUNT), OpenCount())
    assert agent.of("count.open")[0]["args"] == {"zone": "femme"}
    shop.rows("counts", [count_row("open")])
    view = shop.till.view
    assert isinstance(view, CountView)
    assert view.curve is not None
    assert view.curve.points[-1] == (2.0, 8.0)
    shop.till.ask(FinishCount())
    shop.rows("counts", [count_row("closed")])
    view = shop.till.view
    assert isinstance(view, DifferencesView)
    assert view.accuracy is not None
    shop.till.ask(Decide(UNIT, "shrink"), ApproveCount())
    assert agent.of("count.approve")[0]["args"]["decisions"] == {UNIT: "shrink", f"{JUMPER}.8": "move"}


def test_an_alarm_is_told_on_every_till_and_settled(shop: TillUnderTest, agent: FakeAgent) -> None:
    agent.units[UNIT] = {"unit": UNIT, "gtin": JUMPER, "state": "in_stock", "zone": "femme", "seen_at": NOW}
    alarm = {"id": "a1", "at": NOW, "kind": "exit", "gate": "entree", "unit": UNIT, "gtin": JUMPER, "state": "open",
             "siren": True}  # fmt: skip
    shop.rows("alarms", [("a1", alarm)])
    assert shop.last_notice.title == "Alarm at the exit"
    assert shop.last_notice.tone is Tone.BAD
    shop.till.ask(Show(ScreenName.GATE))
    view = shop.till.view
    assert isinstance(view, GateView)
    assert view.chosen_title == "Pull"
    shop.till.ask(SettleAlarm("right"))
    assert agent.of("alarm.settle")[0]["args"] == {"verdict": "right"}
    told = len(shop.till.notices)
    shop.rows("alarms", [("a1", {**alarm, "state": "right"})])
    assert len(shop.till.notices) == told


def test_a_theft_in_bulk_is_one_notice_that_grows(shop: TillUnderTest) -> None:
    units = [f"{JUMPER}.{serial}" for serial in range(4)]
    alarm = {"id": "b1", "at": NOW, "kind": "bulk", "gate": "entree", "unit": units[0], "gtin": JUMPER, "state": "open",
             "siren": True, "units": units[:3]}  # fmt: skip
    shop.rows("alarms", [("b1", alarm)])
    assert (shop.last_notice.title, shop.last_notice.tone) == ("3 unsold articles at once", Tone.BAD)
    assert shop.last_notice.text == "Theft in bulk at entree: Pull × 3."
    shop.rows("alarms", [("b1", {**alarm, "units": units})])
    assert shop.last_notice.title == "4 unsold articles at once"
    told = len(shop.till.notices)
    shop.rows("alarms", [("b1", {**alarm, "units": units})])
    assert len(shop.till.notices) == told
    shop.till.ask(Show(ScreenName.GATE))
    view = shop.till.view
    assert isinstance(view, GateView)
    assert (view.chosen_title, view.alarms[0].subtitle) == (
        "4 unsold articles at once",
        "Pull × 4 · many units at once",
    )
    assert {fact.label: fact.value for fact in view.facts}["Articles"] == "Pull × 4"


def test_what_the_agent_doesnt_answer_is_told_and_nothing_is_changed(shop: TillUnderTest, agent: FakeAgent) -> None:
    shop.rows("work", [order("assigned")])
    agent.gone = True
    shop.till.ask(OrderCommand("accept"))
    assert shop.last_notice.title == "The agent doesn't answer"
    agent.gone = False
    agent.refusals["order.pick"] = "wrong_state"
    shop.till.ask(OrderCommand("accept"))
    assert "somebody may have done it already" in shop.last_notice.text

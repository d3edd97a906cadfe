"""What each physical fact becomes, in the words of CBV 2.0; every event is valid and names no person."""

import re
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retail.epcis import Happened, Site, check_event, document, event_id, events_of, query_document, subject_of
from retail.epcis.events import PHYSICAL_FACTS
from retail.facts import (
    AlarmRaised,
    AlarmSettled,
    Fact,
    GatePassed,
    Move,
    OrderStaged,
    OrderUnitBound,
    OrderUnitUnbound,
    Place,
    StockMoved,
    UnitResolved,
)
from retail.facts.store import Condition, Location
from retail.stock import reversing
from retail.stock.places import At, place
from tests.support.epcis import schema_errors

GTIN = "03000000000014"
UNIT, LINK = f"{GTIN}.7", f"https://id.gs1.org/01/{GTIN}/21/7"
SITE = Site("LYO1", "3012345000017")
AT = 1_763_730_000_000


def happened(fact: Fact, seq: int = 1, at: int = AT) -> Happened:
    return Happened("LYO1", "LYO1-A", seq, at, 60, fact)


def moved(reason: str, src: str, dst: str, unit: str | None = UNIT, qty: int = 1) -> StockMoved:
    move = Move(gtin=GTIN, qty=qty, src=place(At.parse(src)), dst=place(At.parse(dst)), unit=unit)
    return StockMoved(move="m1", reason=reason, moves=(move,))  # type: ignore[arg-type]


def told(fact: Fact, **known: Happened) -> list[dict[str, Any]]:
    events = events_of(happened(fact, 9, AT + 5000), SITE, lambda subject: known.get(subject.replace(":", "_")))
    for event in events:
        check_event(event)
        assert event["eventID"] == event_id(event)
    assert schema_errors(document(events, AT)) == []
    return events


@pytest.mark.parametrize(
    ("reason", "src", "dst", "step", "disposition", "read_at", "now_at"),
    [
        ("opening", "supplier/sellable", "stockroom/sellable", "stock_taking", "sellable_not_accessible",
         "stockroom", "stockroom"),
        ("received", "supplier/sellable", "stockroom/sellable", "receiving", "in_progress", "stockroom", "stockroom"),
        ("presence", "stockroom/sellable", "salesfloor/sellable", "stocking", "sellable_accessible", "salesfloor",
         "salesfloor"),
        ("presence", "salesfloor/sellable", "stockroom/sellable", "storing", "sellable_not_accessible", "stockroom",
         "stockroom"),
        ("staged", "salesfloor/sellable", "staging/sellable", "staging_outbound", "reserved", "staging", "staging"),
        ("staged", "salesfloor/sellable", "packing/sellable", "packing", "in_progress", "packing", "packing"),
        ("restocked", "staging/sellable", "stockroom/sellable", "storing", "sellable_not_accessible", "stockroom",
         "stockroom"),
        ("sold", "salesfloor/sellable", "customer/sellable", "retail_selling", "retail_sold", "salesfloor", None),
        ("handed_over", "staging/sellable", "customer/sellable", "retail_selling", "retail_sold", "staging", None),
        ("shipped", "packing/sellable", "transit/sellable", "shipping", "in_transit", "packing", None),
        ("shipped", "packing/sellable", "customer/sellable", "shipping", "in_transit", "packing", None),
        ("returned", "customer/sellable", "returns/unchecked", "receiving", "returned", "returns", "returns"),
        ("returned", "returns/unchecked", "quarantine/damaged", "inspecting", "damaged", "quarantine", "quarantine"),
        ("graded", "returns/unchecked", "stockroom/sellable", "storing", "sellable_not_accessible", "stockroom",
         "stockroom"),
        ("graded", "returns/unchecked", "returns/b_grade", "inspecting", "non_sellable_other", "returns", "returns"),
        ("count", "stockroom/sellable", "salesfloor/sellable", "cycle_counting", "sellable_accessible", "salesfloor",
         "salesfloor"),
        ("count", "salesfloor/sellable", "shrink/sellable", "cycle_counting", "unknown", "salesfloor", None),
        ("found", "shrink/sellable", "stockroom/sellable", "cycle_counting", "sellable_not_accessible", "stockroom",
         "stockroom"),
        ("corrected", "shrink/sellable", "stockroom/sellable", "inspecting", "sellable_not_accessible", "stockroom",
         "stockroom"),
        ("graded", "quarantine/damaged", "scrap/sellable", "destroying", "disposed", "quarantine", None),
    ],
)  # fmt: skip
def test_a_movement(
    reason: str, src: str, dst: str, step: str, disposition: str, read_at: str, now_at: str | None
) -> None:
    (event,) = told(moved(reason, src, dst))
    assert (event["bizStep"], event["disposition"], event["action"]) == (step, disposition, "OBSERVE")
    assert event["readPoint"] == {"id": SITE.place(read_at)}
    assert event.get("bizLocation") == ({"id": SITE.place(now_at)} if now_at else None)
    assert event["epcList"] == [LINK]
    assert (event["eventTime"], event["eventTimeZoneOffset"]) == ("2025-11-21T13:00:05.000Z", "+01:00")


def test_goods_without_tags_are_counted_by_class() -> None:
    (event,) = told(moved("received", "supplier/sellable", "stockroom/sellable", unit=None, qty=12))
    assert "epcList" not in event
    assert event["quantityList"] == [{"epcClass": f"https://id.gs1.org/01/{GTIN}", "quantity": 12}]


def test_goods_that_do_the_same_share_an_event() -> None:
    back, floor, out = Place(location="stockroom"), Place(location="salesfloor"), Place(location="shrink")
    moves = [Move(gtin=GTIN, qty=1, src=back, dst=floor, unit=f"{GTIN}.{n}") for n in range(3)]
    moves += [Move(gtin=GTIN, qty=2, src=back, dst=floor), Move(gtin=GTIN, qty=1, src=floor, dst=out, unit=UNIT)]
    first, second = told(StockMoved(move="m1", reason="count", moves=tuple(moves)))
    assert (len(first["epcList"]), first["quantityList"][0]["quantity"]) == (3, 2)
    assert (second["epcList"], second["disposition"]) == ([LINK], "unknown")


def test_the_same_goods_at_the_same_moment_are_two_events_of_two_facts() -> None:
    one, two = (
        events_of(happened(moved("sold", "salesfloor/sellable", "customer/sellable", None), seq), SITE)
        for seq in (1, 2)
    )
    assert one[0]["eventID"] != two[0]["eventID"]


@pytest.mark.parametrize(
    ("by", "step"), [("gate", "entering_exiting"), ("pad", "inspecting"), ("count", "cycle_counting")]
)
def test_a_unit_found_to_be_sold_is_told_once(by: Any, step: str) -> None:
    (event,) = told(UnitResolved(unit=UNIT, gtin=GTIN, sale=("LYO1-T1", 3), by=by))
    assert (event["bizStep"], event["disposition"], event["epcList"]) == (step, "retail_sold", [LINK])
    swap = (
        Move(gtin=GTIN, qty=1, src=Place(location="salesfloor"), dst=Place(location="customer"), unit=UNIT),
        Move(gtin=GTIN, qty=1, src=Place(location="customer"), dst=Place(location="salesfloor")),
    )
    assert told(StockMoved(move="m1", reason="resolved", moves=swap)) == []


def test_picking() -> None:
    common: dict[str, Any] = {"order": "o1", "line": "1", "gtin": GTIN, "by": "anna"}
    (tagged,) = told(OrderUnitBound(unit=UNIT, means="tag", **common))
    (plain,) = told(OrderUnitBound(unit=None, means="scan", **common))
    (back,) = told(OrderUnitUnbound(unit=UNIT, **common))
    assert (tagged["bizStep"], tagged["disposition"], tagged["epcList"]) == ("picking", "in_progress", [LINK])
    assert plain["quantityList"][0]["quantity"] == 1
    assert (back["bizStep"], back["disposition"]) == ("storing", "available")


def test_a_gate_tells_of_goods_that_come_in_and_keeps_silent_about_what_customers_carry() -> None:
    verdicts = [("in_stock", 1), ("sold", 2), ("handed_over", 3), ("unknown", 4), ("doubtful", 5)]
    units = tuple((f"{GTIN}.{n}", verdict) for verdict, n in verdicts)
    (event,) = told(GatePassed(passage="p1", gate="entree", direction="in", units=units))
    assert event["epcList"] == [f"https://id.gs1.org/01/{GTIN}/21/1"]
    assert event["readPoint"]["id"] == SITE.place("entree")
    assert told(GatePassed(passage="p1", gate="entree", direction="out", units=units)) == []
    assert told(GatePassed(passage="p1", gate="entree", direction="in", units=units[1:])) == []


RAISED = AlarmRaised(alarm="a1", gate="entree", reader="portique", unit=UNIT, gtin=GTIN, siren=True)


def test_an_alarm_is_an_exit_of_which_a_review_says_more() -> None:
    raised = happened(RAISED)
    (alarm,) = events_of(raised, SITE)
    assert (alarm["bizStep"], alarm["disposition"]) == ("entering_exiting", "unknown")
    stolen, declared = told(AlarmSettled(alarm="a1", verdict="right", by="anna"), alarm_a1=raised)
    assert (stolen["disposition"], stolen["eventTime"]) == ("stolen", alarm["eventTime"])
    assert declared.pop("errorDeclaration") == {
        "declarationTime": "2025-11-21T13:00:05.000Z", "reason": "incorrect_data",
        "correctiveEventIDs": [stolen["eventID"]],
    }  # fmt: skip
    assert declared == alarm
    (false,) = told(AlarmSettled(alarm="a1", verdict="false", by="anna"), alarm_a1=raised)
    assert (false["eventID"], false["errorDeclaration"]["reason"]) == (alarm["eventID"], "did_not_occur")
    assert told(AlarmSettled(alarm="a1", verdict="right", by="anna")) == []


def test_a_reversed_movement_is_declared_wrong() -> None:
    wrong = moved("count", "stockroom/sellable", "shrink/sellable")
    now, declared = told(reversing(wrong, "m2"), move_m1=happened(wrong))
    assert (now["bizStep"], now["disposition"]) == ("inspecting", "sellable_not_accessible")
    assert declared["eventID"] == events_of(happened(wrong), SITE)[0]["eventID"]
    assert declared["errorDeclaration"]["correctiveEventIDs"] == [now["eventID"]]
    arrived = moved("received", "supplier/sellable", "stockroom/sellable")
    (never,) = told(reversing(arrived, "m2"), move_m1=happened(arrived))
    assert never["errorDeclaration"]["reason"] == "did_not_occur"
    assert len(told(reversing(wrong, "m2"))) == 1


def test_other_facts_say_nothing_of_goods() -> None:
    assert told(OrderStaged(order="o1", bin="B1", by="anna")) == []
    assert subject_of(OrderStaged(order="o1", bin="B1", by="anna")) is None


def test_no_event_names_a_person_an_order_or_a_ticket() -> None:
    """Whatever a fact says of people and their business is written as a mark that no event may hold."""
    for kind in PHYSICAL_FACTS:
        assert is_dataclass(kind)
        personal = {"by", "order", "line", "sale", "cause"} & {field.name for field in fields(kind)}
        assert personal or kind in (GatePassed, AlarmRaised)
    common: dict[str, Any] = {"order": "MARK", "line": "MARK", "gtin": GTIN, "unit": UNIT, "by": "MARK"}
    sold = Move(gtin=GTIN, qty=1, src=Place(location="salesfloor"), dst=Place(location="customer"), unit=UNIT)
    events = [
        *told(OrderUnitBound(means="tag", **common)),
        *told(OrderUnitUnbound(**common)),
        *told(AlarmSettled(alarm="a1", verdict="right", by="MARK"), alarm_a1=happened(RAISED)),
        *told(StockMoved(move="m", reason="sold", moves=(sold,), cause=("MARK", 1))),
        *told(UnitResolved(unit=UNIT, gtin=GTIN, sale=("MARK", 1), by="pad")),
    ]
    assert len(events) == 6
    assert not re.search("MARK", str(events))


places = st.builds(
    Place,
    location=st.sampled_from(Location.__args__),  # type: ignore[attr-defined]
    condition=st.sampled_from(Condition.__args__),  # type: ignore[attr-defined]
)
moves = st.builds(
    Move,
    gtin=st.just(GTIN),
    qty=st.integers(1, 9),
    src=places,
    dst=places,
    unit=st.sampled_from([None, UNIT, f"{GTIN}.A/b"]),
)
reasons = st.sampled_from(list(StockMoved.__dataclass_fields__["reason"].type.__args__))  # type: ignore[union-attr]


@settings(deadline=None)
@given(reasons, st.lists(moves, max_size=6), st.integers(0, 2**41), st.integers(-720, 840))
def test_any_movement_gives_valid_events(reason: Any, some: list[Move], at: int, offset: int) -> None:
    fact = StockMoved(move="m1", reason=reason, moves=tuple(some))
    events = events_of(Happened("LYO1", "LYO1-A", 1, at, offset, fact), Site("LYO1"))
    for event in events:
        check_event(event)
    assert schema_errors(query_document(events, at)) == []
    assert len({event["eventID"] for event in events}) == len(events)

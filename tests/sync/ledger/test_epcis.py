"""EPCIS 2.0 on a real ledger over HTTP, on SQLite and on PostgreSQL: stores' facts, and what a warehouse captures."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from retail.epcis import check_event, document, event_id
from retail.facts import AlarmRaised, AlarmSettled, Move, Place, StockMoved
from retail.stock import reversing
from sync.ledger.settings import LedgerSettings
from sync.ledger.wiring import Ledger
from tests.support.epcis import schema_errors, shipping_event
from tests.support.ledgers import (
    G1,
    G2,
    WEB,
    Device,
    call,
    left,
    on_both_databases,
    received,
    running_ledger,
)

GLN = "3012345000017"


@pytest.fixture
def store_named(settings: LedgerSettings) -> LedgerSettings:
    """The first store has a GLN, the second none."""
    return settings.model_copy(update={"epcis": type(settings.epcis)(glns={"LYO1": GLN})})


@pytest.fixture
def named(store_named: LedgerSettings) -> Iterator[Ledger]:
    with running_ledger(store_named) as made:
        yield made


@pytest.fixture
def agents(tmp_path: Path, named: Ledger) -> Iterator[dict[str, Device]]:
    made = {name: Device(tmp_path, name, named.settings) for name in ("LYO1-A", "PAR1-A")}
    yield made
    for device in made.values():
        device.close()


def found(ledger: Ledger, query: str = "", **options: Any) -> list[dict[str, Any]]:
    answer = call(ledger, "GET", f"/v1/epcis/events{query}", **options)
    assert answer.status_code == 200, answer.text
    assert answer.headers["GS1-EPCIS-Version"] == "2.0.0"
    said = answer.json()
    assert schema_errors(said) == []
    events: list[dict[str, Any]] = said["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    return events


@on_both_databases
def test_what_stores_moved_is_told_as_events(named: Ledger, agents: dict[str, Device]) -> None:
    agents["LYO1-A"].write(received("m1", (G1, 3)), left("m2", ("LYO1-T1", 1), (G1, 1)))
    agents["PAR1-A"].write(received("m1", (G2, 2)))
    for agent in agents.values():
        agent.send(named)
    events = found(named)
    assert [(e["bizStep"], e["disposition"], e["readPoint"]["id"]) for e in events] == [
        ("receiving", "in_progress", f"https://id.gs1.org/414/{GLN}/254/salesfloor"),
        ("retail_selling", "retail_sold", f"https://id.gs1.org/414/{GLN}/254/salesfloor"),
        ("receiving", "in_progress", "urn:x-comptoir:loc:PAR1.salesfloor"),
    ]
    assert all(event["eventID"] == event_id(event) for event in events)
    sold = found(named, "?EQ_bizStep=retail_selling")
    assert [e["quantityList"] for e in sold] == [[{"epcClass": f"https://id.gs1.org/01/{G1}", "quantity": 1}]]
    assert "bizLocation" not in sold[0]


@on_both_databases
def test_every_parameter_narrows(named: Ledger, agents: dict[str, Device]) -> None:
    floor, back = Place(location="salesfloor"), Place(location="stockroom")
    unit = f"{G1}.7"
    agent = agents["LYO1-A"]
    agent.write(
        StockMoved(
            move="m1",
            reason="received",
            moves=(Move(gtin=G1, qty=1, src=Place(location="supplier"), dst=back, unit=unit),),
        )
    )
    agent.book.clock.forward(60_000)  # type: ignore[attr-defined]
    agent.write(
        StockMoved(move="m2", reason="presence", moves=(Move(gtin=G1, qty=1, src=back, dst=floor, unit=unit),)),
        left("m3", ("LYO1-T1", 1), (G2, 1)),
    )
    agent.send(named)
    everything = found(named)
    assert len(everything) == 3
    middle = quote(everything[1]["eventTime"])
    link = quote(f"https://id.gs1.org/01/{G1}/21/7", safe="")
    place = quote("urn:epc:id:sgln:301234.500001.salesfloor", safe="")
    id = quote(everything[2]["eventID"], safe="")
    for query, expected in {
        "?eventType=ObjectEvent": 3,
        "?eventType=AggregationEvent": 0,
        f"?GE_eventTime={middle}": 2,
        f"?LT_eventTime={middle}": 1,
        "?EQ_bizStep=receiving,stocking": 2,
        "?EQ_bizStep=https://ref.gs1.org/cbv/BizStep-stocking": 1,
        "?EQ_disposition=sellable_accessible": 1,
        "?EQ_action=OBSERVE": 3,
        f"?MATCH_epc={link}": 2,
        f"?MATCH_epc={link}&EQ_bizStep=stocking": 1,
        f"?MATCH_epc={quote('urn:epc:id:sgtin:' + G1[1:8] + '.' + G1[0] + G1[8:13] + '.7', safe='')}": 2,
        f"?MATCH_anyEPC={quote('urn:epc:idpat:sgtin:' + G1[1:8] + '.' + G1[0] + G1[8:13] + '.*', safe='')}": 2,
        f"?MATCH_epcClass={quote('https://id.gs1.org/01/' + G2, safe='')}": 1,
        f"?EQ_bizLocation={place}": 1,
        f"?EQ_readPoint={place}": 2,
        f"?EQ_eventID={id}": 1,
        "?EXISTS_errorDeclaration=true": 0,
        "?GE_recordTime=2001-01-01T00:00:00Z": 3,
    }.items():
        assert len(found(named, query)) == expected, query
    one = call(named, "GET", f"/v1/epcis/events/{id}")
    assert (one.status_code, one.json()["eventID"]) == (200, everything[2]["eventID"])
    assert schema_errors(one.json()) == []
    assert call(named, "GET", "/v1/epcis/events/ni%3A%2F%2F%2Fsha-256%3B00").status_code == 404


@on_both_databases
def test_pages_follow_their_links_to_the_end(named: Ledger, agents: dict[str, Device]) -> None:
    agent = agents["LYO1-A"]
    agent.write(*(received(f"m{n}", (G1, n)) for n in range(1, 8)))
    agent.send(named)
    for order in ("", "&orderBy=recordTime", "&orderBy=eventTime&orderDirection=ASC"):
        seen, path = [], f"/v1/epcis/events?perPage=3&EQ_bizStep=receiving{order}"
        while path:
            answer = call(named, "GET", path)
            events = answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
            assert len(events) <= 3
            seen += [event["quantityList"][0]["quantity"] for event in events]
            path = answer.links["next"]["url"] if "next" in answer.links else ""
        assert sorted(seen) == list(range(1, 8))
        assert seen == sorted(seen, reverse="Time" in order and "ASC" not in order)


def test_a_query_that_isnt_understood_is_refused_by_name(named: Ledger) -> None:
    for query in (
        "EQ_bisStep=receiving", "GE_eventTime=yesterday", "perPage=0", "perPage=many", "nextPageToken=x",
        "orderBy=colour", "EQ_action=", "EXISTS_errorDeclaration=perhaps", "MATCH_epc=urn:epc:idpat:gid:1.2.*",
    ):  # fmt: skip
        answer = call(named, "GET", f"/v1/epcis/events?{query}")
        assert (answer.status_code, answer.json()["type"]) == (400, "/problems/invalid-query"), query
        assert answer.json()["parameter"] == query.partition("=")[0]


@on_both_databases
def test_a_warehouses_events_are_kept_once_and_move_nothing(named: Ledger, agents: dict[str, Device]) -> None:
    body = document([shipping_event(1), shipping_event(2)], 1_700_000_000_000)
    for _ in range(2):
        answer = call(named, "POST", "/v1/epcis/capture", json=body)
        assert answer.status_code == 202, answer.text
        job = call(named, "GET", answer.headers["Location"]).json()
        assert (job["success"], job["running"], job["errors"]) == (True, False, [])
    events = found(named, "?EQ_bizStep=shipping")
    assert [event["eventID"] for event in events] == [event_id(shipping_event(n)) for n in (1, 2)]
    sscc = quote("urn:epc:id:sscc:4012345.0000000333", safe="")
    assert len(found(named, f"?MATCH_parentID={sscc}")) == 0
    assert len(found(named, f"?MATCH_epc={sscc}")) == 2
    agents["LYO1-A"].write(received("m1", (G1, 3)))
    agents["LYO1-A"].send(named)
    levels = call(named, "GET", f"/v1/availability?gtin={G1}").json()["stores"]
    assert [(one["store"], one["sellable"]) for one in levels] == [("LYO1", 3)]
    assert call(named, "GET", "/v1/epcis/capture/nobody").status_code == 404


@on_both_databases
def test_corrections_declare_what_was_wrong(named: Ledger, agents: dict[str, Device]) -> None:
    agent, unit = agents["LYO1-A"], f"{G1}.7"
    wrong = received("m1", (G1, 3))
    agent.write(wrong, AlarmRaised(alarm="a1", gate="entree", reader="r", unit=unit, gtin=G1, siren=True))
    agent.send(named)
    receiving, alarm = found(named)
    agent.book.clock.forward(60_000)  # type: ignore[attr-defined]
    agent.write(reversing(wrong, "m2"), AlarmSettled(alarm="a1", verdict="right", by="anna"))
    agent.send(named)
    never, then = found(named, "?EXISTS_errorDeclaration=true")
    assert (never["eventID"], never["errorDeclaration"]["reason"]) == (receiving["eventID"], "did_not_occur")
    assert then["eventID"] == alarm["eventID"]
    (stolen,) = found(named, "?EQ_disposition=stolen")
    assert then["errorDeclaration"]["correctiveEventIDs"] == [stolen["eventID"]]
    one = call(named, "GET", f"/v1/epcis/events/{quote(alarm['eventID'], safe='')}").json()
    assert one["errorDeclaration"] == then["errorDeclaration"]
    assert len(found(named)) == 5


@on_both_databases
def test_our_own_event_captured_back_stays_one(named: Ledger, agents: dict[str, Device]) -> None:
    agents["LYO1-A"].write(received("m1", (G1, 3)))
    agents["LYO1-A"].send(named)
    (own,) = found(named)
    assert call(named, "POST", "/v1/epcis/capture", json=document([own], 0)).status_code == 202
    assert found(named) == [own]


def test_one_bad_event_refuses_all_unless_told_to_proceed(named: Ledger) -> None:
    bad = {**shipping_event(2), "bizStep": "teleporting"}
    body = document([shipping_event(1), bad], 0)
    refused = call(named, "POST", "/v1/epcis/capture", json=body)
    assert (refused.status_code, refused.json()["type"]) == (400, "/problems/invalid-document")
    assert [e["path"] for e in refused.json()["errors"]] == ["epcisBody.eventList[1].bizStep"]
    assert found(named) == []
    proceed = call(named, "POST", "/v1/epcis/capture", json=body, headers={"GS1-Capture-Error-Behaviour": "proceed"})
    job = call(named, "GET", proceed.headers["Location"]).json()
    assert (proceed.status_code, job["success"], len(job["errors"])) == (202, False, 1)
    assert len(found(named)) == 1


def test_an_id_belongs_to_one_event_and_its_error_declaration(named: Ledger) -> None:
    first = {**shipping_event(1), "eventID": "urn:uuid:11111111-1111-4111-8111-111111111111"}
    other = {**shipping_event(2), "eventID": first["eventID"]}
    wrong = {**first, "errorDeclaration": {"declarationTime": "2026-11-23T10:00:00Z", "reason": "did_not_occur"}}
    assert call(named, "POST", "/v1/epcis/capture", json=document([first], 0)).status_code == 202
    clash = call(named, "POST", "/v1/epcis/capture", json=document([other], 0))
    assert (clash.status_code, clash.json()["type"]) == (409, "/problems/conflict")
    assert call(named, "POST", "/v1/epcis/capture", json=document([wrong], 0)).status_code == 202
    assert len(found(named)) == 2
    one = call(named, "GET", f"/v1/epcis/events/{quote(str(first['eventID']), safe='')}").json()
    assert one["errorDeclaration"]["reason"] == "did_not_occur"


def test_extensions_keep_their_context(named: Ledger) -> None:
    event = {**shipping_event(1), "example:pallet": {"example:height": 120}}
    body = document([event], 0)
    body["@context"] = [body["@context"], {"example": "https://ns.example.com/epcis/"}]
    assert call(named, "POST", "/v1/epcis/capture", json=body).status_code == 202
    (kept,) = found(named)
    assert kept["@context"] == [{"example": "https://ns.example.com/epcis/"}]
    assert kept["eventID"] == event_id(event, {"example": "https://ns.example.com/epcis/"})
    check_event(kept)


def test_what_isnt_a_document_is_refused(named: Ledger) -> None:
    too_many = json.dumps(document([shipping_event(1)] * 1001, 0)).encode()
    for content, media, status, kind in (
        (b"{", "application/json", 400, "invalid-document"),
        (b"[" * 100_000, "application/json", 400, "invalid-document"),
        (b"null", "application/json", 400, "invalid-document"),
        (b'{"type":"EPCISDocument"}', "application/ld+json", 400, "invalid-document"),
        (b"<EPCISDocument/>", "application/xml", 415, "unsupported-media"),
        (b"{" + b" " * 5_000_000 + b"}", "application/json", 413, "batch-too-large"),
        (too_many, "application/json", 413, "batch-too-large"),
    ):
        answer = call(named, "POST", "/v1/epcis/capture", content=content, headers={"Content-Type": media})
        assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{kind}")


def test_who_may_ask(named: Ledger, agents: dict[str, Device]) -> None:
    assert httpx.get(named.url + "/v1/epcis/events").status_code == 403
    assert call(named, "GET", "/v1/epcis/events", WEB).status_code == 403
    assert agents["LYO1-A"].get(named.url, "/v1/epcis/events?perPage=5").status_code == 200
    spoken = call(named, "GET", "/v1/epcis/events", headers={"GS1-EPCIS-Min": "3.0.0"})
    assert (spoken.status_code, spoken.json()["type"]) == (406, "/problems/not-acceptable")
    limits = httpx.options(named.url + "/v1/epcis/capture").headers
    assert (limits["GS1-EPCIS-Capture-Limit"], limits["GS1-EPCIS-Max"]) == ("1000", "2.0.0")


def test_another_gln_makes_the_index_anew(store_named: LedgerSettings, tmp_path: Path) -> None:
    with running_ledger(store_named) as ledger:
        agent = Device(tmp_path, "LYO1-A", store_named)
        agent.write(received("m1", (G1, 3)))
        agent.send(ledger)
        agent.close()
        (before,) = found(ledger)
        assert call(ledger, "POST", "/v1/epcis/capture", json=document([shipping_event(1)], 0)).status_code == 202
    with running_ledger(store_named.model_copy(update={"epcis": type(store_named.epcis)()})) as ledger:
        (after,) = found(ledger, "?EQ_bizStep=receiving")
        assert after["bizLocation"]["id"] == "urn:x-comptoir:loc:LYO1.salesfloor"
        assert after["eventID"] != before["eventID"]
        assert len(found(ledger)) == 2

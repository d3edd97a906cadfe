"""After the day: what the programs wrote into their books, read from the files and held against the truth."""

import statistics
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from installer.demo.truth import Truth
from sync.storage.engine import open_engine
from sync.storage.tables import records
from sync.storage.transactions import reading

Json = dict[str, Any]
LEAST_SALES_A_MINUTE = 5.0


@dataclass
class Findings:
    """One day in figures; ``wrong`` are differences between the books and the truth."""

    sales: int = 0
    sales_a_minute: float = 0.0
    turnover_minor: int = 0
    orders: int = 0
    orders_ready: int = 0
    ready_p50_min: float = 0.0
    ready_p95_min: float = 0.0
    handovers: int = 0
    returns: int = 0
    refunds_settled: int = 0
    alarms_right: int = 0
    alarms_wrong: int = 0
    notices: int = 0
    """alarms without the siren: a till that may have sold the unit wasn't heard"""
    thefts: int = 0
    exits: int = 0
    exits_seen: int = 0
    exits_blind: int = 0
    count_expected: int = 0
    count_accuracy: float = 0.0
    count_wrong: int = 0
    facts: int = 0
    duplicates: int = 0
    lost: int = 0
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Fact:
    """One record of a journal."""

    device: str
    seq: int
    kind: str
    at: int
    body: Json


def facts_of(path: str) -> list[Fact]:
    """Everything in a database's journals, in the order of device and seq."""
    engine = open_engine(path)
    try:
        with reading(engine) as conn:
            return _read(conn)
    finally:
        engine.dispose()


def _read(conn: Connection) -> list[Fact]:
    columns = (records.c.device, records.c.seq, records.c.kind, records.c.occurred_at, records.c.body)
    query = select(*columns).order_by(records.c.device, records.c.seq)
    return [Fact(row[0], row[1], row[2], row[3], msgspec.json.decode(row[4])) for row in conn.execute(query)]


def units_gone(edge: Path) -> set[str]:
    """The tagged units that have left the store by the agent's book."""
    last: dict[str, str] = {}
    for fact in facts_of(str(edge)):
        for move in fact.body.get("moves", ()) if fact.kind == "stock.moved" else ():
            if move["unit"] is not None:
                last[move["unit"]] = move["dst"]["location"]
    return {unit for unit, place in last.items() if place not in ("salesfloor", "stockroom")}


def examine(truth: Truth, minutes: float, ledger: str, own: dict[str, Path]) -> Findings:
    """Hold the ledger's journals against the truth; ``own`` is device -> the database of the device itself."""
    at_ledger = facts_of(ledger)
    found = Findings()
    _sales(found, truth, minutes, at_ledger)
    _orders(found, truth, at_ledger)
    _gate(found, truth, at_ledger)
    _count(found, truth, at_ledger)
    _journals(found, at_ledger, own)
    _drawers(found, truth, at_ledger)
    return found


def _of(facts: list[Fact], kind: str) -> list[Fact]:
    return [fact for fact in facts if fact.kind == kind]


def _sales(found: Findings, truth: Truth, minutes: float, facts: list[Fact]) -> None:
    held = {one.number: one for one in (*truth.sales, *truth.returns)}
    written = Counter(fact.body["number"] for fact in _of(facts, "sale.completed"))
    found.sales = len(truth.sales)
    found.sales_a_minute = len(truth.sales) / minutes
    found.turnover_minor = sum(one.minor for one in held.values())
    found.returns = len(truth.returns) + sum(order.returned for order in truth.orders.values())
    found.lost += len(held.keys() - written.keys())
    found.duplicates += sum(count - 1 for count in written.values())
    for number in sorted(held.keys() ^ written.keys()):
        found.wrong.append(f"ticket {number} is {'only in the books' if number in written else 'in no book'}")
    for fact in _of(facts, "sale.completed"):
        ticket = held.get(fact.body["number"])
        if ticket is not None and ticket.minor != fact.body["total_minor"]:
            found.wrong.append(f"ticket {ticket.number}: {fact.body['total_minor']} in the books, {ticket.minor} paid")


def _orders(found: Findings, truth: Truth, facts: list[Fact]) -> None:
    orders = list(truth.orders.values())
    waits = sorted((order.ready_at - order.posted_at) / 60_000 for order in orders if order.ready_at)
    found.orders, found.orders_ready = len(orders), len(waits)
    if waits:
        found.ready_p50_min = statistics.median(waits)
        found.ready_p95_min = waits[min(len(waits) - 1, round(0.95 * (len(waits) - 1)))]
    found.wrong += [f"order {order.number} was never ready" for order in orders if not (order.ready_at or order.lost)]
    handed = Counter(fact.body["order"] for fact in _of(facts, "order.handed_over"))
    found.handovers = len(handed)
    found.duplicates += sum(count - 1 for count in handed.values())
    taken = {order.id for order in orders if order.handed_at}
    found.wrong += [f"order {key}: handed over in the books and in truth differ" for key in sorted(taken ^ set(handed))]
    settled = {fact.body["refund"] for fact in _of(facts, "refund.settled")}
    asked = {fact.body["refund"] for fact in _of(facts, "refund.requested")}
    found.refunds_settled = len(settled)
    found.wrong += [f"refund {key} was asked for and not settled" for key in sorted(asked - settled)]


def _gate(found: Findings, truth: Truth, facts: list[Fact]) -> None:
    stolen = {one.unit for one in truth.exits if not one.paid}
    raised = _of(facts, "gate.alarm_raised")
    alarms = [fact for fact in raised if fact.body["siren"]]
    found.notices = len(raised) - len(alarms)
    right = {fact.body["unit"] for fact in alarms if fact.body["unit"] in stolen}
    found.alarms_right, found.thefts = len(right), len(stolen)
    found.alarms_wrong = sum(fact.body["unit"] not in stolen for fact in alarms)
    passed = {
        unit
        for fact in _of(facts, "gate.passed")
        for unit, _verdict in fact.body["units"]
        if fact.body["direction"] == "out"
    }
    found.exits = len(truth.exits)
    found.exits_blind = sum(one.unit not in passed and not truth.judged(one.at) for one in truth.exits)
    found.exits_seen = sum(one.unit in passed for one in truth.exits)
    found.wrong += [f"{unit} was stolen and no alarm was raised" for unit in sorted(stolen - right)]
    wrong = sorted({fact.body["unit"] for fact in alarms} - stolen)
    found.wrong += [f"{unit} was paid and raised an alarm" for unit in wrong]


def _count(found: Findings, truth: Truth, facts: list[Fact]) -> None:
    if truth.count is None:
        return
    closed = [fact.body for fact in _of(facts, "count.closed") if fact.body["count"] == truth.count.id]
    opened = [fact.body for fact in _of(facts, "count.opened") if fact.body["count"] == truth.count.id]
    if not closed or not opened:
        found.wrong.append("the count isn't in the books")
        return
    missing = set(closed[0]["missing"])
    found.count_expected = opened[0]["expected"]
    found.count_accuracy = closed[0]["accuracy_bp"] / 100
    found.count_wrong = len(missing & truth.count.stood)
    found.wrong += [f"{unit} stood in the zone and was counted missing" for unit in sorted(missing & truth.count.stood)]


def _drawers(found: Findings, truth: Truth, facts: list[Fact]) -> None:
    for fact in _of(facts, "shift.closed"):
        till = int(fact.device.rpartition("-T")[2])
        if fact.body["difference_minor"]:
            found.wrong.append(f"till {till}: the drawer differs by {fact.body['difference_minor']}")
        if fact.body["counted_minor"] != truth.drawer(till):
            found.wrong.append(f"till {till}: {fact.body['counted_minor']} in the books, {truth.drawer(till)} in it")


def _journals(found: Findings, at_ledger: list[Fact], own: dict[str, Path]) -> None:
    arrived = Counter(fact.device for fact in at_ledger)
    found.duplicates += len(at_ledger) - len({(fact.device, fact.seq) for fact in at_ledger})
    for device, path in own.items():
        written = sum(fact.device == device for fact in facts_of(str(path)))
        found.facts += written
        if written != arrived[device]:
            found.lost += max(0, written - arrived[device])
            found.wrong.append(f"{device} wrote {written} facts, the ledger holds {arrived[device]}")

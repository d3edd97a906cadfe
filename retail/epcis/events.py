"""From facts to EPCIS 2.0 events: pure, and the same fact gives the same events with the same ids wherever it is read.

An event tells what was seen of goods, never of people: no ticket, order, client or member of staff is named in it.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from retail.epcis.hashing import event_id
from retail.epcis.identifiers import class_uri, unit_uri
from retail.epcis.site import RECORD_TYPE, Site
from retail.epcis.steps import Seen, step_of
from retail.epcis.timestamps import offset_text, time_text
from retail.facts import (
    AlarmRaised,
    AlarmSettled,
    Fact,
    GatePassed,
    OrderUnitBound,
    OrderUnitUnbound,
    StockMoved,
    UnitResolved,
)

Event = dict[str, Any]
"""an EPCIS event as JSON has it"""

PHYSICAL_FACTS: tuple[type[Fact], ...] = (
    StockMoved, UnitResolved, GatePassed, AlarmRaised, AlarmSettled, OrderUnitBound, OrderUnitUnbound,
)  # fmt: skip
"""the facts that say something about goods; all of them are written by agents"""
PHYSICAL_KINDS = frozenset(kind.KIND for kind in PHYSICAL_FACTS)

_RESOLVED_STEPS = {"gate": "entering_exiting", "pad": "inspecting", "count": "cycle_counting"}


@dataclass(frozen=True, slots=True)
class Happened:
    """A fact with its place in a journal; ``at`` is ms UTC, ``utc_offset`` minutes."""

    store: str
    device: str
    seq: int
    at: int
    utc_offset: int
    fact: Fact


Earlier = Callable[[str], Happened | None]
"""finds an earlier fact of the same store by its :func:`subject_of`"""


def subject_of(fact: Fact) -> str | None:
    """The name by which a later fact may correct this one."""
    if isinstance(fact, StockMoved):
        return f"move:{fact.move}"
    return f"alarm:{fact.alarm}" if isinstance(fact, AlarmRaised) else None


def events_of(happened: Happened, site: Site, earlier: Earlier = lambda subject: None) -> list[Event]:
    """The events of one fact, each with its ``eventID``; none for facts that aren't physical.

    A fact that corrects an earlier one also gives that one's events again, with an error declaration.
    """
    match happened.fact:
        case StockMoved(reverses=str() as reversed_move) as moved:
            made = _moved(happened, moved, site)
            wrong = earlier(f"move:{reversed_move}") if "~" not in moved.move else None
            return made + _declared(wrong, site, happened, made)
        case StockMoved() as moved:
            return _moved(happened, moved, site)
        case AlarmSettled() as settled:
            return _settled(happened, settled, site, earlier(f"alarm:{settled.alarm}"))
        case fact:
            return [_finished(event) for event in _seen(happened, fact, site)]


def _seen(happened: Happened, fact: Fact, site: Site) -> Iterable[Event]:
    store = site.place()
    match fact:
        case UnitResolved():
            yield _event(happened, site, _RESOLVED_STEPS[fact.by], "retail_sold", store, "", [fact.unit])
        case AlarmRaised():
            yield _event(happened, site, "entering_exiting", "unknown", site.place(fact.gate), "", [fact.unit])
        case GatePassed(direction="in"):
            units = [unit for unit, verdict in fact.units if verdict == "in_stock"]
            if units:
                yield _event(happened, site, "entering_exiting", "", site.place(fact.gate), store, units)
        case OrderUnitBound():
            yield _event(happened, site, "picking", "in_progress", store, store, *_one(fact.unit, fact.gtin))
        case OrderUnitUnbound():
            yield _event(happened, site, "storing", "available", store, store, *_one(fact.unit, fact.gtin))


def _one(unit: str | None, gtin: str) -> tuple[list[str], dict[str, int]]:
    return ([unit], {}) if unit is not None else ([], {gtin: 1})


def _moved(happened: Happened, moved: StockMoved, site: Site) -> list[Event]:
    """One event for all goods of a movement that were seen doing the same."""
    units: dict[Seen, list[str]] = {}
    classes: dict[Seen, Counter[str]] = {}
    for one in moved.moves:
        seen = step_of(moved.reason, one.src, one.dst)
        if seen is None:
            continue
        tagged, counted = units.setdefault(seen, []), classes.setdefault(seen, Counter())
        if one.unit is not None:
            tagged.append(one.unit)
        else:
            counted[one.gtin] += one.qty
    return [
        _finished(
            _event(
                happened, site, seen.step, seen.disposition, site.place(seen.read_at),
                site.place(seen.now_at) if seen.now_at else "", tagged, classes[seen],
            )
        )
        for seen, tagged in units.items()
    ]  # fmt: skip


def _settled(happened: Happened, settled: AlarmSettled, site: Site, raised: Happened | None) -> list[Event]:
    """A review: a right alarm was a theft at that moment, a false one didn't happen."""
    if raised is None or not isinstance(raised.fact, AlarmRaised):
        return []
    if settled.verdict == "false":
        return _declared(raised, site, happened, [])
    gate = site.place(raised.fact.gate)
    stolen = _finished(_event(raised, site, "entering_exiting", "stolen", gate, "", [raised.fact.unit]))
    return [stolen, *_declared(raised, site, happened, [stolen])]


def _declared(wrong: Happened | None, site: Site, corrected: Happened, by: list[Event]) -> list[Event]:
    """The events of a wrong fact once more, same id, with an error declaration (EPCIS 2.0, 7.4.1.4)."""
    if wrong is None:
        return []
    declaration: Event = {"declarationTime": time_text(corrected.at), "reason": "did_not_occur"}
    if by:
        declaration["reason"] = "incorrect_data"
        declaration["correctiveEventIDs"] = [event["eventID"] for event in by]
    return [{**event, "errorDeclaration": declaration} for event in events_of(wrong, site)]


def _event(
    happened: Happened,
    site: Site,
    step: str,
    disposition: str,
    read_point: str,
    location: str,
    units: Iterable[str],
    classes: "Counter[str] | dict[str, int] | None" = None,
) -> Event:
    """An ObjectEvent; goods without tags are counted by class, empty fields are left out."""
    made: Event = {
        "type": "ObjectEvent",
        "eventTime": time_text(happened.at),
        "eventTimeZoneOffset": offset_text(happened.utc_offset),
        "epcList": sorted({unit_uri(unit) for unit in units}),
        "action": "OBSERVE",
        "bizStep": step,
        "disposition": disposition,
        "readPoint": {"id": read_point},
        "bizLocation": {"id": location} if location else {},
        "bizTransactionList": [
            {"bizTransaction": site.transaction(happened.device, happened.seq), "type": RECORD_TYPE}
        ],
        "quantityList": [
            {"epcClass": class_uri(gtin), "quantity": qty} for gtin, qty in sorted((classes or {}).items())
        ],
    }
    return {name: value for name, value in made.items() if value}


def _finished(event: Event) -> Event:
    return {**event, "eventID": event_id(event)}

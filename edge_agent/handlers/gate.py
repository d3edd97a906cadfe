"""The exit: a verdict on every unit that leaves, the siren before the commit, and a notice on every till."""

from collections import Counter
from collections.abc import Iterable
from typing import Literal

from drivers.contracts import SetGpo
from edge_agent import coming_back
from edge_agent.effects import Act, Draft
from edge_agent.handlers import bulk, sirens
from edge_agent.messages import CommandArrived
from edge_agent.settings import ReaderSettings
from edge_agent.shop import Shop
from retail.errors import Refused
from retail.facts import AlarmRaised, AlarmSettled, ExceptionRaised, GatePassed
from retail.facts.store import Cause
from retail.presence import Gate, Leaving, Passed, Verdict
from retail.stock import OpenSale, resolve, state_of

FORGOTTEN_MS = 3_600_000
"""a customer's own unit that passes later than this after it was bought isn't recorded any more"""

TOO_LATE_US = 5_000_000
"""whoever passed longer ago isn't called back by a siren; the notice stays"""
Quiet = Literal["", "till_silent", "too_late", "no_output"]
"""why a siren stays off; empty if it is told to sound"""


def leaving(events: Iterable[Leaving], shop: Shop, draft: Draft, now_us: int) -> None:
    """Judge the units that are on their way out right now; the siren is the first thing that happens.

    Just after a start readers tell what they held back, and tills may have sold it meanwhile: what would be an alarm
    waits until they have told. So it does while a till's record that names the article stands in the inbox.
    """
    untold = shop.live.tills.untold(shop.live.mono_ms(), shop.on_duty)
    judge = Gate(shop.stock, window_ms=shop.plan.window_ms)
    silent = shop.live.tills.silent(shop.live.mono_ms(), shop.plan.till_silence_ms, shop.on_duty)
    pending: Counter[tuple[Cause, str]] = Counter()
    sounding: dict[str, list[str]] = {}
    stolen: list[bulk.Taken] = []
    judged = {event.unit for event in shop.live.undecided}
    for event in events:
        if event.unit in judged or _just_alarmed(shop, event.unit, now_us):
            continue
        if coming_back.heard_before(shop, event.unit, event.at_us):
            _left_before(shop, draft, event)
            continue
        judged.add(event.unit)  # one that is heard twice leaves once, and takes one sale
        verdict = judge.judge(event.unit, draft.now, pending)
        if verdict.kind == "alarm" and (untold or shop.live.mentions(event.unit)):
            shop.live.undecided.append(event)
            continue
        if verdict.kind == "alarm" and silent:
            verdict = Verdict("doubtful", siren=False, silent_tills=tuple(silent))
        if verdict.kind != "unknown":
            shop.live.verdicts[event.unit, event.gate] = verdict.kind
        if verdict.kind == "resolved" and verdict.sale is not None:
            pending[verdict.sale.cause, event.unit[:14]] += 1
            _resolved(shop, draft, event.unit, verdict.sale)
        elif verdict.notice:
            shop.live.alarmed[event.unit] = now_us
            raised = _alarm(shop, draft, event, _quiet(shop, event, verdict, now_us))
            if raised.siren:
                sounding.setdefault(event.gate, []).append(raised.alarm)
            if verdict.kind == "alarm":
                stolen.append(bulk.Taken(event.unit, event.gate, raised.reader, event.at_us, raised.alarm))
    if stolen:
        bulk.taken(stolen, shop, draft)
    for gate, alarms in sorted(sounding.items()):
        _siren(shop, draft, gate, alarms)


def decide_late(shop: Shop, draft: Draft, now_us: int) -> None:
    """Judge what waited for the tills, as soon as they have told what they sold, or have been waited for."""
    waiting_for_tills = shop.live.tills.untold(shop.live.mono_ms(), shop.on_duty)
    if (shop.live.undecided or shop.live.unrecorded) and not waiting_for_tills:
        waiting, shop.live.undecided = shop.live.undecided, []
        leaving(waiting, shop, draft, now_us)
        gone, shop.live.unrecorded = shop.live.unrecorded, []
        passed(gone, shop, draft)


def passed(events: Iterable[Passed], shop: Shop, draft: Draft) -> None:
    """Record complete passages of units that are or just were this store's; an unclear one waits for a person."""
    by_way: dict[tuple[str, str], list[tuple[str, str]]] = {}
    undecided = {event.unit for event in shop.live.undecided}
    untold = shop.live.tills.untold(shop.live.mono_ms(), shop.on_duty)
    for event in events:
        if coming_back.heard_before(shop, event.unit, event.last_us):
            shop.live.verdicts.pop((event.unit, event.gate), None)
            continue  # a customer's, who brought it back
        if event.unit in undecided or (untold and _standing(shop, event.unit, draft.now) == "in_stock"):
            shop.live.unrecorded.append(event)
            continue
        verdict = shop.live.verdicts.pop((event.unit, event.gate), None) or _standing(shop, event.unit, draft.now)
        if verdict is None or (event.direction == "unknown" and event.score == 0):
            continue
        if event.direction != "out" and not shop.follows(event.unit):
            continue  # a customer who comes back with what is his
        by_way.setdefault((event.gate, event.direction), []).append((event.unit, verdict))
        if event.direction == "unknown" and verdict == "in_stock":
            _unclear(shop, draft, event)
    for (gate, direction), units in sorted(by_way.items()):
        fact = GatePassed(
            passage=draft.new_id(),
            gate=gate,
            direction="in" if direction == "in" else "out" if direction == "out" else "unknown",
            units=tuple(units),
        )
        draft.record(fact)
        shop.live.watch.passing.passed(fact, draft.now)


def settle(message: CommandArrived, shop: Shop, draft: Draft) -> None:
    """``alarm.settle {verdict}``: somebody looked, it was right or false; so was all that a bulk stands for."""
    verdict = message.args["verdict"]
    known = shop.alarms.get(message.subject)
    if known is None or "gate" not in known:
        raise Refused("not_open", f"alarm {message.subject} isn't open")
    if verdict not in ("right", "false"):
        raise Refused("malformed", "a verdict is right or false")
    for alarm in (message.subject, *known.get("alarms", ())):
        draft.record(AlarmSettled(alarm=alarm, verdict=verdict, by=message.by))


def watch_tills(shop: Shop, draft: Draft) -> None:
    """Say once on every till when another one falls silent at a store with a gate, and once when it is back."""
    if not shop.gates:
        return
    silent = set(shop.live.tills.silent(shop.live.mono_ms(), shop.plan.till_silence_ms, shop.on_duty))
    for till in sorted(silent - shop.live.silent):
        draft.publish("alarms", f"silent-{till}", _silent_row(till, "open", draft.now))
    for till in sorted(shop.live.silent - silent):
        draft.publish("alarms", f"silent-{till}", None)
    shop.live.silent = silent


def _silent_row(till: str, state: str, at: int) -> dict[str, object]:
    return {
        "id": f"silent-{till}", "at": at, "kind": "till_silent", "gate": "", "unit": None, "gtin": None,
        "state": state, "siren": False, "subject": till, "text": "",
    }  # fmt: skip


def _just_alarmed(shop: Shop, unit: str, now_us: int) -> bool:
    """A unit that lingers at the gate raises one alarm, not one a second."""
    before = shop.live.alarmed.get(unit)
    return before is not None and now_us - before < shop.settings.gate.passage_ms * 1000


def _quiet(shop: Shop, event: Leaving, verdict: Verdict, now_us: int) -> Quiet:
    """Why the siren doesn't sound; empty if it does."""
    if not verdict.siren:
        return "till_silent"
    if now_us - event.at_us > TOO_LATE_US:
        return "too_late"
    reader = gate_reader(shop, event.gate)
    return "no_output" if reader is None or reader.gpo is None else ""


def _alarm(shop: Shop, draft: Draft, event: Leaving, quiet: Quiet) -> AlarmRaised:
    reader = gate_reader(shop, event.gate)
    raised = AlarmRaised(
        alarm=draft.new_id(),
        gate=event.gate,
        reader=reader.name if reader else "",
        unit=event.unit,
        gtin=event.unit[:14],
        siren=not quiet,
        quiet=quiet,
    )
    draft.record(raised)
    return raised


def _resolved(shop: Shop, draft: Draft, unit: str, sale: OpenSale) -> None:
    draft.stock(resolve(shop.stock, unit, sale, "gate", cause=None, at=draft.now, new_id=draft.new_id))


def _siren(shop: Shop, draft: Draft, gate: str, alarms: list[str]) -> None:
    reader = gate_reader(shop, gate)
    if reader is not None and reader.gpo is not None:
        sirens.switched(reader.name, reader.gpo.port, shop, alarms)
        draft.acts.append(Act(reader.name, SetGpo(reader.gpo.port, True, reader.gpo.pulse_ms), urgent=True))


def gate_reader(shop: Shop, gate: str) -> ReaderSettings | None:
    """The reader of a gate; the one with an output, if several watch it."""
    found = [reader for reader in shop.settings.readers if gate in reader.gates]
    return next((reader for reader in found if reader.gpo is not None), found[0] if found else None)


def _standing(shop: Shop, unit: str, now: int) -> str | None:
    """What is to be recorded of a unit that passed without a verdict; None for what isn't ours any more."""
    row = shop.stock.units.get(unit)
    if row is None:
        return None
    if row.held:
        return "in_stock"
    gone = shop.gone.get(unit)
    if gone is None or now - gone.at > FORGOTTEN_MS:
        return None
    return "sold" if gone.kind == "sale" else "handed_over"


def _unclear(shop: Shop, draft: Draft, event: Passed) -> None:
    text = f"{event.unit} was at {event.gate}; whether it came in or went out isn't clear"
    _for_a_person(shop, draft, event.unit, text)


def _left_before(shop: Shop, draft: Draft, event: Leaving) -> None:
    """The gate thinks that it went out, then it was booked in: no siren, but somebody looks whether it is here."""
    if state_of(shop.stock, event.unit) == "in_stock":
        text = f"{event.unit} seems to have left by {event.gate} just before it was booked in: is it really here?"
        _for_a_person(shop, draft, event.unit, text)


def _for_a_person(shop: Shop, draft: Draft, unit: str, text: str) -> None:
    if not any(row.get("subject") == unit for row in shop.alarms.values()):
        draft.record(ExceptionRaised(exception=draft.new_id(), kind="unknown_passage", subject=unit, text=text))

"""Events to rows of the store, and the facts behind own rows."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.engine import Row

from retail.epcis import Earlier, Event, Happened, match_form, time_ms
from retail.epcis.vocabulary import BIZ_STEP, DISPOSITION
from sync.epcis.tables import SUBJECTS
from sync.journal.encoding import Undigestible, Unknown, decode
from sync.ledger.rows import chunks
from sync.storage.tables import records

_EPC_ROLES = {
    "epcList": "epc", "childEPCs": "epc", "parentID": "parent", "inputEPCList": "input", "outputEPCList": "output",
}  # fmt: skip
_CLASS_LISTS = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")


def event_row(event: Event) -> dict[str, Any]:
    """What the store knows of an event beside where it comes from."""
    declaration = event.get("errorDeclaration")
    return {
        "event_id": event["eventID"],
        "declared": time_ms(declaration["declarationTime"]) if declaration else 0,
        "event_time": time_ms(event["eventTime"]),
        "type": event["type"],
        "action": event.get("action", ""),
        "biz_step": BIZ_STEP.bare(event.get("bizStep", "")),
        "disposition": DISPOSITION.bare(event.get("disposition", "")),
        "read_point": match_form(event.get("readPoint", {}).get("id", "")),
        "biz_location": match_form(event.get("bizLocation", {}).get("id", "")),
    }


def epc_rows(event: Event, n: int) -> Iterator[dict[str, Any]]:
    """What an event names, each once in its role."""
    named = set()
    for field, role in _EPC_ROLES.items():
        value = event.get(field, [])
        named |= {(match_form(epc), role) for epc in ([value] if isinstance(value, str) else value)}
    for field in _CLASS_LISTS:
        named |= {(match_form(one["epcClass"]), "class") for one in event.get(field, [])}
    for epc, role in sorted(named):
        yield {"epc": epc, "role": role, "n": n}


def happened(row: Row[Any]) -> Happened | None:
    """The fact of a journal's row; None when this release can't read it."""
    try:
        fact = decode(row.kind, row.v, row.body)
    except Undigestible:
        return None
    if isinstance(fact, Unknown):
        return None
    return Happened(row.store, row.device, row.seq, row.occurred_at, row.utc_offset, fact)


def records_at(conn: Connection, places: Iterable[tuple[str, str, int]]) -> Iterator[Row[Any]]:
    """Records of the journals, by (store, device, seq) and in that order; those that aren't here are left out."""
    for (store, device), some in groupby(sorted(places), key=lambda place: place[:2]):
        for seqs in chunks([place[2] for place in some]):
            where = (records.c.store == store, records.c.device == device, records.c.seq.in_(seqs))
            yield from conn.execute(select(records).where(*where).order_by(records.c.seq))


def earlier_in(journal: Connection, index: Connection, store: str, fresh: Mapping[str, Happened]) -> Earlier:
    """Finds facts of a store that are indexed, or about to be (``fresh``)."""

    def find(subject: str) -> Happened | None:
        if subject in fresh:
            return fresh[subject]
        where = (SUBJECTS.c.store == store, SUBJECTS.c.subject == subject)
        place = index.execute(select(SUBJECTS.c.device, SUBJECTS.c.seq).where(*where)).first()
        rows = () if place is None else records_at(journal, [(store, place.device, place.seq)])
        return next((happened(row) for row in rows), None)

    return find

"""Events of others: checked, given an id where they have none, kept once. They are shown, and never move stock."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

import msgspec
from sqlalchemy import delete, insert, select

from retail.epcis import EpcisInvalid, Event, check_document, check_event, event_id, namespaces, own_context, time_text
from sync.epcis.rows import event_row
from sync.epcis.store import EventStore, keep, known_rows
from sync.epcis.tables import CAPTURES
from sync.storage.transactions import reading, retrying, writing
from sync.wire.problems import Problem

MAX_EVENTS = 1000
"""events of one document"""
MAX_ERRORS = 20
JOBS_KEPT_MS = 30 * 24 * 3_600_000
"""how long a capture job can be asked for"""

Behaviour = Literal["rollback", "proceed"]
Job = dict[str, Any]
Error = dict[str, str]


def capture(store: EventStore, body: bytes, behaviour: Behaviour, new_id: Callable[[], str]) -> Job:
    """Keep a document's events; returns the finished job.

    With ``rollback`` one bad event refuses them all: ``invalid-document`` with the first errors, each with its path,
    or ``conflict`` when an id belongs to another event. With ``proceed`` the good ones are kept and the job lists
    the errors. Raises :class:`Problem`.
    """
    events, context = _read(body)
    good, errors = _checked(events, context)
    if errors and behaviour == "rollback":
        raise Problem("invalid-document", errors=errors[:MAX_ERRORS], exception="epcisException:ValidationException")
    job_id = new_id()

    def work() -> Job:
        now = store.book.clock.now_ms()
        with store.turn, writing(store.engine) as conn:
            known = known_rows(conn, [event["eventID"] for event, _ in good])
            entries, clashes = [], []
            for event, names in good:
                row = {**event_row(event), **_origin(event, now)}
                old = known.get((row["event_id"], row["declared"]))
                if old is None:
                    known[row["event_id"], row["declared"]] = None
                    entries.append((row, event))
                elif not _same(store, old, event, names):
                    clashes.append(_error(event["eventID"], "this id belongs to another event"))
            if clashes and behaviour == "rollback":
                raise Problem("conflict", errors=clashes[:MAX_ERRORS], exception="epcisException:ValidationException")
            keep(conn, entries)
            job = _job(job_id, now, behaviour, [*errors, *clashes][:MAX_ERRORS])
            conn.execute(delete(CAPTURES).where(CAPTURES.c.at < now - JOBS_KEPT_MS))
            conn.execute(insert(CAPTURES).values(id=job_id, at=now, body=msgspec.json.encode(job).decode()))
        return job

    return retrying(work)


def job_of(store: EventStore, job: str) -> Job | None:
    """A capture job, if it is known."""
    with reading(store.engine) as conn:
        body = conn.execute(select(CAPTURES.c.body).where(CAPTURES.c.id == job)).scalar()
    found: Job | None = None if body is None else msgspec.json.decode(body)
    return found


def _read(body: bytes) -> tuple[list[Any], Any]:
    """The events of a document, and its context."""
    try:
        document = msgspec.json.decode(body)
        events = check_document(document)
    except msgspec.DecodeError as error:
        raise _invalid("", str(error)) from None
    except RecursionError:
        raise _invalid("", "is nested too deep") from None
    except EpcisInvalid as error:
        raise _invalid(error.path, error.detail) from None
    if len(events) > MAX_EVENTS:
        raise Problem("batch-too-large", max=MAX_EVENTS, exception="epcisException:CaptureLimitExceededException")
    return events, document["@context"]


def _checked(events: list[Any], context: Any) -> tuple[list[tuple[Event, Mapping[str, str]]], list[Error]]:
    """Good events with ids, each with the prefixes it uses; and what is wrong with the others."""
    good: list[tuple[Event, Mapping[str, str]]] = []
    errors: list[Error] = []
    for n, event in enumerate(events):
        path = f"epcisBody.eventList[{n}]"
        try:
            check_event(event, path)
        except EpcisInvalid as error:
            errors.append(_error(error.path, error.detail))
            continue
        names = namespaces(context, event.get("@context"))
        good.append((_named(event, context, names), names))
    return good, errors


def _named(event: Event, context: Any, names: Mapping[str, str]) -> Event:
    """The event with an id, with the context that its extensions need, and without its sender's record time."""
    own = own_context(context, event.get("@context")) if any(":" in name for name in _keys(event)) else []
    kept = {name: value for name, value in event.items() if name not in ("recordTime", "@context")}
    return {**({"@context": own} if own else {}), **kept, "eventID": event.get("eventID") or event_id(event, names)}


def _keys(value: Any) -> set[str]:
    if isinstance(value, Mapping):
        return set(value) | {key for child in value.values() for key in _keys(child)}
    return {key for child in value for key in _keys(child)} if isinstance(value, list) else set()


def _origin(event: Event, now: int) -> dict[str, Any]:
    body = msgspec.json.encode(event).decode()
    return {"store": "", "device": "", "seq": 0, "nth": 0, "body": body, "record_time": now}


def _same(store: EventStore, old: Any, event: Event, names: Mapping[str, str]) -> bool:
    """Whether a known event says the same; one whose record is gone can't be compared and stands."""
    known = store.events([old])
    if not known:
        return True
    return event_id(known[0], namespaces(known[0].get("@context"))) == event_id(event, names)


def _job(job: str, at: int, behaviour: Behaviour, errors: list[Error]) -> Job:
    """The resource of EPCIS 2.0 (12.6.2): done before it is answered, so it never runs."""
    return {
        "captureID": job, "createdAt": time_text(at), "finishedAt": time_text(at), "running": False,
        "success": not errors, "captureErrorBehaviour": behaviour,
        "errors": [{"type": "epcisException:ValidationException", "title": e["detail"], **e} for e in errors],
    }  # fmt: skip


def _error(path: str, detail: str) -> Error:
    return {"path": path, "detail": detail}


def _invalid(path: str, detail: str) -> Problem:
    return Problem("invalid-document", errors=[_error(path, detail)], exception="epcisException:ValidationException")

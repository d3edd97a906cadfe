"""Simple event queries of EPCIS 2.0 REST (EPCIS 2.0, 8.2.7.1 and 12.7): parameters in, one bounded page out.

Of the standard's parameters these are answered: ``eventType``, ``EQ_action``, ``EQ_bizStep``, ``EQ_disposition``,
``EQ_readPoint``, ``EQ_bizLocation``, ``EQ_eventID``, ``MATCH_epc``, ``MATCH_anyEPC``, ``MATCH_parentID``,
``MATCH_epcClass``, ``GE_``/``LT_`` of ``eventTime`` and ``recordTime``, ``EXISTS_errorDeclaration``, ``orderBy``,
``orderDirection``, ``perPage``, ``nextPageToken``. Several values of one stand for "or": given again, or with commas.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, false, or_, select, tuple_
from sqlalchemy.engine import Row

from retail.epcis import Event, match_form, time_ms
from retail.epcis.vocabulary import BIZ_STEP, DISPOSITION
from sync.epcis.store import EventStore
from sync.epcis.tables import EPCS, EVENTS
from sync.storage.transactions import reading
from sync.wire.problems import Problem

PER_PAGE = 30
MAX_PER_PAGE = 1000
MAX_VALUES = 200
"""values of one parameter"""

Params = Sequence[tuple[str, str]]
Condition = Callable[[list[str]], ColumnElement[bool]]


class Asked(NamedTuple):
    """A query as it was understood."""

    where: list[ColumnElement[bool]]
    by: str
    descending: bool
    limit: int
    after: tuple[int, int] | None


class PageOfEvents(NamedTuple):
    """Events, and the token of the next page when there is one."""

    events: list[Event]
    token: str | None


def understood(params: Params) -> Asked:
    """Read a query's parameters. Raises ``invalid-query``, with the parameter's name."""
    values: dict[str, list[str]] = {}
    for name, text in params:
        values.setdefault(name, []).extend(part for part in text.split(",") if part)
    newest_first = "orderBy" in values
    by = _one(values, "orderBy", "eventTime", ("eventTime", "recordTime"))
    direction = _one(values, "orderDirection", "DESC" if newest_first else "ASC", ("ASC", "DESC"))
    limit = min(_integer(values.pop("perPage", [str(PER_PAGE)]), "perPage"), MAX_PER_PAGE)
    token = values.pop("nextPageToken", None)
    where = []
    for name, given in values.items():
        condition = _CONDITIONS.get(name)
        if condition is None or not given or len(given) > MAX_VALUES:
            raise Problem("invalid-query", parameter=name, detail="isn't answered here" if condition is None else "")
        try:
            where.append(condition(given))
        except ValueError as error:
            raise Problem("invalid-query", parameter=name, detail=str(error)) from None
    return Asked(where, by, direction == "DESC", limit, None if token is None else _after(token))


def page(store: EventStore, asked: Asked) -> PageOfEvents:
    """The page that was asked for. Raises ``busy`` while the journal is still being indexed."""
    store.fresh()
    time = EVENTS.c.event_time if asked.by == "eventTime" else EVENTS.c.record_time
    key = tuple_(time, EVENTS.c.n)
    query = select(EVENTS).where(*asked.where)
    if asked.after is not None:
        query = query.where(key < asked.after if asked.descending else key > asked.after)
    order = (time.desc(), EVENTS.c.n.desc()) if asked.descending else (time, EVENTS.c.n)
    with reading(store.engine) as conn:
        rows = conn.execute(query.order_by(*order).limit(asked.limit + 1)).all()
    shown = rows[: asked.limit]
    token = _token(shown[-1], asked.by) if len(rows) > asked.limit else None
    return PageOfEvents(store.events(shown), token)


def one(store: EventStore, event_id: str) -> Event | None:
    """An event by its id; as it was last declared wrong, if it was."""
    store.fresh()
    query = select(EVENTS).where(EVENTS.c.event_id == event_id).order_by(EVENTS.c.declared.desc()).limit(1)
    with reading(store.engine) as conn:
        rows = conn.execute(query).all()
    found = store.events(rows)
    return found[0] if found else None


def _token(row: Row[Any], by: str) -> str:
    return f"{row.event_time if by == 'eventTime' else row.record_time}.{row.n}"


def _after(token: list[str]) -> tuple[int, int]:
    time, _, n = (token or [""])[0].partition(".")
    if not (time.removeprefix("-").isdecimal() and n.isdecimal() and len(time) < 19 and len(n) < 19):
        raise Problem("invalid-query", parameter="nextPageToken", detail="this token wasn't given here")
    return int(time), int(n)


def _one(values: dict[str, list[str]], name: str, default: str, choice: tuple[str, ...]) -> str:
    given = values.pop(name, [default])
    if len(given) != 1 or given[0] not in choice:
        raise Problem("invalid-query", parameter=name, detail=f"one of {', '.join(choice)}")
    return given[0]


def _integer(given: list[str], name: str) -> int:
    if len(given) != 1 or not given[0].isdecimal() or len(given[0]) > 9 or int(given[0]) < 1:
        raise Problem("invalid-query", parameter=name, detail="a number from 1 on")
    return int(given[0])


def _equal(column: str, form: Callable[[str], str] = str) -> Condition:
    return lambda given: EVENTS.c[column].in_([form(value) for value in given])


def _time(column: str, *, from_on: bool) -> Condition:
    def condition(given: list[str]) -> ColumnElement[bool]:
        if len(given) != 1:
            raise ValueError("one time only")
        at = time_ms(given[0].replace(" ", "+"))  # an unescaped plus sign of a zone
        return EVENTS.c[column] >= at if from_on else EVENTS.c[column] < at

    return condition


def _match(*roles: str) -> Condition:
    """Objects by URI, or all of an article by a pattern (``urn:epc:idpat:sgtin:…*``)."""

    def condition(given: list[str]) -> ColumnElement[bool]:
        exact = [match_form(uri) for uri in given if not uri.startswith("urn:epc:idpat:")]
        parts: list[ColumnElement[bool]] = [EPCS.c.epc.in_(exact)] if exact else []
        for uri in given:
            if uri.startswith("urn:epc:idpat:"):
                start = match_form(uri)
                if start == uri:
                    raise ValueError(f"not a pattern that is understood here: {uri:.80}")
                parts.append(and_(EPCS.c.epc >= start + "/", EPCS.c.epc < start + "0"))  # "0" follows "/"
                parts.append(EPCS.c.epc == start)
        named = select(EPCS.c.n).where(EPCS.c.role.in_(roles), or_(false(), *parts))
        return EVENTS.c.n.in_(named)

    return condition


def _declared(given: list[str]) -> ColumnElement[bool]:
    if given not in (["true"], ["false"]):
        raise ValueError("true or false")
    return EVENTS.c.declared > 0 if given == ["true"] else EVENTS.c.declared == 0


_CONDITIONS: dict[str, Condition] = {
    "eventType": _equal("type"),
    "EQ_action": _equal("action"),
    "EQ_bizStep": _equal("biz_step", BIZ_STEP.bare),
    "EQ_disposition": _equal("disposition", DISPOSITION.bare),
    "EQ_readPoint": _equal("read_point", match_form),
    "EQ_bizLocation": _equal("biz_location", match_form),
    "EQ_eventID": _equal("event_id"),
    "MATCH_epc": _match("epc"),
    "MATCH_parentID": _match("parent"),
    "MATCH_anyEPC": _match("epc", "parent", "input", "output"),
    "MATCH_epcClass": _match("class"),
    "GE_eventTime": _time("event_time", from_on=True),
    "LT_eventTime": _time("event_time", from_on=False),
    "GE_recordTime": _time("record_time", from_on=True),
    "LT_recordTime": _time("record_time", from_on=False),
    "EXISTS_errorDeclaration": _declared,
}

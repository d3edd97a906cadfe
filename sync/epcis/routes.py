"""The REST binding of EPCIS 2.0 (12) for agent and ledger alike: events, one event, capture and its jobs."""

from collections.abc import Awaitable, Callable
from typing import Any, cast
from urllib.parse import quote, urlencode

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from retail.epcis import alone, query_document
from sync.epcis.capture import MAX_EVENTS, Behaviour, Job, capture, job_of
from sync.epcis.query import Asked, one, page, understood
from sync.epcis.store import EventStore
from sync.server import ProblemRoute
from sync.wire.compression import MAX_COMPRESSED_BYTES
from sync.wire.problems import Problem

PREFIX = "/v1/epcis"
Admit = Callable[[Request], Awaitable[bytes]]
"""says whether a request may be answered, by raising :class:`Problem`, and gives its bounded body"""

_VERSIONS = {"GS1-EPCIS-Version": "2.0.0", "GS1-CBV-Version": "2.0.0"}
_DISCOVERY = {**_VERSIONS, "GS1-EPCIS-Min": "2.0.0", "GS1-EPCIS-Max": "2.0.0", "GS1-CBV-Min": "2.0.0"}
_EVENT_HEADERS = {**_VERSIONS, "GS1-EPC-Format": "Never_Translates", "GS1-CBV-XML-Format": "Never_Translates"}
_CAPTURE_LIMITS = {
    "GS1-EPCIS-Capture-Limit": str(MAX_EVENTS),
    "GS1-EPCIS-Capture-File-Size-Limit": str(MAX_COMPRESSED_BYTES),
    "GS1-Capture-Error-Behaviour": "rollback",
}


def build_epcis_routes(store: EventStore, admit: Admit, new_id: Callable[[], str]) -> APIRouter:
    """The routes under ``/v1/epcis``."""
    router = APIRouter(prefix=PREFIX, route_class=ProblemRoute, tags=["epcis"])
    _add_events(router, store, admit)
    _add_capture(router, store, admit, new_id)

    @router.options("")
    def discover() -> Response:
        return _discovery("GET, OPTIONS")

    return router


def _add_events(router: APIRouter, store: EventStore, admit: Admit) -> None:
    @router.get("/events")
    async def events(request: Request) -> Response:
        """Events that fit every parameter, the oldest first; ``Link`` leads to the next page."""
        await _admitted(request, admit)
        return await run_in_threadpool(_page, store, request, understood(request.query_params.multi_items()))

    @router.get("/events/{event:path}")
    async def event(event: str, request: Request) -> Response:
        """One event by its id (percent-encoded in the path)."""
        await _admitted(request, admit)
        found = await run_in_threadpool(one, store, event)
        if found is None:
            raise Problem("not-found", event=event, exception="epcisException:NoSuchResourceException")
        return _json(alone(found), request)

    @router.options("/events")
    def discover() -> Response:
        return _discovery("GET, OPTIONS")


def _add_capture(router: APIRouter, store: EventStore, admit: Admit, new_id: Callable[[], str]) -> None:
    @router.post("/capture", status_code=202)
    async def post(request: Request) -> Response:
        """Keep the events of an ``EPCISDocument``; ``Location`` leads to the job."""
        body = await _admitted(request, admit)
        media = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if media not in ("application/json", "application/ld+json"):
            raise Problem("unsupported-media", media=media, detail="send application/json or application/ld+json")
        job: Job = await run_in_threadpool(capture, store, body, _behaviour(request), new_id)
        return Response(status_code=202, headers={"Location": f"{PREFIX}/capture/{job['captureID']}", **_VERSIONS})

    @router.get("/capture/{job}")
    async def get(job: str, request: Request) -> Response:
        """A capture job: whether its events were kept, and what was wrong with which."""
        await _admitted(request, admit)
        found = await run_in_threadpool(job_of, store, job)
        if found is None:
            raise Problem("not-found", job=job, exception="epcisException:NoSuchResourceException")
        return _json(found, request)

    @router.options("/capture")
    def discover() -> Response:
        return _discovery("POST, OPTIONS", _CAPTURE_LIMITS)


async def _admitted(request: Request, admit: Admit) -> bytes:
    """The body of a caller who may ask, in a version that is spoken here."""
    body = await admit(request)
    for header, majors in (("GS1-EPCIS-Version", "2"), ("GS1-EPCIS-Min", "12"), ("GS1-EPCIS-Max", "23456789")):
        asked = request.headers.get(header)
        if asked is not None and (asked.strip()[:1] or "?") not in majors:
            raise Problem("not-acceptable", header=header, detail="EPCIS 2.0 is spoken here")
    return body


def _behaviour(request: Request) -> Behaviour:
    asked = request.headers.get("GS1-Capture-Error-Behaviour", "rollback").strip().lower()
    if asked not in ("rollback", "proceed"):
        raise Problem("malformed", detail="GS1-Capture-Error-Behaviour is rollback or proceed")
    return cast(Behaviour, asked)


def _page(store: EventStore, request: Request, asked: Asked) -> Response:
    found = page(store, asked)
    answer = _json(query_document(found.events, store.book.clock.now_ms()), request)
    if found.token is not None:
        params = [(name, value) for name, value in request.query_params.multi_items() if name != "nextPageToken"]
        query = urlencode([*params, ("nextPageToken", found.token)], quote_via=quote)
        answer.headers["Link"] = f'<{request.url.path}?{query}>; rel="next"'
    return answer


def _discovery(allow: str, more: dict[str, str] | None = None) -> Response:
    return Response(status_code=204, headers={"Allow": allow, **_DISCOVERY, **(more or {})})


def _json(message: Any, request: Request) -> Response:
    linked = "application/ld+json" in request.headers.get("Accept", "")
    media = "application/ld+json" if linked else "application/json"
    return Response(msgspec.json.encode(message), headers=_EVENT_HEADERS, media_type=media)

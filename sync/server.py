"""The receiving side over HTTP: routes of protocol 1 for agent and ledger alike."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import suppress
from typing import Any, Protocol

import msgspec
import structlog
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, StreamingResponse
from fastapi.routing import APIRoute
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from sync.feeds.hints import Hints
from sync.feeds.row import Page, text_of
from sync.identity.enrolment import DEVICE_HEADER, SIGNATURE_HEADER, Peer, is_signed_by
from sync.identity.freshness import MOMENT_HEADER, NOW_HEADER, Replays, now_ms
from sync.storage.book import BookBusy
from sync.storage.transactions import StorageFull
from sync.wire.compression import MAX_COMPRESSED_BYTES, TooLarge, compress, decompress
from sync.wire.messages import (
    NDJSON_TYPE,
    PROTOCOL,
    SNAPSHOT_TYPE,
    Ack,
    Batch,
    FeedEnd,
    FeedInfo,
    LogHead,
    SnapshotInfo,
)
from sync.wire.problems import MEDIA_TYPE, Problem

log = structlog.get_logger(__name__)

BODY_SILENCE_S = 20.0
"""how long a request's body may stand still"""
MAX_DELTAS = 10_000
MAX_API_BYTES = 32 * 1024 * 1024
"""any other body, such as 20,000 rows to publish: read before it is known who sends it, so never without a bound"""
_BEAT_S = 0.2
_BEATS_PER_PING = 25
_batch_decoder = msgspec.json.Decoder(Batch)


class Host(Protocol):
    """What stands behind the routes; every method may be called from several threads. See ``sync.host``."""

    @property
    def hints(self) -> Hints: ...
    @property
    def replays(self) -> Replays: ...
    def now_ms(self) -> int: ...
    def peer(self, device: str) -> Peer | None: ...
    def receive(self, peer: Peer, store: str, device: str, batch: Batch) -> Ack: ...
    def head(self, peer: Peer, device: str, mine: int | None = None) -> LogHead: ...
    def events(self, peer: Peer, device: str, start: int) -> Batch | None: ...
    def feeds(self, peer: Peer) -> dict[str, FeedInfo]: ...
    def deltas(self, peer: Peer, feed: str, since: int, limit: int, epoch: str) -> Page: ...
    def snapshot(self, peer: Peer, feed: str, version: int) -> tuple[SnapshotInfo, str]: ...


class ProblemRoute(APIRoute):
    """A route whose :class:`Problem` becomes ``application/problem+json``; for routes beside the protocol too."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                await bounded_body(request, MAX_API_BYTES)
            except Problem as problem:
                answer = problem_response(problem)
                answer.headers["Connection"] = "close"  # the rest of the body isn't read
                return answer
            try:
                return await handle(request)
            except Problem as problem:
                return problem_response(problem)
            except (DataError, OverflowError) as error:  # a NUL for PostgreSQL, a number beyond 64 bits
                log.warning("value_refused", method=request.method, path=request.url.path, reason=type(error).__name__)
                return problem_response(Problem("malformed", detail="a value is out of range or holds a NUL"))
            except StorageFull:
                return problem_response(Problem("storage-full"))
            except BookBusy:
                return problem_response(Problem("busy"))
            except (OperationalError, InterfaceError, PoolTimeout) as error:
                # the database is away, starting or locked: no fault of anything here, and no trace of each request
                reason = str(getattr(error, "orig", error)).partition("\n")[0]
                log.warning("database_unavailable", method=request.method, path=request.url.path, reason=reason)
                return problem_response(Problem("busy"))

        return guarded


def problem_response(problem: Problem) -> Response:
    """The HTTP answer of a problem."""
    headers = {"Retry-After": "1"} if problem.status == 503 else {}
    if problem.type == "stale-request":
        headers[NOW_HEADER] = str(now_ms())
    return Response(problem.body(), problem.status, headers=headers, media_type=MEDIA_TYPE)


async def signed_peer(host: Host, request: Request) -> tuple[Peer, bytes]:
    """Who sent this request, proved by its signature, and the body as sent. Raises :class:`Problem`."""
    body = await bounded_body(request)
    device = request.headers.get(DEVICE_HEADER, "")
    peer = await run_in_threadpool(host.peer, device) if device else None
    if peer is None:
        raise Problem("not-enrolled", device=device)
    target = request.scope["raw_path"].decode("ascii")
    if request.scope["query_string"]:
        target += "?" + request.scope["query_string"].decode("ascii")
    named = request.headers.get(MOMENT_HEADER, "")
    if not is_signed_by(peer.public, request.method, target, named, body, request.headers.get(SIGNATURE_HEADER, "")):
        raise Problem("bad-request-signature", device=device)
    if not host.replays.is_fresh(named, device):
        raise Problem("stale-request", device=device)
    return peer, body


def build_routes(host: Host) -> APIRouter:
    """The routes of protocol 1."""
    router = APIRouter(prefix="/v1", route_class=ProblemRoute, tags=["sync"])
    _add_journal_routes(router, host)
    _add_feed_routes(router, host)

    @router.get("/time")
    def time() -> dict[str, int]:
        return {"now_ms": host.now_ms(), "protocol": PROTOCOL}

    return router


def _add_journal_routes(router: APIRouter, host: Host) -> None:
    @router.get("/devices/{device}/head")
    async def head(device: str, request: Request) -> Response:
        peer, _ = await signed_peer(host, request)
        _may_speak_for(peer, device, await run_in_threadpool(host.peer, device))
        mine = _integer(request, "mine", 0) if "mine" in request.query_params else None
        return _json(await run_in_threadpool(host.head, peer, device, mine))

    @router.get("/devices/{device}/events")
    async def events(device: str, request: Request) -> Response:
        peer, _ = await signed_peer(host, request)
        _may_speak_for(peer, device, await run_in_threadpool(host.peer, device))
        start = _integer(request, "from", 1)
        found = await run_in_threadpool(host.events, peer, device, start)
        return Response(status_code=204) if found is None else _json(found, request)

    @router.post("/devices/{device}/events")
    async def receive(device: str, request: Request) -> Response:
        peer, body = await signed_peer(host, request)
        if _number("X-Proto", request.headers.get("X-Proto", str(PROTOCOL))) < PROTOCOL:
            raise Problem("protocol-too-old", min=PROTOCOL)
        batch = await run_in_threadpool(_read_batch, body, request.headers.get("Content-Encoding", ""))
        if peer.device != device and (peer.kind != "agent" or peer.store != batch.store):
            raise Problem("not-allowed", device=peer.device, log=device)
        return _json(await run_in_threadpool(host.receive, peer, batch.store, device, batch))


def _add_feed_routes(router: APIRouter, host: Host) -> None:
    @router.get("/feeds")
    async def feeds(request: Request) -> Response:
        peer, _ = await signed_peer(host, request)
        return _json(await run_in_threadpool(host.feeds, peer))

    @router.get("/feeds/{feed}/deltas")
    async def deltas(feed: str, request: Request) -> Response:
        peer, _ = await signed_peer(host, request)
        since = _integer(request, "since", 0)
        limit = min(max(_integer(request, "limit", 1000), 1), MAX_DELTAS)
        epoch = request.query_params.get("epoch", "")
        page = await run_in_threadpool(host.deltas, peer, feed, since, limit, epoch)
        return await run_in_threadpool(_encoded, _ndjson(page), NDJSON_TYPE, request)

    @router.get("/feeds/{feed}/snapshots/{version}")
    async def snapshot(feed: str, version: int, request: Request) -> Response:
        peer, _ = await signed_peer(host, request)
        info, path = await run_in_threadpool(host.snapshot, peer, feed, version)
        return FileResponse(path, media_type=SNAPSHOT_TYPE, headers={"ETag": f'"{info.sha256}"'})

    @router.get("/stream")
    async def stream(request: Request) -> Response:
        await signed_peer(host, request)
        stopping: Callable[[], bool] = getattr(request.app.state, "stopping", lambda: False)
        return StreamingResponse(_hints(host.hints, stopping), media_type="text/event-stream")


async def _hints(hints: Hints, stopping: Callable[[], bool]) -> AsyncIterator[bytes]:
    """Server-sent events until the client goes or the server stops."""
    with hints.subscribe() as stream:
        yield b"event: open\ndata: {}\n\n"  # what changed before this moment was hinted at nobody
        quiet = 0
        while not stopping():
            hint = await stream.next(_BEAT_S)
            if hint is not None:
                yield f'event: feed\ndata: {{"name":"{hint[0]}","version":{hint[1]}}}\n\n'.encode()
            quiet = 0 if hint else quiet + 1
            if quiet >= _BEATS_PER_PING:
                quiet = 0
                yield b": still here\n\n"


async def bounded_body(request: Request, limit: int = MAX_COMPRESSED_BYTES) -> bytes:
    """The body as sent. Raises ``batch-too-large`` before more than ``limit`` bytes are in memory, ``busy`` when no
    more of it comes: the network was lost in the midst."""
    declared = request.headers.get("Content-Length", "0")
    if not declared.isdecimal() or int(declared) > limit:
        raise Problem("batch-too-large", max=limit)
    if not hasattr(request, "_body"):
        body = bytearray()
        parts = aiter(request.stream())
        with suppress(StopAsyncIteration):
            while len(body) <= limit:
                try:
                    body += await asyncio.wait_for(anext(parts), BODY_SILENCE_S)
                except TimeoutError:
                    raise Problem("busy", detail=f"no more of the body came for {BODY_SILENCE_S:.0f} s") from None
        request._body = bytes(body)
    if len(request._body) > limit:
        raise Problem("batch-too-large", max=limit)
    return request._body


def _read_batch(body: bytes, encoding: str) -> Batch:
    try:
        raw = decompress(body) if encoding == "zstd" else body
        return _batch_decoder.decode(raw)
    except TooLarge as error:
        raise Problem("batch-too-large", detail=str(error)) from None
    except (ValueError, msgspec.DecodeError, RecursionError) as error:
        raise Problem("malformed", detail=str(error)) from None


def _may_speak_for(peer: Peer, device: str, owner: Peer | None) -> None:
    """A device may ask about its own log; an agent about those of its store."""
    if peer.device != device and (peer.kind != "agent" or owner is None or owner.store != peer.store):
        raise Problem("not-allowed", device=peer.device, log=device)


def _integer(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name)
    return default if text is None else _number(name, text)


def _number(name: str, text: str) -> int:
    if not text.isdecimal() or len(text) > 18:
        raise Problem("malformed", detail=f"{name} isn't a number")
    return int(text)


def _ndjson(page: Page) -> bytes:
    lines = [
        b"[%d,%s,%d,%s]" % (row.version, msgspec.json.encode(row.key), row.v, (text_of(row.body) or "null").encode())
        for row in page.rows
    ]
    lines.append(msgspec.json.encode(FeedEnd(page.cursor, page.more, page.epoch)))
    return b"\n".join(lines) + b"\n"


def _json(message: object, request: Request | None = None) -> Response:
    return _encoded(msgspec.json.encode(message), "application/json", request)


def _encoded(data: bytes, media_type: str, request: Request | None) -> Response:
    """The answer, compressed when the client can and it is worth it."""
    if request is not None and len(data) > 512 and "zstd" in request.headers.get("Accept-Encoding", ""):
        return Response(compress(data), headers={"Content-Encoding": "zstd"}, media_type=media_type)
    return Response(data, media_type=media_type)

"""What screens watch live, as server-sent events: readers, gates, a thing that is looked for; and passages of today.

Each stream looks at the watch ten times a second (twenty for a search) and speaks when something changed, so that a
read is on the screen within a fifth of a second whatever the number of reads.
"""

import asyncio
from collections.abc import AsyncIterator, Callable

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from sqlalchemy import select

from edge_agent.host import AgentHost
from edge_agent.messages import Json
from edge_agent.shop import Shop
from edge_agent.watching import SLOT_MS, Watch
from sync.server import ProblemRoute, signed_peer
from sync.storage.book import Book
from sync.storage.tables import records
from sync.wire.problems import Problem

LOOK_S = 0.1
SEEK_S = 0.05
SEEK_EVERY = 2
"""a search speaks every so many looks even when nothing new was heard: the screen's bar sinks with the age"""
BEAT_S = 1.0
"""longest silence of a stream"""
LATEST = 300
"""passages shown of a day"""
LOOKED_THROUGH = 20_000
"""newest records of the log among which they are looked for"""


def live_routes(host: AgentHost, watch: Watch, shop: Callable[[], Shop]) -> APIRouter:
    """The streams, for the store's own enrolled devices; ``shop`` is the state in memory."""
    router = APIRouter(prefix="/v1", route_class=ProblemRoute, tags=["live"])

    async def check(request: Request) -> None:
        peer, _body = await signed_peer(host, request)
        if peer.store != host.book.identity.store or peer.kind not in ("till", "agent"):
            raise Problem("not-allowed", device=peer.device)
        host.heard(peer)

    def answer(request: Request, lines: AsyncIterator[bytes]) -> Response:
        return StreamingResponse(_until(request, lines), media_type="text/event-stream")

    @router.get("/live/devices")
    async def devices(request: Request) -> Response:
        await check(request)
        return answer(request, _rates(watch))

    @router.get("/live/gate")
    async def gate(request: Request) -> Response:
        await check(request)
        return answer(request, _gate(watch, lambda unit: _is_here(shop(), unit)))

    @router.get("/live/locate/{wanted:path}")
    async def locate(request: Request, wanted: str) -> Response:
        await check(request)
        return answer(request, _search(watch, wanted))

    @router.get("/passages/{since}")
    async def passages(request: Request, since: str) -> Response:
        await check(request)
        if not since.isdecimal() or len(since) > 18:
            raise Problem("malformed", detail="since isn't a number")
        rows = await run_in_threadpool(passages_since, host.book, watch, int(since))
        return Response(msgspec.json.encode({"passages": rows}), media_type="application/json")

    return router


def passages_since(book: Book, watch: Watch, since_ms: int) -> list[Json]:
    """Passages of the agent's own log from ``since_ms`` on, the newest first, with what is still known of each."""
    own = book.identity
    query = (
        select(records.c.occurred_at, records.c.body)
        .where(records.c.store == own.store, records.c.device == own.device, records.c.kind == "gate.passed")
        .where(records.c.seq > book.head.seq - LOOKED_THROUGH, records.c.occurred_at >= since_ms)
        .order_by(records.c.seq.desc())
        .limit(LATEST)
    )
    with book.read() as conn:
        found = [(row.occurred_at, msgspec.json.decode(row.body, type=Json)) for row in conn.execute(query)]
    return [
        {
            "passage": body["passage"], "at": at, "gate": body["gate"], "direction": body["direction"],
            "unit": unit, "verdict": verdict, "why": watch.passing.why(body["passage"], unit),
        }
        for at, body in found
        for unit, verdict in body["units"]
    ]  # fmt: skip


def _is_here(shop: Shop, unit: str) -> bool:
    """Whether the book holds a unit: what isn't ours, or is a customer's by now, is nobody's business."""
    row = shop.stock.units.get(unit)
    return row is not None and row.held


async def _rates(watch: Watch) -> AsyncIterator[bytes]:
    slot, rates = watch.pulse.last(watch.mono_ms())
    yield _event("devices", {"slot_ms": SLOT_MS, "slot": slot, "rates": _plain(rates)})
    before: object = None
    while True:
        await asyncio.sleep(LOOK_S)
        slot, rates = watch.pulse.last(watch.mono_ms(), 3)
        if (slot, rates) == before:
            yield b""
            continue
        before = (slot, rates)
        yield _event("devices", {"slot_ms": SLOT_MS, "slot": slot, "rates": _plain(rates)})


async def _gate(watch: Watch, is_here: Callable[[str], bool]) -> AsyncIterator[bytes]:
    number, _ = watch.passing.since(0)
    before: object = None
    while True:
        number, passed = watch.passing.since(number)
        standing = [
            {"unit": unit, "gate": gate, "side": side, "since_ms": since}
            for unit, gate, side, since in watch.passing.standing(watch.now_us())
            if is_here(unit)
        ][:50]
        shown = [(one["unit"], one["gate"], one["side"]) for one in standing]
        if passed or shown != before:
            before = shown
            yield _event("gate", {"passages": passed, "standing": standing})
        else:
            yield b""
        await asyncio.sleep(LOOK_S)


async def _search(watch: Watch, wanted: str) -> AsyncIterator[bytes]:
    with watch.seeking.looking_for(wanted) as trail:
        looks = 0
        while True:
            fresh = trail.fresh
            looks += 1
            heard = watch.seeking.look(trail, watch.mono_ms()) if fresh or looks % SEEK_EVERY == 0 else None
            yield b"" if heard is None else _event("locate", msgspec.to_builtins(heard))
            await asyncio.sleep(SEEK_S)


async def _until(request: Request, lines: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The stream until the client goes or the server stops; a beat when it has had nothing to say for long."""
    stopping: Callable[[], bool] = getattr(request.app.state, "stopping", lambda: False)
    loop = asyncio.get_running_loop()
    said = loop.time()
    yield b": open\n\n"
    async for line in lines:
        if stopping():
            return
        if line:
            said = loop.time()
            yield line
        elif loop.time() - said > BEAT_S:
            said = loop.time()
            yield b": still here\n\n"


def _plain(rates: dict[str, dict[int, list[int]]]) -> dict[str, dict[str, list[int]]]:
    return {reader: {str(port): counts for port, counts in ports.items()} for reader, ports in rates.items()}


def _event(name: str, body: object) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (name.encode(), msgspec.json.encode(body))

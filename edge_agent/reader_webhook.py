"""Where readers post their events: ``POST /v1/readers/{name}/events``, answered 204 once the heart's inbox has them.

Each reader shows its own token (or user and password). A body that can't be read is refused for good, 400; when the
agent is busy the answer is 503 and the reader keeps its events.
"""

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from drivers.errors import Busy, Garbled
from sync.server import ProblemRoute
from sync.wire.problems import Problem

BODY_BYTES = 1024 * 1024
TAKE_S = 5.0
"""how long a reader waits for its body to be taken"""


@runtime_checkable
class Doorway(Protocol):
    """A reader that is posted to."""

    def admits(self, authorization: str) -> bool: ...
    def offer(self, body: bytes, timeout: float) -> None: ...


def reader_routes(find: Callable[[str], Doorway | None], has_room: Callable[[], bool]) -> APIRouter:
    """``find`` gives the reader of a name, ``has_room`` says whether the heart can take more."""
    router = APIRouter(prefix="/v1/readers", route_class=ProblemRoute, tags=["readers"])

    @router.post("/{name}/events")
    async def events(name: str, request: Request) -> Response:
        reader = find(name)
        if reader is None:
            raise Problem("not-found", detail=f"no reader that posts is named {name[:80]} here")
        if not reader.admits(request.headers.get("Authorization", "")):
            raise Problem("not-allowed", detail="this isn't the reader's token, or user and password")
        if not has_room():
            raise Problem("busy")
        body = await _bounded(request)
        await run_in_threadpool(_offer, reader, body)
        return Response(status_code=204)

    return router


def _offer(reader: Doorway, body: bytes) -> None:
    try:
        reader.offer(body, TAKE_S)
    except Busy as error:
        raise Problem("busy", detail=str(error)) from None
    except Garbled as error:
        raise Problem("malformed", detail=str(error)) from None


async def _bounded(request: Request) -> bytes:
    """The body; a larger one is refused before it is read."""
    declared = request.headers.get("Content-Length", "0")
    if not declared.isdecimal() or len(declared) > 12 or int(declared) > BODY_BYTES:
        raise Problem("batch-too-large", max=BODY_BYTES)
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > BODY_BYTES:
            raise Problem("batch-too-large", max=BODY_BYTES)
    return bytes(body)

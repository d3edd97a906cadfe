"""What tills ask of the agent beside the protocol: the store's commands, questions about units and tickets, health."""

from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse

from edge_agent.epcis_api import epcis_routes
from edge_agent.health import Health
from edge_agent.health_page import language, page
from edge_agent.host import ANSWER_S, AgentHost
from edge_agent.messages import Answer, Asked, CommandArrived, Json, Message
from sync.epcis.store import EventStore
from sync.identity.enrolment import Peer
from sync.server import ProblemRoute, build_routes, signed_peer
from sync.wire.problems import Problem

MOST_DEVICES = 20


class Command(msgspec.Struct, frozen=True):
    """The body of ``POST /v1/commands``; ``seen`` is the version of the subject that the person had in view."""

    id: str
    kind: str
    subject: str = ""
    by: str = ""
    seen: int = 0
    args: dict[str, Any] = msgspec.field(default_factory=dict)


class TillDevices(msgspec.Struct, frozen=True):
    """The body of ``POST /v1/health``: device -> what it has sent that made no sense, since the till was started."""

    unreadable: dict[Annotated[str, msgspec.Meta(max_length=40)], Annotated[int, msgspec.Meta(ge=0)]] = {}

    def __post_init__(self) -> None:
        if len(self.unreadable) > MOST_DEVICES:
            raise ValueError(f"a till has at most {MOST_DEVICES} devices")


def build_app(
    host: AgentHost, post: Callable[[Message], None], health: Callable[[], Health], events: EventStore
) -> FastAPI:
    """The whole HTTP face of the agent."""
    app = FastAPI(title="Comptoir agent", version="1", docs_url=None, redoc_url=None)
    app.include_router(build_routes(host))
    app.include_router(_store_routes(host, post, health))
    app.include_router(_health_routes(health))
    app.include_router(epcis_routes(host, events))
    return app


def _store_routes(host: AgentHost, post: Callable[[Message], None], health: Callable[[], Health]) -> APIRouter:
    router = APIRouter(prefix="/v1", route_class=ProblemRoute, tags=["store"])

    @router.post("/commands")
    async def command(request: Request) -> Response:
        peer, body = await _till(host, request)
        asked = _read(body)
        reply: Future[Answer] = Future()
        message = CommandArrived(
            peer.device, asked.id, asked.kind, asked.subject, asked.by, asked.args, reply, asked.seen
        )
        return await run_in_threadpool(_wait, post, message, reply)

    def question(what: str) -> Callable[[Request, str], Any]:
        async def ask(request: Request, key: str) -> Response:
            await _till(host, request)
            reply: Future[Answer] = Future()
            return await run_in_threadpool(_wait, post, Asked(what, key, reply), reply)

        return ask

    @router.post("/health")
    async def told(request: Request) -> Response:
        """A till tells of its own devices and asks how the store is."""
        peer, body = await _till(host, request)
        host.told(peer.device, _devices(body))
        found = await run_in_threadpool(health)
        return Response(msgspec.json.encode(found.as_json()), media_type="application/json")

    for what in ("units", "sales", "orders", "stock", "where", "exceptions", "baskets", "returns"):
        router.add_api_route(f"/{what}/{{key:path}}", question(what), methods=["GET"], name=what)
    return router


def _health_routes(health: Callable[[], Health]) -> APIRouter:
    router = APIRouter(tags=["health"])

    @router.get("/v1/health")
    def as_json() -> Json:
        return health().as_json()

    @router.get("/", response_class=HTMLResponse)
    def as_page(request: Request, lang: str = "") -> str:
        return page(health(), language(request.headers.get("Accept-Language", ""), lang))

    return router


async def _till(host: AgentHost, request: Request) -> tuple[Peer, bytes]:
    """The enrolled device of this store that asks, and the body. Raises :class:`Problem`."""
    peer, body = await signed_peer(host, request)
    if peer.store != host.book.identity.store or peer.kind not in ("till", "agent"):
        raise Problem("not-allowed", device=peer.device)
    host.heard(peer)
    return peer, body


def _read(body: bytes) -> Command:
    try:
        return msgspec.json.decode(body, type=Command)
    except msgspec.DecodeError as error:
        raise Problem("malformed", detail=str(error)) from None


def _devices(body: bytes) -> dict[str, int]:
    try:
        return msgspec.json.decode(body, type=TillDevices).unreadable
    except msgspec.DecodeError as error:
        raise Problem("malformed", detail=str(error)) from None


def _wait(post: Callable[[Message], None], message: Message, reply: "Future[Answer]") -> Response:
    post(message)
    try:
        answer = reply.result(ANSWER_S)
    except TooLate:
        raise Problem("busy") from None
    return Response(msgspec.json.encode(answer.body), answer.status, media_type="application/json")

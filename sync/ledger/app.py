"""The ledger over HTTP: the protocol's routes, and its own API for channels, operations and stores."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import structlog
from fastapi import APIRouter, Depends, FastAPI, Header, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException

from sync.epcis.store import EventStore
from sync.journal import quarantine
from sync.ledger import clients, health, orders, publish
from sync.ledger.assign import Routing
from sync.ledger.callers import Caller, only
from sync.ledger.epcis_api import epcis_routes
from sync.ledger.host import Announcer, LedgerHost
from sync.ledger.messages import ClientIn, OrderIn, OrderOut, PublishIn, PublishOut, QuarantineRef, RowIn
from sync.ledger.projections import Projector
from sync.ledger.settings import LedgerSettings
from sync.ledger.stock import availability
from sync.server import ProblemRoute, build_routes, problem_response
from sync.storage.book import Book, UnitOfWork
from sync.wire.problems import Problem

log = structlog.get_logger(__name__)
T = TypeVar("T")
Gtins = Annotated[list[str], Query(max_length=500)]


class Api:
    """What the handlers work with."""

    def __init__(
        self,
        settings: LedgerSettings,
        host: LedgerHost,
        projector: Projector,
        announcer: Announcer,
        routing: Routing,
        new_id: Callable[[], str],
        events: EventStore,
    ) -> None:
        self.settings = settings
        self.host = host
        self.book: Book = host.book
        self.projector = projector
        self.announcer = announcer
        self.routing = routing
        self.new_id = new_id
        self.events = events

    def write(self, work: Callable[[UnitOfWork], T]) -> T:
        """One commit, and hints about what it published."""
        done = self.book.run(work)
        self.announcer.announce()
        return done


def create_app(api: Api) -> FastAPI:
    """The whole HTTP face; ``/openapi.json`` describes it."""
    app = FastAPI(title="Comptoir ledger", version="1", docs_url=None, redoc_url=None)
    app.include_router(build_routes(api.host))
    bearer = [Depends(HTTPBearer(auto_error=False))]
    router = APIRouter(prefix="/v1", route_class=ProblemRoute, dependencies=bearer)
    _add_orders(router, api)
    _add_stock(router, api)
    _add_clients(router, api)
    _add_operations(router, api)
    app.include_router(router)
    app.include_router(epcis_routes(api.host, api.settings, api.events, api.new_id), dependencies=bearer)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(Exception, _failed)
    return app


async def _invalid(_: Request, error: Exception) -> Response:
    first = error.errors()[0] if isinstance(error, RequestValidationError) else {"loc": (), "msg": str(error)}
    where = ".".join(str(part) for part in first["loc"])
    return problem_response(Problem("malformed", 422, detail=f"{where}: {first['msg']}"))


async def _refused(_: Request, error: Exception) -> Response:
    """What the framework refuses by itself: an unknown path, a body that isn't JSON."""
    status = error.status_code if isinstance(error, HTTPException) else 400
    said = error.detail if isinstance(error, HTTPException) else str(error)
    return problem_response(Problem("not-found" if status in (404, 405) else "malformed", status, detail=said))


async def _failed(request: Request, error: Exception) -> Response:
    log.error("request_failed", method=request.method, path=request.url.path, exc_info=error)
    return problem_response(Problem("internal"))


def _own(caller: Caller) -> str | None:
    """A sales channel sees the orders that it brought, operations and stores see all."""
    return caller.name if caller.kind == "channel" else None


def _add_orders(router: APIRouter, api: Api) -> None:
    channels = only(api.host, api.settings, "channel", "operations")
    anyone = only(api.host, api.settings, "channel", "operations", "device")

    @router.post("/orders", status_code=201, tags=["orders"])
    def post_order(
        body: OrderIn,
        caller: Annotated[Caller, Depends(channels)],
        idempotency_key: Annotated[str, Header(min_length=1, max_length=200)],
    ) -> OrderOut:
        """Take an order. The same Idempotency-Key and body: the same answer; another body: 422."""
        sign = api.book.identity.sign
        return api.write(
            lambda unit: orders.take(
                unit, api.routing, caller.name, idempotency_key, body, new_id=api.new_id, sign=sign
            )
        )

    @router.get("/orders/{order}", tags=["orders"])
    def get_order(order: str, caller: Annotated[Caller, Depends(anyone)]) -> OrderOut:
        """An order by id or number, with its four axes."""
        with api.book.read() as conn:
            return orders.read(conn, order, taken_from=_own(caller))

    @router.post("/orders/{order}/cancel", tags=["orders"])
    def cancel_order(order: str, caller: Annotated[Caller, Depends(channels)]) -> OrderOut:
        """Ask the stores to give an order up; 409 when its goods have left."""
        return api.write(lambda unit: orders.ask_back(unit, order, taken_from=_own(caller)))


def _add_stock(router: APIRouter, api: Api) -> None:
    anyone = only(api.host, api.settings, "channel", "operations", "device")

    @router.get("/availability", tags=["stock"])
    def get_availability(
        caller: Annotated[Caller, Depends(anyone)], gtin: Gtins, store: str | None = None
    ) -> dict[str, list[dict[str, str | int]]]:
        """What each store can promise: ``sellable`` is physical, ``atp`` is net of promises and pending sales."""
        with api.book.read() as conn:
            return {"stores": [dict(level._asdict()) for level in availability(conn, gtin, store)]}

    @router.get("/health", tags=["operations"])
    def get_health() -> dict[str, Any]:
        """How the ledger stands, and when it last heard of whom."""
        return health.health(api.book, api.projector)


def _add_clients(router: APIRouter, api: Api) -> None:
    operations = only(api.host, api.settings, "operations")
    readers = only(api.host, api.settings, "operations", "device")

    @router.get("/clients/{client}", tags=["clients"])
    def get_client(client: str, caller: Annotated[Caller, Depends(readers)]) -> dict[str, Any]:
        """A client as stores see him."""
        with api.book.read() as conn:
            found = clients.read(conn, client)
        if found is None:
            raise Problem("not-found", client=client)
        return found

    @router.post("/clients", status_code=201, tags=["clients"])
    def post_client(body: ClientIn, caller: Annotated[Caller, Depends(operations)]) -> PublishOut:
        """Enter a client or replace his profile; what facts have added stays."""
        row = RowIn(key=body.id, body=body.model_dump())
        return api.write(lambda unit: publish.publish(unit, "customers", [row], api.book.identity.public))

    @router.delete("/clients/{client}", status_code=204, tags=["clients"])
    def delete_client(client: str, caller: Annotated[Caller, Depends(operations)]) -> Response:
        """Erase all personal data of a client; facts keep the bare id and every chain stays valid."""
        try:
            api.write(lambda unit: clients.erase(unit, client, caller.name))
        except LookupError:
            raise Problem("not-found", client=client) from None
        return Response(status_code=204)


def _add_operations(router: APIRouter, api: Api) -> None:
    operations = only(api.host, api.settings, "operations")

    @router.post("/publish/{feed}", tags=["operations"])
    def post_rows(feed: str, body: PublishIn, caller: Annotated[Caller, Depends(operations)]) -> PublishOut:
        """Publish rows of a feed; those that break a rule are refused by name, the others are in."""
        return api.write(lambda unit: publish.publish(unit, feed, body.rows, api.book.identity.public))

    @router.get("/quarantine", tags=["operations"])
    def get_quarantine(
        caller: Annotated[Caller, Depends(operations)], state: str | None = quarantine.WAITING
    ) -> list[dict[str, Any]]:
        """Records that couldn't be digested."""
        with api.book.read() as conn:
            return [
                {name: getattr(one, name) for name in quarantine.Quarantined.__slots__}
                for one in quarantine.listed(conn, state or None)
            ]

    @router.post("/quarantine/retry", tags=["operations"])
    def retry(body: QuarantineRef, caller: Annotated[Caller, Depends(operations)]) -> dict[str, bool]:
        """Try a record again; whether it was digested."""
        try:
            done = api.projector.retry(body.store, body.device, body.seq, body.by)
        except LookupError as error:
            raise Problem("not-found", detail=str(error)) from None
        return {"digested": done}

    @router.post("/quarantine/waive", status_code=204, tags=["operations"])
    def waive(body: QuarantineRef, caller: Annotated[Caller, Depends(operations)]) -> Response:
        """Leave a record aside for good."""
        try:
            api.write(lambda u: quarantine.waive(u, body.store, body.device, body.seq, body.reason, body.by))
        except LookupError as error:
            raise Problem("not-found", detail=str(error)) from None
        return Response(status_code=204)

"""Commands to and questions of the store's agent: signed HTTP requests with short timeouts.

AgentError
├── AgentGone        no answer in time, or none that makes sense; nobody knows whether a command took effect
├── AgentRefused     the agent says no; ``reason`` is what a screen branches on
└── AgentDenied      this till isn't known to the agent, or its signature isn't right
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import quote

import httpx
import msgspec
import structlog

from retail.facts import SaleCompleted

log = structlog.get_logger(__name__)

T = TypeVar("T")


class AgentError(Exception):
    """Base of what may come back instead of an answer."""


class AgentGone(AgentError):
    """No answer in time, or none that makes sense."""


class AgentDenied(AgentError):
    """This till isn't known to the agent, or its signature isn't right."""


class AgentRefused(AgentError):
    """The agent says no."""

    def __init__(self, reason: str, state: str = "", allowed: tuple[str, ...] = ()) -> None:
        self.reason = reason
        self.state = state
        self.allowed = allowed
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Done:
    """A command took effect: the facts it wrote, and the version of what it changed."""

    facts: tuple[tuple[str, int], ...]
    version: int


class SoldUnit(msgspec.Struct, frozen=True, kw_only=True):
    """The sale that a unit left with."""

    sale: str
    number: str
    line: str
    unit_minor: int
    total_minor: int
    rate: str
    device: str = ""
    seq: int = 0
    tenders: tuple[dict[str, object], ...] = ()


class OrderOfUnit(msgspec.Struct, frozen=True, kw_only=True):
    """The order that a unit left with. ``paid`` is ``{tender, minor, ref}``."""

    id: str
    number: str
    line: str
    unit_minor: int
    paid: dict[str, object] | None = None


class UnitState(msgspec.Struct, frozen=True, kw_only=True):
    """What the store knows of one tagged unit."""

    unit: str
    gtin: str
    state: str
    location: str | None = None
    condition: str | None = None
    zone: str | None = None
    seen_at: int | None = None
    bound: str | None = None
    sold: SoldUnit | None = None
    order: OrderOfUnit | None = None


class CameBack(msgspec.Struct, frozen=True, kw_only=True):
    """What came back of a sale or an order, at whichever till: pieces by line, and the tagged units among them."""

    lines: dict[str, int] = {}
    units: tuple[str, ...] = ()


class UnitPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where one tagged unit of an article was last read; times ms UTC."""

    unit: str
    location: str | None = None
    zone: str | None = None
    seen_at: int | None = None
    bound: str | None = None
    suspect: bool = False


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen of a passage; pairs are (inside, outside), strengths centi-dBm, ways cm (> 0 goes away)."""

    antennas: tuple[tuple[int, str], ...] = ()
    reads: tuple[int, int] = (0, 0)
    peaks: tuple[int | None, int | None] = (None, None)
    lag_ms: int | None = None
    ways_cm: tuple[int | None, int | None] = (None, None)
    beams: tuple[int, ...] = ()
    lasted_ms: int = 0


class PassageRow(msgspec.Struct, frozen=True, kw_only=True):
    """One unit that went through a gate: ``in``, ``out`` or ``unknown``, and what the gate thought of it."""

    passage: str
    unit: str
    at: int = 0
    gate: str = ""
    direction: str = "unknown"
    verdict: str = ""
    why: Story | None = None


class HeldBasket(msgspec.Struct, frozen=True, kw_only=True):
    """A basket that the agent keeps for any till. ``text`` is the sale as the till wrote it."""

    id: str = ""
    text: str = ""
    label: str = ""
    total_minor: int = 0
    device: str = ""
    by: str = ""
    at: int = 0


class _Accepted(msgspec.Struct):
    facts: list[tuple[str, int]] = []
    version: int | None = 0
    basket: HeldBasket | str | None = None


class _Places(msgspec.Struct):
    units: tuple[UnitPlace, ...] = ()


class _Passages(msgspec.Struct):
    passages: tuple[PassageRow, ...] = ()


class _HeldBaskets(msgspec.Struct):
    baskets: list[HeldBasket] = []


class _Conflict(msgspec.Struct):
    reason: str
    state: str | None = ""
    allowed: list[str] = []


class AgentLink:
    """One till's line to the agent. Thread-safe; every call ends within twice ``timeout`` seconds."""

    def __init__(
        self,
        url: str,
        auth: httpx.Auth | None,
        new_id: Callable[[], str],
        *,
        timeout: float = 2.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._new_id = new_id
        self._client = httpx.Client(
            base_url=url or "http://agent.invalid", auth=auth, timeout=timeout, transport=transport, trust_env=False
        )
        self._configured = bool(url)

    def command(self, kind: str, subject: str, by: str, args: dict[str, object] | None = None, seen: int = 0) -> Done:
        """Ask the agent to do something; sent again once under the same id after silence, which is harmless."""
        accepted = self._command(kind, subject, by, args, seen)
        return Done(tuple((device, seq) for device, seq in accepted.facts), accepted.version or 0)

    def _command(
        self, kind: str, subject: str, by: str, args: dict[str, object] | None = None, seen: int = 0
    ) -> _Accepted:
        body = {"id": self._new_id(), "kind": kind, "subject": subject, "seen": seen, "by": by, "args": args or {}}
        content = msgspec.json.encode(body)
        try:
            response = self._send("POST", "/v1/commands", content)
        except AgentGone:
            response = self._send("POST", "/v1/commands", content)
        if response.status_code == httpx.codes.CONFLICT:
            conflict = self._read(response, _Conflict)
            raise AgentRefused(conflict.reason, conflict.state or "", tuple(conflict.allowed))
        return self._read(self._checked(response), _Accepted)

    def suspend_basket(self, basket: HeldBasket, by: str) -> None:
        """Give a basket to the agent, which hands it out once."""
        self._command("basket.suspend", basket.id, by, {"basket": msgspec.to_builtins(basket)})

    def resume_basket(self, basket: str, by: str) -> HeldBasket | None:
        """Take a suspended basket: None if the agent doesn't hold it (any more)."""
        try:
            found = self._command("basket.resume", basket, by).basket
        except AgentRefused:
            return None
        return found if isinstance(found, HeldBasket) else None

    def baskets(self) -> list[HeldBasket]:
        """All baskets that wait at the agent, the oldest first."""
        found = self._find("/v1/baskets/all", _HeldBaskets)
        return sorted(found.baskets, key=lambda one: one.at) if found else []

    def unit(self, key: str) -> UnitState:
        """What the store knows of one tagged unit."""
        return self._get(f"/v1/units/{quote(key, safe='')}", UnitState)

    def sale(self, number: str) -> SaleCompleted | None:
        """A sale of any till of the store by its ticket number."""
        return self._find(f"/v1/sales/{quote(number, safe='')}", SaleCompleted)

    def order(self, id_or_number: str) -> dict[str, object] | None:
        """An order of this store, done ones too."""
        return self._find(f"/v1/orders/{quote(id_or_number, safe='')}", dict[str, object])

    def returned(self, source: str) -> CameBack:
        """What came back of the sale or order with this id."""
        return self._find(f"/v1/returns/{quote(source, safe='')}", CameBack) or CameBack()

    def stock(self, gtin: str) -> dict[str, object] | None:
        """The stock of one article."""
        return self._find(f"/v1/stock/{quote(gtin, safe='')}", dict[str, object])

    def where(self, gtin: str) -> tuple[UnitPlace, ...]:
        """The tagged units of an article that are in stock here, those seen last first."""
        found = self._find(f"/v1/where/{quote(gtin, safe='')}", _Places)
        return found.units if found is not None else ()

    def passages(self, since_ms: int) -> tuple[PassageRow, ...]:
        """Who went through the gates since then, the newest first."""
        return self._get(f"/v1/passages/{since_ms}", _Passages).passages

    def health(self, unreadable: Mapping[str, int] | None = None) -> dict[str, object]:
        """Devices, queues, last contacts, versions; tells what this till's own devices have sent that made no sense."""
        if unreadable is None:
            return self._get("/v1/health", dict[str, object])
        told = msgspec.json.encode({"unreadable": dict(unreadable)})
        return self._read(self._checked(self._send("POST", "/v1/health", told)), dict[str, object])

    def close(self) -> None:
        """Drop all connections."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _get(self, path: str, shape: type[T]) -> T:
        return self._read(self._checked(self._send("GET", path)), shape)

    def _find(self, path: str, shape: type[T]) -> T | None:
        response = self._send("GET", path)
        if response.status_code == httpx.codes.NOT_FOUND:
            return None
        return self._read(self._checked(response), shape)

    def _send(self, method: str, path: str, content: bytes | None = None) -> httpx.Response:
        if not self._configured:
            raise AgentGone("no agent is configured")
        headers = {"content-type": "application/json"} if content is not None else {}
        try:
            return self._client.request(method, path, content=content, headers=headers)
        except httpx.HTTPError as error:
            raise AgentGone(str(error)) from error

    @staticmethod
    def _checked(response: httpx.Response) -> httpx.Response:
        if response.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            raise AgentDenied(f"the agent answered {response.status_code}")
        if response.status_code >= 400:
            raise AgentGone(f"the agent answered {response.status_code}")
        return response

    @staticmethod
    def _read(response: httpx.Response, shape: type[T]) -> T:
        try:
            return msgspec.json.decode(response.content, type=shape)
        except msgspec.DecodeError as error:
            raise AgentGone(f"the agent's answer made no sense: {error}") from error

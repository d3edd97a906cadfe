"""A whole shop at work on this machine: ledger and agent as processes, a line between them, devices in this process."""

import contextlib
import random
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import msgspec

from installer.demo.devices import StoreReaders, TillDevices
from installer.demo.findings import units_gone
from installer.demo.floor import Floor
from installer.demo.floorplan import STORE
from installer.demo.premises import OPERATIONS_TOKEN, WEB_SHOP_TOKEN, Ports, Premises, Size
from installer.demo.processes import DemoTrouble, Program, free_port, wait_until
from installer.demo.wan import Wan
from sync.clock import SystemClock
from sync.identity.enrolment import SignedAuth
from sync.identity.keys import Identity
from sync.wire.channel import Channel

Json = dict[str, Any]
MANAGER = "nadia"


class Refusal(DemoTrouble):
    """The agent said no to a command; ``reason`` is the agent's."""

    def __init__(self, kind: str, body: Json) -> None:
        self.reason = str(body.get("reason", ""))
        super().__init__(f"{kind}: {body}")


@dataclass(frozen=True)
class Wanted:
    """What kind of shop; ``rate`` reads a second of a tag on a shelf."""

    seed: int = 1
    size: Size = field(default_factory=Size)
    speed: float = 1.0
    origin_ms: int | None = None
    rate: float = 0.2
    patience_s: float = 0.5
    slowness: float = 1.0
    """how much longer programs take for their work than on an idle machine: people are as much slower"""


def _quietly(end: Callable[[], object]) -> Callable[[], None]:
    """Something that never was started, or is gone already, is no trouble when everything ends."""

    def run() -> None:
        with contextlib.suppress(OSError, RuntimeError, AssertionError):
            end()

    return run


class DemoShop:
    """Call ``furnish``, ``launch``, ``open``, ``close`` in this order; ``say`` is told how it goes on."""

    def __init__(self, folder: Path, wanted: Wanted, say: Callable[[str], None]) -> None:
        self.folder = folder
        self.wanted = wanted
        self._say = say
        ledger = free_port()
        self.wan = Wan(ledger)
        ports = Ports(ledger, free_port(), free_port(), self.wan.port)
        self.premises = Premises(
            folder,
            ports,
            seed=wanted.seed,
            size=wanted.size,
            speed=wanted.speed,
            origin_ms=wanted.origin_ms,
            patience_s=wanted.patience_s,
        )
        self.readers = StoreReaders(ports.mqtt, rate=wanted.rate, llrp_rate=wanted.rate, handheld_rate=4.0)
        self.tills = [TillDevices() for _ in range(wanted.size.tills)]
        self.ledger = self._program("ledger", self.premises.ledger_toml, self.premises.ledger_url)
        self.agent = self._program("agent", self.premises.agent_toml, self.premises.agent_url)
        self.clock = SystemClock(wanted.origin_ms, wanted.speed, self.premises.anchor_ms)
        self.floor: Floor
        self._client: httpx.Client | None = None
        self._web = httpx.Client(base_url=self.premises.ledger_url, timeout=20, trust_env=False)

    def _program(self, name: str, toml: Path, url: str) -> Program:
        return Program(name, "--config", str(toml), health=f"{url}/v1/health", log=self.folder / f"{name}.log")

    # life

    def furnish(self) -> None:
        """Settings and keys; the devices are switched on, the agent starts; enrolment, and what head office publishes.

        The agent bears that the ledger comes later.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self._say("  settings, keys, and everything that head office publishes")
        self.wan.start()
        self.readers.start_llrp()
        for till in self.tills:
            till.start()
        self.premises.prepare(self.readers.urls(), [till.urls() for till in self.tills])
        self.agent.launch()
        self.premises.fill()

    def launch(self) -> None:
        """Start the ledger and don't wait."""
        self.ledger.launch()

    def open(self) -> None:
        """Wait for the programs, let the feeds arrive, bring the opening stock in."""
        self.ledger.wait_ready()
        self.agent.wait_ready()
        self.readers.start_mqtt()
        self._say("  ledger and agent work; what head office published is arriving")
        identity = Identity.load(self.premises.till_folder(1))
        self._client = httpx.Client(
            base_url=self.premises.agent_url, auth=SignedAuth(identity), timeout=30, trust_env=False
        )
        wait_until(
            lambda: self._ask_status("/v1/stock/00000000000000") not in (0, 403), 1200, "the agent to know its tills"
        )
        wait_until(self._has_plan, 600, "the store's plan at the agent")
        gone: set[str] = set()
        if self.premises.known() is None:
            self._receive()
            self.premises.stocked()
        else:
            gone = units_gone(self.folder / "agent" / "edge.db")
        standing = (one for one in self.premises.units() if one.unit not in gone)
        self.floor = Floor(self.readers, standing, random.Random(self.wanted.seed + 5))

    def close(self) -> None:
        """End what runs, each part even if another one fails; takes about three seconds at most."""
        ends: list[Callable[[], object]] = [program.stop for program in (self.agent, self.ledger)]
        ends += [twin.stop for till in self.tills for twin in till.all]
        ends += [twin.stop for twin in (*self.readers.mqtt.values(), *self.readers.llrp.values())]
        threads = [threading.Thread(target=_quietly(end), name="closing") for end in (*ends, self.wan.stop)]
        for client in (self._client, self._web):
            if client is not None:
                client.close()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)

    def _receive(self) -> None:
        done = 0
        for number, args in enumerate(self.premises.openings()):
            self.command("stock.receive", f"opening-{number}", args)
            done += len(args["lines"])
            if done % 20_000 == 0:
                self._say(f"  {done:,} lines of opening stock received")

    # asking the programs as a till or a web shop does

    def _ask_status(self, path: str) -> int:
        assert self._client is not None
        try:
            return self._client.get(path).status_code
        except httpx.HTTPError:
            return 0

    def _has_plan(self) -> bool:
        feeds = self.agent_health().get("feeds", {})
        return bool(feeds.get("settings"))

    def agent_health(self) -> Json:
        """The agent's health page as JSON; empty while it doesn't answer."""
        return self._health(self.premises.agent_url)

    def ledger_health(self) -> Json:
        """The ledger's health page as JSON; empty while it doesn't answer."""
        return self._health(self.premises.ledger_url)

    @staticmethod
    def _health(url: str) -> Json:
        try:
            answer = httpx.get(f"{url}/v1/health", timeout=5, trust_env=False)
        except httpx.HTTPError:
            return {}
        body: Json = answer.json() if answer.status_code == 200 else {}
        return body

    def command(
        self, kind: str, subject: str, args: Json | None = None, *, by: str = MANAGER, patience_s: float = 120.0
    ) -> Json:
        """A command to the agent, repeated under the same id until it answers.

        Raises :class:`Refusal` when it says no, :class:`DemoTrouble` when it doesn't answer in time.
        """
        assert self._client is not None, "the shop isn't open"
        body = {"id": uuid.uuid4().hex, "kind": kind, "subject": subject, "seen": 0, "by": by, "args": args or {}}
        client, answers = self._client, list[httpx.Response]()

        def answered() -> bool:
            try:
                answer = client.post("/v1/commands", json=body)
            except (httpx.HTTPError, RuntimeError):  # also: the shop was closed meanwhile
                return False
            if answer.status_code in (200, 409):
                answers.append(answer)
            return bool(answers)

        wait_until(answered, patience_s, f"the agent to answer {kind}", pause=0.2)
        found: Json = answers[0].json()
        if answers[0].status_code == 409:
            raise Refusal(kind, found)
        return found

    def ask_agent(self, path: str) -> Json | None:
        """A question to the agent; None when it doesn't know, or doesn't answer."""
        assert self._client is not None, "the shop isn't open"
        try:
            answer = self._client.get(path)
        except httpx.HTTPError:
            return None
        body: Json | None = answer.json() if answer.status_code == 200 else None
        return body

    def post_order(self, order: Json) -> Json:
        """An order of the web shop. Raises :class:`DemoTrouble`."""
        headers = {"Authorization": f"Bearer {WEB_SHOP_TOKEN}", "Idempotency-Key": order["number"]}
        answer = self._web.post("/v1/orders", json=order, headers=headers)
        if answer.status_code != 201:
            raise DemoTrouble(f"the ledger refuses an order: {answer.text}")
        body: Json = answer.json()
        return body

    def ledger_order(self, order: str) -> Json:
        """An order as the web shop sees it."""
        headers = {"Authorization": f"Bearer {WEB_SHOP_TOKEN}"}
        body: Json = self._web.get(f"/v1/orders/{order}", headers=headers).json()
        return body

    def ready_orders(self) -> list[Json]:
        """Orders that wait for their customers, as the tills see them."""
        return [row for row in self._feed("work") if row.get("work") == "ready"]

    def counted_zone(self) -> str | None:
        """The zone in which a count is open."""
        return next((str(row["zone"]) for row in self._feed("counts") if row.get("state") == "open"), None)

    def _feed(self, name: str) -> list[Json]:
        """All rows of one of the agent's feeds, as a till pulls them."""
        with Channel(Identity.load(self.premises.till_folder(1)), self.premises.agent_url) as channel:
            page = channel.deltas(name, 0, 10_000)
        rows = [row.body for row in page.rows]
        return [msgspec.json.decode(body) for body in rows if isinstance(body, str)]

    def available(self, gtin: str) -> int:
        """What the web shop may promise of an article at this store."""
        headers = {"Authorization": f"Bearer {OPERATIONS_TOKEN}"}
        answer = self._web.get("/v1/availability", params={"gtin": gtin}, headers=headers)
        if answer.status_code != 200:
            return 0
        return sum(int(row["atp"]) for row in answer.json()["stores"] if row["store"] == STORE)

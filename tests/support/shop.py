"""A whole shop for a journey: ledger and agent as processes of their own, simulated devices, signed requests."""

import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

from installer.books import check_books
from installer.demo.devices import StoreReaders, TillDevices
from installer.demo.floorplan import STORE, ZONES
from installer.demo.premises import OPERATIONS_TOKEN, WEB_SHOP_TOKEN, Ports, Premises, Size
from sync.identity.enrolment import SignedAuth
from sync.identity.keys import Identity
from sync.verify import Violation
from tests.support.processes import Program, free_port, wait_until

Json = dict[str, Any]
SMALL = Size(articles=400, units=300, clients=20, tills=2)


class Shop:
    """See the module. ``open`` takes some seconds; ``close`` ends everything that still runs."""

    def __init__(
        self, folder: Path, *, seed: int = 1, size: Size = SMALL, database: str = "", broker: str = ""
    ) -> None:
        ports = Ports(free_port(), free_port(), free_port())
        self.readers = StoreReaders(ports.mqtt, rate=10.0)
        self.tills = [TillDevices() for _ in range(size.tills)]
        self.premises = Premises(folder, ports, seed=seed, size=size, database=database, broker=broker or "embedded")
        self.ledger = Program(
            "ledger",
            "--config",
            str(self.premises.ledger_toml),
            health=f"{self.premises.ledger_url}/v1/health",
            log=folder / "ledger.log",
        )
        self.agent = Program(
            "agent",
            "--config",
            str(self.premises.agent_toml),
            health=f"{self.premises.agent_url}/v1/health",
            log=folder / "agent.log",
        )
        self.zones: dict[str, list[str]] = {zone.id: [] for zone in ZONES}
        for unit in self.premises.units():
            self.zones[unit.zone].append(unit.unit)
        self._client: httpx.Client | None = None

    def open(self, *, stock: bool = True) -> "Shop":
        """Furnish, start, let the feeds arrive, bring the opening stock in."""
        self.readers.start_llrp()
        for till in self.tills:
            till.start()
        self.premises.build(self.readers.urls(), [till.urls() for till in self.tills])
        self.ledger.start()
        self.agent.start()
        self.readers.start_mqtt()
        identity = Identity.load(self.premises.till_folder(1))
        self._client = httpx.Client(base_url=self.premises.agent_url, auth=SignedAuth(identity), timeout=10)
        wait_until(self._known, 20, "the agent to know its tills")
        if stock:
            for number, args in enumerate(self.premises.openings()):
                self.command("stock.receive", f"opening-{number}", args)
        return self

    def close(self) -> None:
        """End what runs; each part even if another one fails."""
        if self._client is not None:
            self._client.close()
        for program in (self.agent, self.ledger):
            if program.running:
                program.stop()
        self.readers.stop()
        for till in self.tills:
            till.stop()

    def close_books(self, tills: Sequence[int] = ()) -> list[Violation]:
        """What ``comptoir verify`` says once the agent has sent everything, the tills stand still and all is closed.

        ``tills``: only the books of these are looked at; all by default.
        """
        wait_until(self._all_sent, 20, "the agent to send everything")
        self.agent.stop()
        self.ledger.stop()
        numbers = tills or range(1, len(self.tills) + 1)
        files = [self.premises.till_folder(number) / "till.db" for number in numbers]
        return check_books(
            tills=[str(file) for file in files if file.is_file()],
            agents=[str(self.premises.folder / "agent" / "edge.db")],
            ledger=self.premises.ledger_database,
            complete=True,
        )

    def _all_sent(self) -> bool:
        """Whether the ledger holds all that the agent has, of its own log and of its tills'."""
        devices = [f"{STORE}-A", *self.premises.till_devices]
        auth = SignedAuth(Identity.load(self.premises.folder / "agent"))
        with httpx.Client(auth=auth, timeout=10) as client:
            heads = [
                [client.get(f"{url}/v1/devices/{device}/head").json() for device in devices]
                for url in (self.premises.agent_url, self.premises.ledger_url)
            ]
        return [head["seq"] for head in heads[0]] == [head["seq"] for head in heads[1]]

    def _known(self) -> bool:
        return self.ask("/v1/stock/00000000000000").status_code != 403

    def ask(self, path: str) -> httpx.Response:
        """A signed question to the agent, as till 1."""
        assert self._client is not None, "the shop isn't open"
        return self._client.get(path)

    def command(self, kind: str, subject: str, args: Json | None = None, *, by: str = "nadia") -> Json:
        """A command to the agent, as till 1; AssertionError unless it was taken."""
        answer = self.try_command(kind, subject, args, by=by)
        assert answer.status_code == 200, answer.text
        body: Json = answer.json()
        return body

    def try_command(self, kind: str, subject: str, args: Json | None = None, *, by: str = "nadia") -> httpx.Response:
        """A command to the agent, as till 1, whatever it answers."""
        assert self._client is not None, "the shop isn't open"
        body = {"id": uuid.uuid4().hex, "kind": kind, "subject": subject, "seen": 0, "by": by, "args": args or {}}
        return self._client.post("/v1/commands", json=body)

    def unit(self, key: str) -> Json:
        """What the agent knows of a unit."""
        body: Json = self.ask(f"/v1/units/{key}").json()
        return body

    def stock(self, gtin: str) -> Json:
        """The agent's stock row of an article."""
        body: Json = self.ask(f"/v1/stock/{gtin}").json()
        return body

    def post_order(self, order: Json) -> Json:
        """An order of the web shop."""
        answer = httpx.post(
            f"{self.premises.ledger_url}/v1/orders",
            json=order,
            headers={"Authorization": f"Bearer {WEB_SHOP_TOKEN}", "Idempotency-Key": order["number"]},
            timeout=10,
        )
        assert answer.status_code == 201, answer.text
        body: Json = answer.json()
        return body

    def ask_ledger(self, path: str) -> httpx.Response:
        """A question of head office to the ledger."""
        headers = {"Authorization": f"Bearer {OPERATIONS_TOKEN}"}
        return httpx.get(f"{self.premises.ledger_url}{path}", headers=headers, timeout=10)

    def erase(self, client: str) -> None:
        """Head office erases a client."""
        headers = {"Authorization": f"Bearer {OPERATIONS_TOKEN}"}
        answer = httpx.delete(f"{self.premises.ledger_url}/v1/clients/{client}", headers=headers, timeout=10)
        assert answer.status_code == 204, answer.text

    @property
    def store(self) -> str:
        return STORE

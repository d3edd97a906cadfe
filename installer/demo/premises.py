"""A whole shop on disk: settings files, keys, enrolment, and everything that head office publishes.

Used by the demo and by the journeys of the tests: what they run is set up as a real shop is, only quicker.
"""

import base64
import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import tomli_w

from installer.demo.floorplan import (
    READERS,
    STORE,
    ZONES,
    ReaderPlan,
    Standing,
    tagged_units,
    untagged_stock,
)
from installer.demo.goods import Goods
from sync.identity.keys import Identity
from sync.ledger.settings import LedgerSettings
from sync.ledger.settings import load_settings as load_ledger_settings

Row = dict[str, Any]
OPERATIONS_TOKEN = "demo-operations-token"
WEB_SHOP_TOKEN = "demo-web-shop-token"
_ABOUT = "shop.json"


class OtherShop(Exception):
    """A folder holds another shop than the one that is wanted."""


@dataclass(frozen=True)
class Size:
    """How large a shop: articles, tagged units, clients, tills."""

    articles: int = 2_000
    units: int = 1_200
    clients: int = 300
    tills: int = 2


@dataclass(frozen=True)
class Ports:
    """TCP ports of this machine."""

    ledger: int
    agent: int
    mqtt: int
    wan: int = 0
    """where the store reaches head office, if not at the ledger's own port"""


@dataclass
class Premises:
    """See the module. ``origin_ms`` and ``speed`` set the one clock of all programs."""

    folder: Path
    ports: Ports
    seed: int = 1
    size: Size = field(default_factory=Size)
    speed: float = 1.0
    origin_ms: int | None = None
    database: str = ""
    broker: str = "embedded"
    locale: str = "fr"
    theme: str = "light"
    patience_s: float = 60.0
    """how long the agent may wait between two tries to reach the ledger"""

    def __post_init__(self) -> None:
        self.anchor_ms = time.time_ns() // 1_000_000
        self.goods = Goods(self.seed, self.size.articles, self.origin_ms or self.anchor_ms)

    @property
    def ledger_toml(self) -> Path:
        return self.folder / "ledger.toml"

    @property
    def agent_toml(self) -> Path:
        return self.folder / "agent.toml"

    def till_toml(self, number: int = 1) -> Path:
        return self.folder / f"till-{number}.toml"

    @property
    def ledger_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.ledger}"

    @property
    def wan_url(self) -> str:
        """The ledger as the store's programs reach it."""
        return f"http://127.0.0.1:{self.ports.wan or self.ports.ledger}"

    @property
    def agent_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.agent}"

    @property
    def till_devices(self) -> list[str]:
        return [f"{STORE}-T{number}" for number in range(1, self.size.tills + 1)]

    def till_folder(self, number: int = 1) -> Path:
        return self.folder / f"till-{number}"

    @property
    def ledger_database(self) -> str:
        """What ``comptoir verify --ledger`` takes."""
        return self.database or str(self.folder / "ledger" / "ledger.db")

    def build(self, readers: dict[str, str] | None = None, tills: list[dict[str, str]] | None = None) -> None:
        """Write everything: :meth:`prepare`, then :meth:`fill`. Raises :class:`OtherShop`."""
        self.prepare(readers, tills)
        self.fill()

    def prepare(self, readers: dict[str, str] | None = None, tills: list[dict[str, str]] | None = None) -> None:
        """Settings and keys. ``readers``: name -> url; ``tills``: for each till its devices' urls.

        Agent and tills may start from now on. Raises :class:`OtherShop`.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        known = self.known()
        if known is not None and known != self._about():
            raise OtherShop(f"{self.folder} holds another shop: {known}")
        self._write_ledger()
        ledger = load_ledger_settings(self.ledger_toml)
        public = Identity.load_or_create(ledger.data, ledger.store, ledger.device).public
        ledger_key = base64.b64encode(public).decode()
        Identity.load_or_create(self.folder / "agent", STORE, f"{STORE}-A")
        for number, device in enumerate(self.till_devices, start=1):
            Identity.load_or_create(self.till_folder(number), STORE, device)
        self._write_agent(readers or {}, ledger_key)
        for number, devices in enumerate(tills or [{} for _ in self.till_devices], start=1):
            self._write_till(number, devices, ledger_key)

    def fill(self) -> None:
        """Enrol the devices with the ledger, and publish what head office publishes, unless that was done before."""
        settings = load_ledger_settings(self.ledger_toml)
        self._enrol_all(settings)
        if self.known() is None:
            from installer.demo.publishing import publish_all

            publish_all(self, settings)

    def known(self) -> Row | None:
        """What shop the folder holds already; None if none was ever finished there."""
        file = self.folder / _ABOUT
        found: Row | None = json.loads(file.read_bytes()) if file.is_file() else None
        return found

    def stocked(self) -> None:
        """The opening stock is in: from now on the folder holds a whole shop."""
        (self.folder / _ABOUT).write_text(json.dumps(self._about()), encoding="utf-8")

    def _about(self) -> Row:
        return {"seed": self.seed, **asdict(self.size)}

    def units(self) -> Iterator[Standing]:
        """The tagged units of the store."""
        return tagged_units(self.seed, self.size.units, self.goods)

    def openings(self) -> Iterator[Row]:
        """``args`` of the agent's ``stock.receive`` commands with the opening stock, 500 units each at most."""
        places = {zone.id: zone.location for zone in ZONES}
        lines: Iterator[Row] = (
            {"gtin": unit.gtin, "qty": 1, "units": [unit.unit], "location": places[unit.zone], "condition": "sellable"}
            for unit in self.units()
        )
        untagged: Iterator[Row] = (
            {"gtin": gtin, "qty": qty, "units": [], "location": "salesfloor", "condition": "sellable"}
            for gtin, qty in untagged_stock(self.seed, self.goods)
        )
        for source in (lines, untagged):
            while part := list(islice(source, 500)):
                yield {"lines": part, "reason": "opening"}

    def _clock(self) -> Row:
        clock: Row = {"speed": self.speed, "anchor": self.anchor_ms}
        if self.origin_ms is not None:
            clock["origin"] = self.origin_ms
        return clock

    def _write_ledger(self) -> None:
        settings: Row = {
            "data": str(self.folder / "ledger"),
            "database": self.database,
            "http": {"port": self.ports.ledger},
            "clock": self._clock(),
            "operations": [{"name": "head-office", "token": OPERATIONS_TOKEN}],
            "channels": [{"name": "web", "token": WEB_SHOP_TOKEN}],
        }
        self.ledger_toml.write_text(tomli_w.dumps(settings), encoding="utf-8")

    def _enrol_all(self, settings: LedgerSettings) -> None:
        from sync.ledger.wiring import enrol

        agent = Identity.load(self.folder / "agent")
        enrol(settings, STORE, agent.device, "agent", agent.public)
        for number, device in enumerate(self.till_devices, start=1):
            enrol(settings, STORE, device, "till", Identity.load(self.till_folder(number)).public)

    def _write_agent(self, readers: dict[str, str], ledger_key: str) -> None:
        settings: Row = {
            "store": STORE,
            "device": f"{STORE}-A",
            "data": str(self.folder / "agent"),
            "http": {"port": self.ports.agent},
            "ledger": {"url": self.wan_url, "public_key": ledger_key, "patience_s": self.patience_s},
            "broker": {"kind": self.broker, "port": self.ports.mqtt},
            "clock": self._clock(),
            "readers": [_reader(plan, readers[plan.name]) for plan in READERS if plan.name in readers],
        }
        self.agent_toml.write_text(tomli_w.dumps(settings), encoding="utf-8")

    def _write_till(self, number: int, devices: dict[str, str], ledger_key: str) -> None:
        agent_key = base64.b64encode(Identity.load(self.folder / "agent").public).decode()
        settings: Row = {
            "till": {
                "store": STORE,
                "device": self.till_devices[number - 1],
                "folder": str(self.till_folder(number)),
                "locale": self.locale,
                "theme": self.theme,
            },
            "agent": {"url": self.agent_url, "public_key": agent_key},
            "ledger": {"url": self.wan_url, "public_key": ledger_key},
            "devices": devices,
            "clock": self._clock(),
        }
        self.till_toml(number).write_text(tomli_w.dumps(settings), encoding="utf-8")


def _reader(plan: ReaderPlan, url: str) -> Row:
    antennas: list[Row] = []
    for antenna in plan.antennas:
        row: Row = {"port": antenna.port}
        if antenna.zone:
            row["zone"] = antenna.zone
        if antenna.gate:
            row |= {"gate": antenna.gate, "side": antenna.side}
        antennas.append(row)
    reader: Row = {"name": plan.name, "kind": plan.kind, "url": url, "antennas": antennas}
    if any(antenna.gate for antenna in plan.antennas):
        reader |= {"gpo": {"port": 1, "pulse_ms": 3000}, "options": {"report_every_n": 1}}
    return reader

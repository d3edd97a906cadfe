"""A store on disk for measurements of the agent: tagged units in stock, the floor plan, a till that it knows."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import tomli_w

from edge_agent.settings import AgentSettings
from installer.demo.floorplan import STORE, ZONES, settings_rows, tagged_units
from tests.bench.goods import goods_of
from tests.support.agents import TillSide, built_agent, command, feed, know
from tests.support.processes import Program, free_port

PORTION = 500


@dataclass
class Store:
    """``units`` are keys in stock; ``readers`` are tables of ``agent.toml``."""

    folder: Path
    size: int
    readers: list[dict[str, Any]] = field(default_factory=list)
    port: int = field(default_factory=free_port)
    telemetry: dict[str, Any] = field(default_factory=dict)

    @property
    def toml(self) -> Path:
        return self.folder / "agent.toml"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def plain(self) -> dict[str, Any]:
        """What stands in ``agent.toml``."""
        return {
            "store": STORE,
            "device": f"{STORE}-A",
            "data": str(self.folder / "agent"),
            "http": {"port": self.port},
            "broker": {"kind": "none"},
            "log": {"level": "warning"},
            "readers": self.readers,
            "telemetry": self.telemetry,
        }

    def settings(self) -> AgentSettings:
        """The settings of an agent in this process."""
        return AgentSettings.model_validate(self.plain)

    def furnish(self, *tills: TillSide) -> list[str]:
        """Bring in the opening stock as the agent's own commands do; returns the units."""
        units: list[str] = []
        self.folder.mkdir(parents=True, exist_ok=True)
        self.toml.write_text(tomli_w.dumps(self.plain), encoding="utf-8")
        with built_agent(self.settings()) as agent:
            know(agent, *tills)
            feed(agent, "settings", {key: row for key, row in settings_rows("", []).items() if key == "plan"})
            for lines in self._deliveries():
                answer = command(agent, "stock.receive", "opening", lines=lines, reason="opening")
                assert answer.status == 200, answer.body
                units += [unit for line in lines for unit in line["units"]]
        return units

    def program(self) -> Program:
        """``comptoir agent``, a process of its own, not yet started."""
        health = f"{self.url}/v1/health"
        return Program("agent", "--config", str(self.toml), health=health, log=self.folder / "agent.log")

    def _deliveries(self) -> Iterator[list[dict[str, Any]]]:
        places = {zone.id: zone.location for zone in ZONES}
        lines = (
            {"gtin": u.gtin, "qty": 1, "units": [u.unit], "location": places[u.zone], "condition": "sellable"}
            for u in tagged_units(1, self.size, goods_of(max(400, self.size)))
        )
        while portion := list(islice(lines, PORTION)):
            yield portion

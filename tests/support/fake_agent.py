"""An agent of a few lines for presenters: notes the commands it gets, answers questions from tables."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

Json = dict[str, Any]


@dataclass
class FakeAgent:
    """``refusals`` maps kinds of command to the reason they are refused with; ``gone`` makes it silent."""

    commands: list[Json] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)
    units: dict[str, Json] = field(default_factory=dict)
    sales: dict[str, Json] = field(default_factory=dict)
    orders: dict[str, Json] = field(default_factory=dict)
    returns: dict[str, Json] = field(default_factory=dict)
    baskets: dict[str, Json] = field(default_factory=dict)
    places: dict[str, list[Json]] = field(default_factory=dict)
    passages: list[Json] = field(default_factory=list)
    health: Json = field(default_factory=lambda: {"readers": [], "tills": []})
    gone: bool = False

    @property
    def transport(self) -> httpx.MockTransport:
        """What an httpx client is given instead of the network."""
        return httpx.MockTransport(self._answer)

    def of(self, kind: str) -> list[Json]:
        """Commands of one kind."""
        return [command for command in self.commands if command["kind"] == kind]

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if self.gone:
            raise httpx.ConnectError("nobody answers", request=request)
        _empty, _v1, *rest = request.url.path.split("/")
        if rest == ["commands"]:
            return self._command(json.loads(request.content))
        if rest == ["health"]:
            return httpx.Response(200, json=self.health)
        if rest == ["baskets", "all"]:
            return httpx.Response(200, json={"baskets": list(self.baskets.values())})
        if rest[0] == "passages":
            return httpx.Response(200, json={"passages": self.passages})
        if rest[0] == "where":
            return httpx.Response(200, json={"units": self.places.get(rest[1], [])})
        table = {"units": self.units, "sales": self.sales, "orders": self.orders, "returns": self.returns}
        found = table.get(rest[0], {}).get("/".join(rest[1:]))
        return httpx.Response(404, json={"reason": "not_found"}) if found is None else httpx.Response(200, json=found)

    def _command(self, command: Json) -> httpx.Response:
        reason = self.refusals.get(command["kind"])
        if reason is not None:
            return httpx.Response(409, json={"reason": reason, "state": "", "allowed": []})
        self.commands.append(command)
        if command["kind"] == "basket.suspend":
            self.baskets[command["subject"]] = command["args"]["basket"]
        if command["kind"] == "basket.resume":
            basket = self.baskets.pop(command["subject"], None)
            if basket is None:
                return httpx.Response(409, json={"reason": "not_suspended"})
            return httpx.Response(200, json={"facts": [], "basket": basket})
        return httpx.Response(200, json={"facts": [["LYO1-A", len(self.commands)]]})

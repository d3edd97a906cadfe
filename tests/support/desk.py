"""An associate's back-office screen before an agent whose heart stands still: orders come, commands go."""

from typing import Any

from edge_agent.wiring import Agent
from sync.feeds.apply import row as feed_row
from tests.support.agents import PLAN, command, feed
from tests.support.clocks import ManualClock
from tests.support.stock_builders import COAT, MUG, unit_of

COATS = [unit_of(COAT, n) for n in range(3)]


def order_row(order: str = "o1", *lines: tuple[str, str, int], state: str = "assigned") -> dict[str, Any]:
    """A row of the ``orders`` feed."""
    return {
        "id": order, "number": f"W-{order}", "method": "pickup", "channel": "web", "state": state,
        "promised_at": 1_763_737_200_000, "customer": {"id": "c1", "name": "Jeanne Martin"}, "currency": "EUR",
        "paid": {"tender": "web", "minor": 3000, "ref": "p1"}, "code": None,
        "lines": [
            {"id": name, "gtin": gtin, "qty": qty, "unit_minor": 1000, "rate": "20"}
            for name, gtin, qty in lines or (("1", COAT, 1), ("2", MUG, 2))
        ],
    }  # fmt: skip


class Desk:
    """An agent with some goods, and an associate at its back-office screen."""

    def __init__(self, agent: Agent, clock: ManualClock) -> None:
        self.agent = agent
        self.clock = clock
        self._version = 0
        feed(agent, "settings", {"plan": PLAN})
        lines = [
            {"gtin": COAT, "qty": 3, "units": COATS, "location": "salesfloor"},
            {"gtin": MUG, "qty": 5, "location": "salesfloor"},
        ]
        self.do("stock.receive", lines=lines, reason="opening")

    def assign(self, row: dict[str, Any]) -> None:
        self._version += 1
        feed(self.agent, "orders", {row["id"]: row}, first=self._version)

    def do(self, kind: str, subject: str = "o1", **args: Any) -> dict[str, Any]:
        answer = command(self.agent, kind, subject, **args)
        assert answer.status == 200, answer.body
        return answer.body

    def refused(self, kind: str, subject: str = "o1", **args: Any) -> dict[str, Any]:
        answer = command(self.agent, kind, subject, **args)
        assert answer.status == 409, answer.body
        return answer.body

    def work(self, order: str = "o1") -> dict[str, Any] | None:
        with self.agent.book.read() as conn:
            return feed_row(conn, "work", "", order)

    def stock(self, gtin: str) -> dict[str, Any]:
        with self.agent.book.read() as conn:
            found = feed_row(conn, "stock", "", gtin)
        assert found is not None
        return found

    def pick_all(self) -> None:
        self.do("order.pick")
        self.do("order.bind", line="1", gtin=COAT, unit=COATS[0], means="tag")
        for _ in range(2):
            self.do("order.bind", line="2", gtin=MUG, unit=None, means="scan")

    def make_ready(self) -> None:
        self.pick_all()
        self.do("order.verify", units=[COATS[0]], counted={MUG: 2})
        self.do("order.stage", bin="A1")
        self.do("order.ready")

"""Promotions and online orders of the demo shop."""

import random
from typing import Any

from installer.demo.goods import DAY_MS, Goods, index_of
from installer.demo.people import client_rows

Row = dict[str, Any]


def promotion_rows(now_ms: int) -> list[Row]:
    """Rows of the promotions feed: all run from last week to next month."""
    span = {"since": now_ms - 7 * DAY_MS, "until": now_ms + 30 * DAY_MS}
    return [
        {
            "id": "socks-3-for-2",
            "label": {"fr": "3 pour 2", "en": "3 for 2"},
            "kind": "n_for_m",
            "scope": {"categories": ["socks"]},
            "qty": 3,
            "pay": 2,
            **span,
        },
        {
            "id": "home-second-15",
            "label": {"fr": "Maison −15 % dès 2 articles", "en": "Home −15% from 2 items"},
            "kind": "percent",
            "scope": {"categories": ["home"]},
            "value_bp": 1500,
            "min_qty": 2,
            **span,
        },
        {
            "id": "knit-10",
            "label": {"fr": "Maille −10 %", "en": "Knitwear −10%"},
            "kind": "percent",
            "scope": {"categories": ["knitwear"]},
            "value_bp": 1000,
            **span,
        },
        {
            "id": "gold-200",
            "label": {"fr": "Fidélité Or : 20 € offerts dès 200 €", "en": "Gold: €20 off from €200"},
            "kind": "threshold",
            "steps": [{"min_minor": 20_000, "off_minor": 2_000}],
            "tiers": ["Or"],
            "group": "loyalty",
            **span,
        },
    ]


class OrderMaker:
    """Makes online orders for articles that the shop has, from clients that it knows."""

    def __init__(self, seed: int, goods: Goods, clients: int, stocked: list[str], first: int = 0) -> None:
        self._dice = random.Random(seed + 53)
        self._goods = goods
        self._stocked = stocked
        self._clients = [(row["id"], row["name"]) for row in client_rows(seed, min(clients, 200), goods)]
        self._count = first

    def make(self, promised_at: str, lines: int | None = None) -> Row:
        """The body of ``POST /v1/orders``; ``promised_at`` is RFC 3339."""
        self._count += 1
        count = lines if lines is not None else self._dice.choice((1, 1, 2, 3))
        chosen = self._dice.sample(self._stocked, count)
        client, name = self._dice.choice(self._clients)
        rows = [self._line(number, article) for number, article in enumerate(chosen, start=1)]
        total = sum(row["qty"] * row["unit_minor"] for row in rows)
        return {
            "number": f"CC-{48200 + self._count}",
            "channel": "web",
            "method": "pickup",
            "promised_at": promised_at,
            "customer": {"id": client, "name": name},
            "currency": "EUR",
            "paid": {"tender": "web", "minor": total, "ref": f"pi_{self._dice.getrandbits(48):012x}"},
            "lines": rows,
        }

    def _line(self, number: int, article: str) -> Row:
        price = self._goods.price(index_of(article))["prices"][-1]["minor"]
        return {"id": str(number), "gtin": article, "qty": 1, "unit_minor": price, "rate": "20"}

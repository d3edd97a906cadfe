"""Feeds of the ledger that the agent itself works by: the store's settings, its people and its orders."""

from contextlib import suppress

from edge_agent import replenishing, work
from edge_agent.messages import FeedChanged, Json
from edge_agent.shop import Shop
from retail.errors import Refused
from retail.staff import Person


def take(shop: Shop, message: FeedChanged, now: int) -> None:
    """Fold the checked rows of a feed."""
    for key, row in message.rows.items():
        if message.feed == "orders":
            work.take_row(shop, key, row, now)
        elif message.feed == "staff":
            take_person(shop, key, row)
        elif message.feed == "settings" and row is not None:
            shop.plan.take(key, row)
            shop.place_readers()
            if key == "plan":
                shop.touched.needs |= replenishing.outdated(shop)


def take_person(shop: Shop, key: str, row: Json | None) -> None:
    """Know somebody who works here; a row that can't be read is nobody."""
    shop.staff.pop(key, None)
    if row is not None:
        with suppress(Refused):
            shop.staff[key] = Person.from_row(row)

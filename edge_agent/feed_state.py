"""Feeds of the ledger that the agent itself works by: the store's settings and its orders."""

from edge_agent import replenishing, work
from edge_agent.messages import FeedChanged
from edge_agent.shop import Shop


def take(shop: Shop, message: FeedChanged, now: int) -> None:
    """Fold the checked rows of a feed."""
    for key, row in message.rows.items():
        if message.feed == "orders":
            work.take_row(shop, key, row, now)
        elif message.feed == "settings" and row is not None:
            shop.plan.take(key, row)
            shop.place_readers()
            if key == "plan":
                shop.touched.needs |= replenishing.outdated(shop)

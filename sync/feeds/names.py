"""The table of feeds: who publishes each, and whether every store gets its own."""

from dataclasses import dataclass
from typing import Literal

Publisher = Literal["ledger", "agent"]


@dataclass(frozen=True, slots=True)
class Feed:
    """``per_store``: rows are published under the store's id as scope, and a store sees only its own."""

    name: str
    per_store: bool
    publisher: Publisher


FEEDS: dict[str, Feed] = {
    feed.name: feed
    for feed in (
        Feed("catalogue", False, "ledger"),
        Feed("prices", False, "ledger"),
        Feed("promotions", False, "ledger"),
        Feed("taxes", False, "ledger"),
        Feed("customers", False, "ledger"),
        Feed("network-stock", False, "ledger"),
        Feed("staff", True, "ledger"),
        Feed("settings", True, "ledger"),
        Feed("orders", True, "ledger"),
        Feed("leases", True, "ledger"),
        Feed("stock", False, "agent"),
        Feed("work", False, "agent"),
        Feed("alarms", False, "agent"),
        Feed("counts", False, "agent"),
        Feed("replenish", False, "agent"),
    )
}

FROM_LEDGER = tuple(name for name, feed in FEEDS.items() if feed.publisher == "ledger")


def scope_of(feed: str, store: str) -> str:
    """The scope under which ``store`` sees a feed. Raises KeyError for a feed that doesn't exist."""
    return store if FEEDS[feed].per_store else ""

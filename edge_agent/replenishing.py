"""The list of what the sales floor needs: rows of the feed ``replenish``, each there as long as the need is.

An article's row follows its stock: it appears with the sale that leaves too few on the floor, and goes when readers
hear enough of it there, or when the stockroom has nothing left.
"""

from edge_agent.effects import Draft
from edge_agent.messages import Json
from edge_agent.shop import Shop
from retail.stock.places import BACK
from retail.stock.replenish import Need, need

FEED = "replenish"


def minimum_of(shop: Shop, gtin: str) -> int:
    """At how many pieces on the floor an article is filled up: as the store's plan says, else the agent's setting."""
    return shop.plan.minimum.get(gtin, shop.settings.replenish.minimum)


def follow(shop: Shop, draft: Draft, gtins: set[str]) -> None:
    """Show the needs of articles whose stock has changed."""
    for gtin in sorted(gtins):
        wanted, shown = need(shop.stock, gtin, minimum_of(shop, gtin)), shop.needs.get(gtin)
        if wanted is None and shown is not None:
            del shop.needs[gtin]
            draft.publish(FEED, gtin, None)
        elif wanted is not None and not _says(shown, wanted):
            shop.needs[gtin] = row = _row(shop, wanted, shown["since"] if shown else draft.now)
            draft.publish(FEED, gtin, row)


def outdated(shop: Shop) -> set[str]:
    """Articles whose row doesn't say what their stock does: after a new plan, another setting, a longer absence."""
    found = shop.needs.keys() - shop.stock.balances.keys()
    for gtin in shop.stock.gtins():
        wanted, shown = need(shop.stock, gtin, minimum_of(shop, gtin)), shop.needs.get(gtin)
        if (wanted is None) != (shown is None) or (wanted is not None and not _says(shown, wanted)):
            found.add(gtin)
    return found


def _says(shown: Json | None, wanted: Need) -> bool:
    return shown is not None and all(shown.get(name) == value for name, value in wanted._asdict().items())


def _row(shop: Shop, wanted: Need, since: int) -> Json:
    """With the unit in the stockroom that was seen last: that is where to look first."""
    lying = [unit for unit in shop.stock.held.get(wanted.gtin, ()) if shop.stock.units[unit].at == BACK]
    seen = {unit: place for unit in lying if (place := shop.where(unit)) is not None}
    unit = max(seen, key=lambda one: (seen[one].at, one), default=None)
    return {
        **wanted._asdict(),
        "since": since,
        "unit": unit,
        "zone": seen[unit].zone if unit else None,
        "seen_at": seen[unit].at if unit else None,
    }

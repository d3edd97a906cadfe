"""Leases: the share of each article that the online channel may sell, granted ahead so that neither side oversells.

A lease is renewed while the share stands behind it. One that has become too large isn't cut: it runs out, and its
goods are free again when the ledger has returned it (a row of the ``leases`` feed), not by time alone.
"""

from edge_agent.effects import Draft
from edge_agent.messages import Json
from edge_agent.shop import Shop
from retail.errors import Refused
from retail.stock.leases import give_back, grant

KEY = "leases"
"""the timer under which the store's articles are gone through"""
AT_ONCE = 1000
"""articles looked at in one turn, so that nobody waits behind them"""
MINUTE_MS = 60_000


def lease_of(gtin: str) -> str:
    """The one lease by which the online channel sells an article of this store."""
    return f"online-{gtin}"


def go_through(after: str, shop: Shop, draft: Draft) -> None:
    """Grant and renew for some articles, and come back for the rest; a whole round every quarter of a lease's time."""
    rules = shop.settings.leases
    if rules.share <= 0:
        return
    gtins = sorted(gtin for gtin in shop.stock.gtins() if gtin > after)
    for gtin in gtins[:AT_ONCE]:
        _article(shop, draft, gtin)
    if len(gtins) > AT_ONCE:
        draft.wake(f"{KEY}:{gtins[AT_ONCE - 1]}", draft.now + 1)
    else:
        draft.wake(f"{KEY}:", draft.now + rules.ttl_minutes * MINUTE_MS // 4)


def returned(row: Json, shop: Shop, draft: Draft) -> None:
    """The ledger sells from a lease no more: what it didn't use is free."""
    lease = str(row.get("lease") or row.get("id") or "")
    if row.get("state") == "returned" and lease in shop.stock.leases:
        draft.record(give_back(shop.stock, lease))


def _article(shop: Shop, draft: Draft, gtin: str) -> None:
    rules, lease = shop.settings.leases, lease_of(gtin)
    known = shop.stock.leases.get(lease)
    free = shop.stock.sellable(gtin) - shop.stock.committed(gtin) - rules.keep
    wanted = int(max(0, free) * rules.share)
    if known is None and wanted <= 0:
        return
    if known is not None and (
        known.until - draft.now > rules.ttl_minutes * MINUTE_MS // 2 or wanted < known.outstanding
    ):
        return
    used = known.used if known is not None else 0
    try:
        draft.record(grant(shop.stock, lease, gtin, used + wanted, draft.now + rules.ttl_minutes * MINUTE_MS))
    except Refused:
        return  # nothing is free at the moment; the next round looks again

"""Rows that follow from what was folded: what ``edge.db`` keeps of it, and what tills are shown of it."""

import msgspec

from edge_agent import counting, replenishing, work
from edge_agent.effects import Draft
from edge_agent.messages import Json
from edge_agent.projections.tables import STOCK_TABLES
from edge_agent.shop import Shop, Touched
from retail.stock import levels, safety, take_changes

BY_GTIN = frozenset({"balance", "unresolved"})
"""tables of the stock's rows whose key is a GTIN"""


def follow(shop: Shop, draft: Draft) -> None:
    """Add to the draft every row that the last folds changed."""
    units: set[str] = set()
    for row in take_changes(shop.stock):
        table = STOCK_TABLES[row.table].name
        if row.body is None:
            draft.drop(table, key=row.key)
        else:
            draft.document(table, row.key, row.body)
        if row.table in BY_GTIN:
            shop.touched.gtins.add(row.key)
        elif row.table == "unit":
            units.add(row.key)
    if units and shop.counts:
        counting.follow(shop, units)
    shop.touched.gtins.update(entry.gtin for entry in draft.entries)
    touched, shop.touched = shop.touched, Touched()
    for gtin in sorted(touched.gtins):
        draft.publish("stock", gtin, stock_row(shop, gtin, draft.now))
    replenishing.follow(shop, draft, touched.gtins | touched.needs)
    for alarm in sorted(touched.alarms):
        _alarm(shop, draft, alarm)
    for order in sorted(touched.orders):
        work.save(shop, draft, order)
    for count in sorted(touched.counts):
        counting.save(shop, draft, count)


def stock_row(shop: Shop, gtin: str, now: int) -> Json:
    """An article's row of the ``stock`` feed: floor, back and other are physical, atp is net of promises."""
    kept = safety(_last_seen(shop, gtin), now, unsure=shop.settings.stock.unsure) if shop.settings.stock.unsure else 0
    found = levels(shop.stock, gtin, kept)
    return {**found._asdict(), "as_of": now}


def _last_seen(shop: Shop, gtin: str) -> int | None:
    moments = [shop.seen[unit].at for unit in shop.stock.held.get(gtin, ()) if unit in shop.seen]
    return max(moments, default=None)


def _alarm(shop: Shop, draft: Draft, alarm: str) -> None:
    row = shop.alarms[alarm]
    draft.put(
        "alarms",
        key=alarm,
        kind=row["kind"],
        subject=row.get("unit") or row.get("subject") or "",
        state=row["state"],
        body=msgspec.json.encode(row).decode(),
    )
    draft.publish("alarms", alarm, None if row["state"] == "joined" else row)
    if row["state"] != "open":
        del shop.alarms[alarm]

"""Counts while they run: what was heard, the row that tills show (twice a second at most), what is kept of it."""

import msgspec

from edge_agent.effects import Draft
from edge_agent.messages import Json
from edge_agent.shop import Shop
from retail.stock import counts
from retail.stock.counts import Count

LINES = 500
"""differences that a row lists; the numbers are always complete"""
POINTS = 200
"""points of the curve that a row carries"""
RATE_MS = 3000


def hear(shop: Shop, draft: Draft) -> None:
    """Take in what was heard in zones where a count is open."""
    for count in shop.counts.values():
        heard = draft.heard.get(count.zone)
        if heard and count.state == "open":
            once = shop.live.heard_once.setdefault(count.id, set())
            units = counts.believed(heard, shop.stock.units, once)
            new = [unit for unit in units if unit not in count.read]
            counts.hear(count, units, draft.now)
            if new:
                shop.live.fresh_reads.setdefault(count.id, set()).update(new)


def follow(shop: Shop, units: set[str]) -> None:
    """Units that were moved while a count is open: what left the store isn't missing."""
    for count in shop.counts.values():
        if count.state == "open":
            counts.follow(count, shop.stock, units)
            shop.touched.counts.add(count.id)


def save(shop: Shop, draft: Draft, key: str) -> None:
    """Keep a count and show it; one that is decided or given up leaves memory."""
    count = shop.counts[key]
    for unit in shop.live.fresh_reads.pop(key, ()):
        draft.put("count_reads", count=key, unit=unit, at=count.read.get(unit, draft.now))
    if count.state != "open" or key not in shop.live.kept_counts:
        draft.put("stock_counts", key=key, body=msgspec.json.encode(count).decode())
        shop.live.kept_counts.add(key)
    if count.state != "open":
        shop.live.heard_once.pop(key, None)
    draft.publish("counts", key, row_of(shop, count))
    if count.state in ("approved", "cancelled"):
        del shop.counts[key]


def row_of(shop: Shop, count: Count) -> Json:
    """A count's row of the ``counts`` feed; missing is known only when the reading has ended."""
    others = sorted(count.others if count.state == "open" else count.read.keys() - count.expected)
    missing = [] if count.state == "open" else sorted(count.expected - count.read.keys())
    classes = {unit: counts.class_of(count, shop.stock, unit) for unit in others}
    misplaced = sum(1 for kind in classes.values() if kind == "misplaced")
    expected = len(count.expected)
    lines = [_line(shop, count, unit, kind) for unit, kind in list(classes.items())[:LINES]]
    lines += [_line(shop, count, unit, "missing") for unit in missing[: LINES - len(lines)]]
    if count.state == "closed":
        proposed = counts.proposals(count, shop.stock)
        for line in lines:
            unit = line["unit"]
            line |= {"proposed": proposed[unit], "possible": counts.possible(count, shop.stock, unit)}
    return {
        "id": count.id,
        "zone": count.zone,
        "state": count.state,
        "by": count.by,
        "opened_at": count.opened_at,
        "expected": expected,
        "matched": count.matched,
        "misplaced": misplaced,
        "unexpected": len(classes) - misplaced,
        "missing": len(missing),
        "accuracy_bp": 10_000 * count.matched // expected if expected else 10_000,
        "curve": [list(point) for point in thinned(count.curve)],
        "rate": rate(count),
        "lines": lines,
    }


def thinned(curve: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The curve in at most ``POINTS`` points, the first and the last among them."""
    if len(curve) <= POINTS:
        return curve
    step = (len(curve) - 1) / (POINTS - 1)
    return [curve[round(place * step)] for place in range(POINTS)]


def rate(count: Count) -> float:
    """Expected units matched a second, over the last three seconds of reading."""
    if not count.curve:
        return 0.0
    end, last = count.curve[-1]
    before = next(((at, n) for at, n in reversed(count.curve) if at <= end - RATE_MS), (count.opened_at, 0))
    return round(1000 * (last - before[1]) / max(1, end - before[0]), 1)


def _line(shop: Shop, count: Count, unit: str, kind: str) -> Json:
    seen = shop.where(unit)
    return {
        "unit": unit,
        "gtin": unit[:14],
        "cls": "unexpected" if kind == "foreign" else kind,
        "zone": seen.zone if seen else None,
        "seen_at": count.read.get(unit) or (seen.at if seen else None),
    }

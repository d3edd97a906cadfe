"""The goods that measurements work on: a reference database filled with the demo's catalogue."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import msgspec

from installer.demo.floorplan import settings_rows
from installer.demo.goods import TAXES, Goods
from installer.demo.offers import promotion_rows
from sync.feeds.reference import Reference
from sync.feeds.row import FeedRow

NOW_MS = 1_795_000_000_000
PAGE = 5_000
"""rows of one transaction, as the puller asks for them"""


def goods_of(size: int) -> Goods:
    """The demo's catalogue in a size."""
    return Goods(seed=1, size=size, now_ms=NOW_MS)


def catalogue_rows(goods: Goods, first_version: int = 1) -> list[FeedRow]:
    """Rows of the feed ``catalogue`` as they come from the wire: bodies are JSON text."""
    encode = msgspec.json.encode
    return [FeedRow(n, row["gtin"], 1, encode(row).decode()) for n, row in enumerate(goods.articles(), first_version)]


def price_rows(goods: Goods, first_version: int = 1) -> list[FeedRow]:
    """Rows of the feed ``prices``."""
    encode = msgspec.json.encode
    return [FeedRow(n, row["gtin"], 1, encode(row).decode()) for n, row in enumerate(goods.prices(), first_version)]


def pages(rows: list[FeedRow]) -> Iterator[list[FeedRow]]:
    """Rows in the portions in which they are pulled."""
    source = iter(rows)
    while page := list(islice(source, PAGE)):
        yield page


def apply_all(reference: Reference, feed: str, rows: list[FeedRow]) -> int:
    """Apply a feed page by page; returns the number of rows."""
    for page in pages(rows):
        reference.apply(feed, page, page[-1].version)
    return len(rows)


@contextmanager
def filled_reference(folder: Path, goods: Goods) -> Iterator[Reference]:
    """A till's reference database with everything that selling needs."""
    reference = Reference(folder)
    try:
        apply_all(reference, "catalogue", catalogue_rows(goods))
        apply_all(reference, "prices", price_rows(goods))
        small = {
            "taxes": [(row["code"], row) for row in TAXES],
            "promotions": [(row["id"], row) for row in promotion_rows(NOW_MS)],
            "settings": list(settings_rows("", []).items()),
        }
        for feed, rows in small.items():
            apply_all(reference, feed, [FeedRow(n, key, 1, body) for n, (key, body) in enumerate(rows, 1)])
        yield reference
    finally:
        reference.close()

"""The folder of a till that has pulled everything and whose drawer is open."""

from pathlib import Path

from installer.demo.floorplan import settings_rows
from installer.demo.goods import TAXES
from installer.demo.offers import promotion_rows
from installer.demo.people import staff_rows
from store_app.services import TillServices
from sync.feeds.row import FeedRow
from sync.identity.pins import hash_pin, load_or_create_pepper
from tests.bench.goods import NOW_MS, apply_all, catalogue_rows, goods_of, price_rows
from tests.bench.window_till import PERSON, settings_of


def furnish(folder: Path, size: int) -> None:
    """Everything that a till pulls, and an open drawer."""
    services = TillServices(settings_of(folder))
    try:
        goods, pepper = goods_of(size), load_or_create_pepper(folder / "till" / "pepper.key")
        apply_all(services.reference, "catalogue", catalogue_rows(goods))
        apply_all(services.reference, "prices", price_rows(goods))
        settings = {key: row for key, row in settings_rows("", []).items() if key != "devices"}
        settings["store"]["cash_limit_minor"] = 10_000_000
        small = {
            "taxes": [(row["code"], row) for row in TAXES],
            "promotions": [(row["id"], row) for row in promotion_rows(NOW_MS)],
            "settings": list(settings.items()),
            "staff": [(row["id"], row) for row in staff_rows(lambda pin: hash_pin(pin, pepper))],
        }
        for feed, rows in small.items():
            apply_all(services.reference, feed, [FeedRow(n, key, 1, body) for n, (key, body) in enumerate(rows, 1)])
        services.till.open_shift(PERSON, 10_000, "EUR")
    finally:
        services.stop()

"""Search as people type: every key of some searches, from the text to typed articles with a price."""

from store_app.presenters.shelves import Shelves
from tests.bench.goods import NOW_MS, filled_reference, goods_of
from tests.bench.row import Row, best_p99, count, time_row
from tests.bench.run import Run, cpu_ms
from tests.bench.typed import TYPED

RESULTS = 30


def measure(run: Run) -> list[Row]:
    """Texts of growing length, as the search field hands them over."""
    size = run.size(500, 100_000, 1_000_000)
    with filled_reference(run.folder, goods_of(size)) as reference:
        shelves = Shelves(reference)
        rounds = [[_key(shelves, text[:end]) for text in TYPED for end in range(1, len(text) + 1)] for _ in range(3)]
    return [time_row(f"search, each key, {count(size)} SKUs", best_p99(rounds), 50)]


def _key(shelves: Shelves, text: str) -> float:
    def search() -> None:
        for article in shelves.search(text, RESULTS):
            shelves.price_now(article.gtin, NOW_MS)

    return cpu_ms(search)

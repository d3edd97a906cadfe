"""The lines of one basket by article, style and category, so that a scope finds its lines without a search."""

from collections import defaultdict
from collections.abc import Sequence

from retail.promotions.pool import Item
from retail.promotions.rules import Scope


class BasketIndex:
    """Built once per pricing."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._items = items
        self._by_gtin: dict[str, list[int]] = defaultdict(list)
        self._by_style: dict[str, list[int]] = defaultdict(list)
        self._by_category: dict[str, list[int]] = defaultdict(list)
        for i, item in enumerate(items):
            self._by_gtin[item.gtin].append(i)
            self._by_style[item.style].append(i)
            self._by_category[item.category].append(i)

    def articles(self) -> set[tuple[str, str, str]]:
        """GTIN, style and category of all lines."""
        return {(item.gtin, item.style, item.category) for item in self._items}

    def lines(self, scope: Scope) -> list[int]:
        """The lines of a scope, in the basket's order."""
        if scope.everything:
            found = set(range(len(self._items)))
        else:
            found = set()
            for keys, table in (
                (scope.gtins, self._by_gtin),
                (scope.styles, self._by_style),
                (scope.categories, self._by_category),
            ):
                for key in keys if len(keys) < len(table) else [key for key in table if key in keys]:
                    found.update(table.get(key, ()))
        for gtin in scope.not_gtins:
            found.difference_update(self._by_gtin.get(gtin, ()))
        return sorted(found)

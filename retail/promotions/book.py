"""All promotions of a store, indexed so that a basket only meets those that touch its articles."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from retail.promotions.rules import Promotion, Scope


class PromotionBook:
    """Promotions by the articles, styles and categories that they name. Built once per version of the feed."""

    def __init__(self, promotions: Iterable[Promotion] = ()) -> None:
        self._all = tuple(sorted(promotions, key=lambda rule: (-rule.priority, rule.id)))
        self._by_gtin: dict[str, list[int]] = defaultdict(list)
        self._by_style: dict[str, list[int]] = defaultdict(list)
        self._by_category: dict[str, list[int]] = defaultdict(list)
        self._open: list[int] = []
        for i, rule in enumerate(self._all):
            for scope in _scopes(rule):
                self._enter(i, scope)

    def _enter(self, i: int, scope: Scope) -> None:
        if scope.everything:
            self._open.append(i)
        for keys, table in (
            (scope.gtins, self._by_gtin),
            (scope.styles, self._by_style),
            (scope.categories, self._by_category),
        ):
            for key in keys:
                table[key].append(i)

    def __iter__(self) -> Iterator[Promotion]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def touching(self, articles: Iterable[tuple[str, str, str]]) -> list[Promotion]:
        """Those that name any of the articles (GTIN, style, category), by falling priority."""
        found = set(self._open)
        for gtin, style, category in articles:
            found.update(self._by_gtin.get(gtin, ()))
            found.update(self._by_style.get(style, ()))
            found.update(self._by_category.get(category, ()))
        return [self._all[i] for i in sorted(found)]


def _scopes(rule: Promotion) -> tuple[Scope, ...]:
    return tuple(part.scope for part in rule.components) if rule.kind == "mix" else (rule.scope,)

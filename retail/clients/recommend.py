"""What else might please: articles that were often bought together, weighed by how surprising that is.

Item-to-item by cosine similarity over baskets: plain counting, explainable to the client ("often bought with").
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from math import sqrt
from typing import NamedTuple


class Suggestion(NamedTuple):
    """An article, how well it fits (0 to 1 for each article that led to it) and the article that led there."""

    gtin: str
    score: float
    because: str


@dataclass
class BoughtTogether:
    """Counts of articles and of pairs over baskets; fed basket by basket."""

    alone: Counter[str] = field(default_factory=Counter)
    together: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def learn(self, basket: Iterable[str]) -> None:
        """Count one basket's articles."""
        articles = sorted(set(basket))
        self.alone.update(articles)
        for one in articles:
            for other in articles:
                if one != other:
                    self.together[one][other] += 1

    def similarity(self, one: str, other: str) -> float:
        """0 if never bought together, 1 if always."""
        both = self.together[one][other] if one in self.together else 0
        return both / sqrt(self.alone[one] * self.alone[other]) if both else 0.0


def suggest(
    model: BoughtTogether,
    bought: Iterable[str],
    *,
    sellable: Mapping[str, int],
    leave_out: Collection[str] = (),
    limit: int = 5,
) -> list[Suggestion]:
    """The best fits for what somebody buys or bought, of those in stock (gtin -> quantity)."""
    sources = list(dict.fromkeys(bought))
    scores: dict[str, float] = defaultdict(float)
    reason: dict[str, tuple[float, str]] = {}
    for source in sources:
        for other in model.together.get(source, ()):
            if other in sources or other in leave_out or sellable.get(other, 0) <= 0:
                continue
            fit = model.similarity(source, other)
            scores[other] += fit
            reason[other] = max(reason.get(other, (0.0, "")), (fit, source))
    best = sorted(scores, key=lambda gtin: (-scores[gtin], gtin))[:limit]
    return [Suggestion(gtin, scores[gtin], reason[gtin][1]) for gtin in best]

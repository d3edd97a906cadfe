"""Points and tiers: what a sale earns, what points are worth, which tier a year's spending opens."""

from collections.abc import Sequence
from dataclasses import dataclass

from retail.errors import Refused
from retail.facts import SaleCompleted


@dataclass(frozen=True, slots=True)
class Tier:
    """A tier opens at a year's spending and multiplies points by ``factor_bp`` / 10,000."""

    name: str
    from_minor: int
    factor_bp: int = 10_000


@dataclass(frozen=True, slots=True)
class Programme:
    """One point for each ``minor_per_point`` paid; points are worth ``minor_per_point_back`` each."""

    minor_per_point: int = 100
    minor_per_point_back: int = 5
    least_points: int = 100
    tiers: tuple[Tier, ...] = (Tier("bronze", 0), Tier("silver", 50_000, 12_500), Tier("gold", 150_000, 15_000))

    def tier(self, spent_minor: int) -> Tier:
        """The tier of a year's spending."""
        reached = [tier for tier in self.tiers if spent_minor >= tier.from_minor]
        return max(reached or self.tiers[:1], key=lambda tier: tier.from_minor)

    def to_next(self, spent_minor: int) -> int:
        """What is still to be spent for the next tier; 0 at the top."""
        return min((t.from_minor - spent_minor for t in self.tiers if t.from_minor > spent_minor), default=0)

    def earned(self, sale: SaleCompleted, tier: str = "") -> int:
        """Points of a sale; a return takes them back. What was paid with points earns none."""
        if sale.training:
            return 0
        paid = sale.total_minor - sum(tender.minor for tender in sale.tenders if tender.kind == "points")
        factor = next((one.factor_bp for one in self.tiers if one.name == tier), 10_000)
        size = abs(paid) * factor // (10_000 * self.minor_per_point)
        return size if paid >= 0 else -size

    def worth(self, points: int) -> int:
        """What points pay. Refused (``too_few_points``) below the least that may be used."""
        if points < self.least_points:
            raise Refused("too_few_points", f"points are used from {self.least_points} on", least=self.least_points)
        return points * self.minor_per_point_back


def balance(sales: Sequence[SaleCompleted], programme: Programme, tier: str = "") -> int:
    """Points that these sales leave, never below zero."""
    return max(0, sum(programme.earned(sale, tier) for sale in sales))

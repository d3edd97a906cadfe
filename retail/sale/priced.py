"""A basket with its amounts: what pricing gives, screens show and checkout settles."""

from dataclasses import dataclass
from decimal import Decimal

from retail.errors import Refused
from retail.facts import LineDiscount, ReturnOf, TaxTotal, Versions
from retail.promotions import Hint
from retail.sale.basket import Basket


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A basket line with its amounts; ``total_minor`` is with or without tax as the store's prices are."""

    id: str
    gtin: str
    label: str
    qty: int
    unit_minor: int
    gross_minor: int
    total_minor: int
    rate: Decimal
    tax_code: str
    net_minor: int = 0
    tax_minor: int = 0
    discounts: tuple[LineDiscount, ...] = ()
    tagged: bool = False
    stocked: bool = True
    units: tuple[str, ...] = ()
    weight_g: int = 0
    price_version: int = 0
    prior_minor: int | None = None
    min_age: int = 0
    return_of: ReturnOf | None = None
    style: str = ""
    category: str = ""

    @property
    def missing_units(self) -> int:
        """Tagged units that the pad hasn't read."""
        return self.qty - len(self.units) if self.tagged and self.qty > 0 else 0

    @property
    def discount_minor(self) -> int:
        """All reductions together."""
        return sum(discount.minor for discount in self.discounts)


@dataclass(frozen=True, slots=True)
class PricedBasket:
    """A basket with all its amounts. ``total_minor`` is what is to be paid; negative is to be given back."""

    basket: Basket
    lines: tuple[PricedLine, ...]
    total_minor: int
    taxes: tuple[TaxTotal, ...]
    currency: str
    prices_include_tax: bool
    versions: Versions
    at: int
    hints: tuple[Hint, ...] = ()

    def line(self, line_id: str) -> PricedLine:
        """One line. Refused (``no_such_line``) if it isn't there."""
        for line in self.lines:
            if line.id == line_id:
                return line
        raise Refused("no_such_line", f"the basket has no line {line_id}")

    @property
    def discount_minor(self) -> int:
        """All reductions of goods sold."""
        return sum(line.discount_minor for line in self.lines if line.qty > 0)

    @property
    def count(self) -> int:
        """Articles that leave the shop; a weighed line counts as one."""
        return sum(line.qty for line in self.lines if line.qty > 0)

    @property
    def min_age(self) -> int:
        """The age that the customer must have."""
        return max((line.min_age for line in self.lines), default=0)

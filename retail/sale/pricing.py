"""What a basket costs: one pure function of the basket, the catalogue and the time.

Order: list price, promotions, the line's manual discount, the basket's manual discount, tax. Returned lines
keep the amounts that were paid and take no part in promotions.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from retail.catalogue import Article, CatalogueView
from retail.errors import Refused
from retail.facts import LineDiscount, ReturnOf, TaxTotal, Versions
from retail.money import allocate, share
from retail.promotions import Hint, Item, Occasion, choose, hints
from retail.rows import in_language
from retail.sale.basket import Basket, BasketLine, ManualDiscount, TakenBack
from retail.tax import Split, Taxed, split_lines, totals_by_rate

BASKET_DISCOUNT = "basket"


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


def price(basket: Basket, catalogue: CatalogueView, at: int) -> PricedBasket:
    """Price a basket at a time (ms UTC).

    Refused: ``unknown_article``, ``recalled``, ``no_price``, ``wrong_currency``, ``unknown_tax``.
    """
    language = catalogue.settings.language
    lines = [_start(line, catalogue, at) for line in basket.lines]
    lines, next_offers = _with_promotions(lines, basket, catalogue, at)
    lines = [
        _off(line, source.discount, line.total_minor, source.id) if source.discount else line
        for line, source in zip(lines, basket.lines, strict=True)
    ]
    lines = _with_basket_discount(lines, basket.discount, language)
    return _finish(basket, lines, next_offers, catalogue, at)


def _start(line: BasketLine, catalogue: CatalogueView, at: int) -> PricedLine:
    if line.taken_back is not None:
        return _returned(line, line.taken_back)
    article = catalogue.article(line.gtin)
    if article is None:
        raise Refused("unknown_article", f"no article with GTIN {line.gtin}", gtin=line.gtin, line=line.id)
    if article.recalled:
        raise Refused("recalled", f"{line.gtin} is recalled and must not be sold", gtin=line.gtin, line=line.id)
    code = line.tax_code or article.tax
    tax = catalogue.tax(code)
    if tax is None:
        raise Refused("unknown_tax", f"{line.gtin} has the unknown tax code {code}", gtin=line.gtin, line=line.id)
    unit_minor, version, prior = _unit_price(line, article, catalogue, at)
    return PricedLine(
        id=line.id,
        gtin=line.gtin,
        label=article.name(catalogue.settings.language),
        qty=line.qty,
        unit_minor=unit_minor,
        gross_minor=unit_minor * line.qty,
        total_minor=unit_minor * line.qty,
        rate=tax.rate,
        tax_code=code,
        tagged=article.tagged,
        stocked=article.stocked and article.kind != "service",
        units=line.units,
        weight_g=line.weight_g,
        price_version=version,
        prior_minor=prior,
        min_age=article.min_age,
        style=article.style,
        category=article.category,
    )


def _unit_price(line: BasketLine, article: Article, catalogue: CatalogueView, at: int) -> tuple[int, int, int | None]:
    """Unit price, version of its row, prior price."""
    if line.price_minor is not None:
        return line.price_minor, 0, None
    listed = catalogue.prices(line.gtin)
    now = listed.at(at) if listed is not None else None
    if listed is None or now is None:
        raise Refused("no_price", f"{line.gtin} has no price now", gtin=line.gtin, line=line.id)
    if listed.currency != catalogue.settings.currency:
        raise Refused("wrong_currency", f"{line.gtin} is priced in {listed.currency}", gtin=line.gtin, line=line.id)
    minor = share(now.minor, line.weight_g, 1000) if article.kind == "weighed" else now.minor
    return minor, listed.version, listed.prior_minor


def _returned(line: BasketLine, taken: TakenBack) -> PricedLine:
    return PricedLine(
        id=line.id,
        gtin=line.gtin,
        label=taken.label,
        qty=line.qty,
        unit_minor=taken.unit_minor,
        gross_minor=taken.unit_minor * line.qty,
        total_minor=-taken.total_minor,
        rate=Decimal(taken.rate),
        tax_code=taken.tax_code,
        net_minor=-taken.net_minor,
        tax_minor=-taken.tax_minor,
        discounts=tuple(replace(discount, minor=-discount.minor) for discount in taken.discounts),
        tagged=taken.tagged,
        stocked=taken.stocked,
        units=line.units,
        weight_g=taken.weight_g,
        price_version=taken.price_version,
        return_of=taken.source,
    )


def _with_promotions(
    lines: list[PricedLine], basket: Basket, catalogue: CatalogueView, at: int
) -> tuple[list[PricedLine], tuple[Hint, ...]]:
    sold = [i for i, line in enumerate(lines) if line.return_of is None and line.qty > 0]
    items = [
        Item(line.gtin, line.style, line.category, line.qty, line.total_minor) for line in (lines[i] for i in sold)
    ]
    settings = catalogue.settings
    tier = basket.client.tier if basket.client else ""
    occasion = Occasion(at, settings.store, settings.channel, tier, frozenset(basket.coupons))
    outcome = choose(catalogue.promotions, items, occasion)
    priced = list(lines)
    for one in outcome.applied:
        i = sold[one.line]
        label = in_language(one.rule.label, settings.language)
        priced[i] = _less(
            priced[i],
            LineDiscount(kind="promotion", id=one.rule.id, label=label, minor=one.minor, version=one.rule.version),
        )
    return priced, hints(outcome.considered)


def _less(line: PricedLine, discount: LineDiscount) -> PricedLine:
    return replace(line, total_minor=line.total_minor - discount.minor, discounts=(*line.discounts, discount))


def discount_minor(discount: ManualDiscount, amount: int) -> int:
    """What a manual discount takes off an amount, never more than it."""
    if discount.kind == "percent":
        return share(amount, discount.value, 10_000)
    return min(discount.value, amount)


def _off(line: PricedLine, discount: ManualDiscount, amount: int, discount_id: str) -> PricedLine:
    minor = discount_minor(discount, amount)
    return _less(line, _manual(discount, discount_id, minor)) if minor else line


def _manual(discount: ManualDiscount, discount_id: str, minor: int) -> LineDiscount:
    return LineDiscount(kind="manual", id=discount_id, label=discount.reason, minor=minor, reason=discount.reason)


def _with_basket_discount(lines: list[PricedLine], discount: ManualDiscount | None, language: str) -> list[PricedLine]:
    if discount is None:
        return lines
    weights = [line.total_minor if line.return_of is None else 0 for line in lines]
    minor = discount_minor(discount, sum(weights))
    if minor <= 0:
        return lines
    shares = allocate(minor, weights)
    return [
        _less(line, _manual(discount, BASKET_DISCOUNT, part)) if part else line
        for line, part in zip(lines, shares, strict=True)
    ]


def _finish(
    basket: Basket, lines: Sequence[PricedLine], next_offers: tuple[Hint, ...], catalogue: CatalogueView, at: int
) -> PricedBasket:
    settings = catalogue.settings
    sold = [line for line in lines if line.return_of is None]
    splits = iter(
        split_lines(
            [Taxed(line.total_minor, line.rate) for line in sold],
            inclusive=settings.prices_include_tax,
            rounding=settings.tax_rounding,
        )
    )
    done = tuple(_taxed(line, next(splits)) if line.return_of is None else line for line in lines)
    return PricedBasket(
        basket=basket,
        lines=done,
        total_minor=sum(line.net_minor + line.tax_minor for line in done),
        taxes=totals_by_rate([(line.rate, Split(line.net_minor, line.tax_minor)) for line in done]),
        currency=settings.currency,
        prices_include_tax=settings.prices_include_tax,
        versions=catalogue.versions,
        at=at,
        hints=next_offers,
    )


def _taxed(line: PricedLine, parts: Split) -> PricedLine:
    return replace(line, net_minor=parts.net, tax_minor=parts.tax)

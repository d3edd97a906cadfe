"""What a basket costs: one pure function of the basket, the catalogue and the time.

Order: list price, promotions, the line's manual discount, the basket's manual discount, tax. Returned lines
keep the amounts that were paid and take no part in promotions.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from retail.catalogue import Article, CatalogueView
from retail.errors import Refused
from retail.facts import LineDiscount
from retail.money import allocate, share
from retail.promotions import Hint, Item, Occasion, choose, hints
from retail.rows import in_language
from retail.sale.basket import Basket, BasketLine, ManualDiscount, TakenBack
from retail.sale.priced import PricedBasket, PricedLine
from retail.tax import Split, Taxed, split_lines, totals_by_rate

__all__ = ["BASKET_DISCOUNT", "PricedBasket", "PricedLine", "discount_minor", "price"]

BASKET_DISCOUNT = "basket"


@dataclass(slots=True)
class _Draft:
    """A line while its discounts are being found: frozen lines are built once, at the end."""

    line: PricedLine
    total: int
    discounts: list[LineDiscount] = field(default_factory=list)

    def less(self, discount: LineDiscount) -> None:
        self.total -= discount.minor
        self.discounts.append(discount)

    @property
    def sold(self) -> bool:
        return self.line.return_of is None


def price(basket: Basket, catalogue: CatalogueView, at: int) -> PricedBasket:
    """Price a basket at a time (ms UTC).

    Refused: ``unknown_article``, ``recalled``, ``no_price``, ``wrong_currency``, ``unknown_tax``.
    """
    lines = [_start(line, catalogue, at) for line in basket.lines]
    drafts = [_Draft(line, line.total_minor) for line in lines]
    next_offers = _apply_promotions(drafts, basket, catalogue, at)
    for draft, source in zip(drafts, basket.lines, strict=True):
        if source.discount is not None and (minor := discount_minor(source.discount, draft.total)):
            draft.less(_manual(source.discount, source.id, minor))
    _apply_basket_discount(drafts, basket.discount)
    return _finish(basket, drafts, next_offers, catalogue, at)


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


def _apply_promotions(drafts: list[_Draft], basket: Basket, catalogue: CatalogueView, at: int) -> tuple[Hint, ...]:
    sold = [draft for draft in drafts if draft.sold]
    items = [Item(one.line.gtin, one.line.style, one.line.category, one.line.qty, one.total) for one in sold]
    settings = catalogue.settings
    tier = basket.client.tier if basket.client else ""
    occasion = Occasion(at, settings.store, settings.channel, tier, frozenset(basket.coupons))
    outcome = choose(catalogue.promotions, items, occasion)
    for one in outcome.applied:
        rule = one.rule
        label = in_language(rule.label, settings.language)
        discount = LineDiscount(kind="promotion", id=rule.id, label=label, minor=one.minor, version=rule.version)
        sold[one.line].less(discount)
    return hints(outcome.considered)


def discount_minor(discount: ManualDiscount, amount: int) -> int:
    """What a manual discount takes off an amount, never more than it."""
    if discount.kind == "percent":
        return share(amount, discount.value, 10_000)
    return min(discount.value, amount)


def _manual(discount: ManualDiscount, discount_id: str, minor: int) -> LineDiscount:
    return LineDiscount(kind="manual", id=discount_id, label=discount.reason, minor=minor, reason=discount.reason)


def _apply_basket_discount(drafts: list[_Draft], discount: ManualDiscount | None) -> None:
    sold = [draft for draft in drafts if draft.sold]
    if discount is None or not sold:
        return
    weights = [draft.total for draft in sold]
    for draft, part in zip(sold, allocate(discount_minor(discount, sum(weights)), weights), strict=True):
        if part:
            draft.less(_manual(discount, BASKET_DISCOUNT, part))


def _finish(
    basket: Basket, drafts: Sequence[_Draft], next_offers: tuple[Hint, ...], catalogue: CatalogueView, at: int
) -> PricedBasket:
    settings = catalogue.settings
    splits = iter(
        split_lines(
            [Taxed(draft.total, draft.line.rate) for draft in drafts if draft.sold],
            inclusive=settings.prices_include_tax,
            rounding=settings.tax_rounding,
        )
    )
    lines = tuple(_done(draft, next(splits)) if draft.sold else draft.line for draft in drafts)
    return PricedBasket(
        basket=basket,
        lines=lines,
        total_minor=sum(line.net_minor + line.tax_minor for line in lines),
        taxes=totals_by_rate([(line.rate, Split(line.net_minor, line.tax_minor)) for line in lines]),
        currency=settings.currency,
        prices_include_tax=settings.prices_include_tax,
        versions=catalogue.versions,
        at=at,
        hints=next_offers,
    )


def _done(draft: _Draft, parts: Split) -> PricedLine:
    return replace(
        draft.line,
        total_minor=draft.total,
        discounts=tuple(draft.discounts),
        net_minor=parts.net,
        tax_minor=parts.tax,
    )

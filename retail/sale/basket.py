"""A basket: what the customer is about to buy or bring back, before prices.

All values are frozen; every operation returns a new basket. Line ids are given by the caller.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from typing import Any, Literal, cast

from retail.catalogue import Article, must_sell
from retail.errors import Refused
from retail.facts import LineDiscount, ReturnOf
from retail.plain import from_plain, to_plain

MAX_QTY = 9_999


@dataclass(frozen=True, slots=True)
class ManualDiscount:
    """A reduction that a person gives: ``value`` is 1/100 percent (``percent``) or minor units (``amount``)."""

    kind: Literal["percent", "amount"]
    value: int
    reason: str
    by: str = ""
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class BasketClient:
    """The customer of a basket; ``tier`` opens promotions."""

    id: str
    tier: str = ""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What a returned line gives back, as computed by ``retail.sale.refunds``; amounts are positive."""

    source: ReturnOf
    label: str
    unit_minor: int
    total_minor: int
    net_minor: int
    tax_minor: int
    rate: str
    tax_code: str
    tagged: bool = False
    stocked: bool = True
    weight_g: int = 0
    discounts: tuple[LineDiscount, ...] = ()
    price_version: int = 0


@dataclass(frozen=True, slots=True)
class BasketLine:
    """One line. ``qty`` is negative for goods brought back.

    ``units`` are keys of tagged units on the pad, at most ``abs(qty)``. ``price_minor`` replaces the list's
    price: read from a price code, or an open price; ``tax_code`` then may replace the article's.
    """

    id: str
    gtin: str
    qty: int
    units: tuple[str, ...] = ()
    weight_g: int = 0
    price_minor: int | None = None
    tax_code: str | None = None
    discount: ManualDiscount | None = None
    taken_back: TakenBack | None = None

    @property
    def plain(self) -> bool:
        """Whether one more of the same article can be counted on this line."""
        return self.qty > 0 and not self.weight_g and self.price_minor is None and self.discount is None


@dataclass(frozen=True, slots=True)
class Basket:
    """A basket; ``coupons`` are codes shown by the customer, ``age_checked`` the age somebody has looked at."""

    id: str
    lines: tuple[BasketLine, ...] = ()
    client: BasketClient | None = None
    coupons: tuple[str, ...] = ()
    discount: ManualDiscount | None = None
    age_checked: int = 0
    training: bool = False
    units: frozenset[str] = field(init=False, repr=False, compare=False, default=frozenset())

    def __post_init__(self) -> None:
        keys = frozenset(key for line in self.lines for key in line.units)
        object.__setattr__(self, "units", keys)

    def line(self, line_id: str) -> BasketLine:
        """One line. Refused (``no_such_line``) if it isn't there."""
        for line in self.lines:
            if line.id == line_id:
                return line
        raise Refused("no_such_line", f"the basket has no line {line_id}")

    @property
    def empty(self) -> bool:
        """Whether nothing is on it."""
        return not self.lines


def add_article(
    basket: Basket,
    article: Article | None,
    *,
    line_id: str,
    qty: int = 1,
    unit: str | None = None,
    weight_g: int = 0,
    price_minor: int | None = None,
    tax_code: str | None = None,
    gone: Collection[str] = (),
) -> Basket:
    """Add an article by GTIN, tagged unit, weight or price code.

    A plain line of the same article grows; else a line ``line_id`` begins. A tagged unit first fills a line
    whose article was scanned by its barcode and still misses a unit. ``gone`` holds unit keys that are sold
    already or lie on another basket. Refused: ``unknown_article``, ``recalled``, ``unit_on_basket``,
    ``unit_gone``, ``bad_quantity``, ``needs_weight``, ``no_weight``.
    """
    found = must_sell(article, unit or line_id)
    if qty < 1:
        raise Refused("bad_quantity", "a quantity to sell is at least 1")
    _check_weight(found, weight_g, price_minor)
    if unit is not None:
        return _add_unit(basket, found, line_id, unit, gone)
    if weight_g or price_minor is not None:
        line = BasketLine(line_id, found.gtin, 1, (), weight_g, price_minor, tax_code)
        return replace(basket, lines=(*basket.lines, line))
    return _grow(basket, found.gtin, line_id, qty, ())


def _check_weight(article: Article, weight_g: int, price_minor: int | None) -> None:
    if article.kind == "weighed" and weight_g <= 0 and price_minor is None:
        raise Refused("needs_weight", f"{article.gtin} is sold by weight")
    if article.kind != "weighed" and weight_g:
        raise Refused("no_weight", f"{article.gtin} isn't sold by weight")
    if price_minor is not None and price_minor < 0:
        raise Refused("bad_price", "a price isn't negative")


def _add_unit(basket: Basket, article: Article, line_id: str, unit: str, gone: Collection[str]) -> Basket:
    if not unit.startswith(article.gtin + "."):
        raise Refused("foreign_unit", f"unit {unit} isn't an article {article.gtin}")
    if unit in basket.units:
        raise Refused("unit_on_basket", f"unit {unit} is on this basket already", unit=unit)
    if unit in gone:
        raise Refused("unit_gone", f"unit {unit} is sold or on another basket", unit=unit)
    for line in basket.lines:
        if line.gtin == article.gtin and line.qty > len(line.units) and line.taken_back is None:
            return _replace(basket, replace(line, units=(*line.units, unit)))
    return _grow(basket, article.gtin, line_id, 1, (unit,))


def _grow(basket: Basket, gtin: str, line_id: str, qty: int, units: tuple[str, ...]) -> Basket:
    for line in basket.lines:
        if line.gtin == gtin and line.plain:
            _check_qty(line.qty + qty)
            return _replace(basket, replace(line, qty=line.qty + qty, units=line.units + units))
    _check_qty(qty)
    return replace(basket, lines=(*basket.lines, BasketLine(line_id, gtin, qty, units)))


def _check_qty(qty: int) -> None:
    if qty > MAX_QTY:
        raise Refused("bad_quantity", f"more than {MAX_QTY} of one line")


def _replace(basket: Basket, new: BasketLine) -> Basket:
    return replace(basket, lines=tuple(new if line.id == new.id else line for line in basket.lines))


def _change(basket: Basket, line_id: str, change: Callable[[BasketLine], BasketLine]) -> Basket:
    return _replace(basket, change(basket.line(line_id)))


def set_qty(basket: Basket, line_id: str, qty: int) -> Basket:
    """Change a line's quantity; zero removes it.

    Refused: ``bad_quantity``, ``weighed_line``, ``returned_line``, and ``units_on_line`` if more tagged units
    were read than that: they must be taken off the pad (``remove_unit``) first.
    """
    line = basket.line(line_id)
    if qty == 0:
        return remove(basket, line_id)
    if line.taken_back is not None:
        raise Refused("returned_line", "a returned line's quantity is chosen when it is taken back")
    if qty < 0 or qty > MAX_QTY:
        raise Refused("bad_quantity", f"a quantity is between 1 and {MAX_QTY}")
    if line.weight_g:
        raise Refused("weighed_line", "a weighed line has no quantity")
    if qty < len(line.units):
        raise Refused("units_on_line", f"{len(line.units)} tagged units of this line are on the pad")
    return _replace(basket, replace(line, qty=qty))


def remove(basket: Basket, line_id: str) -> Basket:
    """Take a line off.

    Pieces that come back of one sold line give back the parts of the first, the second, … of them: whichever is taken
    off, it is the last part that isn't given back, so that a later return adds up to the cent.
    """
    gone = basket.line(line_id)
    left = tuple(line for line in basket.lines if line.id != line_id)
    if gone.taken_back is None:
        return replace(basket, lines=left)
    source = gone.taken_back.source
    together = [one for one in basket.lines if one.taken_back is not None and one.taken_back.source == source]
    if {one.qty for one in together} != {gone.qty}:
        return replace(basket, lines=left)
    parts = iter([one.taken_back for one in together])
    ids = {one.id for one in together}
    return replace(basket, lines=tuple(replace(one, taken_back=next(parts)) if one.id in ids else one for one in left))


def remove_unit(basket: Basket, unit: str) -> Basket:
    """Take one tagged unit off, and its line if it was the last."""
    for line in basket.lines:
        if unit in line.units:
            if abs(line.qty) == 1 or line.taken_back is not None:
                return remove(basket, line.id)
            units = tuple(key for key in line.units if key != unit)
            return _replace(basket, replace(line, qty=line.qty - 1, units=units))
    raise Refused("no_such_unit", f"unit {unit} isn't on the basket")


def discount_line(basket: Basket, line_id: str, discount: ManualDiscount | None) -> Basket:
    """Give a line a manual discount, or take it away.

    Refused: ``bad_discount``, ``needs_reason``, ``returned_line``.
    """
    if basket.line(line_id).taken_back is not None:
        raise Refused("returned_line", "a returned line gives back what was paid")
    _check_discount(discount)
    return _change(basket, line_id, lambda line: replace(line, discount=discount))


def discount_basket(basket: Basket, discount: ManualDiscount | None) -> Basket:
    """Give the whole basket a manual discount, or take it away. Refused: ``bad_discount``, ``needs_reason``."""
    _check_discount(discount)
    return replace(basket, discount=discount)


def _check_discount(discount: ManualDiscount | None) -> None:
    if discount is None:
        return
    if not discount.reason.strip():
        raise Refused("needs_reason", "a discount needs a reason")
    if discount.value <= 0 or (discount.kind == "percent" and discount.value > 10_000):
        raise Refused("bad_discount", "a discount is above zero and at most 100 %")


def attach_client(basket: Basket, client: BasketClient | None) -> Basket:
    """Attach a customer, or none."""
    return replace(basket, client=client)


def add_coupon(basket: Basket, code: str) -> Basket:
    """Note a coupon's code. Refused (``coupon_there``) if it is noted already."""
    if code in basket.coupons:
        raise Refused("coupon_there", f"coupon {code} is on the basket already")
    return replace(basket, coupons=(*basket.coupons, code))


def confirm_age(basket: Basket, years: int) -> Basket:
    """Note that somebody has looked at the customer's age."""
    return replace(basket, age_checked=max(basket.age_checked, years))


def take_back(
    basket: Basket, line_id: str, gtin: str, qty: int, taken: TakenBack, units: tuple[str, ...] = ()
) -> Basket:
    """Add goods that the customer brings back; ``qty`` is positive here and negative on the line.

    Refused: ``bad_quantity``, ``unit_on_basket``.
    """
    if qty < 1 or len(units) > qty:
        raise Refused("bad_quantity", "a quantity to take back is at least 1")
    for unit in units:
        if unit in basket.units:
            raise Refused("unit_on_basket", f"unit {unit} is on this basket already", unit=unit)
    line = BasketLine(line_id, gtin, -qty, units, taken_back=taken)
    return replace(basket, lines=(*basket.lines, line))


def basket_to_plain(basket: Basket) -> dict[str, Any]:
    """The basket as a JSON object, so that it outlives the process and can move to another till."""
    return cast(dict[str, Any], to_plain(basket))


def basket_from_plain(plain: object) -> Basket:
    """The basket of :func:`basket_to_plain`. Refused (``bad_plain``) if it isn't one."""
    return from_plain(Basket, plain)

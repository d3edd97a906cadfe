"""What a promotion says: on which goods, for whom, when, and what the customer gets.

Kinds, with the fields that each reads beside the scope:

=============  ====================================================================================
percent        ``value_bp`` off every unit; ``min_qty``/``min_minor`` to reach, ``max_items`` cheapest only
amount         ``minor`` off every unit (``per: unit``) or off the whole set (``per: set``); same limits
fixed_price    every unit costs ``minor``; same limits
bundle         ``qty`` units together cost ``minor``
n_for_m        of every ``qty`` units ``pay`` are paid, the cheapest are free
cheapest       of every ``qty`` units the cheapest gets ``value_bp`` off (10,000 = free)
mix            one set of ``components`` costs ``minor``, or gets ``value_bp`` or ``off_minor`` off
threshold      from each step of ``steps`` on (``min_minor`` or ``min_qty``): ``value_bp`` or ``off_minor`` off
=============  ====================================================================================
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from retail.rows import Fields, Row

Kind = Literal["percent", "amount", "fixed_price", "bundle", "n_for_m", "cheapest", "mix", "threshold"]
KINDS: tuple[Kind, ...] = (
    "percent",
    "amount",
    "fixed_price",
    "bundle",
    "n_for_m",
    "cheapest",
    "mix",
    "threshold",
)
ALL_BP = 10_000


@dataclass(frozen=True, slots=True)
class Scope:
    """A set of articles; an empty scope means all. ``not_gtins`` are left out in any case."""

    gtins: frozenset[str] = frozenset()
    styles: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    not_gtins: frozenset[str] = frozenset()

    @classmethod
    def from_row(cls, row: Row) -> "Scope":
        """``{gtins, styles, categories, not_gtins}``, each a list of texts."""
        fields = Fields("promotions", row, "scope")
        return cls(*(frozenset(fields.texts(name)) for name in ("gtins", "styles", "categories", "not_gtins")))

    @property
    def everything(self) -> bool:
        """Whether no article is named."""
        return not (self.gtins or self.styles or self.categories)

    def has(self, gtin: str, style: str, category: str) -> bool:
        """Whether an article belongs to it."""
        if gtin in self.not_gtins:
            return False
        return self.everything or gtin in self.gtins or style in self.styles or category in self.categories


@dataclass(frozen=True, slots=True)
class Component:
    """One part of a mix: so many units of a scope."""

    scope: Scope
    qty: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a threshold."""

    min_minor: int = 0
    min_qty: int = 0
    value_bp: int = 0
    off_minor: int = 0


@dataclass(frozen=True, slots=True)
class Promotion:
    """One promotion. Of those in one ``group`` a unit gets at most one; groups add up, by falling ``priority``.

    ``limit`` is how often it applies in one basket (0 = as often as it fits). ``since`` and ``until`` are
    ms UTC, the end excluded. Empty ``stores``, ``channels`` and ``tiers`` mean all.
    """

    id: str
    label: Mapping[str, str]
    kind: Kind
    scope: Scope = Scope()
    value_bp: int = 0
    minor: int = 0
    off_minor: int = 0
    per: Literal["unit", "set"] = "unit"
    qty: int = 0
    pay: int = 0
    min_qty: int = 0
    min_minor: int = 0
    max_items: int = 0
    components: tuple[Component, ...] = ()
    steps: tuple[Step, ...] = ()
    coupon: str = ""
    limit: int = 0
    tiers: frozenset[str] = frozenset()
    stores: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    since: int = 0
    until: int | None = None
    group: str = "main"
    priority: int = 0
    version: int = 0

    @classmethod
    def from_row(cls, row: Row, version: int = 0) -> "Promotion":
        """A row of the feed ``promotions``. Refused (``bad_row``) if a field is missing or impossible."""
        fields = Fields("promotions", row)
        kind: Kind = fields.choice("kind", KINDS)  # type: ignore[assignment]
        per: Literal["unit", "set"] = fields.choice("per", ("unit", "set"), "unit")  # type: ignore[assignment]
        promotion = cls(
            id=fields.text("id"),
            label=fields.labels("label"),
            kind=kind,
            scope=Scope.from_row(fields.row("scope")),
            value_bp=fields.whole("value_bp", 0),
            minor=fields.whole("minor", 0),
            off_minor=fields.whole("off_minor", 0),
            per=per,
            qty=fields.whole("qty", 0),
            pay=fields.whole("pay", 0),
            min_qty=fields.whole("min_qty", 0),
            min_minor=fields.whole("min_minor", 0),
            max_items=fields.whole("max_items", 0),
            components=tuple(_component(part) for part in fields.rows("components")),
            steps=tuple(_step(step) for step in fields.rows("steps")),
            coupon=fields.text("coupon", ""),
            limit=fields.whole("limit", 0),
            tiers=frozenset(fields.texts("tiers")),
            stores=frozenset(fields.texts("stores")),
            channels=frozenset(fields.texts("channels")),
            since=fields.whole("since", 0),
            until=fields.optional_whole("until"),
            group=fields.text("group", "main"),
            priority=fields.whole("priority", 0, least=None),
            version=version,
        )
        _check(promotion, fields)
        return promotion

    def applies(self, at: int, store: str, channel: str, tier: str, coupons: frozenset[str]) -> bool:
        """Whether it may be used now, here and by this customer."""
        return (
            self.since <= at
            and (self.until is None or at < self.until)
            and (not self.coupon or self.coupon in coupons)
            and (not self.stores or store in self.stores)
            and (not self.channels or channel in self.channels)
            and (not self.tiers or tier in self.tiers)
        )


def _component(row: Row) -> Component:
    fields = Fields("promotions", row, "component")
    return Component(Scope.from_row(fields.row("scope")), fields.whole("qty", 1, least=1))


def _step(row: Row) -> Step:
    fields = Fields("promotions", row, "step")
    step = Step(
        min_minor=fields.whole("min_minor", 0),
        min_qty=fields.whole("min_qty", 0),
        value_bp=fields.whole("value_bp", 0),
        off_minor=fields.whole("off_minor", 0),
    )
    if bool(step.min_minor) == bool(step.min_qty):
        raise fields.refuse("min_minor", "or min_qty must be given, and only one of them")
    if bool(step.value_bp) == bool(step.off_minor) or step.value_bp > ALL_BP:
        raise fields.refuse("value_bp", "or off_minor must be given, and only one of them")
    return step


def _check(rule: Promotion, fields: Fields) -> None:
    if rule.value_bp > ALL_BP:
        raise fields.refuse("value_bp", f"must not be above {ALL_BP}")
    if rule.until is not None and rule.until <= rule.since:
        raise fields.refuse("until", "must be later than since")
    if rule.kind in ("percent", "cheapest") and not rule.value_bp:
        raise fields.refuse("value_bp", "must be given")
    if rule.kind == "amount" and not rule.minor:
        raise fields.refuse("minor", "must be given")
    if rule.kind in ("bundle", "n_for_m", "cheapest") and rule.qty < 1:
        raise fields.refuse("qty", "must be at least 1")
    if rule.kind == "n_for_m" and not 0 < rule.pay < rule.qty:
        raise fields.refuse("pay", "must be between 1 and qty - 1")
    if rule.kind == "mix" and not rule.components:
        raise fields.refuse("components", "must be given")
    if rule.kind == "mix" and sum(map(bool, (rule.minor, rule.value_bp, rule.off_minor))) != 1:
        raise fields.refuse("minor", "or value_bp or off_minor must be given, and only one of them")
    if rule.kind == "threshold" and not rule.steps:
        raise fields.refuse("steps", "must be given")

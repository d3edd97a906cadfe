"""Pricing a large basket again: 200 lines, 500 promotions of every kind on goods, styles and categories."""

import random

from installer.demo.goods import TAXES, Goods
from retail.catalogue import Article, Catalogue, PriceList, SaleSettings
from retail.promotions.rules import Promotion
from retail.sale.basket import Basket, add_article
from retail.sale.pricing import price
from retail.tax import TaxRule
from tests.bench.goods import NOW_MS, goods_of
from tests.bench.row import Row, best_p99, time_row
from tests.bench.run import Run, cpu_ms, quiet

ARTICLES = 5_000


def measure(run: Run) -> list[Row]:
    """``price`` on the whole basket, as after every scan."""
    goods = goods_of(run.size(300, ARTICLES))
    lines, promotions = run.size(10, 200), run.size(10, 500)
    dice = random.Random(7)
    articles = [Article.from_row(row) for row in goods.articles()]
    catalogue = Catalogue.of(
        articles,
        [PriceList.from_row(row) for row in goods.prices()],
        [TaxRule.from_row(row) for row in TAXES],
        [Promotion.from_row(_promotion(dice, goods, n)) for n in range(promotions)],
        SaleSettings(store="LYO1"),
    )
    basket = Basket("b1")
    for n, article in enumerate(dice.sample([one for one in articles if not one.recalled], lines)):
        basket = add_article(basket, article, line_id=str(n), qty=dice.choice((1, 1, 1, 2, 3)))
    with quiet():
        rounds = [[cpu_ms(lambda: price(basket, catalogue, NOW_MS)) for _ in range(run.size(3, 60))] for _ in range(3)]
    return [time_row(f"reprice {lines} lines, {promotions} promotions", best_p99(rounds), 20)]


def _promotion(dice: random.Random, goods: Goods, n: int) -> dict[str, object]:
    scopes: list[dict[str, object]] = [
        {"gtins": [goods.article(dice.randrange(9, goods.size))["gtin"] for _ in range(40)]},
        {"styles": [goods.article(dice.randrange(9, goods.size))["style"] for _ in range(3)]},
        {"categories": [goods.article(dice.randrange(9, goods.size))["category"]]},
    ]
    what: list[dict[str, object]] = [
        {"kind": "percent", "value_bp": dice.randrange(500, 4000, 500)},
        {"kind": "amount", "minor": dice.randrange(100, 1000, 100)},
        {"kind": "fixed_price", "minor": dice.randrange(500, 5000, 500), "min_qty": 2},
        {"kind": "bundle", "qty": 3, "minor": dice.randrange(5000, 9000, 500)},
        {"kind": "n_for_m", "qty": 3, "pay": 2},
        {"kind": "cheapest", "qty": 2, "value_bp": 5000},
        {"kind": "threshold", "steps": [{"min_minor": 20_000, "off_minor": 2_000}]},
    ]
    # most promotions name goods or styles; every tenth is for a whole category
    scope = scopes[2] if n % 10 == 0 else scopes[n % 2]
    label = {"fr": f"Offre {n}", "en": f"Offer {n}"}
    return {"id": f"p{n}", "label": label, "scope": scope, "group": f"g{n % 4}", **what[n % len(what)]}

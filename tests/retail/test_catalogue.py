"""Feed rows become articles, prices and promotions, or are refused with the field that breaks the rule."""

import pytest

from retail.catalogue import Article, Catalogue, PriceList, SaleSettings, must_sell
from retail.errors import Refused
from tests.support.retail_builders import article, gtin

ROW = {
    "gtin": gtin(1), "sku": "P-1", "style": "P", "label": {"fr": "Pull", "en": "Jumper"},
    "variant": {"fr": "Marine · M", "en": "Navy · M"}, "category": "knit", "kind": "article", "tax": "N",
    "tagged": True, "stocked": True, "barcodes": ["3256220513173"], "prefix_length": 7, "tile": 3,
    "tile_label": {"fr": "Pull"}, "min_age": 0, "recalled": False,
}  # fmt: skip


def test_a_whole_row() -> None:
    one = Article.from_row(ROW, version=7)
    assert (one.name("fr"), one.name("en"), one.name("de")) == (
        "Pull, Marine · M",
        "Jumper, Navy · M",
        "Pull, Marine · M",
    )
    assert (one.tile, one.tagged, one.version) == (3, True, 7)


@pytest.mark.parametrize(
    ("field", "value"),
    [("gtin", "123"), ("gtin", None), ("kind", "thing"), ("tax", ""), ("tagged", "yes"), ("min_age", -1),
     ("tile", "three"), ("label", ["x"]), ("barcodes", [1]), ("barcodes", "325")],
)  # fmt: skip
def test_rows_that_break_a_rule(field: str, value: object) -> None:
    with pytest.raises(Refused) as refused:
        Article.from_row({**ROW, field: value})
    assert refused.value.reason == "bad_row"
    assert refused.value.details["field"] == field


def test_the_price_that_began_last_holds() -> None:
    rows = [{"minor": 900, "from": 100, "until": 200}, {"minor": 1000, "from": 0, "until": None}]
    prices = PriceList.from_row({"gtin": gtin(1), "currency": "EUR", "prices": rows, "prior_minor": 850})
    at = {when: found.minor if (found := prices.at(when)) else None for when in (-1, 0, 99, 100, 199, 200)}
    assert at == {-1: None, 0: 1000, 99: 1000, 100: 900, 199: 900, 200: 1000}
    assert prices.prior_minor == 850


@pytest.mark.parametrize("price", [{"minor": -1}, {"minor": 1, "from": 5, "until": 5}, {"from": 0}, {"minor": 1.5}])
def test_prices_that_break_a_rule(price: dict[str, object]) -> None:
    with pytest.raises(Refused):
        PriceList.from_row({"gtin": gtin(1), "currency": "EUR", "prices": [price]})


def test_what_may_be_sold() -> None:
    one = article()
    assert must_sell(one, one.gtin) is one
    with pytest.raises(Refused, match="recalled"):
        must_sell(article(recalled=True), gtin(1))
    with pytest.raises(Refused, match="unknown_article"):
        must_sell(None, gtin(9))


def test_store_settings() -> None:
    settings = SaleSettings.from_row({"store": "LYO1", "locale": "en_GB", "cash_limit_minor": 5})
    assert (settings.language, settings.cash_limit_minor, settings.tax_rounding) == ("en", 5, "line")
    with pytest.raises(Refused):
        SaleSettings.from_row({"store": "LYO1", "tax_rounding": "never"})


def test_an_empty_catalogue_knows_nothing() -> None:
    view = Catalogue.of([], [], [])
    assert (view.article("x"), view.prices("x"), view.tax("x"), len(view.promotions)) == (None, None, None, 0)

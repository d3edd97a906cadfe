"""Amounts, dates and figures as the shop writes them."""

from datetime import UTC, datetime

import pytest

from store_app.locale import catalogue
from store_app.presenters import texts
from store_app.presenters.texts import Texts, ago, clock_time, count, date, entry_money, label, moment, money, percent
from store_app.presenters.texts import within as until

NOON = int(datetime(2026, 11, 21, 12, 0, tzinfo=UTC).timestamp() * 1000)


@pytest.fixture
def french() -> None:
    texts.use(Texts("fr", catalogue("fr"), "fr_FR", texts.zone("Europe/Paris")))


def plain(text: str) -> str:
    """Without the kinds of no-break space that locales use."""
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_money(french: None) -> None:
    assert plain(money(1250)) == "12,50 €"
    assert plain(money(-750)) == "−7,50 €"
    assert plain(money(123456, sign=True)) == "+1 234,56 €"
    assert plain(money(500, "JPY")).endswith("500 JPY") or "¥" in money(500, "JPY")
    assert plain(entry_money("1250")) == "12,50 €"
    assert plain(entry_money("")) == "0,00 €"


def test_figures(french: None) -> None:
    assert plain(count(2898)) == "2 898"
    assert plain(percent(-1550)) == "−15,5 %"
    assert plain(percent(2000, sign=True)) == "+20 %"


def test_times(french: None) -> None:
    assert clock_time(NOON) == "13:00"
    assert date(NOON) == "21/11/2026"
    assert moment(NOON).startswith("21 nov.")
    assert ago(NOON, NOON + 30_000) == "à l’instant"
    assert ago(NOON, NOON + 120_000) == "il y a 2 min"
    assert until(NOON + 18 * 60_000, NOON) == "dans 18 min"
    assert until(NOON - 6 * 60_000, NOON) == "en retard 6 min"


def test_an_unknown_zone_is_utc() -> None:
    assert texts.zone("Nowhere/At_All") is UTC


def test_labels_fall_back() -> None:
    assert label({"fr": "Bougie", "en": "Candle"}) == "Candle"
    assert label({"fr": "Bougie"}) == "Bougie"
    assert label({}, "3614270482137") == "3614270482137"
    assert label(None) == ""

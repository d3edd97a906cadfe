"""The demo's second window: it speaks the till's language, and what its buttons do is said in it."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from installer.demo.background import Background
from installer.demo.floor import Floor
from installer.demo.panel import DevicePanel, zone_name
from installer.demo.premises import Size
from installer.demo.shop import DemoShop, Wanted
from store_app.locale import catalogue
from store_app.presenters import texts
from store_app.widgets.button import Button


@pytest.fixture
def panel(qtbot: QtBot, tmp_path: Path) -> Iterator[DevicePanel]:
    texts.use(texts.Texts("fr", catalogue("fr")))
    shop = DemoShop(tmp_path, Wanted(size=Size(200, 300, 10)), lambda _text: None)
    shop.wan.start()
    shop.floor = Floor(shop.readers, shop.premises.units(), random.Random(1))
    made = DevicePanel(shop, Background(shop, 1))
    qtbot.addWidget(made)
    yield made
    shop.close()
    texts.use(texts.Texts())


def words(panel: DevicePanel) -> list[str]:
    return [button.action.text for button in panel.findChildren(Button)]


def said(panel: DevicePanel) -> str:
    return panel._log.toPlainText()


def test_it_follows_the_language_of_the_till(panel: DevicePanel, qtbot: QtBot) -> None:
    assert panel.windowTitle() == "Comptoir : appareils"
    assert "Scanner un article" in words(panel)
    texts.use(texts.Texts("en", catalogue("en")))
    qtbot.waitUntil(lambda: "Scan an article" in words(panel) and "Scanner un article" not in words(panel))
    assert panel.windowTitle() == "Comptoir: devices"


def test_what_a_button_does_is_said(panel: DevicePanel, qtbot: QtBot) -> None:
    buttons = {button.action.text: button for button in panel.findChildren(Button)}
    buttons["Couper la ligne vers le siège"].click()
    qtbot.waitUntil(lambda: "le siège est injoignable" in said(panel))
    assert panel._shop.wan.is_cut
    buttons["Imprimante : plus de papier"].click()
    qtbot.waitUntil(lambda: "le rouleau de l’imprimante est vide" in said(panel))


def test_zones_are_named_as_on_the_plan() -> None:
    texts.use(texts.Texts("fr", catalogue("fr")))
    assert (zone_name("femme"), zone_name("x")) == ("Femme", "x")

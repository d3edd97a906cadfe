"""Fixtures of the journeys: a shop of their own, opened once for each file of stories, and people at its tills."""

import gc
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.support.hands import Hands, open_till
from tests.support.shop import Shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Ledger and agent run as processes of their own; the stock is in."""
    opened = Shop(tmp_path_factory.mktemp("shop"))
    try:
        yield opened.open()
    finally:
        opened.close()


@pytest.fixture
def at_till(shop: Shop, qtbot: QtBot) -> Iterator[Callable[..., Hands]]:
    """``at_till(1)``: somebody stands at the real window of that till; it is closed after the test."""
    opened = []

    def stand(number: int = 1, **changes: object) -> Hands:
        app, devices = open_till(shop, number, **changes)
        opened.append(app)
        return Hands(qtbot, app, devices)

    yield stand
    for app in opened:
        app.window.close()
        app.stop()
        app.window.deleteLater()
    opened.clear()
    for _round in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()
        gc.collect()
    running = QApplication.instance()
    assert isinstance(running, QApplication)
    assert not [widget for widget in running.topLevelWidgets() if widget.isWindow()], "a window outlived its test"

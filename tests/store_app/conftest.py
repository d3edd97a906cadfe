"""No widget outlives its test; every test of the screens begins with the same language and look."""

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from store_app.look.theme import Density, theme
from store_app.look.tokens import LIGHT
from store_app.presenters import texts


@pytest.fixture(autouse=True)
def _no_widget_is_left() -> Iterator[None]:
    """Close and delete every top-level widget, deliver deferred deletes, collect garbage, and see that none is left."""
    texts.use(texts.Texts())
    yield
    texts.use(texts.Texts())
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        return
    for widget in app.topLevelWidgets():
        widget.close()
        widget.deleteLater()
    for _round in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()
        gc.collect()
    left = [widget for widget in app.topLevelWidgets() if widget.isWindow()]
    theme.set(LIGHT, Density.REGULAR)
    assert not left, f"widgets that outlived their test: {left}"

"""The return screen without a mouse."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from store_app.presenters.intents import ToggleReturn
from store_app.presenters.views.till import ReturnLine
from store_app.screens.returns import SoldLine


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_a_sold_line_is_chosen_by_the_keyboard(qtbot: QtBot, key: Qt.Key) -> None:
    line = SoldLine()
    qtbot.addWidget(line)
    line.render_line(ReturnLine("a", "Bougie", "180 g", "paid", "24,00 €", intent=ToggleReturn("a")))
    assert line.focusPolicy() == Qt.FocusPolicy.TabFocus
    with qtbot.waitSignal(line.asked) as asked:
        qtbot.keyClick(line, key)
    assert asked.args == [ToggleReturn("a")]


def test_a_line_that_cant_come_back_is_passed_over(qtbot: QtBot) -> None:
    line = SoldLine()
    qtbot.addWidget(line)
    line.render_line(
        ReturnLine("a", "Bougie", "180 g", "", "", intent=ToggleReturn("a"), blocked="It has come back already.")
    )
    assert line.focusPolicy() == Qt.FocusPolicy.NoFocus

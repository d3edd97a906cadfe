"""A text that doesn't fit is cut with an ellipsis, and whoever watches is told."""

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPixmap
from pytestqt.qtbot import QtBot

from store_app.look import paint
from store_app.look.theme import Size, font
from store_app.widgets.label import Label


def test_a_cut_is_noticed(qtbot: QtBot) -> None:
    picture = QPixmap(200, 40)
    painter = QPainter(picture)
    seen: list[str] = []
    paint.watch_cuts(seen)
    paint.text(painter, QRect(0, 0, 200, 40), "short", font(), "#000000")
    paint.text(painter, QRect(0, 0, 40, 40), "much too long for this", font(), "#000000")
    painter.end()
    paint.watch_cuts(None)
    assert seen == ["much too long for this"]


def test_a_figure_shrinks_before_it_is_cut(qtbot: QtBot) -> None:
    label = Label("1 234 567,00 €", size=Size.TOTAL, weight=700, shrink=True)
    qtbot.addWidget(label)
    seen: list[str] = []
    paint.watch_cuts(seen)
    label.resize(260, 60)
    label.grab()
    assert seen == []
    label.resize(30, 60)
    label.grab()
    paint.watch_cuts(None)
    assert seen == ["1 234 567,00 €"]


def test_wrapped_words_that_need_more_lines_are_noticed(qtbot: QtBot) -> None:
    label = Label("one two three four five six seven", wrap=True)
    qtbot.addWidget(label)
    seen: list[str] = []
    paint.watch_cuts(seen)
    label.resize(60, 20)
    label.grab()
    paint.watch_cuts(None)
    assert seen

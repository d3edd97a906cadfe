"""What the order screens share: the board at the left, a column at the right with the action bar below."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from store_app.look.theme import px
from store_app.screens.base import Screen, V, gap
from store_app.widgets.actions import ActionBar
from store_app.widgets.panels import Board, HeadCard


class OrderScreen(Screen[V]):
    """Board, heading, and ``column`` for what the step needs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box = QHBoxLayout(self)
        box.setContentsMargins(gap(), gap(), px(16), gap())
        box.setSpacing(px(14))
        self.board = Board()
        self.board.asked.connect(self.ask)
        self.head, self.bar = HeadCard(), ActionBar()
        self.bar.asked.connect(self.ask)
        right = QVBoxLayout()
        right.setSpacing(px(12))
        self.column = QVBoxLayout()
        self.column.setSpacing(px(12))
        right.addWidget(self.head)
        right.addLayout(self.column, 1)
        right.addWidget(self.bar)
        box.addWidget(self.board, 10)
        box.addLayout(right, 19)

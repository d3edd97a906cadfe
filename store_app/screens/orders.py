"""The orders board with the chosen order beside it."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from store_app.look.theme import px
from store_app.presenters.views.orders import OrdersView
from store_app.screens.order_base import OrderScreen
from store_app.widgets.card import Card, EmptyState
from store_app.widgets.chips import FactList
from store_app.widgets.panels import ListCard


class OrdersScreen(OrderScreen[OrdersView]):
    """Which order next?"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines, self._history = ListCard(middle=0.42, fit=True), ListCard(fit=True)
        self._facts_card = Card(padding=18)
        self._facts = FactList()
        self._facts_card.body.addWidget(self._facts)
        self._empty = EmptyState()
        self._below = QWidget()
        below = QHBoxLayout(self._below)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(px(12))
        below.addWidget(self._facts_card, 6, Qt.AlignmentFlag.AlignTop)
        below.addWidget(self._history, 7, Qt.AlignmentFlag.AlignTop)
        self.column.addWidget(self._lines, 12)
        self.column.addWidget(self._below, 5)
        self._below.setMaximumHeight(px(280))
        self.column.addStretch(1)
        self.column.addWidget(self._empty, 9)
        for part in (self._lines, self._history):
            part.asked.connect(self.ask)

    def render_view(self, view: OrdersView) -> None:
        """Show board and order."""
        nothing = view.board.empty if not view.board.cards else None
        self.board.render_board(replace(view.board, empty=None))  # said once, where there is room for it
        self.head.render_head(view.title, view.subtitle, view.chips)
        self._lines.setVisible(bool(view.lines))
        self._lines.render_list(view.lines_title, view.lines)
        self._facts_card.setVisible(bool(view.facts))
        self._facts.render_facts(view.facts)
        self._history.setVisible(bool(view.history))
        self._history.render_list(view.history_title, view.history)
        self._below.setVisible(bool(view.facts or view.history))
        self._empty.render_empty(None if view.title else nothing or view.empty)
        self.bar.render_bar(view.actions, view.primary)

"""Devices of the till and the store."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from store_app.look.theme import px
from store_app.presenters.views.stock import DevicesView
from store_app.screens.base import Screen, gap
from store_app.widgets.actions import ActionBar
from store_app.widgets.card import Card, EmptyState
from store_app.widgets.chips import FactList
from store_app.widgets.label import Label
from store_app.widgets.panels import HeadCard, ListCard
from store_app.widgets.trends import TrendChart


class DevicesScreen(Screen[DevicesView]):
    """Groups of devices at the left, the chosen one at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box = QHBoxLayout(self)
        box.setContentsMargins(gap(), gap(), px(16), gap())
        box.setSpacing(px(16))
        self._left, right = QVBoxLayout(), QVBoxLayout()
        self._left.setSpacing(px(12))
        right.setSpacing(px(12))
        self._head = HeadCard()
        self._groups: list[ListCard] = []
        self._left.addWidget(self._head)
        self._left.addStretch(0)
        self._chosen = HeadCard()
        self._facts_card, self._facts = Card(padding=18), FactList(spacing=8, columns=2)
        self._facts_card.body.addWidget(self._facts)
        self._trend_card, self._trends = Card(padding=18), TrendChart()
        self._trend_card.body.addWidget(self._trends, 1)
        self._help_card, self._help = Card(padding=16), Label(ink="muted", wrap=True)
        self._help_card.body.addWidget(self._help)
        self._empty = EmptyState()
        self.bar = ActionBar(keep_right=True)
        self.bar.asked.connect(self.ask)
        for part in (self._chosen, self._help_card, self._facts_card):
            right.addWidget(part)
        right.addWidget(self._trend_card, 20)
        right.addWidget(self._empty, 3)
        right.addStretch(0)
        right.addWidget(self.bar)
        box.addLayout(self._left, 5)
        box.addLayout(right, 7)

    def render_view(self, view: DevicesView) -> None:
        """Show the devices."""
        self._head.render_head(view.title, view.subtitle)
        while len(self._groups) < len(view.groups):
            made = ListCard(fit=True)
            made.asked.connect(self.ask)
            self._left.insertWidget(1 + len(self._groups), made, 4)
            self._groups.append(made)
        for i, card in enumerate(self._groups):
            card.setVisible(i < len(view.groups))
            if i < len(view.groups):
                card.render_list(*view.groups[i])
                self._left.setStretch(1 + i, 2 * len(view.groups[i][1]) + 1)
        self._chosen.render_head(view.chosen_title, view.chosen_subtitle, chip=view.chosen_chip)
        self._facts_card.setVisible(bool(view.facts))
        self._facts.render_facts(view.facts)
        self._trend_card.setVisible(view.trends is not None)
        self._trends.render_trends(view.trends)
        self._trend_card.setMaximumHeight(self._trends.sizeHint().height() + px(32))
        self._help.set(view.help)
        self._help_card.setVisible(bool(view.help))
        self._empty.render_empty(None if view.chosen_title else view.empty)
        self.bar.render_bar(view.actions, view.primary)

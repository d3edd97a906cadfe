"""Devices of the till and the store."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from store_app.look.theme import Size, px
from store_app.presenters.views.stock import DevicesView
from store_app.screens.base import Screen, gap
from store_app.widgets.actions import ActionBar
from store_app.widgets.card import Card, EmptyState
from store_app.widgets.charts import BarChart
from store_app.widgets.chips import FactList
from store_app.widgets.label import Label
from store_app.widgets.panels import HeadCard, ListCard


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
        self._left.addStretch(1)
        self._chosen = HeadCard()
        self._facts_card, self._facts = Card(padding=18), FactList(spacing=10)
        self._facts_card.body.addWidget(self._facts)
        self._antenna_card, self._antennas = Card(padding=18), BarChart()
        self._antenna_card.body.addWidget(self._antennas, 1)
        self._antenna_card.setMaximumHeight(px(340))
        self._help, self._empty = Label(size=Size.SMALL, ink="muted", wrap=True), EmptyState()
        self.bar = ActionBar()
        self.bar.asked.connect(self.ask)
        for part in (self._chosen, self._facts_card):
            right.addWidget(part)
        right.addWidget(self._antenna_card, 3)
        right.addWidget(self._help)
        right.addWidget(self._empty, 3)
        right.addStretch(1)
        right.addWidget(self.bar)
        box.addLayout(self._left, 6)
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
        self._antenna_card.setVisible(view.antennas is not None)
        self._antennas.render_bars(view.antennas)
        self._help.set(view.help)
        self._empty.render_empty(None if view.chosen_title else view.empty)
        self.bar.render_bar(view.actions, view.primary)

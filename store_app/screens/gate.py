"""Alarms at the exit and exceptions of stock."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from store_app.look.theme import Size, px
from store_app.presenters.views.stock import GateView
from store_app.screens.base import Screen, gap
from store_app.widgets.actions import ActionBar
from store_app.widgets.card import Card, EmptyState
from store_app.widgets.charts import BarChart
from store_app.widgets.chips import FactList
from store_app.widgets.label import Label
from store_app.widgets.panels import HeadCard, ListCard


class GateScreen(Screen[GateView]):
    """The list at the left, the chosen one at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box = QHBoxLayout(self)
        box.setContentsMargins(gap(), gap(), px(16), gap())
        box.setSpacing(px(16))
        left, right = QVBoxLayout(), QVBoxLayout()
        left.setSpacing(px(12))
        right.setSpacing(px(12))
        self._head = HeadCard()
        self.alarms, self.exceptions = ListCard(fit=True), ListCard(fit=True)
        for part in (self.alarms, self.exceptions):
            part.asked.connect(self.ask)
        left.addWidget(self._head)
        left.addWidget(self.alarms, 9)
        left.addWidget(self.exceptions, 6)
        left.addStretch(1)
        self._chosen = HeadCard()
        self._facts_card, self._facts = Card(padding=18), FactList(spacing=10)
        self._help = Label(size=Size.SMALL, ink="muted", wrap=True)
        self._facts_card.body.addWidget(self._facts)
        self._facts_card.body.addWidget(self._help)
        self._passages_card, self._passages = Card(padding=18), BarChart()
        self._passages_card.body.addWidget(self._passages, 1)
        self._passages_card.setMaximumHeight(px(320))
        self._empty = EmptyState()
        self.bar = ActionBar()
        self.bar.asked.connect(self.ask)
        right.addWidget(self._chosen)
        right.addWidget(self._facts_card)
        right.addWidget(self._empty, 2)
        right.addWidget(self._passages_card, 3)
        right.addStretch(1)
        right.addWidget(self.bar)
        box.addLayout(left, 6)
        box.addLayout(right, 7)

    def render_view(self, view: GateView) -> None:
        """Show alarms and exceptions."""
        self._head.render_head(view.title, view.subtitle, chip=view.chip)
        self.alarms.setVisible(bool(view.alarms_title))
        self.alarms.render_list(view.alarms_title, view.alarms, view.empty if not view.alarms else None)
        self.exceptions.setVisible(bool(view.exceptions))
        self.exceptions.render_list(view.exceptions_title, view.exceptions)
        self._chosen.render_head(view.chosen_title, view.chosen_subtitle, chip=view.chosen_chip)
        self._facts_card.setVisible(bool(view.facts))
        self._facts.render_facts(view.facts)
        self._help.set(view.help)
        self._empty.render_empty(view.empty if not view.chosen_title and not view.alarms_title else None)
        self._passages_card.setVisible(view.passages is not None)
        self._passages.render_bars(view.passages)
        self.bar.render_bar(view.actions, view.primary)

"""The exit gate: alarms, exceptions of stock, who passes, and why."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from store_app.look.theme import Density, Size, px, theme
from store_app.presenters.views.stock import GateView
from store_app.screens.base import Screen, gap
from store_app.widgets.actions import ActionBar
from store_app.widgets.card import Banner, Card, EmptyState
from store_app.widgets.charts import BarChart
from store_app.widgets.chips import FactList
from store_app.widgets.label import Label
from store_app.widgets.panels import HeadCard, ListCard


class GateScreen(Screen[GateView]):
    """Lists at the left, the chosen one at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box = QHBoxLayout(self)
        box.setContentsMargins(gap(), gap(), px(16), gap())
        box.setSpacing(px(16))
        self._left, right = QVBoxLayout(), QVBoxLayout()
        self._left.setSpacing(px(12))
        right.setSpacing(px(12))
        self._head, self._notice = HeadCard(), Banner()
        self.alarms, self.exceptions, self.passed = ListCard(fit=True), ListCard(fit=True), ListCard(fit=True)
        self._left.addWidget(self._head)
        self._left.addWidget(self._notice)
        for part in (self.alarms, self.exceptions, self.passed):
            part.asked.connect(self.ask)
            self._left.addWidget(part, 1)
        self._left.addStretch(0)
        self._chosen = HeadCard()
        self._facts_card, self._facts = Card(padding=18), FactList(spacing=8)
        self._facts_card.body.addWidget(self._facts)
        self._story_card, self._story = Card(padding=18), FactList(spacing=8, wrap=True)
        self._story_title = Label(weight=600)
        self._story_card.body.addWidget(self._story_title)
        self._story_card.body.addWidget(self._story)
        self._help = Label(size=Size.SMALL, ink="muted", wrap=True)
        self._passages_card, self._passages = Card(padding=18), BarChart()
        self._passages_card.body.addWidget(self._passages, 1)
        self._passages_card.setMaximumHeight(px(240))
        self._empty = EmptyState()
        self.bar = ActionBar(keep_right=True)
        self.bar.asked.connect(self.ask)
        for panel in (self._chosen, self._facts_card, self._story_card, self._help):
            right.addWidget(panel)
        right.addWidget(self._empty, 2)
        right.addWidget(self._passages_card, 20)
        right.addStretch(1)
        right.addWidget(self.bar)
        box.addLayout(self._left, 6)
        box.addLayout(right, 7)

    def render_view(self, view: GateView) -> None:
        """Show who passes, alarms and exceptions."""
        self._head.render_head(view.title, view.subtitle, chip=view.chip)
        self._notice.render_banner(view.notice)
        self.alarms.setVisible(bool(view.alarms))
        self.alarms.render_list(view.alarms_title, view.alarms)
        self.exceptions.setVisible(bool(view.exceptions))
        self.exceptions.render_list(view.exceptions_title, view.exceptions)
        empty = None if view.passed else view.passed_empty
        self.passed.setVisible(bool(view.passed) or empty is not None)
        self.passed.render_list(view.passed_title, view.passed, empty, view.passed_value)
        for place, rows in enumerate((view.alarms, view.exceptions, view.passed), 2):
            self._left.setStretch(place, min(len(rows), 5) + 1 if rows else int(place == 4))
        self._chosen.render_head(view.chosen_title, view.chosen_subtitle, chip=view.chosen_chip)
        self._facts_card.setVisible(bool(view.facts))
        self._facts.render_facts(view.facts)
        self._story_card.setVisible(bool(view.story))
        self._story_title.set(view.story_title)
        self._story.render_facts(view.story)
        self._help.set(view.help)
        self._empty.render_empty(view.empty if not view.chosen_title else None)
        crowded = bool(view.story) and theme.density is not Density.ROOMY
        self._passages_card.setVisible(view.passages is not None and not crowded)
        self._passages.render_bars(view.passages)
        self.bar.render_bar(view.actions, view.primary)

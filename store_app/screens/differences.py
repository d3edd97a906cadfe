"""A finished count before it is approved: every difference with its decision, accuracy over weeks."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from store_app.look.theme import px
from store_app.presenters.views.stock import DifferencesView
from store_app.screens.base import Screen, gap
from store_app.widgets.actions import ActionBar, ActionRow
from store_app.widgets.button import Kind
from store_app.widgets.card import Card
from store_app.widgets.charts import BarChart
from store_app.widgets.chips import KpiRow
from store_app.widgets.diffs import DiffCard
from store_app.widgets.panels import HeadCard, ListCard


class DifferencesScreen(Screen[DifferencesView]):
    """Decide, then approve."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box = QHBoxLayout(self)
        box.setContentsMargins(gap(), gap(), px(16), gap())
        box.setSpacing(px(16))
        left, right = QVBoxLayout(), QVBoxLayout()
        left.setSpacing(px(12))
        right.setSpacing(px(12))
        self._accuracy_card, self._accuracy = Card(padding=18), BarChart()
        self._accuracy_card.body.addWidget(self._accuracy, 1)
        self._accuracy_card.setMaximumHeight(px(320))
        self._sessions = ListCard()
        self._sessions.asked.connect(self.ask)
        left.addWidget(self._sessions, 3)
        left.addWidget(self._accuracy_card, 2)
        self._head, self._kpis = HeadCard(), KpiRow()
        self._filters = ActionRow(kind=Kind.SOFT, equal=False)
        self._filters.asked.connect(self.ask)
        filters = QHBoxLayout()
        filters.addWidget(self._filters)
        filters.addStretch(1)
        self.diffs = DiffCard()
        self.diffs.asked.connect(self.ask)
        self.bar = ActionBar()
        self.bar.asked.connect(self.ask)
        right.addWidget(self._head)
        right.addWidget(self._kpis)
        right.addLayout(filters)
        right.addWidget(self.diffs, 1)
        right.addWidget(self.bar)
        box.addLayout(left, 4)
        box.addLayout(right, 9)

    def render_view(self, view: DifferencesView) -> None:
        """Show the differences."""
        self._sessions.setVisible(bool(view.sessions))
        self._sessions.render_list(view.sessions_title, view.sessions)
        self._accuracy_card.setVisible(view.accuracy is not None)
        self._accuracy.render_bars(view.accuracy)
        self._head.render_head(view.title, view.subtitle)
        self._kpis.render_kpis(view.kpis)
        self._filters.render_actions(view.filters)
        self.diffs.render_diffs(view.summary, "", view.diffs, view.empty)
        self.bar.render_bar(view.actions, view.primary)

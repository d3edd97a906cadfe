"""The pick list in walk order, with the signal of the article that is looked for."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from store_app.look.theme import Size, px
from store_app.presenters.views.orders import PickView
from store_app.screens.order_base import OrderScreen
from store_app.widgets.actions import ActionRow
from store_app.widgets.card import Card
from store_app.widgets.charts import LevelBars
from store_app.widgets.label import Label
from store_app.widgets.panels import ListCard


class PickScreen(OrderScreen[PickView]):
    """Find, scan, next."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines = ListCard(middle=0.46, fit=True)
        self.lines.asked.connect(self.ask)
        self._lower = Card(padding=18)
        row = QHBoxLayout()
        row.setSpacing(px(18))
        self._locate = QWidget()
        left = QVBoxLayout(self._locate)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(px(6))
        self._locate_title, self._word = Label(ink="muted"), Label(size=Size.FIGURE, weight=700, shrink=True)
        self._levels, self._detail = LevelBars(), Label(ink="muted", wrap=True)
        for widget in (self._locate_title, self._word):
            left.addWidget(widget)
        left.addWidget(self._levels, 1)
        left.addWidget(self._detail)
        right = QVBoxLayout()
        right.setSpacing(px(10))
        self._side = ActionRow(vertical=True, small=True)
        self._side.asked.connect(self.ask)
        self._help = Label(size=Size.SMALL, ink="muted", wrap=True)
        right.addWidget(self._side)
        right.addWidget(self._help)
        right.addStretch(1)
        row.addWidget(self._locate, 4)
        row.addLayout(right, 3)
        self._lower.body.addLayout(row, 1)
        self.column.addWidget(self.lines, 4)
        self.column.addWidget(self._lower, 3)

    def render_view(self, view: PickView) -> None:
        """Show the list."""
        self.board.render_board(view.board)
        self.head.render_head(view.title, view.subtitle, progress=view.progress)
        self.lines.render_list("", view.lines)
        locate = view.locate
        self._locate.setVisible(locate is not None)
        if locate:
            self._locate_title.set(locate.title)
            self._word.set(locate.word)
            self._levels.set(locate.levels)
            self._detail.set(locate.detail)
        self._side.render_actions(view.side_actions)
        self._help.set(view.help)
        self._lower.setVisible(bool(locate or view.side_actions or view.help))
        self.bar.render_bar(view.actions, view.primary)

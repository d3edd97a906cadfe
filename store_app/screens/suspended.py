"""Baskets set aside in this store; the chosen one is shown whole."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from store_app.look.theme import px
from store_app.presenters.views.till import SuspendedView
from store_app.screens.base import Screen, gap, stack, two_columns
from store_app.widgets.actions import ActionBar
from store_app.widgets.basket import BasketPane
from store_app.widgets.panels import ListCard


class SuspendedScreen(Screen[SuspendedView]):
    """Suspended baskets."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, px(2), gap())
        outer.setSpacing(0)
        self.list = ListCard()
        self.list.asked.connect(self.ask)
        self.preview = BasketPane(actions=False)
        body = QWidget()
        self._beside, _column = stack((self.preview, 1))
        two_columns(body, self.list, self._beside, (1, 1))
        self.bar = ActionBar(keep_right=True)
        self.bar.asked.connect(self.ask)
        outer.addWidget(body, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(gap(), 0, gap(), 0)
        foot.addWidget(self.bar)
        outer.addLayout(foot)

    def render_view(self, view: SuspendedView) -> None:
        """Show them."""
        self.list.render_list(view.title, view.rows, view.empty)
        self._beside.setVisible(view.preview is not None)
        self.preview.render_basket(view.preview)
        self.bar.render_bar(view.actions, view.primary)

"""What the search found; the basket stays in view in till mode."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from store_app.look.theme import px
from store_app.presenters.views.till import SearchView
from store_app.screens.base import Screen, gap
from store_app.widgets.actions import ActionBar
from store_app.widgets.basket import BasketPane
from store_app.widgets.panels import ListCard
from store_app.widgets.product import ProductPanel


class SearchScreen(Screen[SearchView]):
    """Results at the left, the chosen article at the right; or basket, then results above the article."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box = QHBoxLayout(self)
        box.setContentsMargins(gap(), gap(), px(16), gap())
        box.setSpacing(px(16))
        self.basket = BasketPane(actions=False)
        self.basket.asked.connect(self.ask)
        right = QVBoxLayout()
        right.setSpacing(px(12))
        self.results = ListCard()
        self.results.asked.connect(self.ask)
        self.product = ProductPanel()
        self.product.asked.connect(self.ask)
        self.bar = ActionBar(keep_right=True)
        self.bar.asked.connect(self.ask)
        right.addWidget(self.results, 6)
        right.addWidget(self.product, 5)
        right.addWidget(self.bar)
        box.addWidget(self.basket, 7)
        box.addLayout(right, 8)

    def render_view(self, view: SearchView) -> None:
        """Show the results."""
        self.basket.render_basket(view.basket)
        self.results.render_list(view.summary, view.results, view.empty)
        self.product.render_product(view.product)
        self.bar.render_bar(view.actions, view.primary)

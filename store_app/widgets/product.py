"""The card of one article: price, prior price, stock here and elsewhere, variants."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from store_app.look.theme import Size, px
from store_app.presenters.views.till import ProductCard
from store_app.widgets.actions import ActionRow
from store_app.widgets.card import Card
from store_app.widgets.chips import ChipRow, FactList
from store_app.widgets.label import Label
from store_app.widgets.panels import ListCard


class ProductPanel(QWidget):
    """One article whole."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(px(12))
        card = Card(padding=18, spacing=6)
        first = QHBoxLayout()
        first.setSpacing(px(16))
        names, price = QVBoxLayout(), QVBoxLayout()
        for column in (names, price):
            column.setSpacing(px(2))
        self._name, self._variant = Label(size=Size.TITLE, weight=700, wrap=True), Label(ink="muted", wrap=True)
        right = Qt.AlignmentFlag.AlignRight
        self._price = Label(size=Size.FIGURE, weight=700, shrink=True, align=right)
        self._prior = Label(size=Size.SMALL, ink="muted", align=right)
        names.addWidget(self._name)
        names.addWidget(self._variant)
        names.addStretch(1)
        price.addWidget(self._price)
        price.addWidget(self._prior)
        first.addLayout(names, 1)
        first.addLayout(price)
        self._chips, self._facts = ChipRow(), FactList()
        self._variants_title, self._variants = Label(size=Size.SMALL, weight=600, ink="muted"), ChipRow()
        self._actions = ActionRow(small=True)
        self._actions.asked.connect(self.asked)
        card.body.addLayout(first)
        for widget in (self._chips, self._facts, self._variants_title, self._variants):
            card.body.addWidget(widget)
        card.body.addSpacing(px(4))
        card.body.addWidget(self._actions)
        self._stock = ListCard(fit=True)
        self._stock.asked.connect(self.asked)
        box.addWidget(card)
        box.addWidget(self._stock, 1)

    def render_product(self, product: ProductCard | None) -> None:
        """Show an article, or nothing."""
        self.setVisible(product is not None)
        if product is None:
            return
        self._name.set(product.name)
        self._variant.set(product.variant)
        self._price.set(product.price)
        self._prior.set(product.prior)
        self._chips.render_chips(product.chips)
        self._facts.render_facts(product.facts)
        self._variants_title.set(product.variants_title)
        self._variants.render_chips(product.variants)
        self._actions.render_actions(product.actions)
        self._stock.setVisible(bool(product.stock))
        self._stock.render_list(product.stock_title, product.stock)

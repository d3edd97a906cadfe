"""Putting the packed order away: choose or scan a bin, then ready."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QSizePolicy, QWidget

from store_app.look import paint
from store_app.look.theme import Size, colour, font, px
from store_app.presenters.views.orders import Bin, StageView
from store_app.screens.order_base import OrderScreen
from store_app.widgets.card import Card
from store_app.widgets.label import Label
from store_app.widgets.panels import ListCard


class BinButton(QAbstractButton):
    """One place for ready orders."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bin = Bin("", "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self._on_clicked)

    def render_bin(self, bin_: Bin) -> None:
        """Show another."""
        self._bin = bin_
        self.setText(bin_.text)
        self.setAccessibleName(f"{bin_.text} {bin_.detail}")
        self.setEnabled(bin_.enabled)
        self.update()

    def _on_clicked(self) -> None:
        self.asked.emit(self._bin.intent)

    def sizeHint(self) -> QSize:  # Qt's name
        """A tile."""
        return QSize(px(120), px(72))

    def minimumSizeHint(self) -> QSize:  # Qt's name
        """Never below a finger."""
        return QSize(px(80), 50)

    def paintEvent(self, event: QPaintEvent) -> None:  # Qt's name
        """Number and what lies there."""
        painter = QPainter(self)
        chosen, on = self._bin.selected, self.isEnabled()
        edge = "primary" if chosen or self.hasFocus() else "line"
        fill = "primary_soft" if chosen or self.isDown() else "surface" if on else "soft"
        paint.box(painter, QRectF(self.rect()), px(12), colour(fill), colour(edge), 2 if chosen else 1)
        big, small = font(Size.TITLE, 600), font(Size.SMALL)
        ink = colour("ink" if on else "muted")
        tall = paint.line_height(big) + (paint.line_height(small) if self._bin.detail else 0)
        top = (self.height() - tall) // 2
        line = QRect(px(8), top, self.width() - px(16), paint.line_height(big))
        paint.text(painter, line, self._bin.text, big, ink, paint.CENTER)
        below = QRect(px(8), line.bottom(), line.width(), paint.line_height(small) + 2)
        paint.text(painter, below, self._bin.detail, small, colour("muted"), paint.CENTER)


class StageScreen(OrderScreen[StageView]):
    """Bins in a grid, the steps beneath."""

    COLUMNS = 4

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        card = Card(padding=18)
        self._title = Label(weight=600)
        self._grid = QGridLayout()
        self._grid.setSpacing(px(10))
        self._bins: list[BinButton] = []
        self._help = Label(size=Size.SMALL, ink="muted", wrap=True)
        card.body.addWidget(self._title)
        card.body.addLayout(self._grid, 1)
        card.body.addWidget(self._help)
        self._steps = ListCard(fit=True)
        self.column.addWidget(card, 1)
        self.column.addWidget(self._steps)

    def render_view(self, view: StageView) -> None:
        """Show the bins."""
        self.board.render_board(view.board)
        self.head.render_head(view.title, view.subtitle)
        self._title.set(view.bins_title)
        while len(self._bins) < len(view.bins):
            made = BinButton()
            made.asked.connect(self.ask)
            self._grid.addWidget(made, len(self._bins) // self.COLUMNS, len(self._bins) % self.COLUMNS)
            self._bins.append(made)
        for i, button in enumerate(self._bins):
            button.setVisible(i < len(view.bins))
            if i < len(view.bins):
                button.render_bin(view.bins[i])
        self._help.set(view.help)
        self._steps.setVisible(bool(view.steps))
        self._steps.render_list("", view.steps)
        self.bar.render_bar(view.actions, view.primary)

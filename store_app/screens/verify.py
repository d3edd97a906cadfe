"""The tote against the order: expected and read must be the same set."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from store_app.look.theme import Size
from store_app.presenters.views.orders import VerifyView
from store_app.screens.order_base import OrderScreen
from store_app.widgets.chips import ChipLabel, KpiRow
from store_app.widgets.label import Label
from store_app.widgets.panels import ListCard


class VerifyScreen(OrderScreen[VerifyView]):
    """What is missing, what doesn't belong."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kpis = KpiRow()
        self._lines, self._foreign = ListCard(middle=0.44, fit=True), ListCard(fit=True)
        self._verdict, self._help = ChipLabel(), Label(size=Size.SMALL, ink="muted", wrap=True)
        self.column.addWidget(self._kpis)
        self.column.addWidget(self._lines, 12)
        self.column.addWidget(self._foreign, 6)
        self.column.addWidget(self._verdict, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addWidget(self._help)
        self.column.addStretch(1)
        for part in (self._lines, self._foreign):
            part.asked.connect(self.ask)

    def render_view(self, view: VerifyView) -> None:
        """Show the comparison."""
        self.board.render_board(view.board)
        self.head.render_head(view.title, view.subtitle, progress=view.progress)
        self._kpis.render_kpis(view.kpis)
        self._lines.render_list("", view.lines)
        self._foreign.setVisible(bool(view.foreign))
        self._foreign.render_list(view.foreign_title, view.foreign)
        self._verdict.set(view.verdict)
        self._help.set(view.help)
        self.bar.render_bar(view.actions, view.primary)

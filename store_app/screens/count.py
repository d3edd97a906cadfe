"""A count, live: zones, figures, the curve of new tags, differences to decide."""

from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QHBoxLayout, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from store_app.look import paint
from store_app.look.theme import Size, colour, font, px, theme
from store_app.models.rows import ROW
from store_app.presenters.views.parts import Tone
from store_app.presenters.views.stock import CountView, ZoneRow
from store_app.screens.base import Screen, gap
from store_app.widgets.actions import ActionBar
from store_app.widgets.card import Card, EmptyState
from store_app.widgets.charts import CurveChart
from store_app.widgets.chips import KpiRow
from store_app.widgets.diffs import DiffCard
from store_app.widgets.label import Label
from store_app.widgets.lists import Index, ItemList, card_frame


class ZoneDelegate(QStyledItemDelegate):
    """Paints a zone: name, found of expected, bar."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # Qt's name
        """One line and a bar."""
        return QSize(100, paint.line_height(font(Size.BODY, 600)) + px(8) + px(34))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One zone."""
        zone: ZoneRow = index.data(ROW)
        area: QRect = option.rect
        painter.save()
        frame = card_frame(option.widget)
        if zone.selected and frame is not None:
            paint.clipped_fill(painter, QRectF(area), frame, px(14), colour("primary_soft"))
        if index.row() < index.model().rowCount() - 1:
            paint.rule(painter, area.left(), area.right(), area.bottom())
        inner = area.adjusted(px(16), px(11), -px(16), -px(14))
        bold = font(Size.BODY, 600)
        line = QRect(inner.left(), inner.top(), inner.width(), paint.line_height(bold))
        expected = f" / {zone.expected}" if zone.expected else ""
        wide = paint.text(painter, line, expected, font(), colour("muted"), paint.RIGHT)
        wide += paint.text(painter, line.adjusted(0, 0, -wide, 0), zone.found, font(), colour("ink"), paint.RIGHT)
        if zone.tone is Tone.WARN:
            side = px(18)
            at = QRect(line.right() - wide - px(8) - side, line.center().y() - side // 2 + 1, side, side)
            paint.icon(painter, "warning", paint.tone_ink(zone.tone), at)
            wide += px(8) + side
        paint.text(painter, line.adjusted(0, 0, -wide - px(8), 0), zone.name, bold, colour("ink"))
        bar = QRectF(inner.left(), inner.bottom() - px(8), inner.width(), px(8))
        paint.box(painter, bar, px(4), colour("track"))
        if zone.fraction > 0:
            fill = QRectF(bar)
            fill.setWidth(max(bar.height(), bar.width() * min(1.0, zone.fraction)))
            paint.box(painter, fill, px(4), QColor(theme.tokens.tone(zone.tone)[0]))
        painter.restore()


class CountScreen(Screen[CountView]):
    """Zones at the left; figures, curve and differences at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box = QHBoxLayout(self)
        box.setContentsMargins(gap(), gap(), px(16), gap())
        box.setSpacing(px(16))
        left, right = QVBoxLayout(), QVBoxLayout()
        left.setSpacing(px(12))
        right.setSpacing(px(12))
        head = Card(padding=16, spacing=2)
        self._title, self._subtitle = Label(size=Size.TITLE, weight=700, wrap=True), Label(ink="muted", wrap=True)
        head.body.addWidget(self._title)
        head.body.addWidget(self._subtitle)
        self._zone_card = Card(padding=0, spacing=0)
        self.zones: ItemList[ZoneRow] = ItemList(ZoneDelegate())
        self.zones.asked.connect(self.ask)
        self._zone_card.body.addWidget(self.zones)
        left.addWidget(head)
        left.addWidget(self._zone_card, 1)
        left.addStretch(0)
        self._left = left
        self.kpis = KpiRow()
        self._curve_card = Card(padding=18)
        self._curve = CurveChart()
        self._curve_card.body.addWidget(self._curve, 1)
        self.diffs, self._empty = DiffCard(), EmptyState()
        self.diffs.asked.connect(self.ask)
        self.bar = ActionBar(keep_right=True)
        self.bar.asked.connect(self.ask)
        right.addWidget(self.kpis)
        right.addWidget(self._curve_card, 5)
        right.addWidget(self.diffs, 5)
        right.addWidget(self._empty, 8)
        right.addWidget(self.bar)
        box.addLayout(left, 4)
        box.addLayout(right, 9)

    def render_view(self, view: CountView) -> None:
        """Show the count."""
        self._title.set(view.title)
        self._subtitle.set(view.subtitle)
        self.zones.show_rows(view.zones)
        self._zone_card.setMaximumHeight(self.zones.content_height() + 3)
        self._left.setStretch(2, 1)
        self._left.setStretch(1, 50)
        self.kpis.render_kpis(view.kpis)
        self._curve_card.setVisible(view.curve is not None)
        self._curve.render_curve(view.curve)
        self.diffs.setVisible(bool(view.diffs) or view.diffs_empty is not None)
        self.diffs.render_diffs(view.diffs_title, view.diffs_value, view.diffs, view.diffs_empty)
        self._empty.render_empty(view.empty)
        self.bar.render_bar(view.actions, view.primary)

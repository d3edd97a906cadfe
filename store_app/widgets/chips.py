"""Chips, progress bars, key figures and facts as widgets."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QWidget

from store_app.look import paint
from store_app.look.theme import Density, Size, colour, px, theme
from store_app.presenters.views.parts import Chip, Fact, Kpi, Progress, Tone
from store_app.widgets.card import Card, clear
from store_app.widgets.label import Label, tone_token


class ChipLabel(QWidget):
    """One chip."""

    def __init__(self, chip: Chip | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chip = chip
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)
        self.set(chip)

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def set(self, chip: Chip | None) -> None:
        """Show this chip, or nothing."""
        self._chip = chip
        self.setVisible(chip is not None)
        self.setAccessibleName(chip.text if chip else "")
        self._restyle()

    def sizeHint(self) -> QSize:  # Qt's name
        """The chip's size."""
        return paint.chip_size(self._chip) if self._chip else QSize(0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:  # Qt's name
        """Draw it."""
        if self._chip:
            paint.draw_chip(QPainter(self), self.rect(), self._chip)


class ChipRow(QWidget):
    """Chips beside one another."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(px(8))
        self._chips: tuple[Chip, ...] | None = None

    def render_chips(self, chips: tuple[Chip, ...]) -> None:
        """Show these chips."""
        if chips == self._chips:
            return
        self._chips = chips
        clear(self._row)
        for chip in chips:
            self._row.addWidget(ChipLabel(chip))
        self._row.addStretch(1)
        self.setVisible(bool(chips))


class ProgressBar(QWidget):
    """A slim rounded bar."""

    def __init__(self, height: int = 8, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._height, self._fraction, self._tone = height, 0.0, Tone.GOOD
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set(self, fraction: float, tone: Tone = Tone.GOOD) -> None:
        """How far, from 0 to 1."""
        self._fraction, self._tone = min(1.0, max(0.0, fraction)), tone
        self.update()

    def sizeHint(self) -> QSize:  # Qt's name
        """As wide as there is room."""
        return QSize(px(120), px(self._height))

    def paintEvent(self, event: QPaintEvent) -> None:  # Qt's name
        """Track and fill."""
        painter = QPainter(self)
        area = QRectF(self.rect())
        paint.box(painter, area, area.height() / 2, colour("track"))
        if self._fraction > 0:
            wide = max(area.height(), area.width() * self._fraction)
            fill = QRectF(area.x(), area.y(), wide, area.height())
            paint.box(painter, fill, area.height() / 2, QColor(theme.tokens.tone(self._tone)[0]))


class ProgressLine(QWidget):
    """A bar with its words beneath."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box = QGridLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setVerticalSpacing(px(4))
        self._bar, self._text = ProgressBar(), Label(size=Size.SMALL, ink="muted")
        box.addWidget(self._bar, 0, 0)
        box.addWidget(self._text, 1, 0)

    def render_progress(self, progress: Progress | None) -> None:
        """Show it, or nothing."""
        self.setVisible(progress is not None)
        if progress:
            self._bar.set(progress.fraction, progress.tone)
            self._text.set(progress.text)


class KpiCard(Card):
    """One key figure on a card."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(padding=16, spacing=2, parent=parent)
        self._label = Label(ink="muted")
        self._value = Label(size=Size.FIGURE, weight=700, shrink=True)
        self._chip = ChipLabel()
        for widget in (self._label, self._value):
            self.body.addWidget(widget)
        self.body.addWidget(self._chip, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addStretch(1)

    def render_kpi(self, kpi: Kpi) -> None:
        """Show it."""
        self._label.set(kpi.label)
        self._value.set(kpi.value)
        self._chip.set(kpi.chip)

    def steps_down(self, width: int) -> int:
        """How many steps of the scale its figure must go down to fit."""
        return self._value.face_for(width)

    def go_down(self, steps: int) -> None:
        """Write the figure smaller by so many steps."""
        self._value.go_down(steps)


class KpiRow(QWidget):
    """Key figures beside one another, equally wide."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._cards: list[KpiCard] = []

    def render_kpis(self, kpis: Sequence[Kpi]) -> None:
        """Show these."""
        self._row.setSpacing(px(12) if theme.density is not Density.COMPACT else 8)
        while len(self._cards) < len(kpis):
            self._cards.append(KpiCard())
            self._row.addWidget(self._cards[-1], 1)
        for i, card in enumerate(self._cards):
            card.setVisible(i < len(kpis))
            if i < len(kpis):
                card.render_kpi(kpis[i])
        self.setVisible(bool(kpis))
        self._level()

    def resizeEvent(self, event: QResizeEvent) -> None:  # Qt's name
        """Another width may need another size."""
        super().resizeEvent(event)
        self._level()

    def _level(self) -> None:
        """Figures that are compared are written in one size: that of the longest."""
        shown = [card for card in self._cards if not card.isHidden()]
        if shown:
            wide = (self.width() - self._row.spacing() * (len(shown) - 1)) // len(shown) - 2 * px(16) - 2
            steps = max(card.steps_down(wide) for card in shown)
            for card in shown:
                card.go_down(steps)


FEW = 4
"""facts that don't need a second column"""


WIDEST_VALUE = 150
"""of a value in two columns that isn't cut, however narrow its column"""


class FactList(QWidget):
    """Labels at the left, values at the right, one a line; with ``columns`` beside one another, top to bottom.

    With ``wrap`` a long value takes more lines, else it is cut.
    """

    def __init__(
        self, *, spacing: int = 8, columns: int = 1, wrap: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(px(spacing))
        self._grid.setHorizontalSpacing(px(14))
        self._columns, self._wrap = columns, wrap
        self._facts: tuple[Fact, ...] | None = None

    def render_facts(self, facts: tuple[Fact, ...]) -> None:
        """Show these."""
        self.setVisible(bool(facts))
        if facts == self._facts:
            return
        self._facts = facts
        clear(self._grid)
        columns = self._columns if len(facts) > FEW else 1
        for column in range(self._columns):
            # the value takes what the label leaves: a label is never cut
            self._grid.setColumnStretch(3 * column, 0 if self._wrap or columns > 1 else int(column < columns))
            if column:
                self._grid.setColumnMinimumWidth(3 * column - 1, px(20) if column < columns else 0)
            self._grid.setColumnStretch(3 * column + 1, int(self._wrap or (columns > 1 and column < columns)))
        lines = -(-len(facts) // columns)
        for i, fact in enumerate(facts):
            column, line = divmod(i, lines)
            weight = 600 if fact.strong else 500
            name = Label(fact.label, ink="muted")
            right = Qt.AlignmentFlag.AlignRight
            value = Label(fact.value, weight=weight, align=right, ink=tone_token(fact.tone), wrap=self._wrap)
            if columns > 1:
                name.setMinimumWidth(name.sizeHint().width())
                value.setMinimumWidth(min(value.sizeHint().width(), px(WIDEST_VALUE)))
            self._grid.addWidget(name, line, 3 * column)
            if self._wrap:
                value.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
            self._grid.addWidget(value, line, 3 * column + 1)


class Dots(QWidget):
    """Dots of a PIN: ``filled`` of ``length``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._filled, self._length = 0, 4
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set(self, filled: int, length: int) -> None:
        """How many are full."""
        self._filled, self._length = filled, max(length, filled)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # Qt's name
        """One dot and a gap each."""
        return QSize(self._length * px(32), px(28))

    def paintEvent(self, event: QPaintEvent) -> None:  # Qt's name
        """Draw them in the middle."""
        painter = QPainter(self)
        step, side = px(32), px(16)
        left = (self.width() - self._length * step) // 2 + (step - side) // 2
        top = (self.height() - side) // 2
        for i in range(self._length):
            full = i < self._filled
            area = QRectF(QRect(left + i * step, top, side, side))
            fill, line = (colour("primary"), None) if full else (None, colour("muted"))
            paint.box(painter, area, side / 2, fill, line, 1.5)

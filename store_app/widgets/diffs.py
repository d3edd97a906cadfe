"""Differences of a count: rows with buttons that decide."""

from itertools import zip_longest

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from store_app.look.theme import Size, px
from store_app.presenters.views.parts import Empty
from store_app.presenters.views.stock import DiffRow
from store_app.widgets.actions import ActionRow
from store_app.widgets.button import Kind
from store_app.widgets.card import Card, EmptyState, Rule, clear
from store_app.widgets.chips import ChipLabel
from store_app.widgets.label import Label


class DiffLine(QWidget):
    """One difference."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        line = QHBoxLayout(self)
        line.setContentsMargins(px(18), px(8), px(18), px(8))
        line.setSpacing(px(12))
        words, chip = QVBoxLayout(), QVBoxLayout()
        words.setSpacing(px(2))
        self._name, self._detail = Label(weight=600, wrap=True), Label(size=Size.SMALL, ink="muted")
        words.addWidget(self._name)
        words.addWidget(self._detail)
        self._chip, self._place = ChipLabel(), Label(ink="muted", wrap=True)
        chip.addWidget(self._chip, 0, Qt.AlignmentFlag.AlignLeft)
        self._ends = QWidget()
        self._decisions = ActionRow(kind=Kind.SOFT, equal=False)
        self._decisions.asked.connect(self.asked)
        ends = QHBoxLayout(self._ends)
        ends.setContentsMargins(0, 0, 0, 0)
        ends.addStretch(1)
        ends.addWidget(self._decisions)
        left, self._middle = QWidget(), QWidget()
        left.setLayout(words)
        self._middle.setLayout(chip)
        words.setContentsMargins(0, 0, 0, 0)
        chip.setContentsMargins(0, 0, 0, 0)
        for part in (left, self._middle, self._place):
            part.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        line.addWidget(left, 7)
        line.addWidget(self._middle, 4)
        line.addWidget(self._place, 7)
        line.addWidget(self._ends, 0)
        self.row: DiffRow | None = None

    def render_diff(self, row: DiffRow) -> None:
        """Show another."""
        if row == self.row:
            return
        self.row = row
        self._name.set(row.name)
        self._detail.set(row.detail)
        self._chip.set(row.chip)
        self._place.set(row.place, hide_empty=False)
        self._decisions.render_actions(row.decisions)

    def chip_width(self) -> int:
        """What its chip needs."""
        return self._chip.sizeHint().width()

    def decision_widths(self) -> list[int]:
        """What each button needs, the last one first."""
        return [button.sizeHint().width() for button in reversed(self._decisions.buttons) if not button.isHidden()]

    def set_widths(self, chip: int, widths: list[int]) -> None:
        """The same for all rows, so that columns stand under one another."""
        self._middle.setMinimumWidth(chip)
        shown = [button for button in reversed(self._decisions.buttons) if not button.isHidden()]
        for button, width in zip(shown, widths, strict=False):
            button.setFixedWidth(width)
        self._ends.setFixedWidth(sum(widths) + px(8) * max(0, len(widths) - 1))


class DiffCard(Card):
    """A card of differences; at most ``MOST`` are laid out at once, the rest is counted by the presenter."""

    asked = Signal(object)
    MOST = 200

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(padding=0, spacing=0, parent=parent)
        self._head = QWidget()
        line = QHBoxLayout(self._head)
        line.setContentsMargins(px(18), px(12), px(18), px(12))
        self._title, self._value = Label(weight=600), Label(ink="muted")
        line.addWidget(self._title, 1)
        line.addWidget(self._value)
        holder = QWidget()
        holder.setObjectName("body")
        self._column = QVBoxLayout(holder)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(holder)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._empty = EmptyState()
        self.body.addWidget(self._head)
        self.body.addWidget(Rule())
        self.body.addWidget(self._scroll, 1)
        self.body.addWidget(self._empty, 1)
        self.lines: list[DiffLine] = []
        self._column.addStretch(1)

    def render_diffs(self, title: str, value: str, rows: tuple[DiffRow, ...], empty: Empty | None) -> None:
        """Show these."""
        self._head.setVisible(bool(title))
        self._title.set(title)
        self._value.set(value)
        self._scroll.setVisible(bool(rows))
        self._empty.render_empty(None if rows else empty)
        wanted = rows[: self.MOST]
        if len(wanted) < len(self.lines):
            clear(self._column)
            self.lines = []
            self._column.addStretch(1)
        while len(self.lines) < len(wanted):
            made = DiffLine()
            made.asked.connect(self.asked)
            self._column.insertWidget(2 * len(self.lines), made)
            self._column.insertWidget(2 * len(self.lines) + 1, Rule())
            self.lines.append(made)
        for line, row in zip(self.lines, wanted, strict=True):
            line.render_diff(row)
        needs = zip_longest(*(line.decision_widths() for line in self.lines), fillvalue=0)
        widths = [max(column) for column in needs]
        chip = max((line.chip_width() for line in self.lines), default=0)
        for line in self.lines:
            line.set_widths(chip, widths)

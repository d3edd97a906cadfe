"""Sheets over the screen: approval by PIN, questions, the key sheet. In the window, never a window of their own."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from store_app.look import paint
from store_app.look.theme import Size, colour, px
from store_app.presenters.intents import DismissDialog
from store_app.presenters.views.dialogs import ApprovalView, Dialog, PromptView
from store_app.presenters.views.frame import KeyRow
from store_app.presenters.views.parts import Action
from store_app.widgets import keys
from store_app.widgets.actions import ActionBar, ActionRow
from store_app.widgets.button import Button
from store_app.widgets.card import Card, Icon
from store_app.widgets.chips import ChipLabel, Dots, FactList
from store_app.widgets.fields import FieldBox
from store_app.widgets.label import Label
from store_app.widgets.pad import NumPad


class Sheet(QWidget):
    """A card in the middle of a darkened window."""

    asked = Signal(object)

    def __init__(self, window: QWidget, width: int) -> None:
        super().__init__(window)
        self._window = window
        box = QGridLayout(self)
        box.setContentsMargins(px(24), px(24), px(24), px(24))
        self.card = Card(padding=24, spacing=12)
        self.card.setMaximumWidth(px(width))
        box.setColumnStretch(0, 1)
        box.setColumnStretch(2, 1)
        box.setColumnStretch(1, 20)
        box.setRowStretch(0, 1)
        box.setRowStretch(2, 1)
        box.addWidget(self.card, 1, 1)
        self.setGeometry(window.rect())
        window.installEventFilter(self)

    def render_view(self, view: Dialog) -> None:
        """Show this view."""

    def typed(self, event: QKeyEvent) -> bool:
        """A key while the sheet is open: its buttons, its pad, Escape."""
        for button in self.findChildren(Button):
            if button.isVisible() and button.isEnabled() and keys.matches(button.action.key, event):
                button.click()
                return True
        key = keys.pad_key(event)
        if key and any(pad.isVisible() and pad.press(key) for pad in self.findChildren(NumPad)):
            return True
        if keys.matches("Escape", event):
            self.asked.emit(DismissDialog())
            return True
        return not keys.matches("Tab", event)

    def focusNextPrevChild(self, forward: bool) -> bool:  # Qt's name
        """Tab goes round within the sheet."""
        stops = [one for one in self.findChildren(QWidget) if _takes_tab(one)]
        if stops:
            at = stops.index(here) if (here := self.window().focusWidget()) in stops else -1 if forward else 0
            stops[(at + (1 if forward else -1)) % len(stops)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # Qt's name
        """Cover the window at every size."""
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._window.rect())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:  # Qt's name
        """Darken what lies below."""
        QPainter(self).fillRect(self.rect(), colour("scrim"))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # Qt's name
        """What lies below can't be tapped."""
        event.accept()


def _takes_tab(widget: QWidget) -> bool:
    tabbed = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    return bool(tabbed) and widget.isVisible() and widget.isEnabled()


class ApprovalSheet(Sheet):
    """Another person's PIN or badge."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, 760)
        line = QHBoxLayout()
        line.setSpacing(px(32))
        left = QVBoxLayout()
        left.setSpacing(px(12))
        self._title, self._text = Label(size=Size.TITLE, weight=700, wrap=True), Label(ink="muted", wrap=True)
        self._facts, self._hint = FactList(), Label(size=Size.SMALL, ink="muted", wrap=True)
        self._message, self._dots = ChipLabel(), Dots()
        left.addWidget(Icon("shield", 36, "primary"))
        for widget in (self._title, self._text, self._facts):
            left.addWidget(widget)
        left.addStretch(1)
        left.addWidget(self._hint)
        right = QVBoxLayout()
        right.setSpacing(px(14))
        right.addWidget(self._dots)
        right.addWidget(self._message, 0, Qt.AlignmentFlag.AlignHCenter)
        self._pad = NumPad(last="clear")
        self._pad.setMinimumHeight(px(270))
        self._pad.asked.connect(self.asked)
        right.addWidget(self._pad, 1)
        line.addLayout(left, 5)
        line.addLayout(right, 5)
        self.card.body.addLayout(line, 1)
        self._bar = ActionBar()
        self._bar.asked.connect(self.asked)
        self.card.body.addSpacing(px(8))
        self.card.body.addWidget(self._bar)

    def render_view(self, view: Dialog) -> None:
        """Show what is to be allowed."""
        assert isinstance(view, ApprovalView)
        self._title.set(view.title)
        self._text.set(view.text)
        self._facts.render_facts(view.facts)
        self._hint.set(view.hint)
        self._dots.set(view.filled, view.length)
        self._message.set(view.message)
        self._bar.render_bar((view.cancel,) if view.cancel else (), view.primary)


class PromptSheet(Sheet):
    """A question with choices, a pad or a text."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, 620)
        self._title, self._text = Label(size=Size.TITLE, weight=700, wrap=True), Label(ink="muted", wrap=True)
        self._choices_title = Label(size=Size.SMALL, weight=600, ink="muted")
        self._choices = ChoiceGrid()
        self._choices.asked.connect(self.asked)
        self._entry = Card(padding=16, spacing=0, kind="soft")
        entry = QHBoxLayout()
        self._entry_label, self._typed = Label(ink="muted"), Label(size=Size.FIGURE, weight=700)
        entry.addWidget(self._entry_label, 1)
        entry.addWidget(self._typed)
        self._entry.body.addLayout(entry)
        self._pad = NumPad()
        self._pad.setMinimumHeight(px(250))
        self._pad.asked.connect(self.asked)
        self._field = FieldBox()
        self._field.asked.connect(self.asked)
        self._facts, self._message = FactList(), ChipLabel()
        for widget in (self._title, self._text, self._facts, self._choices_title, self._choices):
            self.card.body.addWidget(widget)
        for part in (self._field, self._entry, self._pad):
            self.card.body.addWidget(part)
        self.card.body.addWidget(self._message, 0, Qt.AlignmentFlag.AlignLeft)
        self._bar = ActionBar()
        self._bar.asked.connect(self.asked)
        self.card.body.addSpacing(px(8))
        self.card.body.addWidget(self._bar)

    def render_view(self, view: Dialog) -> None:
        """Show the question."""
        assert isinstance(view, PromptView)
        self._title.set(view.title)
        self._text.set(view.text)
        self._facts.render_facts(view.facts)
        self._choices_title.set(view.choices_title)
        self._choices.render_choices(view.choices)
        self._entry.setVisible(view.entry is not None)
        self._pad.setVisible(view.entry is not None)
        self._entry_label.set(view.entry_label, hide_empty=False)
        self._typed.set(view.entry or "", hide_empty=False)
        self._field.render_field(view.field)
        self._message.set(view.message)
        self._bar.render_bar((view.cancel,) if view.cancel else (), view.primary)


class ChoiceGrid(QWidget):
    """Choices in two columns."""

    asked = Signal(object)

    def __init__(self, columns: int = 2, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[ActionRow] = []
        self._columns = columns
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(px(8))

    def render_choices(self, choices: tuple[Action, ...]) -> None:
        """Show these."""
        groups = [choices[i : i + self._columns] for i in range(0, len(choices), self._columns)]
        while len(self._rows) < len(groups):
            row = ActionRow(small=True)
            row.asked.connect(self.asked)
            self._rows.append(row)
            self._box.addWidget(row)
        for i, row in enumerate(self._rows):
            row.render_actions(groups[i] if i < len(groups) else ())
        self.setVisible(bool(groups))


class KeySheet(Sheet):
    """All keys of this screen."""

    def __init__(self, window: QWidget, title: str, rows: tuple[KeyRow, ...]) -> None:
        super().__init__(window, 720)
        line = QHBoxLayout()
        line.addWidget(Icon("key", 28, "primary"))
        line.addWidget(Label(title, size=Size.TITLE, weight=700), 1)
        self.card.body.addLayout(line)
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(20))
        grid.setVerticalSpacing(px(10))
        half = (len(rows) + 1) // 2
        for i, row in enumerate(rows):
            at, base = i % half, 2 * (i // half)
            grid.addWidget(KeyCap(row.key), at, base)
            grid.addWidget(Label(row.text), at, base + 1)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        self.card.body.addLayout(grid)

    def typed(self, event: QKeyEvent) -> bool:
        """Any key closes it."""
        self.asked.emit(DismissDialog())
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:  # Qt's name
        """So does a tap."""
        self.asked.emit(DismissDialog())


class KeyCap(QWidget):
    """A key as it looks on the keyboard."""

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = keys.shown(key)
        self.setFixedSize(max(px(36), paint.key_width(self._key) + px(6)), px(28))

    def paintEvent(self, event: QPaintEvent) -> None:  # Qt's name
        """Draw it."""
        paint.draw_key(QPainter(self), self.rect().adjusted(0, 0, -1, -1), self._key, colour("ink"))


def sheet_for(window: QWidget, view: Dialog) -> ApprovalSheet | PromptSheet:
    """The sheet of a dialog's view."""
    return ApprovalSheet(window) if isinstance(view, ApprovalView) else PromptSheet(window)

"""Text fields with a label, for the few places where people write."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from store_app.look.theme import Size, font, px, theme
from store_app.presenters.intents import TextChanged
from store_app.presenters.views.parts import Field
from store_app.widgets.label import Label


class FieldBox(QWidget):
    """A field of a view. What was written goes out as ``TextChanged``; a view with another text replaces it."""

    asked = Signal(object)
    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(px(4))
        self._label = Label(size=Size.SMALL, weight=600, ink="muted")
        self.line, self.area = QLineEdit(), QPlainTextEdit()
        for widget in (self._label, self.line, self.area):
            box.addWidget(widget)
        self.line.textEdited.connect(self._on_line)
        self.line.returnPressed.connect(self.entered)
        self.area.textChanged.connect(self._on_area)
        self.area.setTabChangesFocus(True)
        self._field: Field | None = None
        self._restyle()
        theme.changed.connect(self._restyle)

    def _restyle(self) -> None:
        self.line.setFont(font())
        self.area.setFont(font())
        self.line.setFixedHeight(max(40, px(44)))
        self.area.setFixedHeight(px(84))

    def render_field(self, field: Field | None) -> None:
        """Show a field, or nothing."""
        self.setVisible(field is not None)
        self._field = field
        if field is None:
            return
        self._label.set(field.label)
        self.line.setVisible(not field.multiline)
        self.area.setVisible(field.multiline)
        self.line.setPlaceholderText(field.hint)
        self.area.setPlaceholderText(field.hint)
        self.line.setAccessibleName(field.label or field.hint)
        self.area.setAccessibleName(field.label or field.hint)
        if not field.multiline and self.line.text() != field.text:
            self.line.setText(field.text)
        if field.multiline and self.area.toPlainText() != field.text:
            self.area.blockSignals(True)
            self.area.setPlainText(field.text)
            self.area.blockSignals(False)

    def _on_line(self, text: str) -> None:
        if self._field is not None:
            self.asked.emit(TextChanged(self._field.name, text))

    def _on_area(self) -> None:
        if self._field is not None and self._field.multiline:
            self.asked.emit(TextChanged(self._field.name, self.area.toPlainText()))

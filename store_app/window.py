"""The window: header, rail, one screen at a time, sheets and notices over it, and every key on its way to them.

``intent`` is the only way out: it carries what people ask on the frame, on the screen and on the sheet that is open,
and the scans of a keyboard wedge. The ways in are ``render_frame``, ``show_screen``, ``open_dialog``, ``notify``.
"""

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from store_app.bridge.wedge import Wedge
from store_app.look.theme import Density, theme
from store_app.look.tokens import Tokens
from store_app.presenters.base import Notice, ScreenName
from store_app.presenters.intents import Scanned
from store_app.presenters.views.dialogs import Dialog
from store_app.presenters.views.frame import FrameView, KeyRow
from store_app.screens.base import Screen, gap
from store_app.screens.table import make_screen
from store_app.widgets import keys
from store_app.widgets.button import Button
from store_app.widgets.card import Band
from store_app.widgets.header import Header
from store_app.widgets.lists import ItemList
from store_app.widgets.notices import NoticeStack
from store_app.widgets.rail import Rail, TabBar
from store_app.widgets.sheet import KeySheet, Sheet, sheet_for


class MainWindow(QMainWindow):
    """The frame with its screens. Only the screen that is shown is rendered; the others keep nothing."""

    intent = Signal(object)  # everything that anybody asks
    closed = Signal()  # the window was closed: stop devices and jobs

    def __init__(self, *, tokens: Tokens | None = None, gap_ms: int = 50, scan_prefix: str = "") -> None:
        super().__init__()
        theme.set(tokens)
        self.setWindowTitle("Comptoir")
        self.setMinimumSize(1000, 700)
        self._screens: dict[ScreenName, Screen[object]] = {}
        self._views: dict[ScreenName, object] = {}
        self._present: ScreenName | None = None
        self._frame = FrameView()
        self.sheet: Sheet | None = None
        self._dialog: Dialog | None = None
        self._build()
        self.notices = NoticeStack(self, self.header.height())
        self._wedge = Wedge(self._on_scanned, self._on_typed, gap_ms=gap_ms, prefix=scan_prefix, parent=self)
        self._replaying = False
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)

    def _build(self) -> None:
        root = QWidget()
        root.setObjectName("window")
        rows = QVBoxLayout(root)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        self.header, self.rail, self.tabs = Header(), Rail(), TabBar()
        self._band = Band()
        self._stack = QStackedWidget()
        below, content = QHBoxLayout(), QVBoxLayout()
        below.setSpacing(0)
        content.setSpacing(0)
        self._tab_row = QHBoxLayout()
        self._tab_row.addWidget(self.tabs, 1)
        content.addLayout(self._tab_row)
        content.addWidget(self._stack, 1)
        below.addWidget(self.rail)
        below.addLayout(content, 1)
        rows.addWidget(self.header)
        rows.addWidget(self._band)
        rows.addLayout(below, 1)
        self.setCentralWidget(root)
        self._restyle()
        for part in (self.header, self.rail, self.tabs):
            part.asked.connect(self.intent)

    def _restyle(self) -> None:
        edge = gap()
        self._tab_row.setContentsMargins(edge, edge if self._frame.tabs else 0, edge, 0)

    # the ways in

    def render_frame(self, view: FrameView) -> None:
        """Show header, rail and tabs."""
        self._frame = view
        self.header.render_frame(view)
        self.header.setVisible(bool(view.shop))
        self.rail.render_frame(view)
        self.tabs.render_tabs(view.tabs)
        self._band.render_band(view.banner)
        self._restyle()

    def show_screen(self, name: ScreenName, view: object) -> None:
        """Show a screen with its view; the same call updates it."""
        screen = self._screens.get(name)
        if screen is None:
            screen = make_screen(name)
            screen.intent.connect(self.intent)
            self._screens[name] = screen
            self._stack.addWidget(screen)
        self._views[name] = view
        screen.render_view(view)
        if self._present is not name:
            self._present = name
            self._stack.setCurrentWidget(screen)
            if not self.header.search.hasFocus():
                screen.begin()
        self.notices.keep_clear(screen.amount)

    @property
    def present(self) -> ScreenName | None:
        """The name of the screen that is shown."""
        return self._present

    def screen_widget(self, name: ScreenName | None = None) -> Screen[object] | None:
        """The screen of that name, or the one that is shown."""
        wanted = name or self._present
        return self._screens.get(wanted) if wanted else None

    def open_dialog(self, view: Dialog | None) -> None:
        """Open a dialog over the screen, show another state of it, or close it."""
        if view is None:
            self._close_sheet()
            return
        if self.sheet is None or type(view) is not type(self._dialog):
            self._close_sheet()
            self.sheet = sheet_for(self, view)
            self.sheet.asked.connect(self.intent)
            self.sheet.show()
            self.sheet.raise_()
            self.sheet.setFocus()
        self._dialog = view
        self.sheet.render_view(view)

    def notify(self, notice: Notice) -> None:
        """Slide a notice in."""
        self.notices.show(notice)

    def withdraw(self, topic: str) -> None:
        """Let the notices about something go."""
        self.notices.withdraw(topic)

    def set_theme(self, tokens: Tokens) -> None:
        """Light, dark or high contrast."""
        theme.set(tokens)

    def show_keys(self) -> None:
        """The key sheet of this screen; again closes it."""
        if isinstance(self.sheet, KeySheet):
            self._close_sheet()
            return
        if self.sheet is not None:
            return
        rows = tuple(KeyRow(b.action.key, b.action.text) for b in self._live_buttons() if b.action.key)
        areas = tuple(KeyRow(item.key, item.text) for item in self._frame.items if item.key)
        sheet = KeySheet(self, self._frame.help_title, (*rows, *areas, *self._frame.help_global))
        sheet.asked.connect(self._close_sheet)
        self.sheet = sheet
        sheet.show()
        sheet.raise_()
        sheet.setFocus()

    def _close_sheet(self, _intent: object = None) -> None:
        if self.sheet is not None:
            screen = self.screen_widget()
            if screen is not None:
                screen.begin()
            self.sheet.hide()
            self.sheet.deleteLater()
            self.sheet, self._dialog = None, None

    # keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # Qt's name
        """Every key press of this window, before any widget sees it."""
        if event.type() is not QEvent.Type.KeyPress or self._replaying or not isinstance(event, QKeyEvent):
            return False
        if not isinstance(watched, QWidget) or watched.window() is not self:
            return False
        return self._wedge.key(watched, event) or self._deliver(watched, event)

    def _on_scanned(self, scan: Scanned) -> None:
        self.intent.emit(scan)

    def _on_typed(self, target: QWidget, event: QKeyEvent) -> None:
        if self._deliver(target, event):
            return
        self._replaying = True
        try:
            QApplication.sendEvent(target, event)
        finally:
            self._replaying = False

    def _deliver(self, target: QWidget, event: QKeyEvent) -> bool:
        """Give a key to whom it belongs; True when it was used up."""
        if self._for_everyone(event):
            return True
        if isinstance(target, QLineEdit | QPlainTextEdit):
            return self._to_field(target, event)
        if isinstance(target, QAbstractButton) and keys.matches("Return", event):
            target.click()
            return True
        if isinstance(target, QAbstractButton | ItemList) and _belongs_to(target, event):
            return False
        return self._used_here(event)

    def _to_field(self, target: QWidget, event: QKeyEvent) -> bool:
        if keys.is_function_key(event) or (keys.matches("Escape", event) and self.sheet is not None):
            return self._used_here(event)
        if keys.matches("Tab", event) or keys.matches("Shift+Tab", event):
            return False
        target.event(event)
        event.accept()  # else it goes on to the parents, as if nobody had used it
        return True

    def _used_here(self, event: QKeyEvent) -> bool:
        if self.sheet is not None:
            return self.sheet.typed(event)
        if event.text() == "?":
            self.show_keys()
            return True
        screen = self.screen_widget()
        return screen is not None and screen.typed(event)

    def _for_everyone(self, event: QKeyEvent) -> bool:
        """F1, F2 and the work areas; while a sheet is open only F1 closes its key sheet."""
        if keys.matches("F1", event):
            self.show_keys()
            return True
        if self.sheet is not None:
            return False
        if keys.matches("F2", event) and self.header.search.isVisible():
            self.header.search.setFocus()
            self.header.search.selectAll()
            return True
        return self.rail.typed(event)

    def _live_buttons(self) -> list[Button]:
        screen = self.screen_widget()
        if screen is None:
            return []
        return [b for b in screen.findChildren(Button) if b.isVisibleTo(screen) and b.isEnabled()]

    # size and end

    def resizeEvent(self, event: QResizeEvent) -> None:  # Qt's name
        """Another size may be another density: then the screens are laid out anew."""
        super().resizeEvent(event)
        density = Density.of(event.size().width(), event.size().height())
        if density is not theme.density:
            theme.set(density=density)
            self._restyle()
            self._rebuild()

    def _rebuild(self) -> None:
        present = self._present
        old, self._screens, self._present = self._screens, {}, None
        if present is not None:
            self.show_screen(present, self._views[present])
        for screen in old.values():
            self._stack.removeWidget(screen)
            screen.deleteLater()
        dialog = self._dialog
        if dialog is not None:
            self._close_sheet()
            self.open_dialog(dialog)

    def closeEvent(self, event: QCloseEvent) -> None:  # Qt's name
        """Say so, once; whoever owns threads stops them."""
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        self.notices.clear()
        self.closed.emit()
        super().closeEvent(event)


def _belongs_to(target: QWidget, event: QKeyEvent) -> bool:
    """Keys that a focused button or list uses itself."""
    if isinstance(target, QAbstractButton):
        return keys.matches("Space", event)
    return any(keys.matches(key, event) for key in ("Up", "Down", "Home", "End", "Return", "Space"))

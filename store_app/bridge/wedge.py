"""The keyboard wedge filter: sees every key before any widget, so that a scan never depends on the focus."""

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from store_app.bridge.burst import GAP_MS, LEAST, Burst, Verdict, split_aim
from store_app.presenters.intents import Scanned

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class Wedge(QObject):
    """Holds printable keys until it is known whether they are a scan.

    ``scanned`` is called with the scan; ``typed`` with (widget, event) for each key that was typed after all.
    """

    def __init__(
        self,
        scanned: Callable[[Scanned], None],
        typed: Callable[[QWidget, QKeyEvent], None],
        *,
        gap_ms: int = GAP_MS,
        least: int = LEAST,
        prefix: str = "",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._scanned, self._typed = scanned, typed
        self._burst = Burst(gap_ms, least, prefix)
        self._held: list[tuple[QWidget, QKeyEvent]] = []
        self._uptime = QElapsedTimer()
        self._uptime.start()
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.timeout.connect(self._on_gap)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(0)
        self._settle.timeout.connect(self._let_go)

    def key(self, target: QWidget, event: QKeyEvent) -> bool:
        """A key on its way to ``target``; True when it was kept back or was the end of a scan."""
        at = event.timestamp() or self._uptime.elapsed()
        if event.key() in _ENTER:
            return self._on_enter(at)
        char = event.text()
        plain = len(char) == 1 and char.isprintable() and not event.modifiers() & _COMMANDS
        if not plain or event.isAutoRepeat():
            self._let_go()
            return False
        if self._burst.char(char, at) is Verdict.PASS:
            self._send_on()
        self._held.append((target, event.clone()))
        self._settle.stop()
        self._wait.start(self._burst.gap_ms + 1)
        return True

    def _on_enter(self, at: int) -> bool:
        if self._burst.enter(at) is Verdict.PASS:
            self._let_go()
            return False
        self._wait.stop()
        self._settle.stop()
        self._held.clear()
        aim, text = split_aim(self._burst.take())
        self._scanned(Scanned(text, aim))
        return True

    def _on_gap(self) -> None:
        """The gap has passed on our clock; keys that wait in the queue are looked at first."""
        self._settle.start()

    def _let_go(self) -> None:
        """What is held was typed."""
        self._wait.stop()
        self._settle.stop()
        self._burst.drop()
        self._send_on()

    def _send_on(self) -> None:
        held, self._held = self._held, []
        known = set(QApplication.allWidgets()) if held else set()
        for target, event in held:
            if target in known:
                self._typed(target, event)

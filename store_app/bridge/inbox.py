"""The inbox: the one object through which other threads reach the window."""

from PySide6.QtCore import QObject, Qt, Signal


class Inbox(QObject):
    """``post`` may be called from any thread; ``arrived`` is emitted in the thread that made the inbox, in order."""

    arrived = Signal(object)
    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open = True
        self._posted.connect(self._on_posted, Qt.ConnectionType.QueuedConnection)

    def post(self, thing: object) -> None:
        """Hand something over; returns at once. After ``close`` it is dropped."""
        if self._open:
            self._posted.emit(thing)

    def close(self) -> None:
        """Take nothing more."""
        self._open = False

    def _on_posted(self, thing: object) -> None:
        if self._open:
            self.arrived.emit(thing)

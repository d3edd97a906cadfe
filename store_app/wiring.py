"""Where a till's concrete parts meet: services, presenters, window."""

import signal
import sys
from types import FrameType

import structlog
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from store_app.conductor import Conductor
from store_app.headless import HeadlessTill
from store_app.look.tokens import THEMES
from store_app.presenters.build import build_shell
from store_app.presenters.shell import Shell
from store_app.services import TillServices
from store_app.settings import TillSettings
from store_app.window import MainWindow
from sync import logs
from sync.clock import Clock

log = structlog.get_logger(__name__)

__all__ = ["HeadlessTill", "TillApp", "TillServices", "build_till", "run"]

_SIGNALS_MS = 200


class TillApp:
    """A whole till with its window. Make it in the Qt thread, when there is a ``QApplication``."""

    def __init__(self, settings: TillSettings, clock: Clock | None = None) -> None:
        self.services = TillServices(settings, clock)
        self.shell: Shell = build_shell(self.services.for_presenters(), settings.till.locale)
        self.window = MainWindow(
            tokens=THEMES[settings.till.theme],
            gap_ms=settings.devices.wedge_gap_ms,
            scan_prefix=settings.devices.wedge_prefix,
        )
        self.conductor = Conductor(self.window, self.shell, self.services)

    def start(self) -> None:
        """Start threads and devices; the window is the caller's to show."""
        self.services.start()
        self.conductor.start()

    def stop(self) -> None:
        """Stop everything; no thread outlives this. Asking twice is harmless."""
        self.conductor.stop()
        self.services.stop()


def build_till(settings: TillSettings, clock: Clock | None = None) -> TillApp:
    """A till, not yet started."""
    return TillApp(settings, clock)


def run(settings: TillSettings) -> int:
    """Open the till's window and work until it is closed."""
    logs.configure()
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("Comptoir")
    till = build_till(settings)
    till.window.closed.connect(app.quit)
    wake = _quit_on_signal(till.window)
    till.start()
    till.window.show()
    try:
        return app.exec()
    finally:
        wake.stop()
        till.stop()
        log.info("till stopped", device=settings.till.device)


def _quit_on_signal(window: MainWindow) -> QTimer:
    """Close the window on SIGINT and SIGTERM. Python sees signals only between Qt's events, hence the timer."""

    def close(_number: int, _frame: FrameType | None) -> None:
        window.close()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, close)
    timer = QTimer(window)
    timer.timeout.connect(lambda: None)
    timer.start(_SIGNALS_MS)
    return timer

"""Hands on the real window: they click its buttons, and look at it (pictures)."""

import time
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop
from PySide6.QtWidgets import QApplication

from installer.demo.day.hands import Hands
from installer.demo.devices import TillDevices
from installer.demo.processes import INTERRUPTION
from store_app.bridge.immortal import keep_constants
from store_app.presenters.shell import Shell
from store_app.services import TillServices
from store_app.settings import TillSettings
from store_app.studio import settle
from store_app.widgets.button import Button
from store_app.wiring import TillApp
from sync.clock import Clock

WIDTH, HEIGHT = 1280, 800
_QUICK = 80
"""little compression: the till waits meanwhile"""


def application() -> QApplication:
    """The one Qt application of this process."""
    keep_constants()
    found = QApplication.instance()
    return found if isinstance(found, QApplication) else QApplication(["comptoir-demo"])


class WindowHands(Hands):
    """Lives in the Qt thread; ``pictures`` is the folder for screenshots."""

    def __init__(self, number: int, devices: TillDevices, settings: TillSettings, clock: Clock, pictures: Path) -> None:
        super().__init__(number, devices)
        self._app = application()
        self.till = TillApp(settings, clock)
        self._pictures = pictures
        self.taken: list[str] = []

    @property
    def shell(self) -> Shell:
        return self.till.shell

    @property
    def services(self) -> TillServices:
        return self.till.services

    def start(self) -> None:
        self.till.window.resize(WIDTH, HEIGHT)
        self.till.start()
        self.till.window.show()
        self.breathe()

    def stop(self) -> None:
        self.till.window.close()
        self.till.stop()
        self.till.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def ask(self, *intents: object) -> None:
        for intent in intents:
            button = self._button(intent)
            if button is not None:
                button.click()
            else:
                self.till.window.intent.emit(intent)

    def breathe(self) -> None:
        INTERRUPTION.look()
        self._app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
        time.sleep(0.003)

    def picture(self, name: str) -> None:
        self.till.window.notices.clear()
        settle(self.till.window)
        self._pictures.mkdir(parents=True, exist_ok=True)
        self.till.window.grab().save(str(self._pictures / f"{name}.png"), quality=_QUICK)
        self.taken.append(name)

    def _button(self, intent: object) -> Button | None:
        """The button in view that asks for exactly this."""
        window = self.till.window
        for button in window.findChildren(Button):
            if button.action.intent == intent and button.isEnabled() and button.isVisible():
                return button
        return None

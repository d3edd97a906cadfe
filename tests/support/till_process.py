"""A till's real window as a process of its own, at which somebody begins a card sale: to be killed by its test.

``python -m tests.support.till_process till-2.toml``: signs in, opens the day, puts a paper bag on the basket and asks
for a card. It tells on standard output how far it is, a word a line, and lives until it is killed.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from store_app.presenters.names import ScreenName
from store_app.settings import load_settings
from store_app.wiring import build_till
from tests.support.hands import Hands

LIFE_MS = 120_000


class Fingers:
    """What ``Hands`` need of pytest-qt's robot, without pytest."""

    mouseClick = staticmethod(QTest.mouseClick)
    keyClick = staticmethod(QTest.keyClick)

    def waitUntil(self, check: Callable[[], None], *, timeout: int) -> None:  # pytest-qt's name
        ends = time.monotonic() + timeout / 1000
        while True:
            try:
                return check()
            except AssertionError:
                if time.monotonic() > ends:
                    raise
            QTest.qWait(10)


def main(config: str) -> None:
    """See the module."""
    app = QApplication([])
    till = build_till(load_settings(Path(config)))
    till.start()
    till.window.resize(1280, 800)
    till.window.show()
    hands = Hands(Fingers(), till)
    hands.sign_in("Camille D.", "1111")
    hands.open_shift()
    hands.press("Caisse")
    hands.on(ScreenName.TILL)
    hands.press("Sac papier")
    hands.reads("1 article")
    sys.stdout.write("basket\n")
    hands.key(Qt.Key.Key_F12)
    hands.on(ScreenName.CARD)
    sys.stdout.write("asked\n")
    QTimer.singleShot(LIFE_MS, app.quit)
    app.exec()


if __name__ == "__main__":
    main(sys.argv[1])

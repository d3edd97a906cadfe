"""``comptoir demo`` with a display: the till's real window in a shop that is at work around it."""

import signal
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from installer.demo.background import Background
from installer.demo.day.window_hands import application
from installer.demo.headless import log_to, say
from installer.demo.panel import DevicePanel
from installer.demo.people import STAFF
from installer.demo.premises import OtherShop, Size
from installer.demo.processes import INTERRUPTION, DemoTrouble
from installer.demo.shop import DemoShop, Wanted
from store_app.settings import load_settings
from store_app.wiring import TillApp

_WAKE_MS = 200
ROLES = {"cashier": "sells", "associate": "works on orders", "manager": "counts, approves, closes the day"}


def open_shop(folder: Path, *, seed: int, size: Size) -> int:
    """Open it and work until a window is closed or Ctrl-C; 0, or 1 if it couldn't be opened."""
    folder.mkdir(parents=True, exist_ok=True)
    log_to(folder / "demo.log")
    INTERRUPTION.listen()
    shop = DemoShop(folder, Wanted(seed, size, rate=0.3), say)
    began = time.monotonic()
    say(f"Opening the shop in {folder} …")
    try:
        shop.furnish()
        shop.launch()
        shop.open()
        say(f"Open after {time.monotonic() - began:.0f} s.")
        _explain(shop)
        return _work(shop, seed)
    except (DemoTrouble, OtherShop) as trouble:
        say(str(trouble))
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        shop.close()


def _explain(shop: DemoShop) -> None:
    say("Sign in with one of these PINs:")
    for person in STAFF:
        say(f"  {person.pin}  {person.name}, {person.role}: {ROLES[person.role]}")
    say(f"The agent's status page: {shop.premises.agent_url}/")
    say("The second window has the things that a person would hold in hand: scanner, tags, cards, the exit.")
    say("Close a window or press Ctrl-C to end.")


def _work(shop: DemoShop, seed: int) -> int:
    app = application()
    till = TillApp(load_settings(shop.premises.till_toml(1)), shop.clock)
    background = Background(shop, seed)
    panel = DevicePanel(shop, background)
    background.say = panel.say
    for window in (till.window, panel):
        window.closed.connect(app.quit)
    wake = QTimer()
    wake.timeout.connect(lambda: None)  # Python sees signals only between Qt's events
    wake.start(_WAKE_MS)
    _quit_on_signals(app.quit)
    till.start()
    till.window.show()
    panel.show()
    _place_beside(panel, till.window)
    background.start()
    try:
        app.exec()
        return 0
    finally:
        background.stop()
        panel.close()
        till.window.close()
        till.stop()


def _place_beside(panel: QWidget, window: QWidget) -> None:
    """Where the screen has room for both, the panel doesn't cover the till."""
    room = window.screen().availableGeometry()
    left = window.frameGeometry().right() + 1
    if left + panel.frameGeometry().width() <= room.right() + 1:
        panel.move(left, window.frameGeometry().top())


def _quit_on_signals(end: Callable[[], object]) -> None:
    def on_signal(_number: int, _frame: FrameType | None) -> None:
        end()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)

"""One till with its real window and devices, measured from inside: ``python -m tests.bench.window_till FOLDER …``.

``ready BEGAN_NS`` starts the till and ends when its first screen is painted; ``work SCANS SIZE`` also signs in, scans,
searches and takes payments. One line of JSON comes back. Only what a till needs is imported at the start.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QListView, QStyleOptionViewItem

from store_app.bridge.immortal import keep_constants
from store_app.models.rows import ROW
from store_app.presenters.base import Notice
from store_app.presenters.intents import NextSale, PadKey, Pay, SearchChanged, SearchClosed, SelectPerson, TakeTender
from store_app.presenters.names import ScreenName
from store_app.settings import TillSettings
from store_app.widgets.basket import LineDelegate
from store_app.widgets.lists import Index, ItemList
from store_app.wiring import TillApp
from sync.logs import configure

if TYPE_CHECKING:
    from drivers.printers.twin import PrinterTwin
    from drivers.scanners.twin import ScannerTwin

PERSON, PIN = "camille", "1111"
LINES_A_SALE = 12
TIMEOUT_S = 30.0
Devices = dict[str, str]


def settings_of(folder: Path, devices: Devices | None = None) -> TillSettings:
    """A till with agent and ledger gone: it sells."""
    till = {"store": "LYO1", "device": "LYO1-T1", "folder": str(folder / "till"), "locale": "fr"}
    return TillSettings.model_validate({"till": till, "devices": devices or {}, "clock": {"origin": 1_795_000_000_000}})


class Painted:
    """Which basket lines the last paint events of any list have drawn; a paint counts when it has returned."""

    def __init__(self) -> None:
        self._drawn: set[str] = set()
        self.lines: set[str] = set()
        self.paints = 0
        draw = LineDelegate.paint

        def paint(delegate: LineDelegate, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
            draw(delegate, painter, option, index)
            self._drawn.add(index.data(ROW).id)

        def paint_event(view: QListView, event: QPaintEvent) -> None:
            QListView.paintEvent(view, event)
            self.lines, self._drawn = self.lines | self._drawn, set()
            self.paints += 1

        LineDelegate.paint = paint  # type: ignore[method-assign, assignment]
        ItemList.paintEvent = paint_event  # type: ignore[method-assign]


class Bench:
    """A started till and its window on the (offscreen) screen."""

    def __init__(self, folder: Path, devices: Devices) -> None:
        keep_constants()
        configure(json=False, level="WARNING")
        self.app = QApplication([])
        self.painted = Painted()
        self.till = TillApp(settings_of(folder, devices))
        self.notices: list[str] = []
        self._heartbeat = QTimer()  # what isn't an event of Qt is looked at this often
        self._heartbeat.start(2)
        self.till.conductor.window.notify = self._noted  # type: ignore[method-assign]
        self.till.start()
        self.till.window.resize(1280, 800)
        self.till.window.show()

    def until(self, holds: Callable[[], object], what: str) -> None:
        """Let Qt work until it holds."""
        end = time.monotonic() + TIMEOUT_S
        while not holds():
            self.app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)  # never spin: devices need the GIL
            if time.monotonic() > end:
                shown = (
                    f"{self.till.shell.screen}, {self.notices[-2:]}, {getattr(self.till.shell.view, 'message', None)}"
                )
                raise TimeoutError(f"waited in vain for {what}; the till shows {shown}")

    def _noted(self, notice: Notice) -> None:
        """Notices slide away by themselves; here they only explain."""
        self.notices.append(f"{notice.title}: {notice.text}")

    def ask(self, *intents: object) -> None:
        for intent in intents:
            self.till.conductor.on_intent(intent)

    def settle(self) -> None:
        """Jobs have ended and what they changed is painted."""
        self.until(lambda: not self.till.conductor.jobs.running, "jobs")
        self.app.processEvents()

    def sign_in(self) -> None:
        self.ask(SelectPerson(PERSON), *(PadKey(digit) for digit in PIN))
        self.until(lambda: self.till.shell.screen is ScreenName.TILL, "the till screen")
        self.settle()

    def scan(self, scanner: "ScannerTwin", code: str) -> float:
        """ms from the scanner's first byte until the paint event that drew the new line has returned."""
        basket = self.till.shell.desk.sale
        before = {line.id for line in basket.basket.lines}
        self.painted.lines = set()
        began = time.perf_counter()
        scanner.scan(code)
        self.until(lambda: self.painted.lines - before, f"a line for {code}")
        return (time.perf_counter() - began) * 1000

    def search(self, text: str) -> float:
        began = time.perf_counter()
        self.ask(SearchChanged(text))
        self.settle()
        return (time.perf_counter() - began) * 1000

    def pay(self, printer: "PrinterTwin", receipts: int) -> float:
        """ms from the touch that pays all in cash until the whole receipt has come out of the printer."""
        self.ask(Pay("cash"))
        self.settle()
        began = time.perf_counter()
        self.ask(TakeTender("cash", self.till.shell.desk.sale.total_minor))
        self.until(lambda: len(printer.tickets) >= receipts, "the receipt")
        took = (time.perf_counter() - began) * 1000
        self.settle()
        self.ask(NextSale())
        self.settle()
        return took

    def stop(self) -> None:
        self._heartbeat.stop()
        self.till.window.close()
        self.till.stop()


def ready(folder: Path, began_ns: int) -> dict[str, Any]:
    """From before the process was made until the first screen with the staff's names is painted."""
    bench = Bench(folder, {})
    bench.until(lambda: bench.painted.paints, "the first paint")
    took = (time.time_ns() - began_ns) / 1e6
    bench.stop()
    return {"ready_ms": took}


def work(folder: Path, scans: int, size: int) -> dict[str, Any]:
    """A cashier's morning."""
    from drivers.printers.twin import PrinterTwin
    from drivers.scanners.twin import ScannerTwin
    from installer.demo.goods import gtin
    from tests.bench.memory import resident_mb
    from tests.bench.typed import TYPED

    scanner, printer = ScannerTwin(), PrinterTwin()
    scanner.start()
    printer.start()
    bench = Bench(folder, {"scanner": scanner.url, "printer": printer.url})
    try:
        bench.sign_in()
        bench.until(lambda: scanner.linked, "the scanner")
        scanned: list[float] = []
        paid: list[float] = []
        sellable = (gtin(n) for n in range(30, size) if not bench.till.services.shelves.article(gtin(n)).recalled)  # type: ignore[union-attr]
        for number, code in zip(range(scans), sellable, strict=False):
            scanned.append(bench.scan(scanner, code[1:]))
            bench.settle()
            if number % LINES_A_SALE == LINES_A_SALE - 1:
                paid.append(bench.pay(printer, len(paid) + 1))
        keys = [bench.search(text[:end]) for text in TYPED for end in range(1, len(text) + 1)]
        bench.ask(SearchClosed())
        bench.settle()
    finally:
        bench.stop()
        scanner.stop()
        printer.stop()
    return {"scanned": scanned, "paid": paid, "keys": keys, "memory_mb": resident_mb()}


def main(arguments: list[str]) -> None:
    """Do one of the two things in a folder."""
    folder, what, *numbers = arguments
    does: dict[str, Callable[..., dict[str, Any]]] = {"ready": ready, "work": work}
    print(json.dumps(does[what](Path(folder), *(int(number) for number in numbers))))


if __name__ == "__main__":
    main(sys.argv[1:])

"""What hangs on a till: each device of the settings opened by its own worker, its news told as intents and messages."""

from collections.abc import Callable, Sequence

from drivers.contracts import Block, Terminal
from drivers.printers.worker import PrinterNews, PrinterWorker
from drivers.readings import PaymentOutcome, ReaderEvent, Scan, TagReads
from drivers.registry import open_display, open_printer, open_reader, open_scanner, open_terminal
from drivers.scanners.worker import ScannerLost, ScannerNews, ScannerWorker, Unreadable
from drivers.worker import Back, Lost, ReaderWorker
from store_app.display_worker import DisplayWorker
from store_app.pad import PadField
from store_app.presenters.intents import Scanned, TagsSeen
from store_app.presenters.messages import DeviceBack, DeviceLost, PrinterSaid, ScanUnreadable
from store_app.settings import DevicesSection

Deliver = Callable[[object], None]
NAMES = ("scanner", "pad", "printer", "terminal", "display")


class TillTerminal:
    """The card terminal as presenters use it: ``abandon`` where the driver knows it."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    @property
    def name(self) -> str:
        return self._terminal.name

    def charge(self, attempt: str, minor: int, currency: str, timeout: float) -> PaymentOutcome:
        return self._terminal.charge(attempt, minor, currency, timeout)

    def refund(self, attempt: str, minor: int, currency: str, timeout: float) -> PaymentOutcome:
        return self._terminal.refund(attempt, minor, currency, timeout)

    def reverse(self, attempt: str, timeout: float) -> PaymentOutcome:
        return self._terminal.reverse(attempt, timeout)

    def status(self, attempt: str, timeout: float) -> PaymentOutcome:
        return self._terminal.status(attempt, timeout)

    def abandon(self, attempt: str) -> None:
        abandon = getattr(self._terminal, "abandon", None)
        if abandon is not None:
            abandon(attempt)

    def close(self) -> None:
        self._terminal.close()


class TillDevices:
    """Starts and stops the workers; ``deliver`` is called on their threads."""

    def __init__(self, settings: DevicesSection, deliver: Deliver) -> None:
        self._deliver = deliver
        self.pad = PadField(lambda epcs: deliver(TagsSeen(epcs)))
        self._scanner = self._make_scanner(settings)
        self._reader = self._make_pad(settings)
        self._printer = self._make_printer(settings)
        self._display = self._make_display(settings)
        self.terminal: TillTerminal | None = None
        if settings.terminal:
            self.terminal = TillTerminal(open_terminal(settings.terminal_kind, "terminal", settings.terminal))
        self.addresses = tuple((name, getattr(settings, name)) for name in NAMES if getattr(settings, name))

    # making

    def _make_scanner(self, settings: DevicesSection) -> ScannerWorker | None:
        if not settings.scanner:
            return None
        scanner = open_scanner(settings.scanner_kind, "scanner", settings.scanner, **settings.scanner_options)
        return ScannerWorker(scanner, self._scanned)

    def _make_pad(self, settings: DevicesSection) -> ReaderWorker | None:
        if not settings.pad:
            return None
        return ReaderWorker(open_reader(settings.pad_kind, "pad", settings.pad, **settings.pad_options), self._read)

    def _make_printer(self, settings: DevicesSection) -> PrinterWorker | None:
        if not settings.printer:
            return None
        return PrinterWorker(open_printer(settings.printer_kind, "printer", settings.printer), self._printer_said)

    def _make_display(self, settings: DevicesSection) -> DisplayWorker | None:
        if not settings.display:
            return None
        return DisplayWorker(open_display(settings.display_kind, "display", settings.display), self._display_told)

    # what they say

    def _scanned(self, news: ScannerNews) -> None:
        match news:
            case Scan(_scanner, text, aim):
                self._deliver(Scanned(text, aim, "scanner"))
            case Unreadable(_scanner, text):
                self._deliver(ScanUnreadable("scanner", text))
            case ScannerLost(_scanner, text):
                self._deliver(DeviceLost("scanner", text))
            case _:
                self._deliver(DeviceBack("scanner"))

    def _read(self, news: TagReads | ReaderEvent | Lost | Back) -> None:
        match news:
            case TagReads():
                self.pad.hear(news)
            case Lost(_device, _at, reason):
                self.pad.clear()
                self._deliver(DeviceLost("pad", reason))
            case Back():
                self._deliver(DeviceBack("pad"))

    def _printer_said(self, news: PrinterNews) -> None:
        self._deliver(PrinterSaid(news))

    def _display_told(self, reason: str) -> None:
        self._deliver(DeviceLost("display", reason) if reason else DeviceBack("display"))

    # what presenters use

    def print(self, blocks: Sequence[Block]) -> int:
        """Queue a document; its number, 0 without a printer."""
        return self._printer.print(blocks) if self._printer is not None else 0

    def kick(self) -> int:
        """Open the drawer."""
        return self._printer.kick() if self._printer is not None else 0

    @property
    def has_printer(self) -> bool:
        """Whether a printer hangs on this till."""
        return self._printer is not None

    def show(self, lines: Sequence[str]) -> None:
        """Tell the customer."""
        if self._display is not None:
            self._display.show(lines)

    # life

    def start(self) -> None:
        """Start all workers; returns at once."""
        for worker in (self._scanner, self._reader, self._printer, self._display):
            if worker is not None:
                worker.start()

    def tick(self) -> None:
        """Once a second: notice tags that have left the pad."""
        self.pad.sweep()

    def stop(self) -> None:
        """End all workers."""
        for worker in (self._scanner, self._reader, self._printer, self._display):
            if worker is not None:
                worker.stop(2.0)
        if self.terminal is not None:
            self.terminal.close()

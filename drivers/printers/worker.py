"""The printer's thread: takes documents without ever blocking the till, and prints them when the printer can.

Trouble is told once when it starts and once when it ends. A document whose bytes didn't leave whole is sent again
from its beginning; one that did leave is the printer's, which goes on by itself when paper is put in.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import structlog

from drivers.contracts import Block, Kick, Printer
from drivers.errors import Busy, DeviceError, Garbled, NotFound

log = structlog.get_logger(__name__)

_ANSWER = 1.0
_SEND = 10.0


class PrinterTrouble(StrEnum):
    """Why nothing is printed."""

    NO_PAPER = "no_paper"
    COVER_OPEN = "cover_open"
    OFFLINE = "offline"
    LOST = "lost"
    NOT_FOUND = "not_found"
    BUSY = "busy"
    GARBLED = "garbled"


@dataclass(frozen=True, slots=True)
class PrinterStuck:
    """Printing has stopped, or the reason has changed; ``waiting`` documents are kept."""

    printer: str
    trouble: PrinterTrouble
    waiting: int


@dataclass(frozen=True, slots=True)
class PrinterReady:
    """Printing goes on."""

    printer: str


@dataclass(frozen=True, slots=True)
class Printed:
    """The document's bytes have left."""

    printer: str
    document: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A document wasn't taken, because too many wait; or it can't be printed at all."""

    printer: str
    document: int
    text: str


PrinterNews = PrinterStuck | PrinterReady | Printed | Refused


class PrinterWorker:
    """Owns one printer on one thread. ``deliver`` is called on that thread and must not block."""

    def __init__(
        self,
        printer: Printer,
        deliver: Callable[[PrinterNews], None],
        *,
        longest_queue: int = 200,
        retry_s: float = 1.0,
        poll_s: float = 5.0,
    ) -> None:
        self._printer = printer
        self._deliver = deliver
        self._longest = longest_queue
        self._retry_s = retry_s
        self._poll_s = poll_s
        self._documents: deque[tuple[int, tuple[Block, ...]]] = deque()
        self._changed = threading.Condition()
        self._stopping = False
        self._number = 0
        self._opened = False
        self._trouble: PrinterTrouble | None = None
        self._thread = threading.Thread(target=self._run, name=f"printer-{printer.name}", daemon=True)

    @property
    def waiting(self) -> int:
        """How many documents wait."""
        with self._changed:
            return len(self._documents)

    @property
    def trouble(self) -> PrinterTrouble | None:
        """Why nothing is printed now, or None."""
        return self._trouble

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """Stop; what still waits is not printed."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def print(self, blocks: Sequence[Block]) -> int:
        """Queue a document and return its number at once; :class:`Printed` or :class:`Refused` follows."""
        return self._queue(tuple(blocks), first=False)

    def kick(self, pin: Kick | None = None) -> int:
        """Open the drawer, before any document that waits and even without paper."""
        return self._queue((pin or Kick(),), first=True)

    def _queue(self, blocks: tuple[Block, ...], *, first: bool) -> int:
        with self._changed:
            self._number += 1
            number = self._number
            full = len(self._documents) >= self._longest
            if not full and first:
                self._documents.appendleft((number, blocks))
            elif not full:
                self._documents.append((number, blocks))
            self._changed.notify_all()
        if full:
            self._deliver(Refused(self._printer.name, number, "too many documents wait for the printer"))
        return number

    def _run(self) -> None:
        while not self._stopping:
            try:
                self._turn()
            except DeviceError as error:
                self._lose(error)
            except Exception:  # a fault of ours must not end printing for the day
                log.exception("printer.failed", printer=self._printer.name)
                self._drop_first("can't be printed")
        self._printer.close()

    def _turn(self) -> None:
        """Look at the printer, print one document if it can, wait for something to do."""
        if not self._opened:
            self._printer.open()
            self._opened = True
        self._kick_first()
        trouble = self._look()
        self._tell(trouble)
        if trouble is None and self._print_first():
            return
        with self._changed:
            if not self._stopping and (trouble is not None or not self._documents):
                self._changed.wait(self._retry_s if trouble is not None else self._poll_s)

    def _look(self) -> PrinterTrouble | None:
        state = self._printer.status(_ANSWER)
        if not state.paper:
            return PrinterTrouble.NO_PAPER
        if not state.cover_closed:
            return PrinterTrouble.COVER_OPEN
        return None if state.online else PrinterTrouble.OFFLINE

    def _kick_first(self) -> None:
        while (first := self._first()) is not None and all(isinstance(block, Kick) for block in first[1]):
            self._send(*first)

    def _print_first(self) -> bool:
        first = self._first()
        if first is not None:
            self._send(*first)
        return first is not None

    def _first(self) -> tuple[int, tuple[Block, ...]] | None:
        with self._changed:
            return self._documents[0] if self._documents and not self._stopping else None

    def _send(self, number: int, blocks: tuple[Block, ...]) -> None:
        self._printer.print(blocks, _SEND)
        self._remove(number)
        self._deliver(Printed(self._printer.name, number))

    def _remove(self, number: int) -> None:
        """Take a document out; a kick may have come before it meanwhile."""
        with self._changed:
            self._documents = deque(document for document in self._documents if document[0] != number)

    def _drop_first(self, text: str) -> None:
        first = self._first()
        if first is not None:
            self._remove(first[0])
            self._deliver(Refused(self._printer.name, first[0], text))
        else:
            self._pause()

    def _lose(self, error: DeviceError) -> None:
        self._opened = False
        self._printer.close()
        match error:
            case NotFound():
                trouble = PrinterTrouble.NOT_FOUND
            case Busy():
                trouble = PrinterTrouble.BUSY
            case Garbled():
                trouble = PrinterTrouble.GARBLED
            case _:
                trouble = PrinterTrouble.LOST
        self._tell(trouble, str(error))
        self._pause()

    def _pause(self) -> None:
        with self._changed:
            if not self._stopping:
                self._changed.wait(self._retry_s)

    def _tell(self, trouble: PrinterTrouble | None, text: str = "") -> None:
        before, self._trouble = self._trouble, trouble
        if trouble == before:
            return
        if trouble is None:
            log.info("printer.ready", printer=self._printer.name)
            self._deliver(PrinterReady(self._printer.name))
        else:
            log.warning("printer.stuck", printer=self._printer.name, trouble=trouble, text=text)
            self._deliver(PrinterStuck(self._printer.name, trouble, self.waiting))

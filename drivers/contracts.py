"""What devices do: one small Protocol per kind. Every call returns within its timeout or raises DeviceError."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from drivers.readings import DrawerState, PaymentOutcome, PrinterState, ReaderEvent, Scan, TagReads, Weight


@dataclass(frozen=True, slots=True)
class SetGpo:
    """Drive an output pin; with ``pulse_ms`` it falls back by itself."""

    port: int
    on: bool
    pulse_ms: int = 0


@dataclass(frozen=True, slots=True)
class Identify:
    """Let the device show which one it is."""

    seconds: int = 5


@dataclass(frozen=True, slots=True)
class StartInventory:
    """Begin reading tags."""


@dataclass(frozen=True, slots=True)
class StopInventory:
    """Stop reading tags."""


ReaderCommand = SetGpo | Identify | StartInventory | StopInventory


class Reader(Protocol):
    """An RFID reader."""

    name: str

    def open(self) -> None: ...
    def read(self, timeout: float) -> TagReads | ReaderEvent | None: ...
    def command(self, command: ReaderCommand) -> None: ...
    def close(self) -> None: ...


class Scanner(Protocol):
    """A barcode scanner."""

    name: str

    def open(self) -> None: ...
    def read(self, timeout: float) -> Scan | None: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text."""

    text: str
    align: Literal["left", "center", "right"] = "left"
    bold: bool = False
    big: bool = False


@dataclass(frozen=True, slots=True)
class Columns:
    """Text at the left and text at the right of one line."""

    left: str
    right: str
    bold: bool = False
    big: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code."""

    data: str


@dataclass(frozen=True, slots=True)
class Barcode:
    """A Code 128 barcode with its text below."""

    data: str


@dataclass(frozen=True, slots=True)
class Cut:
    """Cut the paper."""


@dataclass(frozen=True, slots=True)
class Kick:
    """Open the cash drawer that hangs on the printer."""

    pin: Literal[2, 5] = 2


Block = Text | Columns | Rule | Qr | Barcode | Cut | Kick


class Printer(Protocol):
    """A receipt printer. ``print`` returns when the bytes have left, not when the paper has."""

    name: str

    def open(self) -> None: ...
    def print(self, blocks: Sequence[Block], timeout: float) -> None: ...
    def status(self, timeout: float) -> PrinterState: ...
    def close(self) -> None: ...


class Drawer(Protocol):
    """A cash drawer."""

    name: str

    def kick(self, timeout: float) -> None: ...
    def state(self, timeout: float) -> DrawerState: ...


class Scale(Protocol):
    """A scale."""

    name: str

    def open(self) -> None: ...
    def weigh(self, timeout: float) -> Weight: ...
    def close(self) -> None: ...


class Terminal(Protocol):
    """A semi-integrated card terminal. After silence ask ``status``; never send a charge again."""

    name: str

    def open(self) -> None: ...
    def charge(self, attempt: str, minor: int, currency: str, timeout: float) -> PaymentOutcome: ...
    def refund(self, attempt: str, minor: int, currency: str, timeout: float) -> PaymentOutcome: ...
    def reverse(self, attempt: str, timeout: float) -> PaymentOutcome: ...
    def status(self, attempt: str, timeout: float) -> PaymentOutcome: ...
    def close(self) -> None: ...


class Display(Protocol):
    """A customer display of a few lines of text."""

    name: str

    def open(self) -> None: ...
    def show(self, lines: Sequence[str], timeout: float) -> None: ...
    def close(self) -> None: ...

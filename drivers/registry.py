"""Which kinds of device there are: one readable table. A driver is imported only when one of its kind is asked for.

Programs outside register their own kinds under the entry point group ``comptoir.drivers``: the entry point's name is
the kind, its object a class with ``from_url(name, url, **options)`` like those of the table.
"""

from importlib import import_module
from importlib.metadata import entry_points
from typing import Final, Protocol, cast

from drivers.contracts import Display, Printer, Reader, Scanner, Terminal
from drivers.errors import NotFound, NotInstalled

ENTRY_POINTS: Final = "comptoir.drivers"

#      kind               module                              class
TABLE: Final[dict[str, tuple[str, str]]] = {
    # RFID readers
    "llrp":             ("drivers.rfid.llrp.driver",          "LlrpReader"),
    "impinj-mqtt":      ("drivers.rfid.impinj",               "ImpinjReader"),
    "zebra-mqtt":       ("drivers.rfid.zebra",                "ZebraReader"),
    "zebra-handheld":   ("drivers.rfid.handheld",             "HandheldReader"),
    "chafon-serial":    ("drivers.rfid.chafon",               "ChafonReader"),
    # barcode scanners
    "serial-scanner":   ("drivers.scanners.serial_scanner",   "SerialScanner"),
    # printers
    "escpos":           ("drivers.printers.escpos",           "EscposPrinter"),
    # card terminals
    "simulated":        ("drivers.terminals.simulated",       "SimulatedTerminal"),
    # customer displays
    "line-display":     ("drivers.displays.line_display",     "LineDisplay"),
    "escpos-display":   ("drivers.displays.line_display",     "LineDisplay"),
}  # fmt: skip


class DriverClass(Protocol):
    """What every class of the table offers: the device, not yet opened."""

    def from_url(self, name: str, url: str, **options: object) -> object: ...


def driver_class(kind: str) -> DriverClass:
    """The class behind a kind; NotFound for an unknown kind, NotInstalled if a library is missing."""
    row = TABLE.get(kind)
    if row is None:
        return _outsider(kind)
    module, name = row
    try:
        return cast(DriverClass, getattr(import_module(module), name))
    except ModuleNotFoundError as error:
        raise NotInstalled(
            f"{kind} needs the Python package {error.name!r}, which isn't installed; "
            "install the program's dependencies again"
        ) from error


def _outsider(kind: str) -> DriverClass:
    found = entry_points(group=ENTRY_POINTS, name=kind)
    for entry in found:
        try:
            return cast(DriverClass, entry.load())
        except ImportError as error:
            raise NotInstalled(f"{kind} is offered by {entry.value}, which can't be loaded: {error}") from error
    raise NotFound(f"there is no kind of device {kind!r}; there are {', '.join(kinds())}")


def kinds() -> list[str]:
    """All kinds, our own and those of outsiders."""
    return sorted({*TABLE, *entry_points(group=ENTRY_POINTS).names})


def _made(kind: str, name: str, url: str, options: dict[str, object]) -> object:
    return driver_class(kind).from_url(name, url, **options)


def open_reader(kind: str, name: str, url: str, **options: object) -> Reader:
    """An RFID reader for a ReaderWorker, which opens it."""
    return cast(Reader, _made(kind, name, url, options))


def open_scanner(kind: str, name: str, url: str, **options: object) -> Scanner:
    """A barcode scanner for its worker, which opens it."""
    return cast(Scanner, _made(kind, name, url, options))


def open_printer(kind: str, name: str, url: str, **options: object) -> Printer:
    """A receipt printer for its worker, which opens it."""
    return cast(Printer, _made(kind, name, url, options))


def open_terminal(kind: str, name: str, url: str, **options: object) -> Terminal:
    """A card terminal; its user opens it."""
    return cast(Terminal, _made(kind, name, url, options))


def open_display(kind: str, name: str, url: str, **options: object) -> Display:
    """A customer display; its user opens it."""
    return cast(Display, _made(kind, name, url, options))

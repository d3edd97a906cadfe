"""Which kinds of device there are: one readable table. A driver is imported only when one of its kind is asked for.

Programs outside register their own kinds under the entry point group ``comptoir.drivers``: the entry point's name is
the kind, its object is called like those of the table: ``(name, url, **options)``, giving a device not yet opened.
"""

import inspect
from collections.abc import Callable
from functools import reduce
from importlib import import_module
from importlib.metadata import entry_points
from typing import Final, cast

from drivers.contracts import Display, Printer, Reader, Scale, Scanner, Terminal
from drivers.errors import NotFound, NotInstalled

ENTRY_POINTS: Final = "comptoir.drivers"

#      kind               module                              made by
TABLE: Final[dict[str, tuple[str, str]]] = {
    # RFID readers
    "llrp":             ("drivers.rfid.llrp.driver",          "LlrpReader.from_url"),
    "impinj-mqtt":      ("drivers.rfid.impinj",               "ImpinjReader.from_url"),
    "impinj-http":      ("drivers.rfid.impinj_http",          "ImpinjHttpReader.from_url"),
    "impinj-webhook":   ("drivers.rfid.impinj_webhook",       "ImpinjWebhookReader.from_url"),
    "zebra-mqtt":       ("drivers.rfid.zebra",                "ZebraReader.from_url"),
    "zebra-handheld":   ("drivers.rfid.handheld",             "HandheldReader.from_url"),
    "neutral-mqtt":     ("drivers.rfid.neutral",              "NeutralReader.from_url"),
    "chafon-serial":    ("drivers.rfid.chafon",               "ChafonReader.from_url"),
    "thingmagic":       ("drivers.rfid.thingmagic",           "ThingMagicReader.from_url"),
    "r2000":            ("drivers.rfid.r2000",                "R2000Reader.from_url"),
    # barcode scanners
    "serial-scanner":   ("drivers.scanners.serial_scanner",   "SerialScanner"),
    "ssi-scanner":      ("drivers.scanners.ssi_scanner",      "SsiScanner"),
    "hid-pos-scanner":  ("drivers.scanners.hid_scanner",      "HidPosScanner"),
    # printers
    "escpos":           ("drivers.printers.escpos_printer",   "EscposPrinter"),
    # card terminals
    "simulated":        ("drivers.terminals.simulated",       "SimulatedTerminal"),
    # scales
    "toledo":           ("drivers.scales.toledo",             "ToledoScale"),
    # customer displays
    "escpos-display":   ("drivers.displays.escpos_display",   "EscposDisplay"),
    "line-display":     ("drivers.displays.escpos_display",   "EscposDisplay"),
}  # fmt: skip

Maker = Callable[..., object]


def maker(kind: str) -> Maker:
    """What makes devices of a kind; NotFound for an unknown kind, NotInstalled if a library is missing."""
    row = TABLE.get(kind)
    if row is None:
        return _outsider(kind)
    module, path = row
    try:
        return cast(Maker, reduce(getattr, path.split("."), import_module(module)))
    except ModuleNotFoundError as error:
        raise NotInstalled(
            f"{kind} needs the Python package {error.name!r}, which isn't installed; "
            "install the program's dependencies again"
        ) from error


def _outsider(kind: str) -> Maker:
    for entry in entry_points(group=ENTRY_POINTS, name=kind):
        try:
            return cast(Maker, entry.load())
        except ImportError as error:
            raise NotInstalled(f"{kind} is offered by {entry.value}, which can't be loaded: {error}") from error
    raise NotFound(f"there is no kind of device {kind!r}; there are {', '.join(kinds())}")


def kinds() -> list[str]:
    """All kinds, our own and those of outsiders."""
    return sorted({*TABLE, *entry_points(group=ENTRY_POINTS).names})


def _made(kind: str, name: str, url: str, options: dict[str, object]) -> object:
    make = maker(kind)
    try:
        inspect.signature(make).bind(name, url, **options)
    except TypeError as error:
        raise NotFound(f"{name}: a device of kind {kind} can't be made with these options: {error}") from None
    return make(name, url, **options)


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


def open_scale(kind: str, name: str, url: str, **options: object) -> Scale:
    """A scale; its user opens it."""
    return cast(Scale, _made(kind, name, url, options))


def open_display(kind: str, name: str, url: str, **options: object) -> Display:
    """A customer display; its user opens it."""
    return cast(Display, _made(kind, name, url, options))

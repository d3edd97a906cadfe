"""What devices report: tag reads, scans, weights, drawer and reader states, payment outcomes."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

Read = tuple[bytes, int, int, int, int]
"""(EPC bytes, antenna, RSSI in centi-dBm, last seen in us since the epoch UTC, times seen).

A plain tuple on purpose: 4.9 M/s are built, against 1.3 M/s for dataclasses. The time is the reader's own,
corrected by its clock offset."""


class Extra(NamedTuple):
    """What some readers add to a read."""

    phase_mrad: int | None = None
    channel_khz: int | None = None
    doppler_mhz: int | None = None
    tid: bytes = b""


@dataclass(slots=True)
class TagReads:
    """A batch of reads. ``n`` counts batches per ``boot``; a gap is counted and shown."""

    reader: str
    boot: str
    n: int
    received_us: int
    reads: list[Read]
    extras: dict[int, Extra] | None = None


class ReaderEventKind(StrEnum):
    """What a reader says beside reads."""

    CONNECTED = "connected"
    ANTENNA_CONNECTED = "antenna_connected"
    ANTENNA_LOST = "antenna_lost"
    GPI = "gpi"
    OVERFLOW = "overflow"
    TEMPERATURE = "temperature"
    HEARTBEAT = "heartbeat"
    BARCODE = "barcode"  # a handheld's imager; the code stands in ``text``
    GARBLED = "garbled"
    STARTED = "started"
    STOPPED = "stopped"
    OUTPUT_REFUSED = "output_refused"  # what it was told of an output it doesn't do; ``port`` 0: it didn't say which
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ReaderEvent:
    """One event of a reader; ``port`` is the number of an antenna, an input or an output."""

    reader: str
    kind: ReaderEventKind
    at_us: int
    port: int = 0
    value: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Scan:
    """One barcode as the scanner sent it: ``text`` without the AIM id, which stands in ``aim`` (``]C1``) if sent."""

    scanner: str
    text: str
    aim: str = ""
    at_us: int = 0


@dataclass(frozen=True, slots=True)
class Weight:
    """A scale's reading in grams; not ``stable`` while it moves."""

    scale: str
    grams: int
    stable: bool


@dataclass(frozen=True, slots=True)
class DrawerState:
    """Whether a cash drawer stands open."""

    drawer: str
    open: bool


@dataclass(frozen=True, slots=True)
class PrinterState:
    """What a printer says of itself."""

    printer: str
    online: bool
    paper: bool
    cover_closed: bool = True


class PaymentStatus(StrEnum):
    """How a card payment stands."""

    APPROVED = "approved"
    PARTIAL = "partial"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"  # the terminal knows nothing of it: it was never started
    IN_DOUBT = "in_doubt"  # the terminal didn't say


@dataclass(frozen=True, slots=True)
class PaymentOutcome:
    """A terminal's answer. ``ref`` is its own reference; ``masked`` at most the last four digits."""

    attempt: str
    status: PaymentStatus
    minor: int = 0
    ref: str = ""
    masked: str = ""
    text: str = ""
    slip: tuple[str, ...] = field(default=())

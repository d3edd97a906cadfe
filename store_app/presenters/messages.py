"""What reaches the presenters from beside the screens: feeds that changed, devices, the post. Delivered as intents."""

from dataclasses import dataclass

from drivers.printers.worker import PrinterNews


@dataclass(frozen=True, slots=True)
class FeedsChanged:
    """Rows of these feeds are new."""

    feeds: frozenset[str]


@dataclass(frozen=True, slots=True)
class LinkState:
    """How one upstream stands: ``pending`` facts wait for it; ``blocked`` says why it refuses them for good."""

    name: str
    connected: bool
    pending: int
    last_contact_ms: int | None = None
    blocked: str = ""


@dataclass(frozen=True, slots=True)
class PostChanged:
    """The sending side has news; ``pending`` facts aren't at the ledger yet, which answers or not."""

    links: tuple[LinkState, ...]
    pending: int
    ledger_connected: bool = False


@dataclass(frozen=True, slots=True)
class PrinterSaid:
    """The receipt printer's worker has news."""

    news: PrinterNews


@dataclass(frozen=True, slots=True)
class DeviceLost:
    """A device of this till doesn't answer: ``device`` is scanner, pad, terminal or display."""

    device: str
    text: str


@dataclass(frozen=True, slots=True)
class DeviceBack:
    """It answers again."""

    device: str


@dataclass(frozen=True, slots=True)
class ScanUnreadable:
    """A scanner sent bytes that are no barcode."""

    device: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class LiveTold:
    """What the agent says right now of a topic that a screen follows: ``devices``, ``gate``, ``locate/<unit>``."""

    topic: str
    body: dict[str, object]


@dataclass(frozen=True, slots=True)
class LiveCut:
    """The live line broke; it is tried again."""

    topic: str

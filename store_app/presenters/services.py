"""What the presenters stand on: the book, the reference, the agent, and the till's devices as small interfaces."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from drivers.contracts import Block
from drivers.readings import PaymentOutcome
from retail.barcode import FRANCE, Pattern
from store_app.agent_link import AgentLink
from store_app.presenters.shelves import Shelves
from store_app.till_book import TillBook


class CardTerminal(Protocol):
    """A card terminal that never raises; what it didn't say is in doubt."""

    @property
    def name(self) -> str: ...
    def charge(self, attempt: str, minor: int, currency: str, timeout: float) -> PaymentOutcome: ...
    def refund(self, attempt: str, minor: int, currency: str, timeout: float) -> PaymentOutcome: ...
    def reverse(self, attempt: str, timeout: float) -> PaymentOutcome: ...
    def status(self, attempt: str, timeout: float) -> PaymentOutcome: ...
    def abandon(self, attempt: str) -> None: ...


class Printing(Protocol):
    """The receipt printer's queue; both calls return at once."""

    def print(self, blocks: Sequence[Block]) -> int: ...
    def kick(self) -> int: ...


class Live(Protocol):
    """What the agent says right now of one topic at a time; told as ``LiveTold`` and ``LiveCut``. Returns at once."""

    def follow(self, topic: str) -> None: ...
    def leave(self) -> None: ...


class NoLive:
    """A till without a live line."""

    def follow(self, topic: str) -> None:
        """Nobody is there to be followed."""

    def leave(self) -> None:
        """Nothing is followed."""


@dataclass(frozen=True)
class Services:
    """Everything outside the presenters. ``check_pin(hash, pin)`` is slow on purpose: call it in a job."""

    store: str
    device: str
    till: TillBook
    shelves: Shelves
    agent: AgentLink
    new_id: Callable[[], str]
    check_pin: Callable[[str, str], bool]
    verify_code: Callable[[bytes, bytes], bool]
    """(data, signature) -> whether the ledger signed it"""
    live: Live = field(default_factory=NoLive)
    terminal: CardTerminal | None = None
    printer: Printing | None = None
    display: Callable[[Sequence[str]], None] | None = None
    addresses: tuple[tuple[str, str], ...] = ()
    """(scanner | pad | printer | terminal | display, address) of this till's devices"""
    patterns: tuple[Pattern, ...] = FRANCE
    """in-store codes that carry a price or a weight"""
    training: bool = False
    lock_ms: int = 0
    """after so long without a touch the till asks for a PIN again; 0 is never"""

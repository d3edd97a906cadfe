"""The exit gate's verdict on one unit, decided from the book in memory, before anything is written.

In stock here in any state and not sold: alarm. Sold or handed over: silent. Not ours: silent, logged. Sold by barcode
a few minutes ago: the unit is the one that was sold, silent. While a till hasn't been heard its sales may be unknown
here: no siren, but a notice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from retail.facts.store import Cause
from retail.stock.book import OpenSale, StockBook
from retail.stock.resolve import open_sale
from retail.stock.units import state_of

Kind = Literal["sold", "handed_over", "resolved", "alarm", "doubtful", "unknown"]


class Verdict(NamedTuple):
    """What the gate thinks of a unit that leaves. ``sale`` is the sale by barcode that it resolves."""

    kind: Kind
    siren: bool
    sale: OpenSale | None = None
    silent_tills: tuple[str, ...] = ()

    @property
    def notice(self) -> bool:
        """Somebody must be told, with the siren or without."""
        return self.kind in ("alarm", "doubtful")


@dataclass(slots=True)
class Gate:
    """Judges units by the store's book; ``heard`` is till -> when it was last heard, ms."""

    book: StockBook
    window_ms: int = 15 * 60_000
    till_silence_ms: int = 5_000
    heard: dict[str, int] = field(default_factory=dict)

    def hear(self, till: str, now_ms: int) -> None:
        """A till spoke: what it has sold until now is known here."""
        self.heard[till] = now_ms

    def forget(self, till: str) -> None:
        """A till is closed: it sells nothing that could be unknown."""
        self.heard.pop(till, None)

    def silent_tills(self, now_ms: int) -> tuple[str, ...]:
        """Return the tills whose last sales may be unknown here."""
        return tuple(sorted(till for till, at in self.heard.items() if now_ms - at > self.till_silence_ms))

    def judge(self, unit: str, now_ms: int, pending: Mapping[tuple[Cause, str], int] | None = None) -> Verdict:
        """Return the verdict on a unit that leaves now.

        ``pending`` counts, by sale and article, the units resolved in this same turn and not yet folded into the book.
        """
        state = state_of(self.book, unit)
        if state == "sold":
            return Verdict("sold", siren=False)
        if state == "handed_over":
            return Verdict("handed_over", siren=False)
        if state == "unknown":
            return Verdict("unknown", siren=False)
        sale = open_sale(self.book, unit[:14], now_ms - self.window_ms, unit, pending)
        if sale is not None:
            return Verdict("resolved", siren=False, sale=sale)
        silent = self.silent_tills(now_ms)
        if silent:
            return Verdict("doubtful", siren=False, silent_tills=silent)
        return Verdict("alarm", siren=True)

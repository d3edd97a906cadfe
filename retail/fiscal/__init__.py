"""The fiscal record: signed documents in gapless chains, closings, archive. One module per country.

``FiscalModule`` is the interface; ``retail.fiscal.france`` is the first country behind it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from retail.facts import FiscalStamp, PeriodClosed
from retail.fiscal.chain import CHAINS, BadDocument, Chain, Fault, Head, Signer, Verdict, Verify, extract, verify_chain
from retail.fiscal.closings import Amounts, FiscalState, Period, PeriodKind, Totals
from retail.fiscal.france import Capabilities, France, module_hash
from retail.fiscal.record import Data, Document, Moment, PaymentProof, Register, Ticket
from retail.fiscal.totals import verify_totals
from retail.plain import from_plain, to_plain

__all__ = [
    "CHAINS",
    "Amounts",
    "BadDocument",
    "Capabilities",
    "Chain",
    "Data",
    "Document",
    "Fault",
    "FiscalModule",
    "FiscalState",
    "France",
    "Head",
    "Moment",
    "PaymentProof",
    "Period",
    "PeriodKind",
    "Register",
    "Signer",
    "Ticket",
    "Totals",
    "Verdict",
    "Verify",
    "extract",
    "module_hash",
    "state_from_plain",
    "state_to_plain",
    "verify_chain",
    "verify_totals",
]


class FiscalModule(Protocol):
    """What a country's module offers. State goes in and the next state comes out, within the sale's own commit."""

    def capabilities(self) -> Capabilities: ...
    def sign(
        self, state: FiscalState, document: Document, at: Moment, *, chain: Chain | None = None
    ) -> tuple[FiscalStamp, FiscalState]: ...
    def copy(
        self, state: FiscalState, original: FiscalStamp, copy_number: int, reason: str, by: str, at: Moment
    ) -> tuple[FiscalStamp, FiscalState]: ...
    def event(
        self, state: FiscalState, code: str, by: str, at: Moment, data: Data | None = None
    ) -> tuple[FiscalStamp, FiscalState]: ...
    def close(
        self, state: FiscalState, kind: PeriodKind, business_date: str, by: str, at: Moment
    ) -> tuple[list[PeriodClosed], FiscalState]: ...
    def close_overdue(
        self, state: FiscalState, business_date: str, by: str, at: Moment
    ) -> tuple[list[PeriodClosed], FiscalState]: ...
    def archive(
        self,
        state: FiscalState,
        stamps: Sequence[FiscalStamp],
        since: str,
        until: str,
        by: str,
        at: Moment,
        extra: Mapping[str, bytes] | None = None,
    ) -> tuple[dict[str, bytes], FiscalStamp, FiscalState]: ...
    def verify(self, stamps: Iterable[FiscalStamp], verify: Verify, *, after: Head = ...) -> Verdict: ...


def state_to_plain(state: FiscalState) -> object:
    """The state as a JSON value, kept in the database that holds the sales."""
    return to_plain(state)


def state_from_plain(plain: object) -> FiscalState:
    """The state of :func:`state_to_plain`. Refused (``bad_plain``) if it isn't one."""
    return from_plain(FiscalState, plain)

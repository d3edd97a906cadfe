"""Facts that the central ledger writes in its own journal."""

from retail.facts.base import Fact, fact


@fact("order.routed")
class OrderRouted(Fact):
    """An order, or some lines of it, was given to a store."""

    order: str
    store: str
    lines: tuple[str, ...]
    rule: str


@fact("refund.settled")
class RefundSettled(Fact):
    """The payment provider gave the money back."""

    refund: str
    order: str
    minor: int
    currency: str
    provider: str
    ref: str


@fact("client.erased")
class ClientErased(Fact):
    """All personal data of a client was deleted; facts keep the bare id."""

    client: str
    by: str


@fact("quarantine.retried")
class QuarantineRetried(Fact):
    """A record that a projector couldn't digest was tried again."""

    store: str
    device: str
    seq: int
    digested: bool
    by: str


@fact("quarantine.waived")
class QuarantineWaived(Fact):
    """A record that a projector couldn't digest is left aside for good."""

    store: str
    device: str
    seq: int
    reason: str
    by: str

"""A known customer as the feed tells: contact, consents, loyalty, wishes, notes and purchases."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from retail.clients.consent import CHANNELS, Channel
from retail.rows import Fields, Row
from retail.sale.basket import BasketClient


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody of the store wrote about a client; ``at`` is ms UTC."""

    id: str
    at: int
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Purchase:
    """One line that the client bought, or brought back (``qty`` < 0)."""

    at: int
    number: str
    gtin: str
    qty: int
    minor: int
    store: str


@dataclass(frozen=True, slots=True)
class Profile:
    """A client. ``consents`` names every channel that was ever decided."""

    id: str
    name: str
    tier: str = ""
    points: int = 0
    size: str = ""
    email: str = ""
    phone: str = ""
    consents: Mapping[Channel, bool] = field(default_factory=dict)
    wishes: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    purchases: tuple[Purchase, ...] = ()
    version: int = 0

    @classmethod
    def from_row(cls, row: Row, version: int = 0) -> "Profile":
        """A row of the feed ``customers``. Refused (``bad_row``) if it breaks a rule."""
        fields = Fields("customers", row)
        consents = fields.row("consents")
        return cls(
            id=fields.text("id"),
            name=fields.text("name"),
            tier=fields.text("tier", ""),
            points=fields.whole("points", 0),
            size=fields.text("size", ""),
            email=fields.text("email", ""),
            phone=fields.text("phone", ""),
            consents={channel: consents[channel] is True for channel in CHANNELS if channel in consents},
            wishes=fields.texts("wishes"),
            notes=tuple(_note(note) for note in fields.rows("notes")),
            purchases=tuple(_purchase(purchase) for purchase in fields.rows("purchases")),
            version=version,
        )

    def for_basket(self) -> BasketClient:
        """What a basket keeps of the client."""
        return BasketClient(self.id, self.tier)

    @property
    def spent_minor(self) -> int:
        """All purchases less what came back."""
        return sum(purchase.minor for purchase in self.purchases)


def _note(row: Row) -> Note:
    fields = Fields("customers", row, "note")
    return Note(fields.text("id"), fields.whole("at"), fields.text("by"), fields.text("text"))


def _purchase(row: Row) -> Purchase:
    fields = Fields("customers", row, "purchase")
    return Purchase(
        at=fields.whole("at"),
        number=fields.text("number"),
        gtin=fields.text("gtin"),
        qty=fields.whole("qty", least=None),
        minor=fields.whole("minor", least=None),
        store=fields.text("store", ""),
    )

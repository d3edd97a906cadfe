"""The documents that a till signs, before they get number, previous signature and key."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal

from retail.facts import SoldLine, TaxTotal, Tendered


@dataclass(frozen=True, slots=True)
class Moment:
    """A wall time: ms since the epoch UTC, and the minutes that local time is ahead."""

    ms: int
    utc_offset_min: int = 0

    @property
    def text(self) -> str:
        """RFC 3339 with offset, to the second."""
        zone = timezone(timedelta(minutes=self.utc_offset_min))
        return datetime.fromtimestamp(self.ms / 1000, UTC).astimezone(zone).replace(microsecond=0).isoformat()

    @property
    def date(self) -> str:
        """The local calendar date."""
        return self.text[:10]


@dataclass(frozen=True, slots=True)
class Register:
    """Who signs: the shop and the till."""

    store: str
    device: str
    siret: str = ""
    name: str = ""

    def document(self) -> dict[str, object]:
        """As a signed document holds it."""
        return {"store": self.store, "register": self.device, "siret": self.siret, "company": self.name}


@dataclass(frozen=True, slots=True)
class Ticket:
    """A settled sale, return or exchange, ready to be signed."""

    sale: str
    business_date: str
    cashier: str
    currency: str
    lines: tuple[SoldLine, ...]
    taxes: tuple[TaxTotal, ...]
    tenders: tuple[Tendered, ...]
    total_minor: int
    rounding_minor: int = 0
    training: bool = False

    @property
    def type(self) -> Literal["sale", "return", "exchange"]:
        """What kind of ticket it is."""
        back = any(line.qty < 0 for line in self.lines)
        sold = any(line.qty > 0 for line in self.lines)
        return "exchange" if back and sold else "return" if back else "sale"

    def document(self) -> dict[str, object]:
        """As a signed document holds it."""
        return {
            "type": self.type,
            "sale": self.sale,
            "business_date": self.business_date,
            "cashier": self.cashier,
            "currency": self.currency,
            "lines": [_line(line) for line in self.lines],
            "taxes": [_tax(tax) for tax in self.taxes],
            "tenders": [{"kind": tender.kind, "minor": tender.minor} for tender in self.tenders],
            "total_minor": self.total_minor,
            "rounding_minor": self.rounding_minor,
        }


def _line(line: SoldLine) -> dict[str, object]:
    document: dict[str, object] = {
        "gtin": line.gtin,
        "label": line.label,
        "qty": line.qty,
        "unit_minor": line.unit_minor,
        "discount_minor": sum(discount.minor for discount in line.discounts),
        "net_minor": line.net_minor,
        "tax_minor": line.tax_minor,
        "total_minor": line.total_minor,
        "rate": line.rate,
    }
    if line.weight_g:
        document["weight_g"] = line.weight_g
    if line.return_of is not None:
        document["return_of"] = f"{line.return_of.kind} {line.return_of.id} {line.return_of.line}"
    return document


def _tax(tax: TaxTotal) -> dict[str, object]:
    return {
        "rate": tax.rate,
        "net_minor": tax.net_minor,
        "tax_minor": tax.tax_minor,
        "gross_minor": tax.gross_minor,
    }


@dataclass(frozen=True, slots=True)
class PaymentProof:
    """Money that moves without a sale: pay-in, pay-out, drop, float, a payment on account."""

    subject: str
    business_date: str
    by: str
    currency: str
    minor: int
    kind: str
    reason: str = ""

    def document(self) -> dict[str, object]:
        """As a signed document holds it."""
        return {
            "type": self.kind,
            "subject": self.subject,
            "business_date": self.business_date,
            "by": self.by,
            "currency": self.currency,
            "minor": self.minor,
            "reason": self.reason,
        }


Document = Ticket | PaymentProof
Data = Mapping[str, str | int | bool]
"""what an event may carry beside its code"""

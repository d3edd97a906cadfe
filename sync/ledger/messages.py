"""Bodies of the ledger's own API, as its OpenAPI document describes them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

Id = Annotated[str, Field(min_length=1, max_length=64)]
Gtin = Annotated[str, Field(pattern=r"^\d{14}$")]
Minor = Annotated[int, Field(ge=0, le=10**12)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


def _of_our_times(moment: datetime) -> datetime:
    """Moments near the ends of the calendar can't be told in every time zone."""
    if not 2000 <= moment.year < 3000:
        raise ValueError("a year from 2000 to 2999")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_of_our_times)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CustomerRef(_Body):
    """Who ordered: the id that facts carry, and the name to call at the desk."""

    id: Id
    name: str = Field(default="", max_length=200)


class Paid(_Body):
    """The online payment; ``ref`` is the provider's reference, never a card number."""

    tender: str = Field(min_length=1, max_length=40)
    minor: Minor
    ref: str = Field(max_length=100)


class LineIn(_Body):
    """A line of an order; ``unit_minor`` includes tax."""

    id: Id
    gtin: Gtin
    qty: int = Field(ge=1, le=1000)
    unit_minor: Minor
    rate: str = Field(pattern=r"^\d{1,2}(\.\d{1,3})?$")


class OrderIn(_Body):
    """``POST /v1/orders``. ``store``: where the customer wants to collect it, if he said so."""

    number: str = Field(min_length=1, max_length=40)
    channel: Id
    method: Literal["pickup", "ship"]
    promised_at: Moment
    customer: CustomerRef
    currency: Currency
    paid: Paid
    lines: list[LineIn] = Field(min_length=1, max_length=200)
    store: Id | None = None


class Axes(_Body):
    """Four things that move independently of each other."""

    work: str
    stock: str
    money: str
    carrier: str


class LineOut(_Body):
    """How a line stands: per store the quantity assigned, found short there, and handed over."""

    id: str
    gtin: str
    qty: int
    unit_minor: int
    rate: str
    parts: list[dict[str, str | int]]
    unrouted: int = 0


class OrderOut(_Body):
    """An order as the ledger knows it; ``store`` has the first part, None if no store has the goods yet."""

    id: str
    number: str
    channel: str
    method: str
    promised_at: datetime
    customer: CustomerRef
    currency: str
    paid: Paid
    store: str | None
    version: int
    axes: Axes
    lines: list[LineOut]
    refunds: list[dict[str, str | int]]
    code: str | None = None


class ClientIn(_Body):
    """``POST /v1/clients``: personal data as operations publish it."""

    id: Id
    name: str = Field(max_length=200)
    tier: str = ""
    points: int = 0
    size: str = ""
    email: str = ""
    phone: str = ""
    consents: dict[str, bool] = Field(default_factory=dict)
    wishes: list[str] = Field(default_factory=list)
    notes: list[dict[str, str | int]] = Field(default_factory=list)
    purchases: list[dict[str, str | int]] = Field(default_factory=list)


class RowIn(_Body):
    """A row to publish; ``body`` null deletes it. ``store`` says whose it is, for feeds of one store."""

    key: str = Field(min_length=1, max_length=200)
    body: dict[str, object] | None
    store: Id | None = None


class PublishIn(_Body):
    """``POST /v1/publish/{feed}``."""

    rows: list[RowIn] = Field(max_length=20_000)


class RefusedRow(_Body):
    """A row that breaks a rule, and which."""

    key: str
    reason: str
    text: str


class PublishOut(_Body):
    """What was published; refused rows stand by name, the others are in."""

    published: int
    version: int
    refused: list[RefusedRow]


class QuarantineRef(_Body):
    """Which record, and who decides about it."""

    store: Id
    device: Id
    seq: int = Field(ge=1, le=2**63 - 1)
    by: Id
    reason: str = Field(default="", max_length=500)

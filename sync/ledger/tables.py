"""Tables of the ledger's own projections; whatever a store owns has the store first in its key."""

from sqlalchemy import BigInteger, Text
from sqlmodel import Field, SQLModel

from sync.storage.migrations import Step, create_tables
from sync.storage.tables import core


class Projected(SQLModel, table=True):
    """How far each log has been projected."""

    __tablename__ = "ledger_projected"

    store: str = Field(primary_key=True)
    device: str = Field(primary_key=True)
    seq: int = Field(sa_type=BigInteger)


class Balance(SQLModel, table=True):
    """Quantity of an article at a place of a store, folded from the agent's movements."""

    __tablename__ = "ledger_stock"

    store: str = Field(primary_key=True)
    gtin: str = Field(primary_key=True)
    location: str = Field(primary_key=True)
    condition: str = Field(primary_key=True)
    qty: int = Field(sa_type=BigInteger)


class Folded(SQLModel, table=True):
    """Movements that have been folded, by what makes them the same."""

    __tablename__ = "ledger_folded"

    store: str = Field(primary_key=True)
    key: str = Field(primary_key=True)


class MovedCause(SQLModel, table=True):
    """Tills' facts whose goods the agent has moved."""

    __tablename__ = "ledger_moved_causes"

    store: str = Field(primary_key=True)
    device: str = Field(primary_key=True)
    seq: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})


class Pending(SQLModel, table=True):
    """Goods that a till says have left and the agent hasn't moved yet."""

    __tablename__ = "ledger_pending"

    store: str = Field(primary_key=True)
    device: str = Field(primary_key=True)
    seq: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    gtin: str = Field(primary_key=True)
    qty: int


class Level(SQLModel, table=True):
    """What a store can promise of an article: physical, in selling condition, less promises and pending sales."""

    __tablename__ = "ledger_levels"

    gtin: str = Field(primary_key=True)
    store: str = Field(primary_key=True)
    sellable: int
    committed: int
    pending: int
    atp: int
    as_of: int = Field(sa_type=BigInteger)


class Order(SQLModel, table=True):
    """An order as it was taken; ``customer_name`` goes when its client is erased."""

    __tablename__ = "ledger_orders"

    id: str = Field(primary_key=True)
    number: str = Field(index=True)
    channel: str
    method: str
    promised_at: int = Field(sa_type=BigInteger)
    customer: str = Field(index=True)
    customer_name: str
    wanted_store: str | None = None
    currency: str
    tender: str
    paid_minor: int = Field(sa_type=BigInteger)
    paid_ref: str
    code: str | None = Field(default=None, sa_type=Text)
    taken_at: int = Field(sa_type=BigInteger)
    cancel_asked: bool = False
    version: int = 1


class OrderLine(SQLModel, table=True):
    """A line of an order, wherever it is fulfilled."""

    __tablename__ = "ledger_order_lines"

    order_id: str = Field(primary_key=True)
    line: str = Field(primary_key=True)
    position: int
    gtin: str = Field(index=True)
    qty: int
    unit_minor: int = Field(sa_type=BigInteger)
    rate: str


class Part(SQLModel, table=True):
    """A line, or some of it, given to a store: ``qty`` of it is still to be handed over or sent."""

    __tablename__ = "ledger_order_parts"

    order_id: str = Field(primary_key=True)
    store: str = Field(primary_key=True, index=True)
    line: str = Field(primary_key=True)
    gtin: str = Field(index=True)
    qty: int
    short: int = 0
    handed: int = 0


class Work(SQLModel, table=True):
    """How far a store is with its part of an order; the agent's steps and the till's handover, in any order."""

    __tablename__ = "ledger_order_work"

    order_id: str = Field(primary_key=True)
    store: str = Field(primary_key=True, index=True)
    work: str
    bound: int = 0
    handed_over: bool = False
    closed: bool = False


class Unrouted(SQLModel, table=True):
    """What of an order no store could promise; tried again when stock comes."""

    __tablename__ = "ledger_unrouted"

    order_id: str = Field(primary_key=True)
    line: str = Field(primary_key=True)
    gtin: str = Field(index=True)
    qty: int


class Idempotency(SQLModel, table=True):
    """Answers by the caller's key: the same key and body get the same answer."""

    __tablename__ = "ledger_idempotency"

    caller: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    body_sha256: str
    order_id: str = Field(default="", index=True)
    answer: str = Field(sa_type=Text)
    at: int = Field(sa_type=BigInteger)


class Refund(SQLModel, table=True):
    """A refund of an online payment: requested, settled, or in conflict with what was paid."""

    __tablename__ = "ledger_refunds"

    refund: str = Field(primary_key=True)
    order_id: str = Field(index=True)
    returned: str
    minor: int = Field(sa_type=BigInteger)
    currency: str
    tender: str
    ref: str
    state: str = Field(index=True)
    reason: str = ""
    provider_ref: str = ""


class Client(SQLModel, table=True):
    """Personal data of a client as it was published; an erased one keeps the bare id."""

    __tablename__ = "ledger_clients"

    id: str = Field(primary_key=True)
    profile: str | None = Field(default=None, sa_type=Text)
    erased_at: int | None = Field(default=None, sa_type=BigInteger)


class ClientFact(SQLModel, table=True):
    """Facts about a client in the order of their arrival: notes and purchases; erased with the client."""

    __tablename__ = "ledger_client_facts"

    client: str = Field(primary_key=True)
    store: str = Field(primary_key=True)
    device: str = Field(primary_key=True)
    seq: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    kind: str
    at: int = Field(sa_type=BigInteger)
    body: str = Field(sa_type=Text)
    points: int = 0


class Consent(SQLModel, table=True):
    """Whether a channel is allowed, and the feed version that told of its last withdrawal."""

    __tablename__ = "ledger_consents"

    client: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    given: bool
    withdrawn_version: int = Field(default=0, sa_type=BigInteger)


projected = core(Projected)
balances = core(Balance)
folded = core(Folded)
moved_causes = core(MovedCause)
pending = core(Pending)
levels = core(Level)
orders = core(Order)
order_lines = core(OrderLine)
parts = core(Part)
works = core(Work)
unrouted = core(Unrouted)
idempotency = core(Idempotency)
refunds = core(Refund)
clients = core(Client)
client_facts = core(ClientFact)
consents = core(Consent)

ALL = [
    projected, balances, folded, moved_causes, pending, levels, orders, order_lines, parts, works, unrouted,
    idempotency, refunds, clients, client_facts, consents,
]  # fmt: skip

STEPS = (Step("ledger", 1, "the ledger's projections", create_tables(ALL)),)

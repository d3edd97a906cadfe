"""The till's own tables in till.db: tickets, fiscal documents and totals, shifts, cash, payments, baskets, lockouts.

All of them are projections that ride in the commit of the fact behind them, except the durable working state
(``till_baskets``, ``till_attempts``, ``till_lockouts``), which is written before the fact exists.
Times are ms UTC, amounts minor units, ``body`` columns hold JSON text.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, String, Table, Text

from sync.storage.engine import Step, create_tables

metadata = MetaData()

tickets = Table(
    "till_tickets",
    metadata,
    Column("sale", String, primary_key=True),
    Column("number", String, nullable=False, unique=True),
    Column("seq", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("shift", String, nullable=False),
    Column("business_date", String, nullable=False),
    Column("cashier", String, nullable=False),
    Column("client", String),
    Column("currency", String, nullable=False),
    Column("total_minor", BigInteger, nullable=False),
    Column("copies", Integer, nullable=False, default=0),
    Column("body", Text, nullable=False),
    Index("till_tickets_shift", "shift", "seq"),
    Index("till_tickets_day", "business_date", "seq"),
)
"""One settled sale; ``body`` is the exact text of its fact, ``copies`` counts printed duplicates."""

ticket_lines = Table(
    "till_ticket_lines",
    metadata,
    Column("sale", String, primary_key=True),
    Column("line", String, primary_key=True),
    Column("gtin", String, nullable=False, index=True),
    Column("qty", Integer, nullable=False),
    Column("total_minor", BigInteger, nullable=False),
    Column("returned", Integer, nullable=False, default=0),
)
"""What was sold, and how many of it have come back to this till."""

order_returns = Table(
    "till_order_returns",
    metadata,
    Column("order_id", String, primary_key=True),
    Column("line", String, primary_key=True),
    Column("returned", Integer, nullable=False),
)
"""How many of an order's line have come back to this till."""

taken_back = Table(
    "till_taken_back",
    metadata,
    Column("returned", String, primary_key=True),
    Column("source", String, nullable=False, index=True),
    Column("line", String, nullable=False),
    Column("unit", String),
    Column("qty", Integer, nullable=False),
)
"""Everything that came back to this till, of whichever till's sale or of an order: ``source`` is its id."""

sold_units = Table(
    "till_sold_units",
    metadata,
    Column("unit", String, primary_key=True),
    Column("gtin", String, nullable=False),
    Column("sale", String, nullable=False),
    Column("line", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("returned", Boolean, nullable=False, default=False),
)
"""Tagged units that left by this till; ``sale`` is the sale or the order handed over. On one until it comes back."""

handovers = Table(
    "till_handovers",
    metadata,
    Column("order_id", String, primary_key=True),
    Column("number", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("staff", String, nullable=False),
)
"""Orders that this till handed over: the second scan of a code finds the first."""

fiscal_documents = Table(
    "till_fiscal_documents",
    metadata,
    Column("chain", String, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("payload", Text, nullable=False),
    Column("signature", String, nullable=False),
    Column("key", String, nullable=False),
)
"""Every signed document, exactly as signed."""

fiscal_state = Table(
    "till_fiscal_state",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("body", Text, nullable=False),
)
"""What the next document depends on: heads of the chains, open periods, perpetual totals. One row."""

fiscal_totals = Table(
    "till_fiscal_totals",
    metadata,
    Column("period", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("total_minor", BigInteger, nullable=False),
    Column("perpetual_minor", BigInteger, nullable=False),
    Column("documents", Integer, nullable=False),
)
"""Closed days, months and years with the totals of their closing, whose number in its chain is ``number``."""

shifts = Table(
    "till_shifts",
    metadata,
    Column("shift", String, primary_key=True),
    Column("business_date", String, nullable=False),
    Column("currency", String, nullable=False),
    Column("opened_by", String, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("float_minor", BigInteger, nullable=False),
    Column("closed_at", BigInteger),
    Column("counted_minor", BigInteger),
    Column("difference_minor", BigInteger),
    Column("body", Text),
)
"""Drawers opened for business; ``body`` is the closing fact's text."""

cash = Table(
    "till_cash",
    metadata,
    Column("seq", BigInteger, primary_key=True),
    Column("shift", String, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("minor", BigInteger, nullable=False),
    Column("reason", String, nullable=False),
    Column("staff", String, nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""Cash in and out of the drawer outside a sale; signed amounts."""

attempts = Table(
    "till_attempts",
    metadata,
    Column("attempt", String, primary_key=True),
    Column("basket", String, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("minor", BigInteger, nullable=False),
    Column("currency", String, nullable=False),
    Column("state", String, nullable=False),
    Column("approved_minor", BigInteger, nullable=False, default=0),
    Column("ref", String, nullable=False, default=""),
    Column("masked", String, nullable=False, default=""),
    Column("text", String, nullable=False, default=""),
    Column("started_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("sale", String),
)
"""Card payments, written before the terminal is asked. ``state``: asked, approved, declined, cancelled, in_doubt,
reversing, reversed, settled (on a committed sale)."""

baskets = Table(
    "till_baskets",
    metadata,
    Column("basket", String, primary_key=True),
    Column("slot", String, nullable=False, index=True),
    Column("at", BigInteger, nullable=False),
    Column("staff", String, nullable=False),
    Column("label", String, nullable=False, default=""),
    Column("total_minor", BigInteger, nullable=False, default=0),
    Column("body", Text, nullable=False),
)
"""Baskets that must survive: ``slot`` is current (at most one) or held."""

lockouts = Table(
    "till_lockouts",
    metadata,
    Column("staff", String, primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("until", BigInteger, nullable=False, default=0),
)
"""Wrong PINs in a row and until when a person has to wait."""

STEPS = (
    Step("till", 1, "the till's tables", create_tables(tuple(metadata.tables.values()))),
    Step("till", 2, "what came back, whoever sold it", create_tables((taken_back,))),
)
"""The till's own migrations."""

"""The agent's own tables in ``edge.db``; all of them follow from journals and feeds, but for what is only seen."""

from sqlalchemy import BigInteger, Column, MetaData, Table, Text

from sync.storage.migrations import Step, create_tables

METADATA = MetaData()

STOCK = (
    "balance", "unit", "folded", "resolved", "unresolved", "bound", "reservation", "entry", "lease", "suspect",
)  # fmt: skip
"""The tables of ``retail.stock.rows``; here each is called ``stock_<name>``."""


def _text(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=False, default="")


def _int(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False, default=0)


def _document(name: str) -> Table:
    """A table of JSON objects by key."""
    return Table(name, METADATA, _text("key", key=True), _text("body"))


STOCK_TABLES = {name: _document(f"stock_{name}") for name in STOCK}

SEEN = Table("units_seen", METADATA, _text("unit", key=True), _text("zone"), _int("at"))
"""Where and when a unit was last read: observation, not fact; written at most once a second."""

SOLD = _document("sold_units")
"""unit key -> the line by which it last left"""
SALES = Table("sales", METADATA, _text("number", key=True), _text("store"), _text("device"), _int("seq"))
"""Where a ticket's fact lies in the journals."""

ORDERS = Table("work_orders", METADATA, _text("key", key=True), _text("number"), _text("body"))
COUNTS = _document("stock_counts")
COUNT_READS = Table("count_reads", METADATA, _text("count", key=True), _text("unit", key=True), _int("at"))
"""Units read while a count is open, kept so that a restart goes on with them."""

ALARMS = Table(
    "alarms", METADATA, _text("key", key=True), _text("kind"), _text("subject"), _text("state"), _text("body"),
)  # fmt: skip
"""alarms of the gate, and exceptions of stock"""
RETURNS = _document("returns")
BASKETS = _document("suspended_baskets")
ON_DUTY = _document("tills_on_duty")
TIMERS = Table("timers", METADATA, _text("key", key=True), _int("at"))

COMMANDS = Table("commands", METADATA, _text("id", key=True), _int("status"), _text("body"), _int("at"))
"""Answers already given, so that a repeated command isn't done twice."""

ASIDE = Table(
    "feed_rows_aside", METADATA, _text("feed", key=True), _text("key", key=True), _text("reason"), _text("body"),
    _int("at"),
)  # fmt: skip
"""Feed rows that break a rule: kept aside, shown on the health page, replaced by the next good version."""

BY_NAME: dict[str, Table] = dict(METADATA.tables)
STEPS = (Step("edge_agent", 1, "the agent's projections", create_tables(METADATA.sorted_tables)),)

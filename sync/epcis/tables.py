"""Tables of the event store. Own events have no body here: they are read from the journal, whose place a row names.

Deleting the index costs time only; captured events of others and capture jobs live here alone.
"""

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text, UniqueConstraint

from sync.storage.migrations import Step, create_tables

METADATA = MetaData()


def _text(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=False, default="")


def _int(name: str, *, key: bool = False) -> Column[int]:
    return Column(name, BigInteger, primary_key=key, nullable=False, default=0, autoincrement=False)


EVENTS = Table(
    "epcis_events",
    METADATA,
    _int("n", key=True),
    _text("event_id"),
    _int("declared"),
    _int("event_time"),
    _int("record_time"),
    _text("type"),
    _text("action"),
    _text("biz_step"),
    _text("disposition"),
    _text("read_point"),
    _text("biz_location"),
    _text("store"),
    _text("device"),
    _int("seq"),
    _int("nth"),
    Column("body", Text),
    UniqueConstraint("event_id", "declared"),
    Index("epcis_events_by_time", "event_time", "n"),
    Index("epcis_events_by_record_time", "record_time", "n"),
    Index("epcis_events_by_step", "biz_step", "event_time", "n"),
    Index("epcis_events_by_disposition", "disposition", "event_time", "n"),
    Index("epcis_events_by_location", "biz_location", "event_time", "n"),
)
"""``n`` is the order of arrival. ``declared`` is the time of an error declaration, 0 without one: it has the id of the
event that it declares wrong. ``store``, ``device``, ``seq`` and ``nth`` lead to a fact's event; captured ones have
``body`` instead. Vocabulary is bare, URIs are canonical, times are ms UTC."""

EPCS = Table(
    "epcis_epcs", METADATA, _text("epc", key=True), _text("role", key=True), _int("n", key=True),
    sqlite_with_rowid=False,
)  # fmt: skip
"""What an event names, canonical; ``role``: epc, parent, input, output, class."""

SUBJECTS = Table(
    "epcis_subjects", METADATA, _text("store", key=True), _text("subject", key=True), _text("device"), _int("seq")
)
"""Facts that later ones may correct."""

INDEXED = Table("epcis_indexed", METADATA, _text("store", key=True), _text("device", key=True), _int("seq"))
"""How far each log is indexed."""

CAPTURES = Table("epcis_captures", METADATA, _text("id", key=True), _int("at"), _text("body"))
"""Capture jobs, as they are answered."""

STATE = Table("epcis_state", METADATA, _text("key", key=True), _text("value"))
"""Under ``rules``, what the index was made with."""

STEPS = (Step("epcis", 1, "the event store", create_tables(METADATA.sorted_tables)),)

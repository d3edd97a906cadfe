"""A store's stock: double-entry movements folded into a book, promises, leases, counts."""

from retail.stock.availability import Levels, atp, levels, safety
from retail.stock.book import Lease, OpenSale, Reservation, StockBook, UnitRow
from retail.stock.causes import effects_of
from retail.stock.count_moves import count_effects
from retail.stock.counts import COUNT, Count, CountReason, approved, expected_units, finish, open_count, proposals
from retail.stock.effects import caused_by, effects, promise
from retail.stock.exceptions import Effects, apply
from retail.stock.fold import fold
from retail.stock.invariants import broken_invariants
from retail.stock.leases import ended, give_back, grant
from retail.stock.moves import (
    Received,
    StockReason,
    follow_reads,
    in_parts,
    receive,
    relocate,
    relocate_untagged,
    reversing,
)
from retail.stock.places import BACK, FLOOR, GRADED, STAGING, At
from retail.stock.reservations import Entry, fold_entry, open_of_order, place, settle
from retail.stock.resolve import open_sale, resolve
from retail.stock.rows import Row, dump, load, load_units, take_changes
from retail.stock.units import UnitStatus, state_of, status

__all__ = [
    "BACK",
    "COUNT",
    "FLOOR",
    "GRADED",
    "STAGING",
    "At",
    "Count",
    "CountReason",
    "Effects",
    "Entry",
    "Lease",
    "Levels",
    "OpenSale",
    "Received",
    "Reservation",
    "Row",
    "StockBook",
    "StockReason",
    "UnitRow",
    "UnitStatus",
    "apply",
    "approved",
    "atp",
    "broken_invariants",
    "caused_by",
    "count_effects",
    "dump",
    "effects",
    "effects_of",
    "ended",
    "expected_units",
    "finish",
    "fold",
    "fold_entry",
    "follow_reads",
    "give_back",
    "grant",
    "in_parts",
    "levels",
    "load",
    "load_units",
    "open_count",
    "open_of_order",
    "open_sale",
    "place",
    "promise",
    "proposals",
    "receive",
    "relocate",
    "relocate_untagged",
    "resolve",
    "reversing",
    "safety",
    "settle",
    "state_of",
    "status",
    "take_changes",
]

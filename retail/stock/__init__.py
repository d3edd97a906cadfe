"""A store's stock: double-entry movements folded into a book, promises, leases, counts."""

from retail.stock.availability import Levels, atp, levels, safety
from retail.stock.book import Lease, OpenSale, Reservation, StockBook, UnitRow
from retail.stock.causes import effects_of
from retail.stock.effects import caused_by, effects, promise
from retail.stock.exceptions import Effects, apply
from retail.stock.fold import fold
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
from retail.stock.rows import Row, dump, load, take_changes
from retail.stock.units import UnitStatus, state_of, status

__all__ = [
    "BACK",
    "FLOOR",
    "GRADED",
    "STAGING",
    "At",
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
    "atp",
    "caused_by",
    "dump",
    "effects",
    "effects_of",
    "fold",
    "fold_entry",
    "follow_reads",
    "in_parts",
    "levels",
    "load",
    "open_of_order",
    "open_sale",
    "place",
    "promise",
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

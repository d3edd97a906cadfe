"""The checker: chains and signatures, byte-equal logs, no duplicates, conservation of stock and cash, tickets.

Everything is recomputed from the facts and compared with what the programs keep; nothing is written.
"""

from sync.verify.cash import conserve_cash
from sync.verify.duplicates import find_duplicates
from sync.verify.fiscal import verify_fiscal
from sync.verify.journals import verify_anchor, verify_journals
from sync.verify.nodes import compare_feeds, compare_nodes
from sync.verify.stock import conserve_stock, stock_balances, verify_stock_feed
from sync.verify.tickets import verify_tickets
from sync.verify.violation import Violation, report
from sync.verify.whole import verify_database

__all__ = [
    "Violation",
    "compare_feeds",
    "compare_nodes",
    "conserve_cash",
    "conserve_stock",
    "find_duplicates",
    "report",
    "stock_balances",
    "verify_anchor",
    "verify_database",
    "verify_fiscal",
    "verify_journals",
    "verify_stock_feed",
    "verify_tickets",
]
